"""Loops of a directed graph."""

from __future__ import annotations

from collections.abc import Sequence


def find_components(onward: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the strongly connected parts, each after every part it leads to.

    ``onward[n]`` lists where n leads. Tarjan's search with its own stack, so that depth costs no
    recursion; linear in nodes and edges.
    """
    order: dict[int, int] = {}
    lowest: dict[int, int] = {}
    held: list[int] = []
    on_hold: set[int] = set()
    parts: list[list[int]] = []
    for root in range(len(onward)):
        if root in order:
            continue
        path = [(root, iter(onward[root]))]
        order[root] = lowest[root] = len(order)
        held.append(root)
        on_hold.add(root)
        while path:
            node, rest = path[-1]
            child = next((n for n in rest if n not in order or n in on_hold), None)
            if child is None:
                path.pop()
                if path:
                    parent = path[-1][0]
                    lowest[parent] = min(lowest[parent], lowest[node])
                if lowest[node] == order[node]:
                    parts.append(_release(node, held, on_hold))
            elif child in order:
                lowest[node] = min(lowest[node], order[child])
            else:
                order[child] = lowest[child] = len(order)
                held.append(child)
                on_hold.add(child)
                path.append((child, iter(onward[child])))
    return parts


def _release(node: int, held: list[int], on_hold: set[int]) -> list[int]:
    part = []
    while True:
        member = held.pop()
        on_hold.discard(member)
        part.append(member)
        if member == node:
            return part
