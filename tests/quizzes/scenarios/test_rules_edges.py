"""Edges of the rules, one row each: what only just counts, and what only just does not."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scenarios.rules import (
    TangledError,
    align,
    available,
    bounds,
    estimate_minutes,
    find_better,
    read_graph,
    score,
    validate,
    write_score,
)
from quizzes.scenarios.rules import spaces as spaces_module
from quizzes.scenarios.rules.graphs import Choice, Condition, Ending, Scenario, Step
from tests.quizzes.scenarios.graphs import choice, graph, ladder, ring


def find_codes(played: dict[str, Any]) -> set[tuple[str, str | None]]:
    return {(finding.code, finding.node) for finding in validate(played)}


def count_common(own: str, best: str) -> int:
    """Count the steps of the longest common sequence, by trying all of them."""
    parts = {"".join(part) for n in range(len(best) + 1) for part in combinations(best, n)}
    return max(
        n for n in range(len(own) + 1) for part in combinations(own, n) if "".join(part) in parts
    )


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_paths_share_as_many_rows_as_any_order_allows(own: str, best: str) -> None:
    shared = [row for row in align(own, best) if row.own is not None and row.best is not None]
    assert len(shared) == count_common(own, best)


@pytest.mark.parametrize(
    ("chosen", "better"),
    [("weak", "good"), ("good", None), ("shout", "good"), ("hidden", None), ("equal", None)],
)
def test_better_is_open_to_everyone_and_never_critical(chosen: str, better: str | None) -> None:
    parts = [
        choice("shout", "win", points={"S": 9}, critical=True),
        choice("hidden", "win", points={"S": 8}, when=[{"meter": {"min": 90}}]),
        choice("good", "win", points={"S": 3}),
        choice("equal", "win", points={"S": 2, "T": 1}),
        choice("weak", "win", points={"S": 1}),
    ]
    step = read_graph(graph({"a": parts})).steps["a"]
    found = find_better(step, next(part for part in step.choices if part.id == chosen))
    assert (found.id if found else None) == better


def test_where_every_choice_is_critical_nothing_is_better() -> None:
    parts = [choice("a", "win", critical=True), choice("b", "win", when=[{"visited": "a"}])]
    step = read_graph(graph({"a": parts})).steps["a"]
    assert [find_better(step, part) for part in step.choices] == [None, None]


def test_a_play_takes_three_minutes_at_least() -> None:
    assert [estimate_minutes(n) for n in (0, 1, 2, 3, 4)] == [3, 3, 4, 4, 5]


def test_a_tangle_still_tells_of_the_loop_that_nobody_leaves() -> None:
    tangled = ring(13)
    tangled["nodes"]["n0"]["choices"].append(choice("trap", "t1"))
    tangled["nodes"]["t1"] = {"choices": [choice("on", "t2")]}
    tangled["nodes"]["t2"] = {"choices": [choice("back", "t1")]}
    found = find_codes(tangled)
    assert ("too_tangled", None) in found
    assert {node for code, node in found if code == "loop_without_exit"} == {"t1", "t2"}


def test_only_a_standard_that_cannot_vary_is_constant() -> None:
    nodes = {
        "a": [choice("x", "b", points={"S": 1, "T": 1}), choice("y", "b", points={"S": 0, "T": 1})],
        "b": [choice("z", "win")],
    }
    marks = {"percent": 0, "standards": {"S": 50, "T": 50}}
    found = [f for f in validate(graph(nodes, **{"pass": marks})) if f.code == "standard_constant"]
    assert [finding.detail for finding in found] == ["T"]


@pytest.mark.parametrize(("length", "obvious"), [(3, False), (5, False), (6, True)])
def test_the_best_choice_gives_itself_away_only_when_longer_than_all_others(
    length: int, obvious: bool
) -> None:
    nodes = {
        f"n{n}": [
            choice(name, f"n{n + 1}" if n < 3 else "win", points={"S": worth}, text=name * long)
            for name, worth, long in sorted(
                [("a", 0, 5), ("b", 2, length), ("c", 1, 2)], key=lambda row: (row[1] + n) % 3
            )
        ]
        for n in range(4)
    }
    assert (("obvious_best", None) in find_codes(graph(nodes, percent=50))) is obvious


@pytest.mark.parametrize(("mark", "fits"), [(0, True), (100, True), ("100.01", False), (-1, False)])
def test_marks_go_from_0_to_100_both_included(mark: object, fits: bool) -> None:
    nodes = {"a": [choice("x", "win", points={"S": 1}), choice("y", "win", points={"S": 0})]}
    for marks in ({"percent": mark}, {"percent": 0, "standards": {"S": mark}}):
        assert (not read_graph(graph(nodes, **{"pass": marks})).malformed) is fits


@pytest.mark.parametrize("when", ["x", 3, {"meter": {"min": 0}}, [[]], [{}], [{"mood": 1}], [None]])
def test_a_choice_whose_condition_nobody_can_read_is_never_offered(when: object) -> None:
    played = graph({"a": [choice("odd", "win", when=when), choice("end", "win")]})
    assert available(played, []) == ("end",)
    assert ("malformed", "a") in find_codes(played)


def test_every_field_of_a_graph_is_read_from_its_own_name() -> None:
    played = {
        "start": "a",
        "meter": {"start": 12},
        "pass": {"percent": 34, "standards": {"S": 56}},
        "nodes": {
            "a": {
                "title": "node title",
                "line": "node line",
                "mood": "node mood",
                "image": {"src": "i"},
                "audio": {"src": "s"},
                "stub": True,
                "choices": [
                    {
                        "id": "x",
                        "text": "words",
                        "to": "e",
                        "points": {"S": "1/2"},
                        "meter": -3,
                        "verdict": "partly",
                        "critical": True,
                        "feedback": "why",
                        "when": [{"visited": "a"}, {"meter": {"min": 1, "max": 2}}],
                    }
                ],
            }
        },
        "endings": {"e": {"title": "end", "text": "told", "points": 7, "outcome": "partial"}},
    }
    when = (Condition(visited="a"), Condition(low=Fraction(1), high=Fraction(2)))
    part = Choice(
        "x", "words", "e", {"S": Fraction(1, 2)}, Fraction(-3), "partly", True, "why", when
    )
    media = {"src": "i"}, {"src": "s"}
    step = Step("a", "node title", "node line", "node mood", *media, True, (part,))
    end = Ending("e", "end", "told", Fraction(7), "partial")
    marks = Fraction(12), Fraction(34), {"S": Fraction(56)}
    assert read_graph(played) == Scenario("a", *marks, {"a": step}, {"e": end}, ())


def test_a_score_is_stored_under_its_own_names() -> None:
    nodes = {"a": [choice("x", "win", points={"S": 1}), choice("y", "win", points={"S": 0})]}
    assert write_score(score(graph(nodes, percent=50), ["x"])) == {
        "points": "1/1",
        "percent": {"share": "1/1", "float": 1.0},
        "standards": {"S": {"share": "1/1", "float": 1.0}},
        "critical": False,
        "meter": ["50/1", "50/1"],
        "ending": "win",
        "passed": True,
    }


def test_as_many_positions_as_allowed_are_searched_and_not_one_more(monkeypatch) -> None:
    nodes = {
        "a": [choice("x", "b"), choice("y", "c")],
        "b": [choice("z", "c")],
        "c": [choice("seen", "win", when=[{"visited": "b"}]), choice("end", "lose")],
    }
    played = graph(nodes)
    monkeypatch.setattr(spaces_module, "MAX_POSITIONS", 4)
    assert bounds(played).total == (0, 0)
    monkeypatch.setattr(spaces_module, "MAX_POSITIONS", 3)
    with pytest.raises(TangledError):
        bounds(played)
    # Without conditions there is no more than one position for each step: nothing to limit.
    assert bounds(ladder(4)).total is not None


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a"), ("x", "a", "b"), ("a", "b", "x")])
def test_each_step_of_a_loop_is_remembered_so_that_going_round_earns_nothing(names) -> None:
    rows = {
        "x": [choice("in", "a")],
        "a": [choice("on", "b", points={"S": 1}), choice("out", "win", points={"S": 5})],
        "b": [choice("back", "a", points={"S": 2}), choice("quit", "lose", points={"S": 4})],
    }
    nodes = {name: rows[name] for name in names}
    first = "x" if "x" in names else names[0]
    # From a: out (5), on and quit (5), once round and out (3). From b: back and out (7), quit (4),
    # or once round and quit (3).
    most = 7 if first == "b" else 5
    assert bounds(graph(nodes, start=first)).total == (3, most)
