"""Verdicts, deadlines and further attempts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from quizzes.attempts.rules import (
    RULES_VERSION,
    ItemMark,
    Reason,
    Start,
    due_at,
    judge,
    may_start,
    settle_percent,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def item(
    mark: int | str, max_mark: int = 1, *, critical: bool = False, **standards: Any
) -> ItemMark:
    fraction = Fraction(mark) / max_mark
    weights = {code: Fraction(weight) for code, weight in standards.items()}
    return ItemMark(weights, Fraction(mark), Fraction(max_mark), critical, fraction)


def test_the_rules_have_a_version() -> None:
    assert RULES_VERSION == 1


def test_percent_is_marks_over_highest_marks() -> None:
    verdict = judge([item(1, 1), item(0, 2), item(1, 3)], 33, {})
    assert verdict.percent == Fraction(1, 3)
    assert verdict.passed
    assert verdict.reasons == ()


def test_meeting_the_pass_mark_is_enough_and_a_hair_below_is_not() -> None:
    two_thirds = [item(1), item(1), item(0)]
    assert judge(two_thirds, Fraction(200, 3), {}).passed
    verdict = judge(two_thirds, 67, {})
    assert not verdict.passed
    assert verdict.reasons == (Reason("below_pass_mark", None, Fraction(2, 3), Fraction(67, 100)),)


def test_nothing_is_rounded_up_to_the_pass_mark() -> None:
    marks = [item(1)] * 799 + [item(0)] * 201
    assert judge(marks, 80, {}).percent == Fraction(799, 1000)
    assert not judge(marks, 80, {}).passed


@pytest.mark.parametrize("mark", [66.7, "66.7", "66,7", Decimal("66.7"), Fraction(667, 10)])
def test_a_pass_mark_means_what_is_written(mark: Any) -> None:
    marks = [item(667, 1000, A=1)]
    assert judge(marks, mark, {"A": mark}).passed
    assert not judge([item(6669, 10_000, A=1)], mark, {}).passed


@pytest.mark.parametrize("mark", ["most", float("nan"), Decimal("inf"), True, None])
def test_a_pass_mark_that_is_no_number_is_an_error(mark: Any) -> None:
    with pytest.raises(ValueError, match="percentage"):
        judge([item(1)], mark, {})


def test_each_standard_must_meet_its_own_mark() -> None:
    marks = [item(1, A=1), item(1, A=1), item(0, B=1), item(1, B=3)]
    verdict = judge(marks, 50, {"A": 100, "B": 80})
    assert verdict.standards == {"A": 1, "B": Fraction(3, 4)}
    assert verdict.reasons == (Reason("standard_below_mark", "B", Fraction(3, 4), Fraction(4, 5)),)
    assert judge(marks, 50, {"B": 75}).passed


def test_a_question_counts_for_a_standard_by_its_weight_and_highest_mark() -> None:
    verdict = judge([item(2, 4, A=2), item(1, 1, A="1/2")], 0, {})
    assert verdict.standards == {"A": Fraction(9, 17)}


def test_a_standard_without_a_mark_is_reported_and_fails_nobody() -> None:
    verdict = judge([item(0, A=1), item(1)], 50, {})
    assert verdict.standards == {"A": 0}
    assert verdict.passed


def test_a_standard_nobody_asked_about_is_unknown_and_fails_nobody() -> None:
    verdict = judge([item(1)], 50, {"A": 80})
    assert verdict.standards == {"A": None}
    assert verdict.passed


@pytest.mark.parametrize("mark", ["0", "1/2", "99/100"])
def test_a_critical_question_below_full_marks_fails_the_attempt(mark: str) -> None:
    verdict = judge([item(1)] * 99 + [item(mark, critical=True)], 50, {})
    assert not verdict.passed
    assert verdict.reasons == (Reason("critical_question", None, Fraction(mark), Fraction(1)),)


def test_a_critical_question_with_full_marks_fails_nobody() -> None:
    assert judge([item(3, 3, critical=True)], 100, {}).passed


def test_all_reasons_are_told_together_in_a_fixed_order() -> None:
    marks = [item(0, critical=True, B=1), item("1/2", critical=True, A=1)]
    verdict = judge(marks, 80, {"B": 10, "A": 60})
    assert [(reason.code, reason.standard) for reason in verdict.reasons] == [
        ("below_pass_mark", None),
        ("standard_below_mark", "A"),
        ("standard_below_mark", "B"),
        ("critical_question", None),
    ]
    assert verdict.reasons[-1].got == 0


def test_an_attempt_without_questions_is_not_passed() -> None:
    verdict = judge([], 0, {})
    assert (verdict.percent, verdict.passed) == (0, False)
    assert verdict.reasons == (Reason("no_questions", None, Fraction(0), Fraction(0)),)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("highest", "3/4"), ("last", "1/2"), ("first", "1/4"), ("average", "1/2")],
)
def test_the_attempt_that_counts(policy: str, expected: str) -> None:
    percents = [Fraction(1, 4), Fraction(3, 4), Fraction(1, 2)]
    assert settle_percent(percents, policy) == Fraction(expected)
    assert settle_percent([], policy) is None


def test_the_highest_attempt_counts_by_default() -> None:
    assert settle_percent([Fraction(1), Fraction(0)]) == 1
    with pytest.raises(ValueError, match="worst"):
        settle_percent([Fraction(1)], "worst")


@pytest.mark.parametrize(
    ("limit", "closes", "factor", "grace", "expected"),
    [
        (None, None, 1, 30, None),
        (0, None, 1, 30, None),
        (20, None, 1, 0, NOON + minutes(20)),
        (20, None, 1, 30, NOON + minutes(20.5)),
        (20, None, Fraction(5, 4), 0, NOON + minutes(25)),
        (20, None, Decimal("1.5"), 0, NOON + minutes(30)),
        (20, NOON + minutes(10), 2, 0, NOON + minutes(10)),
        (20, NOON + minutes(10), 1, 60, NOON + minutes(11)),
        (20, NOON + minutes(30), 1, 0, NOON + minutes(20)),
        (None, NOON + minutes(30), 1, 0, NOON + minutes(30)),
        (1, None, Fraction(1, 3), 0, NOON + minutes(1 / 3)),
    ],
)
def test_time_ends_at_the_close_or_the_limit_whichever_is_first(
    limit: int | None, closes: datetime | None, factor: Any, grace: int, expected: datetime | None
) -> None:
    assert due_at(NOON, limit, closes, factor, grace) == expected


def test_nobody_has_extra_time_or_grace_unless_given() -> None:
    assert due_at(NOON, 20, None) == NOON + minutes(20)


def test_a_first_attempt_may_start() -> None:
    assert may_start(NOON, [], 1, 60) == Start(allowed=True, code="", opens_at=None)


def test_attempts_run_out() -> None:
    assert may_start(NOON, [NOON - minutes(99)], 1) == Start(
        allowed=False, code="no_attempts_left", opens_at=None
    )
    assert may_start(NOON, [NOON - minutes(99)], 2).allowed
    assert may_start(NOON, [NOON] * 99, None).allowed
    assert may_start(NOON, [NOON] * 99, 0).allowed


def test_a_pause_counts_from_the_last_attempt_handed_in() -> None:
    done = [NOON - minutes(5), NOON - minutes(90)]
    opens_at = NOON + minutes(25)
    assert may_start(NOON, done, None, 30) == Start(
        allowed=False, code="cooling_down", opens_at=opens_at
    )
    assert not may_start(opens_at - timedelta(microseconds=1), done, None, 30).allowed
    assert may_start(opens_at, done, None, 30).allowed


@pytest.mark.parametrize(("done", "pause"), [(1, 10), (2, 60), (3, 60), (9, 60)])
def test_the_first_pause_may_differ_from_the_later_ones(done: int, pause: int) -> None:
    finished = [NOON] * done
    assert not may_start(NOON + minutes(pause - 1), finished, None, (10, 60)).allowed
    assert may_start(NOON + minutes(pause), finished, None, (10, 60)).allowed


def test_no_pause_is_no_pause() -> None:
    assert may_start(NOON, [NOON], None, ()).allowed
    assert may_start(NOON, [NOON], None, 0).allowed
