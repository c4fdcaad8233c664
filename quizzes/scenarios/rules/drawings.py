"""Where the steps of a graph stand in a drawing: rows from the start down, endings last."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from quizzes.scenarios.rules.graphs import Scenario

BOX_WIDTH = 132
BOX_HEIGHT = 52
GAP_ACROSS = 20
GAP_DOWN = 44
LANE_WIDTH = 8
_LINE_LETTERS = 19
_MOST_LINES = 2
# Row, name of the step or ending, and whether it is only a lane for what leads there.
Slot = tuple[int, str, bool]


@dataclass(frozen=True, slots=True)
class Box:
    """A step or ending: its place (top left corner, in pixels) and its title in short lines."""

    id: str
    ending: bool
    x: int
    y: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A choice: the curve from its step to where it leads, as an SVG path."""

    step: str
    choice: str
    to: str
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of a graph; choices that lead nowhere have no arrow."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(scenario: Scenario) -> Drawing:
    """Return the drawing of a graph, whatever it still lacks.

    Choices that pass a row by share a lane there with all that lead to the same place, so that
    no box hides them. Time grows with choices times rows.
    """
    onward = {
        step.id: [to for to in dict.fromkeys(c.to for c in step.choices) if to in scenario.steps]
        for step in scenario.steps.values()
    }
    ranks = _rank(scenario, onward)
    last = max(ranks.values(), default=-1) + 1
    ranks |= dict.fromkeys(scenario.endings, last)
    rows = _sort_rows(*_fill_rows(scenario, ranks))
    width = max((_measure(row) for row in rows), default=0) + 2 * GAP_ACROSS
    places = _place(rows, width)
    return Drawing(
        width=width,
        height=len(rows) * (BOX_HEIGHT + GAP_DOWN),
        boxes=tuple(_list_boxes(scenario, places)),
        arrows=tuple(_connect(scenario, ranks, places, width)),
    )


