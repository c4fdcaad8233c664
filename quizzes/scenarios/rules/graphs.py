"""A scenario's graph, read from its JSON form without ever raising.

What cannot be read is left out and remembered in ``Scenario.malformed``, so that the editor can
show every other finding of a half-written draft.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from quizzes.questions.rules import read_fraction

DEFAULT_METER = Fraction(50)
METER_TOP = Fraction(100)
VERDICTS = ("follows", "partly", "violates", "neutral")


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold for a choice to be offered: the mood within bounds, a step visited.

    ``impossible`` stands for a condition nobody could read.
    """

    low: Fraction | None = None
    high: Fraction | None = None
    visited: str | None = None
    impossible: bool = False

    def holds(self, meter: Fraction, visited: Set[str]) -> bool:
        """Return whether it holds at this mood with these steps seen, the present one included."""
        if self.impossible:
            return False
        if self.low is not None and meter < self.low:
            return False
        if self.high is not None and meter > self.high:
            return False
        return self.visited is None or self.visited in visited


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing the player can say."""

    id: str
    text: str
    to: str
    points: Mapping[str, Fraction]
    meter: Fraction
    verdict: str
    critical: bool
    feedback: str
    when: tuple[Condition, ...]

    @property
    def total(self) -> Fraction:
        """Return the points over all standards."""
        return sum(self.points.values(), Fraction(0))

    def is_open(self, meter: Fraction, visited: Set[str]) -> bool:
        """Return whether every condition holds."""
        return all(condition.holds(meter, visited) for condition in self.when)


@dataclass(frozen=True, slots=True)
class Step:
    """What the customer says, and the choices."""

    id: str
    title: str
    line: str
    mood: str
    image: Mapping[str, Any] | None
    audio: Mapping[str, Any] | None
    stub: bool
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a play ends, with points that belong to no standard."""

    id: str
    title: str
    text: str
    points: Fraction
    outcome: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole graph. Marks are 0..100; ``malformed`` names the places that could not be read."""

    start: str
    meter_start: Fraction
    pass_percent: Fraction
    pass_standards: Mapping[str, Fraction]
    steps: Mapping[str, Step]
    endings: Mapping[str, Ending]
    malformed: tuple[str | None, ...]

    @property
    def standards(self) -> tuple[str, ...]:
        """Return every standard that is assessed or scored anywhere, sorted."""
        scored = (choice.points for step in self.steps.values() for choice in step.choices)
        return tuple(sorted(set(self.pass_standards).union(*scored)))


@dataclass(slots=True)
class _Reader:
    """Reads values of one place; whatever has the wrong shape becomes a default and a fault."""

    node: str | None
    faults: list[str | None] = field(default_factory=list)

    def fault(self) -> None:
        self.faults.append(self.node)

    def rows(self, source: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
        value = source.get(name)
        if value is None:
            return []
        if not isinstance(value, (list, tuple)):
            self.fault()
            return []
        rows = [row for row in value if isinstance(row, Mapping)]
        if len(rows) != len(value):
            self.fault()
        return rows

    def mapping(self, source: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        value = source.get(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.fault()
            return {}
        named = {key: part for key, part in value.items() if isinstance(key, str)}
        if len(named) != len(value):
            self.fault()
        return named

    def text(self, source: Mapping[str, Any], name: str) -> str:
        value = source.get(name)
        if value is None or isinstance(value, str):
            return value or ""
        self.fault()
        return ""

    def flag(self, source: Mapping[str, Any], name: str) -> bool:
        value = source.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.fault()
        return False

    def number(self, source: Mapping[str, Any], name: str, default: Fraction) -> Fraction:
        value = source.get(name)
        if value is None:
            return default
        number = read_fraction(value)
        if number is None:
            self.fault()
            return default
        return number

    def mark(self, source: Mapping[str, Any], name: str) -> Fraction:
        number = self.number(source, name, Fraction(0))
        if not 0 <= number <= 100:
            self.fault()
        return number


def read_graph(graph: object) -> Scenario:
    """Return the scenario of its JSON form; junk of any shape gives an emptier scenario.

    One that was read already comes back as it is.
    """
    if isinstance(graph, Scenario):
        return graph
    reader = _Reader(None)
    if not isinstance(graph, Mapping):
        reader.fault()
        graph = {}
    marks = reader.mapping(graph, "pass")
    wanted = reader.mapping(marks, "standards")
    nodes, ends = reader.mapping(graph, "nodes"), reader.mapping(graph, "endings")
    steps = {name: _read_step(name, row, reader) for name, row in nodes.items()}
    endings = {name: _read_ending(name, row, reader) for name, row in ends.items()}
    for name in sorted(steps.keys() & endings.keys()):
        reader.faults.append(name)
    return Scenario(
        start=reader.text(graph, "start"),
        meter_start=clamp(reader.number(reader.mapping(graph, "meter"), "start", DEFAULT_METER)),
        pass_percent=reader.mark(marks, "percent"),
        pass_standards={code: reader.mark(wanted, code) for code in wanted},
        steps=steps,
        endings={name: ending for name, ending in endings.items() if name not in steps},
        malformed=tuple(dict.fromkeys(reader.faults)),
    )


def clamp(meter: Fraction) -> Fraction:
    """Return the mood within 0..100."""
    return min(max(meter, Fraction(0)), METER_TOP)


def _read_step(name: str, row: object, graph: _Reader) -> Step:
    reader = _Reader(name, graph.faults)
    if not isinstance(row, Mapping):
        reader.fault()
        row = {}
    choices: dict[str, Choice] = {}
    for part in reader.rows(row, "choices"):
        choice = _read_choice(part, reader)
        if choice.id and choice.id not in choices:
            choices[choice.id] = choice
        else:
            reader.fault()
    return Step(
        id=name,
        title=reader.text(row, "title"),
        line=reader.text(row, "line"),
        mood=reader.text(row, "mood"),
        image=reader.mapping(row, "image") or None,
        audio=reader.mapping(row, "audio") or None,
        stub=reader.flag(row, "stub"),
        choices=tuple(choices.values()),
    )


def _read_choice(row: Mapping[str, Any], reader: _Reader) -> Choice:
    points = reader.mapping(row, "points")
    return Choice(
        id=reader.text(row, "id"),
        text=reader.text(row, "text"),
        to=row["to"] if isinstance(row.get("to"), str) else "",
        points={code: reader.number(points, code, Fraction(0)) for code in points},
        meter=reader.number(row, "meter", Fraction(0)),
        verdict=reader.text(row, "verdict"),
        critical=reader.flag(row, "critical"),
        feedback=reader.text(row, "feedback"),
        when=_read_conditions(row, reader),
    )


def _read_conditions(row: Mapping[str, Any], reader: _Reader) -> tuple[Condition, ...]:
    when = row.get("when")
    if when is None:
        return ()
    if not isinstance(when, (list, tuple)):
        reader.fault()
        return (Condition(impossible=True),)
    return tuple(_read_condition(part, reader) for part in when)


def _read_condition(part: object, reader: _Reader) -> Condition:
    """Return a condition; one that cannot be read never holds, rather than always."""
    if not isinstance(part, Mapping) or not part or not set(part) <= {"meter", "visited"}:
        reader.fault()
        return Condition(impossible=True)
    before = len(reader.faults)
    meter = reader.mapping(part, "meter")
    low, high = (
        reader.number(meter, name, Fraction(0)) if meter.get(name) is not None else None
        for name in ("min", "max")
    )
    visited = reader.text(part, "visited") if "visited" in part else None
    if not set(meter) <= {"min", "max"}:
        reader.fault()
    if len(reader.faults) > before:
        return Condition(impossible=True)
    return Condition(low, high, visited)


def _read_ending(name: str, row: object, graph: _Reader) -> Ending:
    reader = _Reader(name, graph.faults)
    if not isinstance(row, Mapping):
        reader.fault()
        row = {}
    return Ending(
        id=name,
        title=reader.text(row, "title"),
        text=reader.text(row, "text"),
        points=reader.number(row, "points", Fraction(0)),
        outcome=reader.text(row, "outcome"),
    )
