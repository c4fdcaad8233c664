"""Small graphs to test with."""

from __future__ import annotations

from typing import Any


def choice(name: str, to: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "text": f"Say {name}", "to": to, **more}


def graph(
    nodes: dict[str, list[dict[str, Any]]], *, percent: float | str = 0, **more: Any
) -> dict[str, Any]:
    """Return a graph that starts at its first step and may end in ``win`` or ``lose``."""
    used = {part["to"] for choices in nodes.values() for part in choices}
    endings = {name: {"title": name, "outcome": "success"} for name in ("win", "lose")}
    return {
        "start": next(iter(nodes)),
        "pass": {"percent": percent},
        "nodes": {name: {"title": name, "choices": choices} for name, choices in nodes.items()},
        "endings": {name: ending for name, ending in endings.items() if name in used},
        **more,
    }


def ladder(rungs: int) -> dict[str, Any]:
    """Return a chain of forks that close again: 2^rungs walks."""
    nodes: dict[str, list[dict[str, Any]]] = {}
    for n in range(rungs):
        following = f"fork{n + 1}" if n + 1 < rungs else "win"
        nodes[f"fork{n}"] = [
            choice("left", f"left{n}", points={"S": 1}),
            choice("right", f"right{n}", points={"T": 2}),
        ]
        nodes[f"left{n}"] = [choice("go", following, points={"S": 1})]
        nodes[f"right{n}"] = [choice("go", following, points={"S": -1})]
    return graph(nodes, percent=50)


def ring(size: int) -> dict[str, Any]:
    """Return one loop through ``size`` steps, each with a way out."""
    nodes = {
        f"n{n}": [
            choice("on", f"n{(n + 1) % size}", points={"S": n + 1}),
            choice("out", "win", points={"S": 0}),
        ]
        for n in range(size)
    }
    return graph(nodes, percent=50)
