"""Sixty-four starts at once at a limit of three, round after round: START_ROUNDS=200 for longer."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.db.models import Count

from lms.api import RuleError
from quizzes.attempts.actions import submit_attempt
from quizzes.attempts.models import Attempt, AttemptItem, AttemptResult
from tests.lms.factories import BranchFactory, make_person
from tests.quizzes.factories import make_small_quiz, start

pytestmark = [pytest.mark.services, pytest.mark.xdist_group("services")]
THREADS = 64
ROUNDS = int(os.environ.get("START_ROUNDS", "4"))
LIMIT = 3


def test_starts_at_once_leave_exactly_the_allowed_rows_in_every_round(committing_database):
    quiz = make_small_quiz(count=4, attempts_allowed=LIMIT, cool_down_minutes=0)
    branch = BranchFactory()
    people = [make_person(branch) for _ in range(ROUNDS)]
    barrier = Barrier(THREADS)

    def work(_place):
        got = []
        try:
            for person in people:
                barrier.wait(timeout=120)
                try:
                    attempt = start(person, quiz)
                    submit_attempt(attempt=attempt, actor=None, now=attempt.started_at)
                except RuleError as error:
                    got.append(error.code)
        except BaseException:
            # The others would wait for this one until the end of the day.
            barrier.abort()
            raise
        finally:
            connections.close_all()
        return got

    with ThreadPoolExecutor(THREADS) as pool:
        refused = [code for codes in pool.map(work, range(THREADS)) for code in codes]
    assert set(refused) <= {"no_attempts_left"}
    counts = Attempt.objects.values("employee").annotate(tries=Count("pk"))
    assert {row["tries"] for row in counts} == {LIMIT}
    assert Attempt.objects.count() == LIMIT * ROUNDS
    assert set(Attempt.objects.values_list("number", flat=True)) == {1, 2, 3}
    assert AttemptItem.objects.count() == LIMIT * ROUNDS * 4
    assert AttemptResult.objects.count() == LIMIT * ROUNDS
