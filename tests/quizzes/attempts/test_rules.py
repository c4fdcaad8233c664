"""Verdicts, deadlines, further attempts, and what an attempt draws."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.attempts.rules import (
    RULES_VERSION,
    DrawError,
    ItemMark,
    PoolQuestion,
    Reason,
    Slot,
    Start,
    draw,
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


POOL = [
    PoolQuestion(
        f"q{n:03}",
        bank="A" if n % 2 else "B",
        tags=frozenset({f"t{n % 3}"}),
        standards=frozenset({f"S{n % 5}"}),
        difficulty="hard" if n % 4 == 0 else "easy",
    )
    for n in range(120)
]
BY_CODE = {question.code: question for question in POOL}


def test_fixed_questions_come_in_their_places_and_once() -> None:
    slots = [Slot(code="q007"), Slot(count=2, bank="B"), Slot(code="q003"), Slot(code="q007")]
    codes = draw(slots, POOL, 1)
    assert (codes[0], codes[3], len(codes)) == ("q007", "q003", 4)


def test_a_fixed_question_need_not_be_in_the_pool() -> None:
    assert draw([Slot(code="elsewhere")], [], 1) == ["elsewhere"]


def test_a_draw_never_takes_a_question_that_is_fixed_elsewhere() -> None:
    pool = POOL[:3]
    for seed in range(20):
        assert draw([Slot(count=2), Slot(code="q001")], pool, seed)[2] == "q001"


@pytest.mark.parametrize(
    ("slot", "fits"),
    [
        (Slot(count=5, bank="A"), lambda q: q.bank == "A"),
        (Slot(count=5, tag="t1"), lambda q: "t1" in q.tags),
        (Slot(count=5, standard="S2"), lambda q: "S2" in q.standards),
        (Slot(count=5, difficulty="hard"), lambda q: q.difficulty == "hard"),
        (Slot(count=5, bank="A", tag="t0"), lambda q: q.bank == "A" and "t0" in q.tags),
        (
            Slot(count=2, difficulty="hard", standard="S0", bank="B"),
            lambda q: q.difficulty == "hard" and "S0" in q.standards,
        ),
    ],
)
def test_a_slot_draws_only_what_fits(slot: Slot, fits: Any) -> None:
    for seed in range(20):
        codes = draw([slot], POOL, seed)
        assert len(set(codes)) == slot.count
        assert all(fits(BY_CODE[code]) for code in codes)


def test_the_same_seed_draws_the_same_on_every_machine() -> None:
    slots = [Slot(count=3, bank="A"), Slot(count=3)]
    assert draw(slots, POOL, 42) == draw(slots, list(reversed(POOL)), 42)
    assert draw(slots, POOL, 42) == ["q067", "q057", "q011", "q026", "q074", "q016"]
    assert draw(slots, POOL, 42) != draw(slots, POOL, 43)


def test_every_question_gets_its_turn() -> None:
    counts = dict.fromkeys(BY_CODE, 0)
    for seed in range(600):
        for code in draw([Slot(count=20)], POOL, seed):
            counts[code] += 1
    assert min(counts.values()) > 60  # 100 expected, spread 9
    assert max(counts.values()) < 140


def test_questions_seen_before_are_drawn_last() -> None:
    avoid = {f"q{n:03}" for n in range(100)}
    codes = draw([Slot(count=25)], POOL, 3, avoid)
    assert set(codes) > {f"q{n:03}" for n in range(100, 120)}
    assert len(set(codes)) == 25


def test_an_earlier_slot_moves_so_that_a_later_one_is_filled() -> None:
    pool = [PoolQuestion("only", tags=frozenset({"rare"})), PoolQuestion("other")]
    for seed in range(20):
        assert draw([Slot(count=1), Slot(count=1, tag="rare")], pool, seed) == ["other", "only"]


def test_moves_run_through_a_chain_of_slots() -> None:
    pool = [
        PoolQuestion("a", tags=frozenset({"x", "y"})),
        PoolQuestion("b", tags=frozenset({"y", "z"})),
        PoolQuestion("c", tags=frozenset({"z"})),
    ]
    slots = [Slot(tag="z"), Slot(tag="y"), Slot(tag="x")]
    for seed in range(30):
        assert draw(slots, pool, seed) == ["c", "b", "a"]


def test_seen_questions_are_avoided_even_when_that_takes_moves() -> None:
    pool = [
        PoolQuestion("new-both", tags=frozenset({"x", "y"})),
        PoolQuestion("new-x", tags=frozenset({"x"})),
        PoolQuestion("old-y", tags=frozenset({"y"})),
    ]
    for seed in range(30):
        assert draw([Slot(tag="x"), Slot(tag="y")], pool, seed, {"old-y"}) == ["new-x", "new-both"]


def test_too_few_questions_are_told_with_the_slot() -> None:
    with pytest.raises(DrawError) as caught:
        draw([Slot(count=1), Slot(count=3, tag="t1")], POOL[:5], 1)
    assert (caught.value.slot, caught.value.missing) == (1, 1)
    assert caught.value.code == "not_enough_questions"
    assert "Slot 2" in str(caught.value)


def share_of_standard(weights: dict[str, int]) -> float:
    drawn = [code for seed in range(300) for code in draw([Slot(count=5)], POOL, seed, (), weights)]
    return sum("S0" in BY_CODE[code].standards for code in drawn) / len(drawn)


def test_failed_standards_are_drawn_more_often() -> None:
    assert 0.15 < share_of_standard({}) < 0.25
    assert 0.45 < share_of_standard({"S0": 4}) < 0.56
    assert share_of_standard({"S0": 0}) == share_of_standard({})
    assert share_of_standard({"S0": 10**9}) > 0.9


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3), st.sampled_from([None, "t0", "t1"]), st.sampled_from([None, "A"])
        ),
        max_size=4,
    ),
    st.integers(0, 12),
    st.integers(),
    st.sets(st.sampled_from([f"q{n:03}" for n in range(12)])),
)
def test_any_draw_is_full_fitting_and_without_repeats(
    wanted: list[tuple[int, str | None, str | None]], size: int, seed: int, avoid: set[str]
) -> None:
    slots = [Slot(count=count, tag=tag, bank=bank) for count, tag, bank in wanted]
    pool = POOL[:size]
    try:
        codes = draw(slots, pool, seed, avoid)
    except DrawError:
        assert not can_fill(slots, pool)
        return
    assert len(set(codes)) == len(codes) == sum(slot.count for slot in slots)
    rest = iter(codes)
    for slot in slots:
        for _ in range(slot.count):
            question = BY_CODE[next(rest)]
            assert slot.tag is None or slot.tag in question.tags
            assert slot.bank in {None, question.bank}


def can_fill(slots: list[Slot], pool: list[PoolQuestion]) -> bool:
    """Return whether every group of slots together has enough questions (Hall's theorem)."""

    def fits(slot: Slot, question: PoolQuestion) -> bool:
        tagged = slot.tag is None or slot.tag in question.tags
        return tagged and slot.bank in {None, question.bank}

    for mask in range(1 << len(slots)):
        group = [slot for n, slot in enumerate(slots) if mask >> n & 1]
        fitting = [q for q in pool if any(fits(slot, q) for slot in group)]
        if sum(slot.count for slot in group) > len(fitting):
            return False
    return True
