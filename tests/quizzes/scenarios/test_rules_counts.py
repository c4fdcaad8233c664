"""What a play adds to the counts."""

from __future__ import annotations

from fractions import Fraction

import pytest

from quizzes.scenarios.rules import PlayError, read_graph
from quizzes.scenarios.rules.counts import (
    Tally,
    add_up,
    count_standards,
    count_walk,
    subtract,
)
from tests.quizzes.scenarios.graphs import choice, graph

LOOPED = read_graph(
    graph(
        {
            "a": [choice("on", "b"), choice("leave", "lose")],
            "b": [choice("back", "a"), choice("end", "win")],
        },
        **{"pass": {"percent": 0, "standards": {"S": 60}}},
    )
)


@pytest.mark.parametrize(
    ("walk", "keys"),
    [
        ([], [("stop", "a", "")]),
        (["on"], [("choice", "a", "on"), ("stop", "b", "")]),
        (["leave"], [("choice", "a", "leave"), ("ending", "lose", "")]),
        (
            ["on", "back", "leave"],
            [("choice", "a", "on"), ("choice", "b", "back"), ("ending", "lose", "")],
        ),
        (
            ["on", "back", "on", "end"],
            [("choice", "a", "on"), ("choice", "b", "back"), ("ending", "win", "")],
        ),
    ],
)
def test_a_play_counts_once_at_each_step_by_its_first_decision(walk, keys) -> None:
    assert count_walk(LOOPED, walk) == keys


def test_a_walk_that_cannot_be_is_refused() -> None:
    with pytest.raises(PlayError):
        count_walk(LOOPED, ["end"])


@pytest.mark.parametrize(
    ("share", "shares", "missed"),
    [("0", 0, 1), ("1/3", 3333, 1), ("599/1000", 5990, 1), ("3/5", 6000, 0), ("1", 10_000, 0)],
)
def test_shares_are_added_as_whole_numbers_beside_the_mark(share, shares, missed) -> None:
    wanted = Tally(1, shares, missed)
    assert count_standards(LOOPED, {"S": Fraction(share)}, "x") == {
        ("standard", "S", ""): wanted,
        ("branch", "S", "x"): wanted,
    }


def test_without_branch_mark_or_share_there_is_less_to_count() -> None:
    found = count_standards(LOOPED, {"T": Fraction(0), "U": None}, "")
    assert found == {("standard", "T", ""): Tally(1, 0, 0)}


def test_tallies_add_up_and_differences_are_named() -> None:
    key, other, third = ("choice", "a", "x"), ("choice", "a", "y"), ("stop", "a", "")
    total = add_up([{key: Tally(1, 20, 1), other: Tally()}, {key: Tally(1, 3)}])
    assert total == {key: Tally(2, 23, 1), other: Tally(1, 0, 0)}
    assert subtract(total, total) == {}
    assert subtract(total, {key: Tally(2, 22, 1), third: Tally(4)}) == {
        key: (Tally(2, 22, 1), Tally(2, 23, 1)),
        other: (Tally(0), Tally(1)),
        third: (Tally(4), Tally(0)),
    }
    assert total[key] + -total[key] == Tally(0)
