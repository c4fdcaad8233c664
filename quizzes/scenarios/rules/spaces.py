"""Every position a play can be in, and the least and most each can still earn.

A position is a step with only that part of the past that can still matter: decisions on the same
loop, steps and mood that a condition further on asks about. A ladder of forty forks has forty
positions on each side instead of 2^40 walks. Points are earned only by first decisions, so a loop
between positions earns nothing and the positions of one loop share one value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import add
from typing import Any

from quizzes.scenarios.rules.cycles import find_components
from quizzes.scenarios.rules.graphs import Choice, Scenario, Step, clamp, read_graph

MAX_LOOP = 12
MAX_POSITIONS = 100_000
Exact = int | Fraction  # whole numbers as int: ten times faster to add
Gains = tuple[Exact, ...]
Key = tuple[int, int, Exact | None]


class TangledError(ValueError):
    """Loops or conditions beyond what can be searched exactly."""

    code = "too_tangled"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and most points over all complete walks; None where there is no such walk."""

    total: tuple[Fraction, Fraction] | None
    standards: Mapping[str, tuple[Fraction, Fraction] | None]


@dataclass(frozen=True, slots=True)
class Move:
    """A choice open at a position: what it earns (total first, then by standard) and where to.

    ``target`` is a position, or -1 when the choice leads to ``ending``.
    """

    choice: Choice
    gains: Gains
    target: int
    ending: str


@dataclass(frozen=True, slots=True)
class Space:
    """All positions of a scenario that a play can reach; the first is the start."""

    scenario: Scenario
    steps: Sequence[str]
    moves: Sequence[Sequence[Move]]
    final: Mapping[str, Gains]


@dataclass(frozen=True, slots=True)
class Value:
    """Least and most that can still be earned, per dimension of ``Gains``."""

    low: Gains
    high: Gains


@dataclass(frozen=True, slots=True)
class _Memory:
    """What a play must remember on arriving at a step."""

    steps: int
    meter: bool


def plain(number: Fraction) -> Exact:
    """Return a whole number as int, anything else unchanged."""
    return number.numerator if number.denominator == 1 else number


def bounds(graph: Mapping[str, Any]) -> Bounds:
    """Return the exact bounds of a graph. Raises: TangledError."""
    return find_bounds(read_graph(graph))


def find_bounds(scenario: Scenario) -> Bounds:
    """Return the exact bounds of a scenario already read. Raises: TangledError."""
    space = explore(scenario)
    return bounds_of(scenario, find_values(space, critical=True))


def bounds_of(scenario: Scenario, values: Sequence[Value | None]) -> Bounds:
    """Return the bounds that the value of the start position says."""
    value = values[0] if values else None
    if value is None:
        return Bounds(None, dict.fromkeys(scenario.standards))
    pairs = [(Fraction(a), Fraction(b)) for a, b in zip(value.low, value.high, strict=True)]
    return Bounds(pairs[0], dict(zip(scenario.standards, pairs[1:], strict=True)))


def successors(scenario: Scenario, step: Step) -> list[str]:
    """Return the steps (not the endings) that the choices of a step lead to."""
    return [choice.to for choice in step.choices if choice.to in scenario.steps]


def reachable_steps(scenario: Scenario) -> list[str]:
    """Return the steps that can be reached when every condition is ignored."""
    if scenario.start not in scenario.steps:
        return []
    met = {scenario.start: None}
    waiting = [scenario.start]
    while waiting:
        for name in successors(scenario, scenario.steps[waiting.pop()]):
            if name not in met:
                met[name] = None
                waiting.append(name)
    return list(met)


def explore(scenario: Scenario) -> Space:
    """Return the space of a scenario, empty without a start. Raises: TangledError."""
    names = reachable_steps(scenario)
    standards = scenario.standards
    final = {
        name: (plain(ending.points), *(0 for _ in standards))
        for name, ending in scenario.endings.items()
    }
    if not names:
        return Space(scenario, (), (), final)
    walker = _Explorer(scenario, names)
    walker.run()
    return Space(scenario, [names[key[0]] for key in walker.keys], walker.moves, final)


