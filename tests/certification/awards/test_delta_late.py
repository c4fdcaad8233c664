"""A change that was not learned in time: suspended, and reinstated when it is."""

from datetime import date

import pytest

from certification.awards.actions import (
    advance,
    refresh_people,
    reinstate_award,
    suspend_award,
)
from certification.models import (
    Award,
    AwardEvent,
)
from tests.certification.awards.changes import CHANGED, DAY, Counter, events_of, hold, standing_of
from tests.lms.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


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
