"""A change that meets other work, leave, exemption, a renewal, another change."""

from datetime import UTC, datetime, timedelta

import pytest

from certification.awards.actions import (
    advance,
    end_assignment,
    exempt_employee,
    revoke_award,
)
from certification.models import (
    Award,
    Cycle,
    CycleDelta,
)
from lms.api import record_absence
from tests.certification.awards.changes import (
    CHANGED,
    DAY,
    Counter,
    delta_cycle,
    events_of,
    hold,
    standing_of,
)
from tests.certification.factories import NOW, assign
from tests.lms.factories import make_person
from tests.quizzes.factories import take

pytestmark = pytest.mark.django_db


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


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
