"""Bounds, findings and best paths against walking every walk of small random graphs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.scenarios.rules import available, best_path, bounds, score, validate
from tests.quizzes.scenarios.graphs import choice

STEPS = ("a", "b", "c", "d", "e")
ENDS = ("win", "lose")
STANDARDS = ("S", "T")


@st.composite
def conditions(draw: st.DrawFn) -> list[dict[str, Any]]:
    kinds = st.sampled_from(
        [{"visited": name} for name in STEPS]
        + [{"meter": {"min": 60}}, {"meter": {"max": 40}}, {"meter": {"min": 40, "max": 70}}]
    )
    return draw(st.lists(kinds, min_size=1, max_size=2))


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, Any]:
    steps = STEPS[: draw(st.integers(1, 5))]
    targets = st.sampled_from([*steps, *ENDS, "nowhere"])
    nodes: dict[str, Any] = {}
    for name in steps:
        choices = []
        for number in range(draw(st.integers(0, 3))):
            more: dict[str, Any] = {"points": {}}
            for code in STANDARDS:
                if draw(st.booleans()):
                    more["points"][code] = draw(st.integers(-2, 3))
            more["meter"] = draw(st.sampled_from([0, 0, 30, -25]))
            more["critical"] = draw(st.integers(0, 5)) == 0
            if number and draw(st.integers(0, 3)) == 0:
                more["when"] = draw(conditions())
            choices.append(choice(str(number), draw(targets), **more))
        nodes[name] = {"choices": choices}
    marks = st.sampled_from([0, 40, 50, 75, 100])
    return {
        "start": "a",
        "pass": {
            "percent": draw(marks),
            "standards": {code: draw(marks) for code in STANDARDS if draw(st.booleans())},
        },
        "nodes": nodes,
        "endings": {name: {"outcome": "x", "points": draw(st.integers(-1, 2))} for name in ENDS},
    }


@dataclass(frozen=True)
class Stand:
    """Everything that can matter of a play so far, nothing merged."""

    node: str
    visited: frozenset[str]
    meter: int
    points: tuple[int, ...]
    critical: bool


@dataclass
class Walks:
    """Every way the plays of a graph can go."""

    ends: dict[tuple[int, tuple[int, ...], bool], int]  # total, standards, critical -> shortest
    steps: set[str]
    endings: set[str]
    open: set[tuple[str, str]]


def holds(when: list[dict[str, Any]], stand: Stand) -> bool:
    for part in when:
        if "visited" in part and part["visited"] not in stand.visited | {stand.node}:
            return False
        meter = part.get("meter", {})
        if not meter.get("min", 0) <= stand.meter <= meter.get("max", 100):
            return False
    return True


def walk_all(played: dict[str, Any]) -> Walks:
    first = Stand("a", frozenset(), 50, (0,) * len(STANDARDS), critical=False)
    walks = Walks({}, set(), set(), set())
    met = {first}
    level, length = [first], 0
    while level:
        following = []
        length += 1
        for stand in level:
            walks.steps.add(stand.node)
            for part in played["nodes"][stand.node]["choices"]:
                after = step_on(played, stand, part)
                if after is None:
                    continue
                walks.open.add((stand.node, part["id"]))
                if after.node in played["endings"]:
                    walks.endings.add(after.node)
                    total = sum(after.points) + played["endings"][after.node]["points"]
                    walks.ends.setdefault((total, after.points, after.critical), length)
                elif after not in met:
                    met.add(after)
                    following.append(after)
        level = following
    return walks


def step_on(played: dict[str, Any], stand: Stand, part: dict[str, Any]) -> Stand | None:
    known = part["to"] in played["nodes"] or part["to"] in played["endings"]
    if not known or not holds(part.get("when", []), stand):
        return None
    fresh = stand.node not in stand.visited
    return Stand(
        part["to"],
        stand.visited | {stand.node},
        max(0, min(100, stand.meter + part["meter"])),
        tuple(
            have + part["points"].get(code, 0) * fresh
            for have, code in zip(stand.points, STANDARDS, strict=True)
        ),
        stand.critical or part["critical"],
    )


def assessed(played: dict[str, Any]) -> set[str]:
    scored = {
        code
        for row in played["nodes"].values()
        for part in row["choices"]
        for code in part["points"]
    }
    return scored | set(played["pass"]["standards"])


def spread(values: list[int]) -> tuple[int, int] | None:
    return (min(values), max(values)) if values else None


def passes(played: dict[str, Any], walks: Walks, total: int, points: tuple[int, ...]) -> bool:
    limits = [spread([end[0] for end in walks.ends])]
    limits += [spread([end[1][n] for end in walks.ends]) for n in range(len(STANDARDS))]
    wanted = [(total, limits[0], played["pass"]["percent"])]
    wanted += [
        (points[n], limits[n + 1], played["pass"]["standards"].get(code, 0))
        for n, code in enumerate(STANDARDS)
    ]
    return all(
        limit is None
        or limit[0] == limit[1]
        or Fraction(have - limit[0], limit[1] - limit[0]) * 100 >= mark
        for have, limit, mark in wanted
    )


@settings(max_examples=400, deadline=None)
@given(graphs())
def test_bounds_equal_brute_force(played: dict[str, Any]) -> None:
    walks = walk_all(played)
    found = bounds(played)
    assert found.total == spread([end[0] for end in walks.ends])
    for number, code in enumerate(STANDARDS):
        if code in assessed(played):
            assert found.standards[code] == spread([end[1][number] for end in walks.ends])


@settings(max_examples=250, deadline=None)
@given(graphs())
def test_the_best_path_equals_brute_force(played: dict[str, Any]) -> None:
    walks = walk_all(played)
    good = [
        (-total, length)
        for (total, points, critical), length in walks.ends.items()
        if not critical and passes(played, walks, total, points)
    ]
    path = best_path(played)
    if not good:
        assert path is None
        return
    assert path is not None
    result = score(played, [name for _, name in path])
    assert (-result.points, len(path)) == min(good)
    assert result.passed
    assert not result.critical
    assert path[0][0] == "a"


@settings(max_examples=250, deadline=None)
@given(graphs())
def test_findings_equal_brute_force(played: dict[str, Any]) -> None:
    walks = walk_all(played)
    found = {(finding.code, finding.node) for finding in validate(played)}
    missed = (set(played["nodes"]) - walks.steps) | (set(played["endings"]) - walks.endings)
    assert {node for code, node in found if code == "unreachable"} == missed
    codes = {code for code, _ in found}
    good = [
        total
        for total, points, critical in walks.ends
        if not critical and passes(played, walks, total, points)
    ]
    assert ("cannot_pass" in codes) == (not good)
    mild = [total for total, _, critical in walks.ends if not critical]
    best = max((end[0] for end in walks.ends), default=None)
    assert ("best_path_is_critical" in codes) == (best is not None and best not in mild)
    always = bool(walks.ends) and all(
        not critical and passes(played, walks, total, points)
        for total, points, critical in walks.ends
    )
    if not any(part["critical"] for row in played["nodes"].values() for part in row["choices"]):
        assert ("always_passes" in codes) == always
    never = {
        (name, part["id"])
        for name in walks.steps
        for part in played["nodes"][name]["choices"]
        if part.get("when") and part["to"] != "nowhere"
    } - walks.open
    assert {node for code, node in found if code == "condition_never_true"} == {
        name for name, _ in never
    }


@settings(max_examples=200, deadline=None)
@given(graphs(), st.data())
def test_a_random_play_scores_like_the_definition(
    played: dict[str, Any], data: st.DataObject
) -> None:
    stand = Stand("a", frozenset(), 50, (0,) * len(STANDARDS), critical=False)
    walk: list[str] = []
    for _ in range(6):
        rows = played["nodes"][stand.node]["choices"]
        open_rows = [part for part in rows if step_on(played, stand, part) is not None]
        assert available(played, walk) == tuple(part["id"] for part in open_rows)
        if not open_rows:
            return
        part = data.draw(st.sampled_from(open_rows))
        walk.append(part["id"])
        after = step_on(played, stand, part)
        assert after is not None
        stand = after
        result = score(played, walk)
        assert (result.meter[-1], result.critical) == (stand.meter, stand.critical)
        if stand.node in played["endings"]:
            total = sum(stand.points) + played["endings"][stand.node]["points"]
            assert (result.points, result.ending) == (total, stand.node)
            assert result.percent is None or 0 <= result.percent <= 1
            assert result.passed == (
                not stand.critical and passes(played, walk_all(played), total, stand.points)
            )
            return
        assert (result.points, result.percent) == (sum(stand.points), None)
