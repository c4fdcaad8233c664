"""A standard changes materially: who holds it catches up, and stays certified meanwhile."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certification.awards.actions import (
    advance,
    end_assignment,
    exempt_employee,
    make_deltas,
    refresh_people,
    reinstate_award,
    revoke_award,
    suspend_award,
)
from certification.awards.actions.delta import follow_changes
from certification.awards.reads import find_impact
from certification.catalogue.actions import RequirementDraft, publish_version
from certification.models import (
    Award,
    AwardEvent,
    Certification,
    Cycle,
    CycleDelta,
    CycleEvidence,
    Delta,
    DeltaNeed,
    Standing,
)
from certification.reports.reads import explain_standing, find_drift
from certification.reports.reads.explain import read_joined_changes
from courses.api import Lesson, finish_lesson
from lms.api import Notice, StandardVersion, record_absence
from quizzes.api import Quiz
from tests.certification.factories import NOW, YEARLY, assign, confirm
from tests.courses.factories import TEXT, block, lesson_pages, make_course
from tests.lms.factories import make_person
from tests.lms.standards.factories import change_standard, publish_standard
from tests.quizzes.factories import make_questions, single, take

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CHANGED = NOW + 60 * DAY


class Counter:
    """A certification that asks for one course, which teaches the standard in its second lesson."""

    def __init__(self, *, questions=6, policy=None, course=True, **fields):
        with time_machine.travel(NOW - 30 * DAY, tick=False):
            self.standard = publish_standard("REFUND-01", title="Refund within 14 days", **fields)
            self.course = make_course(
                slug="refunds", lessons=[[TEXT], [TEXT, block("standard", self.standard)]]
            )
        make_questions([single(f"Q{n:02d}", "REFUND-01") for n in range(questions)] or [])
        self.certification = Certification.objects.create(code="COUNTER", title="Counter service")
        self.publish(policy=policy)

    def publish(self, policy=None, **fields):
        drafts = [RequirementDraft("course", self.course.translation_key, "Finish the course")]
        if self.standard.needs_acknowledgement:
            drafts.append(RequirementDraft("acknowledgement", self.standard.uuid, "Confirm it"))
        version = publish_version(
            certification=self.certification,
            policy=policy or YEARLY,
            requirements=drafts,
            effective_on=date(2020, 1, 1),
            actor=None,
            now=NOW,
        )
        type(version).objects.filter(pk=version.pk).update(**fields)

    @property
    def lessons(self):
        return [Lesson.objects.get(uuid=page.translation_key) for page in lesson_pages(self.course)]

    def finish(self, person, now, lessons=None):
        for lesson in lessons or self.lessons:
            finish_lesson(employee=person, lesson=lesson, actor=person.user, now=now)

    def learn(self, person, now):
        """Do the changed lesson and the short quiz."""
        self.finish(person, now, self.lessons[1:])
        take(person, self.quiz, right=5, now=now)

    @property
    def quiz(self):
        return Quiz.objects.get(code__startswith="change:")

    def change(self, now=CHANGED, note="14 days instead of 30", **fields):
        """Publish a material change and let the sweep run."""
        with time_machine.travel(now, tick=False):
            change_standard(self.standard, change_note=note, statement=f"<p>{note}</p>", **fields)
        advance(now=now)


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def hold(counter, commit, person=None, now=NOW):
    """Return somebody who completed the course and is certified."""
    person = person or make_person()
    assign(person, counter.certification, now)
    with commit():
        counter.finish(person, now)
    return person


def delta_cycle(person):
    return Cycle.objects.get(employee=person, kind="delta")


def standing_of(person):
    return Standing.objects.get(employee=person)


def events_of(person):
    rows = AwardEvent.objects.filter(award__employee=person).order_by("pk")
    return [(row.kind, row.effective_on) for row in rows]


def test_holders_stay_certified_and_get_the_changed_lesson_five_questions_and_thirty_days(commit):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    delta = Delta.objects.get()
    assert [(need.kind, need.label) for need in delta.needs.all()] == [
        ("lesson", counter.lessons[1].title),
        ("quiz", "What changed: Refund within 14 days"),
    ]
    assert sum(s["draw"]["count"] for s in counter.quiz.versions.get().body["slots"]) == 5
    cycle = delta_cycle(person)
    assert (cycle.opens_on, cycle.due_on) == (date(2026, 5, 1), date(2026, 5, 31))
    row = standing_of(person)
    assert (row.standing, row.task, row.badge, row.due_on) == (
        "valid", "open", "certified", date(2026, 5, 31),
    )  # fmt: skip
    assert list(find_drift(now=CHANGED)) == []


def test_doing_the_lesson_and_the_questions_ends_it_without_moving_the_expiry(commit):
    counter = Counter()
    person = hold(counter, commit)
    until = Award.objects.get().valid_until
    counter.change()
    with commit():
        counter.finish(person, CHANGED + DAY, counter.lessons[1:])
    assert standing_of(person).task == "open"
    with commit():
        take(person, counter.quiz, right=5, now=CHANGED + 2 * DAY)
    cycle = delta_cycle(person)
    assert (cycle.state, cycle.finished_at) == ("completed", CHANGED + 2 * DAY)
    assert {row.kind for row in CycleEvidence.objects.filter(cycle=cycle)} == {"lesson", "quiz"}
    row = standing_of(person)
    assert (row.standing, row.badge, row.valid_until) == ("valid", "certified", until)
    assert Award.objects.count() == 1
    assert events_of(person) == []
    advance(now=CHANGED + 90 * DAY)
    assert events_of(person) == []


def test_a_change_not_learned_by_its_due_day_suspends_and_learning_it_reinstates(commit):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    advance(now=CHANGED + 30 * DAY)
    assert standing_of(person).standing == "valid"
    advance(now=CHANGED + 31 * DAY)
    assert events_of(person) == [("suspended", date(2026, 6, 1))]
    row = standing_of(person)
    assert (row.standing, row.task) == ("suspended", "overdue")
    until = Award.objects.get().valid_until
    late = CHANGED + 40 * DAY
    with commit():
        counter.learn(person, late)
    assert events_of(person)[1:] == [("reinstated", late.date())]
    row = standing_of(person)
    assert (row.standing, row.valid_until, row.task) == ("valid", until, "scheduled")
    advance(now=late + DAY)
    assert len(events_of(person)) == 2
    assert "REFUND-01" in AwardEvent.objects.first().reason


def test_done_late_but_noticed_later_it_was_suspended_in_between(commit):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    counter.learn(person, CHANGED + 35 * DAY)  # nothing runs after commit, nothing sweeps
    advance(now=CHANGED + 50 * DAY)
    assert events_of(person) == [
        ("suspended", date(2026, 6, 1)),
        ("reinstated", (CHANGED + 35 * DAY).date()),
    ]


def test_a_rule_can_suspend_at_once(commit):
    counter = Counter()
    counter.certification.versions.update(delta_lapses_at_once=True)
    person = hold(counter, commit)
    counter.change()
    assert events_of(person) == [("suspended", CHANGED.date())]
    assert standing_of(person).standing == "suspended"
    with commit():
        counter.learn(person, CHANGED + DAY)
    assert standing_of(person).standing == "valid"


def test_what_a_person_reinstates_by_hand_is_not_suspended_again(commit):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    advance(now=CHANGED + 31 * DAY)
    boss = make_person()
    boss.user.is_superuser = True
    boss.user.save()
    award = Award.objects.get()
    when = CHANGED + 32 * DAY
    reinstate_award(
        award=award, effective_on=when.date(), reason="Was told in person", actor=None, now=when
    )
    advance(now=when + DAY)
    assert standing_of(person).standing == "valid"
    assert [kind for kind, _on in events_of(person)] == ["suspended", "reinstated"]


def test_a_mended_comma_asks_nothing_of_anybody(commit):
    counter = Counter()
    hold(counter, commit)
    with time_machine.travel(CHANGED, tick=False):
        change_standard(counter.standard, change="editorial", statement="<p>Comma</p>")
    advance(now=CHANGED)
    assert not Delta.objects.exists()


def test_with_a_delta_open_the_newer_change_joins_and_the_due_day_stays(commit):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    with commit():
        counter.learn(person, CHANGED + DAY - timedelta(hours=1))
    assert delta_cycle(person).state == "completed"
    second = CHANGED + 10 * DAY
    counter.change(second, "10 days now")
    third = CHANGED + 20 * DAY
    counter.change(third, "7 days now")
    open_one = Cycle.objects.get(employee=person, state="open")
    assert open_one.due_on == second.date() + 30 * DAY
    assert open_one.changes.count() == 2
    with commit():
        counter.learn(person, third + DAY)
    assert Cycle.objects.filter(employee=person, state="open").count() == 0


def test_work_before_the_newer_change_does_not_answer_it(commit):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    with commit():
        counter.learn(person, CHANGED + DAY)
    counter.change(CHANGED + 10 * DAY, "10 days now")
    assert Cycle.objects.filter(employee=person, state="open").count() == 1


def test_a_change_joins_the_renewal_under_way_and_is_due_with_it(commit):
    counter = Counter()
    person = hold(counter, commit)
    window = NOW + 340 * DAY
    advance(now=window)
    renewal = Cycle.objects.get(employee=person, kind="renewal")
    counter.change(window + DAY)
    assert not Cycle.objects.filter(kind="delta").exists()
    assert CycleDelta.objects.get().cycle == renewal
    assert standing_of(person).due_on == renewal.due_on
    advance(now=window + 2 * DAY)
    assert CycleDelta.objects.count() == 1


def test_the_renewal_takes_over_an_open_delta_and_what_was_done_counts(commit):
    counter = Counter()
    person = hold(counter, commit)
    late = NOW + 325 * DAY
    counter.change(late)
    with commit():
        counter.finish(person, late + DAY, counter.lessons[1:])
    window = datetime(2027, 2, 3, 9, tzinfo=UTC)
    advance(now=window)
    assert delta_cycle(person).state == "cancelled"
    renewal = Cycle.objects.get(employee=person, kind="renewal")
    assert (renewal.state, renewal.changes.count()) == ("open", 1)
    assert renewal.evidence.get().kind == "lesson"
    advance(now=late + 33 * DAY)
    assert events_of(person) == []


def test_leaving_ends_it_and_nobody_is_suspended(commit):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    end_assignment(
        assignment=person.assignments.get(),
        on=CHANGED.date() + 5 * DAY,
        reason="Left",
        actor=None,
        now=CHANGED,
    )
    advance(now=CHANGED + 31 * DAY)
    assert delta_cycle(person).state == "cancelled"
    assert events_of(person) == []


def test_an_exemption_ends_it_and_afterwards_it_opens_anew_with_a_new_due_day(commit):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    start = CHANGED.date() + 5 * DAY
    exempt_employee(
        employee=person,
        certification=counter.certification,
        from_on=start,
        until_on=start + 60 * DAY,
        reason="Project abroad",
        actor=None,
        now=CHANGED,
    )
    advance(now=CHANGED + 40 * DAY)
    assert delta_cycle(person).state == "cancelled"
    back = CHANGED + 66 * DAY
    advance(now=back)
    assert events_of(person) == []
    again = Cycle.objects.get(employee=person, state="open")
    assert (again.kind, again.due_on) == ("delta", back.date() + 30 * DAY)


def test_leave_moves_the_due_day(commit):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    record_absence(
        employee=person,
        kind="parental",
        from_on=CHANGED.date() + 5 * DAY,
        until_on=CHANGED.date() + 105 * DAY,
        reason="",
        actor=None,
        today=CHANGED.date(),
        now=CHANGED,
    )
    advance(now=CHANGED + 100 * DAY)
    assert events_of(person) == []
    assert standing_of(person).due_on == CHANGED.date() + 130 * DAY


def test_a_revocation_ends_it_and_the_whole_path_is_asked_for(commit):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    revoke_award(
        award=Award.objects.get(),
        effective_on=CHANGED.date() + DAY,
        reason="Fraud",
        actor=None,
        now=CHANGED + DAY,
    )
    assert delta_cycle(person).state == "cancelled"
    assert Cycle.objects.get(employee=person, state="open").kind == "first"


def test_a_suspension_by_a_person_is_theirs_to_end(commit):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    boss = make_person()
    suspend_award(
        award=Award.objects.get(),
        effective_on=CHANGED.date() + DAY,
        reason="Complaint",
        actor=None,
        now=CHANGED + DAY,
    )
    AwardEvent.objects.update(actor=boss.user)
    refresh_people(employee_ids=[person.pk], now=CHANGED + 2 * DAY)
    with commit():
        counter.learn(person, CHANGED + 3 * DAY)
    assert standing_of(person).standing == "suspended"


def test_a_retired_certification_lets_its_deltas_go(commit):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    counter.certification.retired_on = CHANGED.date() + 10 * DAY
    counter.certification.save()
    advance(now=CHANGED + 31 * DAY)
    assert delta_cycle(person).state == "cancelled"
    assert events_of(person) == []


def test_a_learner_on_the_way_gets_the_change_with_the_rest(commit):
    counter = Counter()
    person = make_person()
    assign(person, counter.certification, NOW)
    with commit():
        counter.finish(person, NOW, counter.lessons[:1])
    counter.change(NOW + DAY)
    cycle = Cycle.objects.get(employee=person)
    assert (cycle.kind, cycle.changes.count()) == ("first", 1)
    with commit():
        counter.finish(person, NOW + 2 * DAY, counter.lessons[1:])
    assert not Award.objects.exists()
    with commit():
        take(person, counter.quiz, right=5, now=NOW + 3 * DAY)
    award = Award.objects.get()
    assert award.valid_from == (NOW + 3 * DAY).date()
    assert {row["kind"] for row in award.frozen["evidence"]} == {"course", "lesson", "quiz"}


def test_who_begins_after_the_change_learns_it_anyway(commit):
    counter = Counter()
    counter.change()
    person = hold(counter, commit, now=CHANGED + DAY)
    assert standing_of(person).standing == "valid"
    assert not CycleDelta.objects.exists()


def test_a_policy_is_confirmed_again(commit):
    counter = Counter(questions=0, needs_acknowledgement=True)
    person = make_person()
    assign(person, counter.certification)
    with commit():
        counter.finish(person, NOW)
        confirm(person, counter.standard)
    counter.change()
    kinds = [need.kind for need in DeltaNeed.objects.order_by("position")]
    assert kinds == ["lesson", "acknowledgement"]
    with commit():
        counter.finish(person, CHANGED + DAY, counter.lessons[1:])
        confirm(person, counter.standard, CHANGED + DAY)
    assert delta_cycle(person).state == "completed"


def test_fewer_questions_than_wanted_are_all_asked_and_the_author_is_warned(commit):
    counter = Counter(questions=3)
    hold(counter, commit)
    (warning,) = find_impact(counter.standard).warnings
    assert "Only 3 of 5" in warning
    counter.change()
    assert sum(s["draw"]["count"] for s in counter.quiz.versions.get().body["slots"]) == 3


def test_the_number_the_author_sees_is_the_number_of_cycles_then_opened(commit):
    counter = Counter()
    first = hold(counter, commit)
    hold(counter, commit, make_person(first.home_branch))
    hold(counter, commit)
    assign(make_person(), counter.certification)  # still learning: not certified in it
    gone = hold(counter, commit)
    end_assignment(
        assignment=gone.assignments.get(),
        on=NOW.date() + 10 * DAY,
        reason="Moved",
        actor=None,
        now=NOW,
    )
    advance(now=NOW + 20 * DAY)
    with time_machine.travel(CHANGED, tick=False):
        impact = find_impact(counter.standard)
    assert (impact.people, impact.branches) == (3, 2)
    assert impact.certifications == ("Counter service",)
    counter.change()
    assert Cycle.objects.filter(kind="delta").count() == 3
    stored = StandardVersion.objects.get(number=2).impact
    assert stored == {"people": 3, "branches": 2, "certifications": ["Counter service"]}


def test_everybody_is_told_once_what_to_do_by_when(commit):
    from lms import registry

    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    advance(now=CHANGED + DAY)
    notice = Notice.objects.get(kind="delta_published")
    assert notice.recipient_id == person.pk
    (provider,) = registry.notice_providers.of("delta")
    assert provider.check([notice], CHANGED)[notice.pk].still_true
    text = provider.write([notice])[notice.pk]
    assert text.title == "What changed: Refund within 14 days"
    assert "14 days instead of 30" in text.body
    assert "You stay certified." in text.body
    assert "May 31, 2026" in text.body or "31 May 2026" in text.body
    assert counter.lessons[1].title in text.body
    with commit():
        counter.learn(person, CHANGED + DAY)
    verdict = provider.check([notice], CHANGED + DAY)[notice.pk]
    assert (verdict.still_true, verdict.reason) == (False, "done")


def test_killed_in_between_the_sweep_goes_on_where_it_stopped(commit, monkeypatch):
    counter = Counter()
    people = [hold(counter, commit) for _ in range(4)]
    calls = []

    def die_at_the_third(*args):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return follow_changes(*args)

    monkeypatch.setattr("certification.awards.actions.derive.follow_changes", die_at_the_third)
    with time_machine.travel(CHANGED, tick=False):
        change_standard(counter.standard, statement="<p>New</p>")
    with pytest.raises(KeyboardInterrupt):
        advance(now=CHANGED, batch=1)
    assert Cycle.objects.filter(kind="delta").count() == 2
    monkeypatch.undo()
    advance(now=CHANGED, batch=1)
    advance(now=CHANGED, batch=1)
    assert Cycle.objects.filter(kind="delta").count() == len(people)
    assert Notice.objects.filter(kind="delta_published").count() == len(people)


def test_the_same_version_twice_makes_one_change(commit):
    counter = Counter()
    hold(counter, commit)
    counter.change()
    version = StandardVersion.objects.get(number=2)
    assert make_deltas(version=version, now=CHANGED + DAY) == []
    assert Delta.objects.count() == 1


def test_opening_for_fifty_people_takes_as_many_queries_as_for_five(commit):
    counter = Counter()
    person = hold(counter, commit)
    people = [person] + [make_person(person.home_branch) for _ in range(24)]
    for other in people[1:]:
        assign(other, counter.certification)
        counter.finish(other, NOW)
    advance(now=NOW + DAY)
    with time_machine.travel(CHANGED, tick=False):
        change_standard(counter.standard, statement="<p>New</p>")
    make_deltas(version=StandardVersion.objects.get(number=2), now=CHANGED)
    counts = []
    for group in (people[:5], people[5:]):
        with CaptureQueriesContext(connection) as queries:
            refresh_people(employee_ids=[one.pk for one in group], now=CHANGED)
        counts.append([row["sql"] for row in queries])
    assert Cycle.objects.filter(kind="delta").count() == len(people)
    assert len(counts[0]) == len(counts[1]) <= 40


def test_it_opens_on_the_day_it_is_at_the_branch(commit):
    counter = Counter()
    here = hold(counter, commit)
    there = make_person()
    branch = there.home_branch
    branch.time_zone = "America/Los_Angeles"
    branch.save()
    hold(counter, commit, there)
    early = datetime(2026, 5, 1, 3, tzinfo=UTC)  # still the 30th of April at the coast
    counter.change(early)
    assert Cycle.objects.filter(employee=here, kind="delta").exists()
    assert not Cycle.objects.filter(employee=there, kind="delta").exists()
    advance(now=early + timedelta(hours=6))
    assert delta_cycle(there).opens_on == date(2026, 5, 1)


def test_the_persons_page_names_the_change_beside_its_cycle(commit, admin_client):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    html = admin_client.get(f"/admin/certification/people/{person.uuid}/").content.decode()
    assert "Change of a standard" in html
    assert "What changed: REFUND-01: 14 days instead of 30." in html


def test_the_reasons_of_the_due_day_name_the_change_and_the_standard(commit):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    told = {
        on: explain_standing(employee=person, certification=counter.certification, on=on)
        for on in (CHANGED.date() - DAY, CHANGED.date())
    }
    assert "What changed" not in told[CHANGED.date() - DAY].due_because
    assert told[CHANGED.date()].due_because == (
        "30 days after it opened on 1 May 2026. What changed: REFUND-01: 14 days instead of 30."
    )
    changes = read_joined_changes(person)
    assert changes == {delta_cycle(person).pk: ["What changed: REFUND-01: 14 days instead of 30."]}
