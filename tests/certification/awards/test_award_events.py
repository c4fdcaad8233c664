"""Taking back, pausing, voiding and correcting awards, and what can no longer be true."""

from datetime import date, timedelta

import pytest

from certification.awards.actions import (
    advance,
    correct_award,
    extend_award,
    reinstate_award,
    revoke_award,
    suspend_award,
    take_extension_back,
    void_award,
)
from certification.awards.reads import derive_timeline, load_cases, load_rulebook
from certification.models import Award, AwardEvent, Certification, Cycle, Standing
from lms.api import InvalidInputError, NotAllowedError, NotFoundError, RuleError
from tests.certification.factories import (
    NOW,
    assign,
    confirm,
    make_simple_certification,
)
from tests.certification.people import make_award
from tests.lms.factories import GrantFactory, make_granted, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOW.date()


def act(verb, award, **fields):
    fields.setdefault("reason", "Because")
    fields.setdefault("actor", None)
    fields.setdefault("now", NOW)
    return verb(award=award, **fields)


def badge(award):
    return Standing.objects.get(employee=award.employee).badge


def line_of(award):
    case = load_cases([award.employee])[award.employee_id, award.certification_id]
    return derive_timeline(case, load_rulebook())


@pytest.mark.parametrize(
    ("verb", "later"), [(revoke_award, "revoked"), (suspend_award, "suspended")]
)
def test_what_is_dated_in_the_future_does_nothing_yet(verb, later):
    award = make_award()
    act(verb, award, effective_on=TODAY + 10 * DAY)
    before = badge(award)
    assert before not in ("revoked", "suspended")
    advance(now=NOW + 11 * DAY)
    assert line_of(award).at(TODAY + 9 * DAY).standing == "valid"
    assert line_of(award).at(TODAY + 10 * DAY).standing == later
    assert Standing.objects.get().standing == later


def test_a_revocation_falls_back_to_another_award_that_covers_the_day():
    award = make_award()
    other = make_award(
        award.employee, award.certification, start=date(2026, 2, 1), until=date(2026, 8, 1)
    )
    act(revoke_award, award, effective_on=TODAY)
    row = Standing.objects.get()
    assert (row.standing, row.valid_until) == ("valid", other.valid_until)
    act(revoke_award, other, effective_on=TODAY)
    assert Standing.objects.get().standing == "revoked"


def test_an_extension_of_the_future_waits_for_its_day_and_can_be_taken_back():
    award = make_award()
    event = act(extend_award, award, effective_on=TODAY, until_on=date(2027, 3, 1))
    assert Standing.objects.get().valid_until == date(2027, 3, 1)
    take_extension_back(extension=event, reason="Wrong person", actor=None, now=NOW + DAY)
    advance(now=NOW + DAY)
    line = line_of(award)
    assert line.at(TODAY).valid_until == award.valid_until
    # As it was known before, it still reaches to March.
    assert line.at(TODAY, NOW).valid_until == date(2027, 3, 1)
    with pytest.raises(RuleError):
        take_extension_back(extension=event, reason="Twice", actor=None, now=NOW + DAY)
    again = act(extend_award, award, effective_on=TODAY, until_on=date(2027, 2, 1), now=NOW + DAY)
    assert Standing.objects.get().valid_until == again.until_on


def test_a_voided_award_never_was_and_its_work_counts_no_more(django_capture_on_commit_callbacks):
    certification, standard = make_simple_certification()
    person = make_person()
    assign(person, certification)
    with django_capture_on_commit_callbacks(execute=True):
        confirm(person, standard)
    award = Award.objects.get()
    act(void_award, award, reason="Somebody else sat there", now=NOW + DAY)
    row = Standing.objects.get()
    assert (row.standing, row.valid_until) == ("never", None)
    advance(now=NOW + 2 * DAY)
    assert Award.objects.count() == 1
    assert Cycle.objects.get(state="open").kind == "first"
    assert line_of(award).at(TODAY, NOW).standing == "valid"
    for verb, fields in (
        (revoke_award, {"effective_on": TODAY}),
        (extend_award, {"effective_on": TODAY, "until_on": date(2028, 1, 1)}),
        (void_award, {}),
    ):
        with pytest.raises(RuleError) as refused:
            act(verb, award, now=NOW + DAY, **fields)
        assert refused.value.code == "award_void"


def test_a_correction_replaces_an_award_by_one_with_the_right_dates(client):
    award = make_award(start=date(2026, 1, 10), until=date(2027, 1, 10))
    new = act(
        correct_award, award, valid_from=date(2025, 12, 10), valid_until=date(2026, 12, 10),
        reason="The register says December", now=NOW + DAY,
    )  # fmt: skip
    assert (new.basis, new.name.full_name) == ("corrected", award.name.full_name)
    assert new.public_code != award.public_code
    row = Standing.objects.get()
    assert (row.valid_from, row.valid_until) == (date(2025, 12, 10), date(2026, 12, 10))
    line = line_of(award)
    assert line.at(date(2025, 12, 20)).standing == "valid"
    assert line.at(date(2026, 12, 20), NOW).standing == "valid"
    assert line.at(date(2026, 12, 20)).standing == "expired"
    event = AwardEvent.objects.get()
    assert (event.kind, event.replacement) == ("corrected", new)


