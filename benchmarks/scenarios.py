"""Role-plays' rules alone: no database, so that the size of the company does not matter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from benchmarks.measuring import Result, measure
from quizzes.scenarios.rules import bounds, validate

DIAMONDS: Final = 40
"""Forks in a row that close again: two ways each, so 2^40 walks."""
AT_MOST: Final = 0.05


def run_scenarios(employees: int, times: int) -> Iterator[Result]:
    """Measure what publishing a role-play works out."""
    graph = make_ladder(DIAMONDS)

    def find_bounds() -> int:
        return len(bounds(graph).standards)

    def check() -> int:
        validate(graph)
        return len(graph["nodes"])

    name = f"bounds of a role-play, 2^{DIAMONDS} walks"
    yield Result(name, employees, measure(find_bounds, times=times), None, None, AT_MOST)
    name = f"check of a role-play of {len(graph['nodes'])} steps"
    yield Result(name, employees, measure(check, times=times), None, None)


def make_ladder(diamonds: int) -> dict[str, Any]:
    """Return forks that close again, each step scoring one of two standards."""
    nodes: dict[str, Any] = {}
    for number in range(diamonds):
        onward = f"fork-{number + 1}" if number + 1 < diamonds else "end"
        left, right = f"left-{number}", f"right-{number}"
        nodes[f"fork-{number}"] = make_step([(left, {"S": 1}), (right, {"T": 2})])
        nodes[left] = make_step([(onward, {"S": 1})])
        nodes[right] = make_step([(onward, {"S": -1})])
    return {
        "start": "fork-0",
        "pass": {"percent": 50},
        "nodes": nodes,
        "endings": {"end": {"title": "End", "outcome": "success", "points": 1}},
    }


def make_step(ways: list[tuple[str, dict[str, int]]]) -> dict[str, Any]:
    """Return a step with a choice for each way."""
    return {
        "title": "Step",
        "line": "Yes?",
        "choices": [
            {"id": to, "text": to, "to": to, "points": points, "verdict": "follows"}
            for to, points in ways
        ],
    }
