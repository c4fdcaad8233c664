"""The best walk through a scenario."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from operator import ge
from typing import Any

from quizzes.scenarios.rules.graphs import read_graph
from quizzes.scenarios.rules.spaces import (
    Exact,
    Gains,
    Space,
    TangledError,
    Value,
    explore,
    find_values,
    value_after,
)

MAX_COMPARED = 2_000_000  # about two seconds
Walk = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Needs:
    """Points that a passing walk needs, in all and per assessed dimension of ``Gains``."""

    total: Exact | None
    standards: Mapping[int, Exact]


@dataclass(frozen=True, slots=True, order=True)
class _Label:
    """A walk so far: the most it can end with (negated, so that the best sorts first), its length.

    ``earned`` is the total; ``slack`` what counts towards the assessed standards.
    """

    promise: Exact
    length: int
    number: int
    position: int = field(compare=False)
    earned: Exact = field(compare=False)
    slack: Gains = field(compare=False)
    before: _Label | None = field(compare=False)
    choice: str = field(compare=False)


def best_path(graph: Mapping[str, Any]) -> Walk | None:
    """Return the walk without critical choices that passes with most points, shortest on ties.

    As (step, choice) pairs; None when no such walk passes. Raises: TangledError.
    """
    space = explore(read_graph(graph))
    return find_best_path(space, find_values(space, critical=True))


def find_best_path(space: Space, values: Sequence[Value | None]) -> Walk | None:
    """Return ``best_path`` of a space whose values (critical choices included) are known."""
    if not values or values[0] is None:
        return None
    needs = _find_needs(space, values[0])
    return _Search(space, find_values(space, critical=False), needs).run()


def _find_needs(space: Space, whole: Value) -> Needs:
    def needed(dimension: int, percent: Fraction) -> Exact | None:
        low, high = whole.low[dimension], whole.high[dimension]
        return None if low == high else low + (high - low) * percent / 100

    scenario = space.scenario
    wanted = {
        scenario.standards.index(code) + 1: percent
        for code, percent in sorted(scenario.pass_standards.items())
    }
    found = {dimension: needed(dimension, percent) for dimension, percent in wanted.items()}
    standards = {dimension: need for dimension, need in found.items() if need is not None}
    return Needs(needed(0, scenario.pass_percent), standards)


class _Search:
    """Best-first search: the exact most to come guides it, standards out of reach prune it."""

    def __init__(self, space: Space, values: Sequence[Value | None], needs: Needs) -> None:
        self.space = space
        self.values = values
        self.needs = needs
        self.settled: dict[int, list[Gains]] = {}
        self.numbers = count(1)
        self.compared = 0

    def run(self) -> Walk | None:
        start = self.values[0]
        if start is None:
            return None
        nothing = (0,) * len(self.needs.standards)
        first = _Label(-start.high[0], 0, 0, 0, 0, nothing, None, "")
        waiting = [first]
        while waiting:
            label = heapq.heappop(waiting)
            if self.needs.total is not None and -label.promise < self.needs.total:
                return None
            if label.position < 0:
                return self._trace(label)
            if self._settle(label):
                for following in self._follow(label):
                    heapq.heappush(waiting, following)
        return None

    def _settle(self, label: _Label) -> bool:
        """Return whether a label is worth following: no settled one was as good everywhere.

        Labels come best first, so a settled one at the same position never promises less.
        """
        others = self.settled.setdefault(label.position, [])
        self.compared += len(others) + 1
        if self.compared > MAX_COMPARED:
            raise TangledError("The marks of the standards make too many different plays.")
        if any(all(map(ge, other, label.slack)) for other in others):
            return False
        others[:] = [other for other in others if not all(map(ge, label.slack, other))]
        others.append(label.slack)
        return True

    def _follow(self, label: _Label) -> Iterator[_Label]:
        for move in self.space.moves[label.position]:
            if move.choice.critical:
                continue
            earned = label.earned + move.gains[0]
            value = value_after(self.space, self.values, move)
            if value is None:
                continue
            slack = self._count(label.slack, move.gains, value)
            if slack is None:
                continue
            yield _Label(
                promise=-(earned + value.high[0]),
                length=label.length + 1,
                number=next(self.numbers),
                position=move.target,
                earned=earned,
                slack=slack,
                before=label,
                choice=move.choice.id,
            )

    def _count(self, slack: Gains, gains: Gains, value: Value) -> Gains | None:
        """Return the new slack, None when a mark is out of reach.

        More than what surely suffices counts as what surely suffices: equal for what follows.
        """
        counted = []
        for have, (dimension, need) in zip(slack, self.needs.standards.items(), strict=True):
            now = have + gains[dimension]
            if now + value.high[dimension] < need:
                return None
            counted.append(min(now, need - value.low[dimension]))
        return tuple(counted)

    def _trace(self, label: _Label) -> Walk:
        walk = []
        while label.before is not None:
            walk.append((self.space.steps[label.before.position], label.choice))
            label = label.before
        return tuple(reversed(walk))
