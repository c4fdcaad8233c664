"""A standard changes materially: who holds it catches up, and stays certified meanwhile."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certification.awards.actions import (
    advance,
    make_deltas,
    refresh_people,
)
from certification.awards.actions.delta import follow_changes
from certification.models import (
    Award,
    Cycle,
    CycleEvidence,
    Delta,
    DeltaNeed,
)
from certification.reports.reads import find_drift
from lms.api import Notice, StandardVersion
from tests.certification.awards.changes import (
    CHANGED,
    DAY,
    Counter,
    delta_cycle,
    events_of,
    hold,
    standing_of,
)
from tests.certification.factories import NOW, assign, confirm
from tests.lms.factories import make_person
from tests.lms.standards.factories import change_standard
from tests.quizzes.factories import take

pytestmark = pytest.mark.django_db


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_holders_stay_certified_and_get_the_changed_lesson_five_questions_and_thirty_days(commit):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    delta = Delta.objects.get()
    assert [(need.kind, need.label) for need in delta.needs.all()] == [
        ("lesson", counter.lessons[1].title),
        ("quiz", "What changed: Refund within 14 days (5 questions)"),
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


def test_a_mended_comma_asks_nothing_of_anybody(commit):
    counter = Counter()
    hold(counter, commit)
    with time_machine.travel(CHANGED, tick=False):
        change_standard(counter.standard, change="editorial", statement="<p>Comma</p>")
    advance(now=CHANGED)
    assert not Delta.objects.exists()


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
