"""What an attempt draws: fitting, full, without repeats, fresh first."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.attempts.rules import DrawError, PoolQuestion, Slot, draw

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


def test_what_was_missed_goes_before_what_was_drawn_least() -> None:
    exposures = {question.code: 10 + n % 3 for n, question in enumerate(POOL)}
    slot = Slot(count=5, least_exposed=True)
    spread = draw([slot], POOL, 1, (), {}, exposures)
    assert {exposures[code] for code in spread} == {10}
    for seed in range(20):
        weak = draw([slot], POOL, seed, (), {"S0": 3}, exposures)
        assert all("S0" in BY_CODE[code].standards for code in weak)
        assert {exposures[code] for code in weak} == {10}


def test_the_heaviest_standard_of_a_question_counts() -> None:
    pool = [
        PoolQuestion(f"{n}", standards=frozenset({"S", "T"} if n < 10 else {"U"}))
        for n in range(20)
    ]
    weights = {"S": 100, "T": 1}
    drawn = [code for seed in range(100) for code in draw([Slot()], pool, seed, (), weights)]
    assert sum(int(code) < 10 for code in drawn) > 90


TAGS = ["t0", "t1", "t2", "t3", "t4"]


@given(
    st.lists(st.sets(st.sampled_from(TAGS), max_size=3), max_size=8),
    st.lists(st.tuples(st.sampled_from(TAGS), st.integers(1, 2)), max_size=5),
    st.integers(0, 9),
    st.sets(st.integers(0, 7)),
)
def test_overlapping_slots_are_filled_whenever_they_can_be(
    tags: list[set[str]], wanted: list[tuple[str, int]], seed: int, seen: set[int]
) -> None:
    pool = [PoolQuestion(f"q{n}", tags=frozenset(names)) for n, names in enumerate(tags)]
    slots = [Slot(tag=tag, count=count) for tag, count in wanted]
    avoid = {f"q{n}" for n in seen}
    fresh = [question for question in pool if question.code not in avoid]
    try:
        codes = draw(slots, pool, seed, avoid)
    except DrawError:
        assert not can_fill(slots, pool)
        return
    assert len(set(codes)) == sum(slot.count for slot in slots)
    if can_fill(slots, fresh):
        assert not avoid & set(codes)


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