def test_the_check_of_a_replaced_certificate_says_so(client):
    award = make_award()
    new = act(
        correct_award, award, valid_from=date(2026, 1, 11), valid_until=date(2027, 1, 11),
        now=NOW + DAY,
    )  # fmt: skip
    old_page = client.get(f"/verify/{award.public_code}/", follow=True)
    assert old_page.status_code == 200
    assert "Replaced" in old_page.content.decode()
    assert "Last valid day" not in old_page.content.decode()
    assert new.public_code not in old_page.content.decode()
    assert "Last valid day" in client.get(f"/verify/{new.public_code}/").content.decode()


@pytest.mark.parametrize(
    ("verb", "fields", "field"),
    [
        (revoke_award, {"effective_on": date(2025, 12, 1)}, "effective_on"),
        (suspend_award, {"effective_on": date(2025, 12, 1)}, "effective_on"),
        (extend_award, {"effective_on": TODAY, "until_on": date(2026, 12, 1)}, "until_on"),
        (extend_award, {"effective_on": date(2027, 4, 1), "until_on": date(2027, 3, 1)},
         "until_on"),
        (correct_award, {"valid_from": TODAY, "valid_until": TODAY}, "valid_until"),
        (correct_award, {"valid_from": date(2026, 1, 10), "valid_until": date(2027, 1, 10)},
         "valid_until"),
        (revoke_award, {"effective_on": TODAY, "reason": " "}, "reason"),
        (void_award, {"reason": ""}, "reason"),
    ],
)  # fmt: skip
def test_impossible_days_are_refused_by_the_name_of_their_field(verb, fields, field):
    award = make_award()
    with pytest.raises(InvalidInputError) as refused:
        act(verb, award, **fields)
    assert refused.value.field == field
    assert not AwardEvent.objects.exists()
    assert Award.objects.count() == 1


def test_what_the_state_of_an_award_does_not_allow_is_refused():
    award = make_award()
    with pytest.raises(RuleError):
        act(reinstate_award, award, effective_on=TODAY)
    act(suspend_award, award, effective_on=TODAY)
    with pytest.raises(RuleError):
        act(suspend_award, award, effective_on=TODAY + DAY)
    with pytest.raises(RuleError):
        act(correct_award, award, valid_from=TODAY, valid_until=None)
    act(revoke_award, award, effective_on=TODAY)
    with pytest.raises(RuleError):
        act(revoke_award, award, effective_on=TODAY + DAY)
    act(reinstate_award, award, effective_on=TODAY, now=NOW + DAY)
    assert Standing.objects.get().standing == "valid"


def test_awards_of_a_retired_certification_run_out_naturally():
    award = make_award()
    Certification.objects.update(retired_on=TODAY)
    award.refresh_from_db()
    with pytest.raises(RuleError) as refused:
        act(extend_award, award, effective_on=TODAY, until_on=date(2027, 6, 1))
    assert refused.value.code == "retired"
    act(revoke_award, award, effective_on=TODAY)


VERBS = [
    (revoke_award, {"effective_on": TODAY}),
    (suspend_award, {"effective_on": TODAY}),
    (extend_award, {"effective_on": TODAY, "until_on": date(2027, 6, 1)}),
    (void_award, {}),
    (correct_award, {"valid_from": TODAY, "valid_until": None}),
]


@pytest.mark.parametrize(("verb", "fields"), VERBS)
@pytest.mark.parametrize(
    "role", ["trainer", "assessor", "branch_manager", "regional_hr", "auditor"]
)
def test_only_hr_acts_on_awards(role, verb, fields):
    award = make_award()
    place = {"branch": award.employee.home_branch} if role == "branch_manager" else {}
    with pytest.raises((NotAllowedError, NotFoundError)):
        act(verb, award, actor=make_granted(role, **place), **fields)
    assert not AwardEvent.objects.exists()


@pytest.mark.parametrize(("verb", "fields"), VERBS)
def test_hr_acts_on_awards_in_reach_only_and_never_on_the_own_one(verb, fields):
    award = make_award()
    with pytest.raises(NotFoundError):
        act(verb, award, actor=make_granted("hr", region=make_person().home_branch.region),
            **fields)  # fmt: skip
    GrantFactory(user=award.employee.user, role="hr")
    with pytest.raises(NotAllowedError) as refused:
        act(verb, award, actor=award.employee.user, **fields)
    assert refused.value.code == "own_record"
    assert not AwardEvent.objects.exists()
    act(verb, award, actor=make_granted("hr", region=award.employee.home_branch.region), **fields)
    assert AwardEvent.objects.count() == 1
