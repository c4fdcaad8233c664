"""The benchmarks run: small, on whatever database the tests use, with no eye on the clock."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from benchmarks.company import Size, make_company
from benchmarks.measuring import Measured, Result, growth_of
from benchmarks.operations import Ground, run_all
from benchmarks.report import describe

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_every_operation_runs_and_stays_within_its_queries():
    make_company(size=Size(branches=4, employees=200, certifications=3, seed=2), now=NOW)
    results = {result.name: result for result in run_all(Ground(200, NOW, times=1))}
    assert len(results) == 7
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
