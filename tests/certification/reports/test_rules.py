"""Shares and levels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.reports.rules import (
    Counts,
    Level,
    Thresholds,
    add_up,
    order_key,
    read_thresholds,
)

MARKS = Thresholds(95, 80)


@pytest.mark.parametrize(
    ("counted", "compliant", "percent", "level"),
    [
        (0, 0, None, Level.NONE),
        (12, 11, 91, Level.WARN),
        (12, 12, 100, Level.OK),
        (1000, 999, 99, Level.OK),
        (20, 19, 95, Level.OK),
        (10_000, 9_499, 94, Level.WARN),
        (5, 4, 80, Level.WARN),
        (10_000, 7_999, 79, Level.BAD),
        (3, 0, 0, Level.BAD),
    ],
)
def test_shares_are_floored_and_reach_levels_exactly(counted, compliant, percent, level):
    cell = Counts(counted=counted, compliant=compliant)
    assert cell.percent == percent
    assert cell.level(MARKS) == level


@given(st.integers(1, 10**6), st.data())
def test_a_hundred_per_cent_means_all(counted, data):
    compliant = data.draw(st.integers(0, counted))
    assert (Counts(counted, compliant).percent == 100) == (compliant == counted)


def test_newcomers_alone_leave_nobody_counted():
    cell = Counts(newcomers=3)
    assert cell.percent is None
    assert cell.level(MARKS) == Level.NONE


@given(st.lists(st.tuples(*[st.integers(0, 50)] * 7), max_size=6))
def test_adding_up_cells_adds_every_field(rows):
    total = add_up(Counts(*row) for row in rows)
    assert total == Counts(*(sum(column) for column in zip(*rows, strict=True))) or not rows


@pytest.mark.parametrize("given_value", [(80, 95), (95,), "95", (95, -1), (101, 80), (95.5, 80)])
def test_thresholds_that_make_no_sense_are_refused(given_value):
    with pytest.raises(ValueError, match="THRESHOLDS"):
        read_thresholds(given_value)


def test_thresholds_have_defaults_and_may_be_set():
    assert read_thresholds(None) == MARKS
    assert read_thresholds([90, 70]) == Thresholds(90, 70)


def test_the_lowest_share_sorts_first_and_the_uncounted_last():
    cells = [Counts(), Counts(4, 4), Counts(4, 1)]
    assert sorted(cells, key=order_key) == [Counts(4, 1), Counts(4, 4), Counts()]
