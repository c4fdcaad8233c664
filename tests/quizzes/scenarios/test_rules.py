"""Playing and scoring."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from quizzes.scenarios.rules import (
    Bounds,
    PlayError,
    TangledError,
    available,
    best_path,
    bounds,
    choice_at,
    score,
    step_view,
    validate,
)
from quizzes.scenarios.rules import paths as paths_module
from quizzes.scenarios.rules.graphs import read_graph
from quizzes.scenarios.rules.paths import MAX_COMPARED
from quizzes.scenarios.rules.spaces import explore
from tests.quizzes.scenarios.graphs import choice, graph, ladder, ring

DATA = json.loads(
    (Path(__file__).parents[2] / "acceptance" / "scenarios.json").read_text(encoding="utf-8")
)
COMPLAINT = DATA["graphs"]["complaint"]


@pytest.mark.parametrize("case", DATA["cases"], ids=lambda case: case["name"])
def test_worked_cases(case: dict[str, Any]) -> None:
    played = DATA["graphs"][case["graph"]]
    assert bounds(played).total == tuple(case["bounds"])
    found = {finding.code for finding in validate(played) if finding.severity == "error"}
    assert found == set(case.get("findings", []))
    if "choices" in case:
        result = score(played, case["choices"])
        assert result.points == case["points"]
        assert (result.ending, result.critical) == (case["ending"], case["critical"])
        assert result.percent == Fraction(case["percent"])


def test_the_mood_is_listed_from_the_start_on_and_kept_within_its_ends() -> None:
    played = graph({"a": [choice("x", "b", meter=80)], "b": [choice("y", "win", meter="-500")]})
    assert score(played, ["x", "y"]).meter == [50, 100, 0]
    assert score({**played, "meter": {"start": 10}}, []).meter == [10]
    assert score({**played, "meter": {"start": 900}}, []).meter == [100]


def test_an_unfinished_play_has_points_but_no_share() -> None:
    result = score(COMPLAINT, ["greet"])
    assert (result.points, result.percent, result.ending, result.passed) == (2, None, None, False)
    assert result.standards == {"S": None}
    assert result.meter == [50, 70]


def test_shares_lie_between_the_bounds_per_standard() -> None:
    played = graph(
        {
            "a": [choice("x", "b", points={"S": 2, "T": 1}), choice("y", "b", points={"S": -2})],
            "b": [choice("z", "win", points={"S": 1})],
        },
        endings={"win": {"outcome": "success", "points": 5}},
    )
    assert bounds(played) == Bounds((Fraction(4), Fraction(9)), {"S": (-1, 3), "T": (0, 1)})
    result = score(played, ["y", "z"])
    assert (result.points, result.percent, result.standards) == (4, 0, {"S": 0, "T": 0})
    assert score(played, ["x", "z"]).standards == {"S": 1, "T": 1}


def test_points_of_an_ending_belong_to_no_standard() -> None:
    ends = {"win": {"points": "1/2"}, "lose": {"points": -1}}
    played = graph({"a": [choice("x", "win"), choice("y", "lose")]}, endings=ends)
    assert bounds(played) == Bounds((Fraction(-1), Fraction(1, 2)), {})
    assert score(played, ["x"]).points == Fraction(1, 2)


def test_known_bounds_are_used_instead_of_finding_them_again() -> None:
    known = Bounds((Fraction(0), Fraction(100)), {"S": (Fraction(0), Fraction(50))})
    result = score(COMPLAINT, ["greet", "listen"], known)
    assert result.percent == Fraction(1, 10)
    assert result.standards == {"S": Fraction(1, 10)}
    assert score(COMPLAINT, ["greet", "listen"], bounds(COMPLAINT)).percent == 1


@pytest.mark.parametrize(
    ("marks", "walk", "passed"),
    [
        ({"percent": 100}, ["good", "end"], True),
        ({"percent": 100}, ["fair", "end"], False),
        ({"percent": 50}, ["fair", "end"], True),
        ({"percent": "50.01"}, ["fair", "end"], False),
        ({"percent": 0, "standards": {"S": 60}}, ["fair", "end"], False),
        ({"percent": 0, "standards": {"S": 50}}, ["fair", "end"], True),
        ({"percent": 0, "standards": {"T": 100}}, ["bad", "end"], True),
        ({"percent": 0}, ["worst", "end"], False),
        ({"percent": 0}, ["bad"], False),
        ({}, ["bad", "end"], True),
    ],
)
def test_passing_needs_every_mark_and_nothing_critical(
    marks: dict[str, Any], walk: list[str], passed: bool
) -> None:
    nodes = {
        "a": [
            choice("good", "b", points={"S": 2}),
            choice("fair", "b", points={"S": 1}),
            choice("bad", "b", points={"S": 0}),
            choice("worst", "b", points={"S": 2}, critical=True),
        ],
        "b": [choice("end", "win", points={"T": 3})],
    }
    assert score(graph(nodes, **{"pass": marks}), walk).passed is passed


def test_a_critical_choice_counts_on_a_revisit_too() -> None:
    nodes = {
        "a": [choice("on", "b"), choice("shout", "win", critical=True)],
        "b": [choice("back", "a", points={"S": 1}), choice("end", "win")],
    }
    result = score(graph(nodes), ["on", "back", "shout"])
    assert (result.critical, result.passed, result.points) == (True, False, 1)


def test_a_share_without_room_is_unknown_and_fails_nobody() -> None:
    played = graph({"a": [choice("x", "win", points={"S": 3})]}, percent=90)
    result = score(played, ["x"])
    assert (result.percent, result.standards, result.passed) == (None, {"S": None}, True)


@pytest.mark.parametrize(
    "walk", [["nope"], ["greet", "greet"], ["greet", "listen", "listen"], [None], [["greet"]], [3]]
)
def test_an_illegal_choice_is_refused(walk: list[Any]) -> None:
    for ask in (score, available, step_view):
        with pytest.raises(PlayError):
            ask(COMPLAINT, walk)


MOODY = graph(
    {
        "a": [choice("kind", "b", meter=20), choice("rude", "b", meter=-20)],
        "b": [
            choice("offer", "win", when=[{"meter": {"min": 70}}]),
            choice("sorry", "c", when=[{"meter": {"max": 30}}]),
            choice("leave", "lose"),
        ],
        "c": [
            choice("again", "b", meter=40),
            choice("both", "win", when=[{"visited": "b"}, {"meter": {"min": 30, "max": 30}}]),
            choice("self", "win", when=[{"visited": "c"}]),
            choice("never", "win", when=[{"visited": "elsewhere"}]),
        ],
    }
)


@pytest.mark.parametrize(
    ("walk", "ids"),
    [
        ([], ("kind", "rude")),
        (["kind"], ("offer", "leave")),
        (["rude"], ("sorry", "leave")),
        (["rude", "sorry"], ("again", "both", "self")),
        (["rude", "sorry", "again"], ("offer", "leave")),
        (["kind", "leave"], ()),
    ],
)
def test_conditions_open_choices(walk: list[str], ids: tuple[str, ...]) -> None:
    assert available(MOODY, walk) == ids
    assert tuple(choice_at(MOODY, walk, n + 1) for n in range(len(ids))) == ids
    with pytest.raises(PlayError):
        choice_at(MOODY, walk, len(ids) + 1)
    with pytest.raises(PlayError):
        choice_at(MOODY, walk, 0)


def test_a_choice_whose_condition_does_not_hold_is_illegal() -> None:
    with pytest.raises(PlayError):
        score(MOODY, ["rude", "offer"])


def test_a_choice_that_leads_nowhere_is_not_offered() -> None:
    played = graph({"a": [choice("gone", "nowhere"), choice("end", "win")]})
    assert available(played, []) == ("end",)


def test_bounds_of_a_ladder_need_a_position_per_step_not_per_walk() -> None:
    space = explore(read_graph(ladder(40)))
    assert len(space.moves) == 120
    assert sum(map(len, space.moves)) == 160
    assert bounds(ladder(40)) == Bounds(
        (Fraction(40), Fraction(80)), {"S": (-40, 80), "T": (0, 80)}
    )


def test_a_loop_of_twelve_is_searched_and_one_of_thirteen_refused() -> None:
    assert bounds(ring(12)).total == (0, sum(range(1, 13)))
    with pytest.raises(TangledError, match="12"):
        bounds(ring(13))
    assert "too_tangled" in {finding.code for finding in validate(ring(13))}


def test_twelve_steps_may_lie_on_each_of_several_loops() -> None:
    first, second = ring(12)["nodes"], ring(12)["nodes"]
    joined = {
        name: [
            {**part, "to": "m0" if part["to"] == "win" else part["to"]} for part in row["choices"]
        ]
        for name, row in first.items()
    }
    joined |= {
        name.replace("n", "m"): [
            {**part, "to": part["to"].replace("n", "m") if part["to"] != "win" else "win"}
            for part in row["choices"]
        ]
        for name, row in second.items()
    }
    assert bounds(graph(joined)).total == (0, 2 * sum(range(1, 13)))


def test_too_many_remembered_steps_are_refused() -> None:
    def remember(size: int) -> dict[str, Any]:
        nodes: dict[str, list[dict[str, Any]]] = {}
        for n in range(size):
            onward = f"f{n + 1}" if n + 1 < size else "last"
            nodes[f"f{n}"] = [choice("x", f"side{n}"), choice("y", onward)]
            nodes[f"side{n}"] = [choice("z", onward)]
        asked = [{"visited": f"side{n}"} for n in range(size)]
        nodes["last"] = [choice("all", "win", when=asked, points={"S": 1}), choice("end", "lose")]
        return graph(nodes)

    assert bounds(remember(8)).total == (0, 1)
    with pytest.raises(TangledError):
        bounds(remember(18))
    assert [f.code for f in validate(remember(18)) if f.severity == "error"] == ["too_tangled"]


def test_without_a_complete_walk_there_are_no_bounds() -> None:
    nothing = graph({"a": [choice("x", "a", points={"S": 1})]})
    assert bounds(nothing) == Bounds(None, {"S": None})
    assert bounds({}) == Bounds(None, {})
    assert best_path(nothing) is None
    assert best_path({}) is None


def test_the_best_path_is_the_best_that_passes_without_critical_choices() -> None:
    assert best_path(COMPLAINT) == (("start", "greet"), ("ask", "listen"))
    nodes = {
        "a": [choice("lie", "win", points={"S": 9}, critical=True), choice("help", "b")],
        "b": [choice("ok", "win", points={"S": 5}), choice("meh", "win", points={"S": 1})],
    }
    assert best_path(graph(nodes, percent=50)) == (("a", "help"), ("b", "ok"))
    assert best_path(graph(nodes, percent=60)) is None


def test_among_equals_the_best_path_is_the_shortest() -> None:
    nodes = {
        "a": [choice("long", "b", points={"S": 1}), choice("short", "win", points={"S": 1})],
        "b": [choice("end", "win")],
    }
    assert best_path(graph(nodes)) == (("a", "short"),)


def test_the_best_path_gives_up_points_for_a_standard_that_must_be_met() -> None:
    nodes = {
        "a": [choice("rich", "win", points={"S": 9}), choice("fair", "win", points={"T": 3})],
    }
    assert best_path(graph(nodes)) == (("a", "rich"),)
    marks = {"percent": 0, "standards": {"T": 50}}
    assert best_path(graph(nodes, **{"pass": marks})) == (("a", "fair"),)


def test_the_best_path_may_go_round_a_loop_to_meet_a_condition() -> None:
    nodes = {
        "a": [
            choice("wait", "b"),
            choice("deal", "win", points={"S": 5}, when=[{"meter": {"min": 90}}]),
            choice("end", "lose"),
        ],
        "b": [choice("calm", "a", meter=20)],
    }
    ends = {"win": {"points": 3}, "lose": {"points": 0}}
    looped = graph(nodes, percent=50, endings=ends)
    # the first decision at "a" was to wait, so the deal itself earns nothing any more
    assert bounds(looped).total == (0, 3)
    round_trip = (("a", "wait"), ("b", "calm"))
    assert best_path(looped) == (*round_trip, *round_trip, ("a", "deal"))


def test_a_million_million_walks_that_tie_are_not_tried_one_by_one() -> None:
    tied = ladder(40)
    for row in tied["nodes"].values():
        for part in row["choices"]:
            part["points"] = {"S": 1} if part["id"] == "left" else {"T": 1}
    tied["pass"] = {"percent": 50, "standards": {"S": 50}}
    path = best_path(tied)
    assert path is not None
    assert len(path) == 80
    assert score(tied, [name for _, name in path]).passed


def test_marks_that_would_need_every_combination_are_refused(monkeypatch) -> None:
    # A tenth of what is searched in earnest: the point is that it ends.
    monkeypatch.setattr(paths_module, "MAX_COMPARED", MAX_COMPARED // 10)

    def weigh(size: int) -> dict[str, Any]:
        nodes = {
            f"n{n}": [
                choice("s", f"n{n + 1}" if n + 1 < size else "win", points={"S": 2**n}),
                choice("t", f"n{n + 1}" if n + 1 < size else "win", points={"T": 2**n}),
            ]
            for n in range(size)
        }
        marks = {"percent": 0, "standards": {"S": "49.9999", "T": "49.9999"}}
        return graph(nodes, **{"pass": marks})

    assert best_path(weigh(6)) is None
    assert bounds(weigh(30)).standards["S"] == (0, 2**30 - 1)
    with pytest.raises(TangledError):
        best_path(weigh(30))
    assert "too_tangled" in {finding.code for finding in validate(weigh(30))}
