"""Many at once, on real connections: a file of SQLite here, PostgreSQL in the services run."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connections

from lms.api import DomainEvent, RuleError
from quizzes.attempts.actions import submit_attempt
from quizzes.attempts.models import Attempt, AttemptItem, AttemptResult, ResponseEvent
from tests.lms.factories import make_person
from tests.quizzes.factories import answer, make_small_quiz, start

ON_SQLITE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
pytestmark = pytest.mark.usefixtures("committing_database")


def at_once(count, work):
    """Return what ``count`` threads got that began together, errors included."""
    barrier = Barrier(count)

    def run(place):
        barrier.wait(timeout=30)
        try:
            return work(place)
        except RuleError as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_twenty_starts_at_once_make_one_attempt():
    quiz, person = make_small_quiz(), make_person()
    started = at_once(20, lambda _place: start(person, quiz))
    assert not [found for found in started if isinstance(found, str)]
    assert len({attempt.uuid for attempt in started}) == 1
    assert Attempt.objects.count() == 1
    assert AttemptItem.objects.count() == 4
    assert DomainEvent.objects.filter(kind="work_started").count() == 1


def test_handing_in_twenty_times_at_once_decides_once():
    attempt = start(make_person(), make_small_quiz())
    done = at_once(
        20, lambda _place: submit_attempt(attempt=attempt, actor=None, now=attempt.started_at)
    )
    assert {found.state for found in done} == {"submitted"}
    assert AttemptResult.objects.count() == 1
    assert DomainEvent.objects.filter(kind="attempt_submitted").count() == 1


def test_answers_from_ten_tabs_at_once_are_all_kept_in_some_order():
    attempt = start(make_person(), make_small_quiz())
    at_once(10, lambda place: answer(attempt, 1, "abc"[place % 3], now=attempt.started_at))
    sequences = list(ResponseEvent.objects.values_list("sequence", flat=True))
    assert sorted(sequences) == list(range(1, len(sequences) + 1))
    assert len(sequences) >= 3


def test_answers_and_a_submission_at_once_leave_a_result_of_what_was_taken():
    attempt = start(make_person(), make_small_quiz())

    def work(place):
        if place == 4:
            return submit_attempt(attempt=attempt, actor=None, now=attempt.started_at)
        return answer(attempt, place % 4 + 1, "b", now=attempt.started_at)

    got = at_once(8, work)
    assert all(found == "attempt_closed" or not isinstance(found, str) for found in got)
    kept = ResponseEvent.objects.values("item").distinct().count()
    assert AttemptResult.objects.get().percent_float == kept / 4


def test_many_starts_at_the_limit_leave_exactly_the_allowed_rows():
    quiz, person = make_small_quiz(attempts_allowed=3, cool_down_minutes=0), make_person()

    def work(_place):
        attempt = start(person, quiz)
        return submit_attempt(attempt=attempt, actor=None, now=attempt.started_at)

    # SQLite has one writer: more threads would only wait longer for the same lock.
    got = at_once(16 if ON_SQLITE else 64, work)
    assert Attempt.objects.count() == 3
    assert set(Attempt.objects.values_list("number", flat=True)) == {1, 2, 3}
    assert {found for found in got if isinstance(found, str)} <= {"no_attempts_left"}
