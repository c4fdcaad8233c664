"""The benchmarks run: small, on whatever database the tests use, with no eye on the clock."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from benchmarks.company import Size, make_company
from benchmarks.measuring import Measured, Result, growth_of
from benchmarks.operations import Ground, run_all
from benchmarks.report import describe
from benchmarks.taking import operations as taking

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


# At most so many queries each, those that begin and end transactions among them.
LEARNERS_QUERIES = {
    "open a question": 6,
    "open a step": 6,
    "save an answer, 1 of 5": 6,
    "save an answer, 1 of 40": 6,
    "decide, step 4 of 5": 7,  # five, and the begin and the end of a transaction
    "decide, step 39 of 40": 7,
    "hand in 5 questions": 15,
    "hand in 40 questions": 15,
    "start: draw 40": 20,  # twelve for the start itself; the cascade is told apart elsewhere
}


@pytest.mark.django_db(transaction=True)
def test_every_operation_runs_and_stays_within_its_queries(monkeypatch):
    for name, value in {"SHORT": 5, "LONG": 40, "POOL": 50, "TURNS": 1}.items():
        monkeypatch.setattr(taking, name, value)
    make_company(size=Size(branches=4, employees=200, certifications=3, seed=2), now=NOW)
    results = {result.name: result for result in run_all(Ground(200, NOW, times=1))}
    assert len(results) == 10 + len(LEARNERS_QUERIES)
    assert all(result.ours.rows for result in results.values())
    assert results["matrix page, 50 branches"].ours.queries <= 8
    assert results["totals of a region"].ours.queries <= 8
    assert results["one branch, 50 people"].ours.queries <= 8
    reads = 1 if connection.vendor != "postgresql" else 2  # one says how to plan the other
    assert results["holders on a date"].ours.queries == reads + 2  # a transaction around them
    by_hand = results["holders on a date"].by_hand
    assert by_hand.rows == results["holders on a date"].ours.rows
    if connection.vendor == "postgresql":
        assert results["sweep"].by_hand.rows == results["sweep"].ours.rows
    assert results["sweep: slowest batch"].at_most == 0.5
    for name, most in LEARNERS_QUERIES.items():
        assert results[name].ours.queries <= most, name
    page = describe(list(results.values()), certifications=3)
    assert page.count("\n| sweep | 200 |") == 1


def test_growth_is_the_exponent_between_the_smallest_and_the_largest():
    def take(employees, seconds):
        return Result("x", employees, Measured((seconds,), 1), Measured((1.0,), 1), 1.5)

    assert growth_of([take(10, 1.0), take(100, 10.0), take(1000, 100.0)]) == pytest.approx(1)
    assert growth_of([take(10, 1.0), take(1000, 1.0)]) == 0
    assert growth_of([take(10, 1.0)]) is None
    assert take(10, 2.0).ratio == 2.0


def test_a_limit_without_a_twin_is_seconds_for_a_million_rows():
    result = Result("x", 10, Measured((30.0,), 1_000_000), None, 60.0)
    assert result.ratio == 0.5