def _rank(scenario: Scenario, onward: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return the row of each step: below all that lead to it, loops aside."""
    order = _sort_by_flow(scenario, onward)
    place = {name: number for number, name in enumerate(order)}
    ranks = {name: 0 if name == scenario.start else 1 for name in order}
    for name in order:
        for to in onward[name]:
            if place[to] > place[name]:
                ranks[to] = max(ranks[to], ranks[name] + 1)
    return ranks


def _sort_by_flow(scenario: Scenario, onward: Mapping[str, Sequence[str]]) -> list[str]:
    """Return all steps so that each stands after those that lead to it, the start's part first."""
    order: list[str] = []
    known: set[str] = set()
    roots = sorted(scenario.steps, key=lambda name: name != scenario.start)
    for root in roots:
        part: list[str] = []
        path = [] if root in known else [(root, iter(onward[root]))]
        known.add(root)
        while path:
            name, rest = path[-1]
            child = next((to for to in rest if to not in known), None)
            if child is None:
                path.pop()
                part.append(name)
            else:
                known.add(child)
                path.append((child, iter(onward[child])))
        order += reversed(part)
    return order


def _fill_rows(
    scenario: Scenario, ranks: Mapping[str, int]
) -> tuple[list[list[Slot]], dict[Slot, list[Slot]]]:
    """Return the slots of each row, and for each slot those of the row above that lead to it."""
    numbers = sorted(set(ranks.values()))
    rows: dict[int, list[Slot]] = {number: [] for number in numbers}
    above: dict[Slot, list[Slot]] = {}
    for name, rank in ranks.items():
        rows[rank].append((rank, name, False))
    for step in scenario.steps.values():
        for to in dict.fromkeys(choice.to for choice in step.choices if choice.to in ranks):
            before: Slot = (ranks[step.id], step.id, False)
            for rank in range(ranks[step.id] + 1, ranks[to]):
                lane: Slot = (rank, to, True)
                if lane not in above:
                    rows[rank].append(lane)
                above.setdefault(lane, []).append(before)
                before = lane
            if ranks[to] > ranks[step.id]:
                above.setdefault((ranks[to], to, False), []).append(before)
    return [rows[number] for number in numbers], above


def _sort_rows(rows: list[list[Slot]], above: Mapping[Slot, Sequence[Slot]]) -> list[list[Slot]]:
    """Put each slot of a row below the middle of those that lead to it: fewer crossings."""
    middle: dict[Slot, float] = {}
    for row in rows:
        wanted = {slot: _average([middle[up] for up in above.get(slot, ())]) for slot in row}
        row.sort(key=wanted.__getitem__)
        middle |= {slot: (number + 0.5) / len(row) for number, slot in enumerate(row)}
    return rows


def _average(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.5


def _measure(row: Sequence[Slot]) -> int:
    return sum(_find_width(slot) + GAP_ACROSS for slot in row) - GAP_ACROSS


def _find_width(slot: Slot) -> int:
    return LANE_WIDTH if slot[2] else BOX_WIDTH


def _place(rows: Sequence[Sequence[Slot]], width: int) -> dict[Slot, tuple[int, int]]:
    """Return the top left corner of each slot."""
    places = {}
    for number, row in enumerate(rows):
        x = (width - _measure(row)) // 2
        for slot in row:
            places[slot] = (x, GAP_DOWN // 4 + number * (BOX_HEIGHT + GAP_DOWN))
            x += _find_width(slot) + GAP_ACROSS
    return places


def _list_boxes(scenario: Scenario, places: Mapping[Slot, tuple[int, int]]) -> Iterator[Box]:
    for (_rank, name, lane), (x, y) in places.items():
        if not lane:
            node = scenario.steps.get(name) or scenario.endings[name]
            yield Box(name, name in scenario.endings, x, y, _break(node.title or name))


def _break(title: str) -> tuple[str, ...]:
    lines = textwrap.wrap(
        " ".join(title.split()), _LINE_LETTERS, max_lines=_MOST_LINES, placeholder="…"
    )
    return tuple(lines)


def _connect(
    scenario: Scenario,
    ranks: Mapping[str, int],
    places: Mapping[Slot, tuple[int, int]],
    width: int,
) -> Iterator[Arrow]:
    for step in scenario.steps.values():
        rank = ranks[step.id]
        led = [choice for choice in step.choices if choice.to in ranks]
        for number, choice in enumerate(led, start=1):
            share = number / (len(led) + 1)
            x, y = places[rank, step.id, False]
            source = (x + round(BOX_WIDTH * share), y + BOX_HEIGHT)
            to = ranks[choice.to]
            goal = places[to, choice.to, False]
            if to > rank:
                lanes = [places[row, choice.to, True] for row in range(rank + 1, to)]
                path = _lead_down(source, lanes, (goal[0] + BOX_WIDTH // 2, goal[1]))
            else:
                path = _lead_up(source, goal, min(max(x, goal[0]) + BOX_WIDTH + 12, width - 4))
            yield Arrow(step.id, choice.id, choice.to, path)


def _lead_down(
    source: tuple[int, int], lanes: Sequence[tuple[int, int]], goal: tuple[int, int]
) -> str:
    """Return a path that falls through the lanes of the rows between."""
    x, y = source
    path = f"M{x} {y}"
    for lane in [*lanes, goal]:
        across = lane[0] + (0 if lane is goal else LANE_WIDTH // 2)
        middle = (y + lane[1]) // 2
        path += f"C{x} {middle} {across} {middle} {across} {lane[1]}"
        x, y = across, lane[1]
        if lane is not goal:
            y += BOX_HEIGHT
            path += f"V{y}"
    return path


def _lead_up(source: tuple[int, int], goal: tuple[int, int], side: int) -> str:
    """Return a path round the right side, to a step further up or in the same row."""
    x, y = source
    right, middle = goal[0] + BOX_WIDTH, goal[1] + BOX_HEIGHT // 2
    return f"M{x} {y}C{x} {y + 24} {side} {y + 24} {side} {y - 8}V{middle + 8}L{right} {middle}"
