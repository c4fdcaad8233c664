"""A draft looked through, for the panel beside the editor: findings, drawing, outline, scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from django.utils.translation import gettext as _

from quizzes.scenarios.reads.findings import write_finding
from quizzes.scenarios.rules import (
    Drawing,
    Finding,
    Range,
    best_path,
    draw,
    find_ending_ranges,
    read_graph,
    validate,
    write_block_id,
)
from quizzes.scenarios.rules import Scenario as Graph

# The worst first: what a box is drawn as when several things are true of it.
ERROR, UNREACHABLE, BEST, PLAIN = "error", "unreachable", "best", ""


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """What is to be looked at; ``block`` is the id of the block it is about, or empty."""

    words: str
    error: bool
    block: str


@dataclass(frozen=True, slots=True)
class CheckChoice:
    """A choice of the outline: its words, where it leads, and whether the best path takes it."""

    text: str
    to: str
    block: str
    best: bool
    critical: bool
    conditional: bool


@dataclass(frozen=True, slots=True)
class CheckNode:
    """A step or ending of the outline. ``state`` is error, unreachable, best or empty.

    ``scores`` says between how many percent plays end there, for an ending that can be reached.
    """

    number: int
    title: str
    block: str
    ending: bool
    state: str
    choices: tuple[CheckChoice, ...]
    scores: str


@dataclass(frozen=True, slots=True)
class CheckBox:
    """A box of the drawing, with the block it opens."""

    x: int
    y: int
    lines: tuple[str, ...]
    block: str
    ending: bool
    state: str


@dataclass(frozen=True, slots=True)
class DraftCheck:
    """All that the panel shows; ``arrows`` are pairs of a path and whether it is a best one."""

    findings: tuple[CheckFinding, ...]
    nodes: tuple[CheckNode, ...]
    width: int
    height: int
    boxes: tuple[CheckBox, ...]
    arrows: tuple[tuple[str, bool], ...]

    @property
    def errors(self) -> int:
        """How many findings stand against publishing."""
        return sum(finding.error for finding in self.findings)


def check_draft(graph: Mapping[str, Any], slips: Sequence[Finding] = ()) -> DraftCheck:
    """Return what the panel shows of a graph, whatever it still lacks. No query.

    ``slips`` are findings of the draft that the graph does not show any more.
    """
    read = read_graph(graph)
    findings = [*slips, *validate(graph)]
    # What validation could not search through is not searched again.
    tangled = any(found.code == "too_tangled" for found in findings)
    best = set() if tangled else set(best_path(graph) or ())
    ranges = {} if tangled else find_ending_ranges(read)
    states = _judge(read, findings, {node for node, _choice in best})
    drawing = draw(read)
    return DraftCheck(
        findings=tuple(
            CheckFinding(
                write_finding(found, read),
                found.severity == "error",
                write_block_id(found.node) if found.node in states else "",
            )
            for found in findings
        ),
        nodes=tuple(_list_nodes(read, states, best, ranges)),
        width=drawing.width,
        height=drawing.height,
        boxes=tuple(_list_boxes(drawing, states)),
        arrows=tuple((arrow.path, (arrow.step, arrow.choice) in best) for arrow in drawing.arrows),
    )


def _judge(graph: Graph, findings: list[Finding], best: set[str]) -> dict[str, str]:
    states = dict.fromkeys([*graph.steps, *graph.endings], PLAIN)
    states |= dict.fromkeys(best, BEST)
    for found in findings:
        if found.node in states and found.severity == "error":
            grey = found.code == "unreachable" and states[found.node] != ERROR
            states[found.node] = UNREACHABLE if grey else ERROR
    return states


def _list_nodes(
    graph: Graph,
    states: Mapping[str, str],
    best: set[tuple[str, str]],
    ranges: Mapping[str, Range | None],
) -> Iterator[CheckNode]:
    numbers = {name: number for number, name in enumerate(graph.steps, start=1)}
    for step in graph.steps.values():
        choices = tuple(
            CheckChoice(
                text=choice.text,
                to=_name(graph, numbers, choice.to),
                block=write_block_id(choice.to) if choice.to in states else "",
                best=(step.id, choice.id) in best,
                critical=choice.critical,
                conditional=bool(choice.when),
            )
            for choice in step.choices
        )
        yield _make_node(numbers[step.id], step, states[step.id], choices, "")
    for number, ending in enumerate(graph.endings.values(), start=1):
        words = _write_range(ranges.get(ending.id))
        yield _make_node(number, ending, states[ending.id], (), words)


def _make_node(
    number: int, node: Any, state: str, choices: tuple[CheckChoice, ...], scores: str
) -> CheckNode:
    return CheckNode(
        number=number,
        title=node.title or _("(no title yet)"),
        block=write_block_id(node.id),
        ending=hasattr(node, "outcome"),
        state=state,
        choices=choices,
        scores=scores,
    )


def _name(graph: Graph, numbers: Mapping[str, int], to: str) -> str:
    """Return where a choice leads, in words; a step with its number."""
    if to in graph.steps:
        return f"{numbers[to]}. {graph.steps[to].title or _('(no title yet)')}"
    if to in graph.endings:
        return graph.endings[to].title or _("(no title yet)")
    return ""


def _write_range(limits: Range | None) -> str:
    if limits is None:
        return ""
    low, high = floor(limits[0] * 100), ceil(limits[1] * 100)
    if low == high:
        return _("%(percent)d %%") % {"percent": low}
    return _("%(low)d to %(high)d %%") % {"low": low, "high": high}


def _list_boxes(drawing: Drawing, states: Mapping[str, str]) -> Iterator[CheckBox]:
    for box in drawing.boxes:
        yield CheckBox(box.x, box.y, box.lines, write_block_id(box.id), box.ending, states[box.id])
