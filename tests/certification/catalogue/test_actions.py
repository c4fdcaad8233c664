"""Writing certifications and versions: what is refused, and what is kept."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from certification.awards.actions import advance, record_past_awards
from certification.awards.actions.imports import PastAward
from certification.awards.models import Assignment, Cycle
from certification.catalogue.actions import (
    RequirementDraft,
    add_audience_rule,
    change_certification,
    create_certification,
    discard_draft,
    keep_certification,
    publish_version,
    retire_certification,
    save_draft,
)
from certification.catalogue.models import Certification, CertificationVersion, VersionDraft
from certification.catalogue.reads import fault_words, find_faults, list_own_words, list_targets
from certification.standing.models import Standing
from courses.api import CoursePage
from lms.api import InvalidInputError, NotAllowedError, Notice, RuleError
from tests.certification.factories import (
    NOW,
    YEARLY,
    make_certification,
    make_simple_certification,
)
from tests.courses.factories import make_course, row_of
from tests.lms.factories import UserFactory, make_granted, make_person

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def publish(certification, *drafts, policy=YEARLY, effective_on=TODAY, **more):
    options = {"actor": None, "now": NOW} | more
    return publish_version(
        certification=certification,
        policy=policy,
        requirements=drafts,
        effective_on=effective_on,
        **options,
    )


def ask(standard, **fields):
    return RequirementDraft("acknowledgement", standard.uuid, "Read it", **fields)


def test_a_version_keeps_its_note_its_delta_and_whom_it_reached():
    certification, standard = make_simple_certification()
    version = publish(
        certification,
        ask(standard),
        change_note="Two years now",
        delta_lapses_at_once=True,
        delta_questions=3,
        impact={"gains": 2},
        after_number=1,
    )
    version.refresh_from_db()
    assert (version.number, version.change_note, version.impact) == (
        2,
        "Two years now",
        {"gains": 2},
    )
    assert (version.delta_lapses_at_once, version.delta_questions) == (True, 3)


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ({"active": "P0D"}, "active"),
        ({"active": "P1M", "window": "P30D"}, "window"),
        ({"active": "P1Y", "method": "calendar"}, "min_active"),
        ({"active": "P1Y", "late": "full_if_lapsed_over"}, "lapsed_over"),
        ({"active": "P1Y", "method": "calendar", "min_active": "P1M", "calendar_day": "02-29"},
         "calendar_day"),
        ({"active": "P1Y", "zone": "Moon/Base"}, "zone"),
    ],
)  # fmt: skip
def test_an_impossible_policy_is_refused_by_its_field_in_plain_words(policy, field):
    certification, standard = make_simple_certification()
    with pytest.raises(InvalidInputError) as caught:
        publish(certification, ask(standard), policy=policy)
    assert (caught.value.code, caught.value.field) == ("policy", field)
    assert "P" not in caught.value.message.split()[0][1:]
    assert "null" not in caught.value.message
    assert CertificationVersion.objects.count() == 1


def test_what_nobody_could_do_any_more_is_refused():
    certification, standard = make_simple_certification()
    course = make_course()
    requirement = RequirementDraft("course", row_of(course).uuid, "Course")
    assert publish(certification, requirement).number == 2
    CoursePage.objects.get(pk=course.pk).unpublish()
    standard.unpublish()
    gone = RequirementDraft("quiz", uuid4(), "Gone")
    for draft, code in ((requirement, "closed_target"), (ask(standard), "closed_target"),
                        (gone, "unknown_target")):  # fmt: skip
        with pytest.raises(InvalidInputError) as caught:
            publish(certification, draft)
        assert (caught.value.code, caught.value.field) == (code, "requirements.0.target")


def test_certifications_never_wait_for_each_other():
    first, standard = make_simple_certification("FIRST")
    second = make_certification("SECOND", standards=[standard])
    needs_first = RequirementDraft("certification", first.uuid, "First")
    publish(second, needs_first)
    with pytest.raises(InvalidInputError) as caught:
        publish(first, RequirementDraft("certification", second.uuid, "Second"))
    assert caught.value.code == "circle"
    with pytest.raises(InvalidInputError) as caught:
        publish(first, RequirementDraft("certification", first.uuid, "Itself"))
    assert caught.value.code == "asks_itself"
    publish(second, ask(standard))
    assert publish(first, RequirementDraft("certification", second.uuid, "Second")).number == 2


def test_a_retired_certification_is_neither_asked_for_nor_written_anew():
    old, standard = make_simple_certification("OLD")
    new = make_certification("NEW", standards=[standard])
    retire_certification(certification=old, on=TODAY, actor=None, now=NOW)
    with pytest.raises(RuleError) as caught:
        publish(old, ask(standard))
    assert caught.value.code == "retired"
    with pytest.raises(InvalidInputError) as refused:
        publish(new, RequirementDraft("certification", old.uuid, "Old"))
    assert refused.value.code == "closed_target"


def test_days_before_the_newest_version_and_past_days_are_refused():
    certification, standard = make_simple_certification()
    with pytest.raises(InvalidInputError) as caught:
        publish(certification, ask(standard), effective_on=date(2019, 12, 31))
    assert (caught.value.code, caught.value.field) == ("before_newest", "effective_on")
    with pytest.raises(InvalidInputError) as caught:
        publish(certification, ask(standard), effective_on=TODAY - timedelta(days=1))
    assert caught.value.code == "in_the_past"
    past = TODAY - timedelta(days=1)
    version = publish(certification, ask(standard), effective_on=past, past_is_meant=True)
    assert version.effective_on == past


def test_who_saw_an_older_version_publishes_nothing():
    certification, standard = make_simple_certification()
    publish(certification, ask(standard), after_number=1)
    with pytest.raises(RuleError) as caught:
        publish(certification, ask(standard), after_number=1)
    assert caught.value.code == "published_meanwhile"
    assert certification.versions.count() == 2


def test_only_hr_writes_rules():
    certification, standard = make_simple_certification()
    fields = {"certification": certification}
    for actor in (UserFactory(), *map(make_granted, ("trainer", "auditor", "regional_hr"))):
        for refused in (
            lambda actor: publish(certification, ask(standard), actor=actor),
            lambda actor: create_certification(code="X", title="X", actor=actor),
            lambda actor: save_draft(**fields, fields={}, actor=actor, now=NOW),
            lambda actor: discard_draft(**fields, actor=actor),
            lambda actor: retire_certification(**fields, on=TODAY, actor=actor, now=NOW),
            lambda actor: keep_certification(**fields, actor=actor, now=NOW),
        ):
            with pytest.raises(NotAllowedError):
                refused(actor)
    hr = make_granted("hr")
    assert publish(certification, ask(standard), actor=hr).recorded_by == hr


def test_a_certification_is_written_once_per_code_and_changed():
    hr = make_granted("hr")
    made = create_certification(code="PHONE", title="Phone", reminder_days=[1, 30, 7, 7], actor=hr)
    assert (made.owner, made.reminder_days) == (hr, [30, 7, 1])
    with pytest.raises(InvalidInputError) as caught:
        create_certification(code="phone", title="Other", actor=hr)
    assert (caught.value.code, caught.value.field) == ("code_taken", "code")
    changed = change_certification(
        certification=made,
        title="Calls",
        summary="",
        reminder_days=[5],
        name_as_initials=True,
        in_catalogue=True,
        needs_approval=False,
        assessor_may_train=True,
        actor=hr,
    )
    changed.refresh_from_db()
    assert (changed.code, changed.title, changed.reminder_days) == ("PHONE", "Calls", [5])
    assert (changed.in_catalogue, changed.needs_approval) == (True, False)


def test_a_draft_is_kept_as_typed_and_goes_with_its_version():
    certification, standard = make_simple_certification()
    hr = make_granted("hr")
    save_draft(certification=certification, fields={"active_0": "x"}, actor=hr, now=NOW)
    assert VersionDraft.objects.get().fields == {"active_0": "x"}
    save_draft(certification=certification, fields={"active_0": "2"}, actor=hr, now=NOW)
    assert VersionDraft.objects.get().fields == {"active_0": "2"}
    publish(certification, ask(standard), actor=hr)
    assert not VersionDraft.objects.exists()
    save_draft(certification=certification, fields={}, actor=hr, now=NOW)
    discard_draft(certification=certification, actor=hr)
    assert not VersionDraft.objects.exists()


def test_two_writers_never_overwrite_each_other_unseen():
    certification, _standard = make_simple_certification()
    one, other = make_granted("hr"), make_granted("hr")
    begun = save_draft(certification=certification, fields={"a": 1}, actor=one, now=NOW)
    with pytest.raises(RuleError) as caught:
        save_draft(certification=certification, fields={}, actor=other, now=NOW)
    assert caught.value.code == "draft_of_another"
    assert VersionDraft.objects.get().fields == {"a": 1}
    later = NOW + timedelta(minutes=1)
    save_draft(
        certification=certification, fields={"a": 2}, actor=other, now=later, seen_at=begun.saved_at
    )
    assert VersionDraft.objects.get().saved_by == other


def test_evidence_keeps_its_identity_and_latest_label(django_assert_num_queries):
    certification, standard = make_simple_certification()
    identity = uuid4()
    for label in ("First aid", "First-aid course"):
        publish(certification, ask(standard), RequirementDraft("evidence", identity, label))
    with django_assert_num_queries(1):
        (found,) = list_own_words(certification)
    assert (found.uuid, found.title) == (identity, "First-aid course")


def test_faults_take_seven_queries_whatever_is_asked(django_assert_num_queries):
    certification, standard = make_simple_certification()
    make_certification("OTHER", standards=[standard])
    with django_assert_num_queries(7):
        faults = find_faults(
            certification,
            policy=YEARLY,
            requirements=[ask(standard)] * 3,
            effective_on=TODAY,
            today=TODAY,
            past_is_meant=False,
        )
    assert [fault.code for fault in faults] == ["asked_twice", "asked_twice"]
    with django_assert_num_queries(5):
        assert {target.kind for target in list_targets(TODAY)} == {
            "acknowledgement",
            "certification",
        }


def test_every_fault_has_a_sentence_that_ends():
    assert all(sentence.endswith((".", "!")) for sentence in fault_words().values())


def retired_with_two_people():
    """Return a certification one person holds, one has open; both by rule."""
    certification, _standard = make_simple_certification(
        policy={"active": "P1Y", "window": "P1M", "due": "P30D"}
    )
    add_audience_rule(certification=certification, reason="All", from_on=TODAY, now=NOW)
    holder, beginner = make_person(), make_person()
    row = PastAward(holder.pk, certification.pk, TODAY, TODAY, date(2027, 3, 2), "register")
    record_past_awards(rows=[row], actor=None, now=NOW)
    advance(now=NOW)
    return certification, holder, beginner


def test_retiring_opens_and_reminds_nothing_more_and_takes_no_award_away():
    certification, holder, beginner = retired_with_two_people()
    assert Cycle.objects.filter(employee=beginner, state="open").exists()
    retire_certification(
        certification=certification, on=TODAY + timedelta(days=5), actor=None, now=NOW
    )
    Notice.objects.all().delete()
    for days in (5, 25, 31, 340, 364):
        advance(now=NOW + timedelta(days=days))
    assert not Notice.objects.exclude(state__in=["suppressed", "superseded"]).exists()
    assert not Cycle.objects.filter(state="open").exists()
    assert not Assignment.objects.filter(end__isnull=True).exists()
    held = Standing.objects.get(employee=holder)
    assert (held.standing, held.valid_until) == ("valid", date(2027, 3, 2))
    advance(now=NOW + timedelta(days=366))
    held.refresh_from_db()
    assert held.standing == "expired"
    assert not Cycle.objects.filter(employee=holder, state="open").exists()


def test_a_retirement_is_never_in_the_past_and_can_be_taken_back_until_its_day():
    certification, _standard = make_simple_certification()
    options = {"certification": certification, "actor": None}
    with pytest.raises(InvalidInputError) as caught:
        retire_certification(on=TODAY - timedelta(days=1), now=NOW, **options)
    assert caught.value.field == "on"
    tomorrow = TODAY + timedelta(days=1)
    retire_certification(on=tomorrow, now=NOW, **options)
    assert Certification.objects.get().retired_on == tomorrow
    keep_certification(now=NOW, **options)
    assert Certification.objects.get().retired_on is None
    retire_certification(on=TODAY, now=NOW, **options)
    for again in (keep_certification, lambda **fields: retire_certification(on=TODAY, **fields)):
        with pytest.raises(RuleError):
            again(now=NOW, **options)
