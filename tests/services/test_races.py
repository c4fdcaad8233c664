"""Many at once on PostgreSQL, on connections of their own: nothing doubled, nothing lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections

from certification.awards.actions import PastAward, advance, record_past_awards, refresh_people
from certification.models import Award, BranchTally, Cycle, CycleEvidence, Standing
from certification.reports.reads import find_drift
from lms.api import DomainEvent, Notice
from tests.certification.factories import (
    NOW,
    assign,
    confirm,
    make_full_certification,
    make_simple_certification,
)
from tests.lms.factories import BranchFactory, make_person
from tests.quizzes.factories import answer, start, submit_attempt

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("services"),
]
DAY = timedelta(days=1)


def at_once(*works):
    """Run functions in threads that begin together; return what they return."""
    barrier = Barrier(len(works))

    def run(work):
        barrier.wait(timeout=30)
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.fixture
def crowd():
    """Thirty people in six branches whose imported awards lapse a year from now."""
    certification, standard = make_simple_certification()
    branches = [BranchFactory() for _ in range(6)]
    people = [make_person(branches[place % 6]) for place in range(30)]
    for person in people:
        assign(person, certification)
    rows = [
        PastAward(
            employee_id=person.pk,
            certification_id=certification.pk,
            awarded_on=NOW.date(),
            valid_from=NOW.date(),
            valid_until=NOW.date() + 365 * DAY,
            evidence="paper",
        )
        for person in people
    ]
    record_past_awards(rows=rows, actor=None, now=NOW)
    assert set(Standing.objects.values_list("badge", flat=True)) == {"certified"}
    return people, standard


@pytest.mark.parametrize("turn", range(5))
def test_two_last_pieces_of_work_at_once_make_one_award(turn):
    _certification, standard, quiz = make_full_certification()
    person = make_person()
    assign(person, _certification)
    attempt = start(person, quiz)
    for item in attempt.items.all():
        answer(attempt, item.number, "b")
    later = NOW + timedelta(minutes=5)
    at_once(
        lambda: confirm(person, standard, later),
        lambda: submit_attempt(attempt=attempt, actor=person.user, now=later),
    )
    assert not DomainEvent.objects.waiting().exists()
    award = Award.objects.get()
    assert CycleEvidence.objects.filter(cycle=award.cycle).count() == 2
    assert Cycle.objects.get().state == "completed"
    assert Standing.objects.get().badge == "certified"
    assert Notice.objects.filter(kind="certified").count() == 1


def test_parallel_sweeps_open_every_renewal_once_and_end_alike(crowd):
    people, _standard = crowd
    later = NOW + 340 * DAY
    at_once(*[lambda: advance(now=later, batch=4)] * 4)
    cycles = Cycle.objects.filter(kind="renewal")
    assert cycles.count() == len(people)
    assert cycles.values("employee").distinct().count() == len(people)
    assert not Standing.objects.due_for_sweep(later).exists()
    assert list(find_drift(now=later)) == []
    again = advance(now=later)
    assert (again.rows, again.changed, again.opened) == (0, 0, 0)


def test_people_of_the_same_branches_refreshed_at_once_leave_right_tallies(crowd):
    people, standard = crowd
    later = NOW + 400 * DAY
    ids = [person.pk for person in people]

    def finish(person):
        return lambda: confirm(person, standard, later)

    at_once(
        lambda: refresh_people(employee_ids=ids[:20], now=later),
        lambda: refresh_people(employee_ids=ids[10:][::-1], now=later),
        lambda: refresh_people(employee_ids=ids[::3], now=later),
        *[finish(person) for person in people[::5]],
    )
    advance(now=later)
    assert not DomainEvent.objects.waiting().exists()
    assert list(find_drift(now=later)) == []
    assert sum(BranchTally.objects.values_list("compliant", flat=True)) == 6
    assert Award.objects.exclude(basis="imported").count() == 6