class _Explorer:
    """Walks all positions once, breadth first."""

    def __init__(self, scenario: Scenario, names: Sequence[str]) -> None:
        self.scenario = scenario
        self.index = {name: number for number, name in enumerate(names)}
        self.memory = _find_memories(scenario, names, self.index)
        self.steps = [scenario.steps[name] for name in names]
        standards = scenario.standards  # looks at every choice: asked once, not for each of them
        self.gains = [
            [_gains_of(choice, standards) for choice in step.choices] for step in self.steps
        ]
        self.nothing: Gains = (0,) * (len(standards) + 1)
        self.conditional = any(choice.when for step in self.steps for choice in step.choices)
        self.names = names
        self.ids: dict[Key, int] = {}
        self.keys: list[Key] = []
        self.moves: list[list[Move]] = []

    def run(self) -> None:
        self._enter(0, 0, plain(self.scenario.meter_start))
        for key in self.keys:  # grows while it is walked
            self.moves.append(self._find_moves(key))

    def _enter(self, step: int, visited: int, meter: Exact | None) -> int:
        memory = self.memory[step]
        key = (step, visited & memory.steps, meter if memory.meter else None)
        known = self.ids.get(key)
        if known is not None:
            return known
        if self.conditional and len(self.keys) >= MAX_POSITIONS:
            raise TangledError("The conditions lead to too many different plays.")
        self.ids[key] = len(self.keys)
        self.keys.append(key)
        return len(self.keys) - 1

    def _find_moves(self, key: Key) -> list[Move]:
        number, visited, meter = key
        here = visited | 1 << number
        first = here != visited
        moves = []
        for choice, gains in zip(self.steps[number].choices, self.gains[number], strict=True):
            if choice.when and not self._is_open(choice, meter, here):
                continue
            earned = gains if first else self.nothing
            target = self.index.get(choice.to)
            if target is not None:
                after = None if meter is None else plain(clamp(Fraction(meter + choice.meter)))
                moves.append(Move(choice, earned, self._enter(target, here, after), ""))
            elif choice.to in self.scenario.endings:
                moves.append(Move(choice, earned, -1, choice.to))
        return moves

    def _is_open(self, choice: Choice, meter: Exact | None, visited: int) -> bool:
        seen = {name for name in self.names if visited >> self.index[name] & 1}
        return choice.is_open(Fraction(meter or 0), seen)


def _gains_of(choice: Choice, standards: Sequence[str]) -> Gains:
    by_standard = tuple(plain(choice.points.get(code, Fraction(0))) for code in standards)
    return (plain(choice.total), *by_standard)


def _find_memories(
    scenario: Scenario, names: Sequence[str], index: Mapping[str, int]
) -> list[_Memory]:
    """Return what to remember at each step. Raises: TangledError on a loop too long to search."""
    onward = [[index[to] for to in successors(scenario, scenario.steps[name])] for name in names]
    asked_later = [_Memory(0, meter=False)] * len(names)
    memories = list(asked_later)
    for component in find_components(onward):
        if len(component) > MAX_LOOP:
            raise TangledError(f"More than {MAX_LOOP} steps lie on loops through each other.")
        asked = _join(
            [asked_later[to] for number in component for to in onward[number]]
            + [_find_asked(step, index) for step in _steps_of(scenario, names, component)]
        )
        looped = len(component) > 1 or component[0] in onward[component[0]]
        # Decisions on a loop matter only while the play is on it: nothing leads back.
        own = sum(1 << number for number in component) if looped else 0
        for number in component:
            asked_later[number] = asked
            memories[number] = _Memory(asked.steps | own, asked.meter)
    return memories


def _steps_of(scenario: Scenario, names: Sequence[str], numbers: Iterable[int]) -> list[Step]:
    return [scenario.steps[names[number]] for number in numbers]


def _find_asked(step: Step, index: Mapping[str, int]) -> _Memory:
    """Return what the conditions of one step ask about."""
    conditions = [condition for choice in step.choices for condition in choice.when]
    asked = {condition.visited for condition in conditions if condition.visited in index}
    meter = any(c.low is not None or c.high is not None for c in conditions)
    return _Memory(sum(1 << index[name] for name in asked if name is not None), meter)


def _join(memories: Iterable[_Memory]) -> _Memory:
    steps, meter = 0, False
    for memory in memories:
        steps |= memory.steps
        meter = meter or memory.meter
    return _Memory(steps, meter)


def find_values(space: Space, *, critical: bool) -> list[Value | None]:
    """Return what can still be earned at each position, None where no ending can be reached.

    ``critical`` says whether critical choices may be made.
    """
    moves = [
        [move for move in options if critical or not move.choice.critical]
        for options in space.moves
    ]
    onward = [[move.target for move in options if move.target >= 0] for options in moves]
    values: list[Value | None] = [None] * len(moves)
    for component in find_components(onward):
        inside = set(component)
        value = None
        for move in (move for number in component for move in moves[number]):
            if move.target not in inside:
                value = _widen(value, move.gains, value_after(space, values, move))
        for number in component:
            values[number] = value
    return values


def value_after(space: Space, values: Sequence[Value | None], move: Move) -> Value | None:
    """Return what can still be earned once a move is made; None when that is a dead end."""
    if move.target >= 0:
        return values[move.target]
    final = space.final[move.ending]
    return Value(final, final)


def _widen(value: Value | None, gains: Gains, after: Value | None) -> Value | None:
    if after is None:
        return value
    low = tuple(map(add, gains, after.low))
    high = tuple(map(add, gains, after.high))
    if value is None:
        return Value(low, high)
    return Value(tuple(map(min, value.low, low)), tuple(map(max, value.high, high)))
