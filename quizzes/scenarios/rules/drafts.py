"""A draft's blocks as the graph that is checked and played, and a graph as blocks.

Blocks are in the plain form in which Wagtail keeps a stream: ``{"type", "id", "value"}``. The ids
of step, ending and choice blocks are the ids of the graph, written so that a browser can look them
up; a choice leads to the id of a block. A play begins at the first step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from quizzes.questions.rules import read_fraction
from quizzes.scenarios.rules.graphs import Choice, Condition, Ending, Scenario, Step

Block = Mapping[str, Any]
# Kind of file and its key → the address it is shown from, "" when there is none.
FindAddress = Callable[[str, Any], str]

_ODD_LETTER = re.compile(r"[^A-Za-z0-9_-]|_(?=x)")
_WRITTEN_LETTER = re.compile(r"_x([0-9a-f]{1,6})_")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a draft says outside its blocks; ``marks`` is percent by standard, None without one."""

    meter_start: object = 50
    pass_percent: object = 0
    marks: Mapping[str, object] = field(default_factory=dict)


def write_block_id(name: str) -> str:
    """Return the id of a part of a graph as the id of its block; ``read_block_id`` undoes it."""
    return _ODD_LETTER.sub(lambda found: f"_x{ord(found[0]):x}_", name)


def read_block_id(name: str) -> str:
    """Return the id that the id of a block stands for."""
    return _WRITTEN_LETTER.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), name)


def build_graph(blocks: Iterable[Block], terms: Terms, find_address: FindAddress) -> dict[str, Any]:
    """Return the JSON form of a draft, whatever it still lacks; never raises on saved blocks."""
    named = list(name_blocks(blocks))
    steps = [(name, block) for name, block in named if block.get("type") == "step"]
    ends = [(name, block) for name, block in named if block.get("type") == "ending"]
    targets = _Targets(named)
    wanted = {code: mark for code, mark in terms.marks.items() if mark not in (None, "")}
    return {
        "start": steps[0][0] if steps else "",
        "meter": {"start": write_number(terms.meter_start)},
        "pass": {
            "percent": write_number(terms.pass_percent),
            "standards": {code: write_number(mark) for code, mark in wanted.items()},
        },
        "nodes": {
            name: _build_step(read_value(block), targets, find_address) for name, block in steps
        },
        "endings": {name: _build_ending(read_value(block)) for name, block in ends},
    }


def write_number(typed: object) -> object:
    """Return a number as typed in its exact JSON form; what is none stays, for the checks."""
    if typed is None or typed == "":
        return 0
    text = typed
    if isinstance(typed, str):
        text = typed.strip().replace(",", ".").replace("\N{MINUS SIGN}", "-")
    number = read_fraction(text)
    if number is None:
        return str(text)
    return number.numerator if number.denominator == 1 else str(number)


class _Targets:
    """Finds what a choice leads to: by the id of a block, else by a title that is given once."""

    def __init__(self, named: Sequence[tuple[str, Block]]) -> None:
        self.ids = {name for name, _block in named}
        self.titles: dict[str, list[str]] = {}
        for name, block in named:
            title = " ".join(_text(read_value(block), "title").split()).casefold()
            self.titles.setdefault(title, []).append(name)

    def find(self, picked: object) -> str:
        if not isinstance(picked, str):
            return ""
        name = read_block_id(picked)
        if name in self.ids or not picked.strip():
            return name
        alike = self.titles.get(" ".join(picked.split()).casefold(), [])
        return alike[0] if len(alike) == 1 else name


def name_blocks(blocks: Iterable[Block]) -> Iterable[tuple[str, Block]]:
    """Yield blocks with their ids. One that has none is known by its place."""
    for place, block in enumerate(blocks, start=1):
        yield read_block_id(block.get("id") or str(place)), block


def read_value(block: Block) -> Mapping[str, Any]:
    """Return what a block holds; nothing for one that holds junk."""
    value = block.get("value")
    return value if isinstance(value, Mapping) else {}


def list_rows(value: Mapping[str, Any], name: str) -> list[Block]:
    """Return the blocks in a list of a block, without junk."""
    rows = value.get(name)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _text(value: Mapping[str, Any], name: str) -> str:
    text = value.get(name)
    return text if isinstance(text, str) else ""


def _build_step(
    value: Mapping[str, Any], targets: _Targets, find_address: FindAddress
) -> dict[str, Any]:
    step: dict[str, Any] = {"title": _text(value, "title"), "line": _text(value, "line")}
    if mood := _text(value, "mood"):
        step["mood"] = mood
    picture, recording = value.get("picture") or {}, value.get("recording") or {}
    if src := _find_src("image", picture, find_address):
        flags = {"decorative": True} if picture.get("decorative") else {}
        step["image"] = {"src": src, "alt": _text(picture, "alt"), **flags}
    if src := _find_src("document", recording, find_address):
        step["audio"] = {"src": src, "transcript": _text(recording, "transcript")}
    if value.get("stub"):
        step["stub"] = True
    step["choices"] = [
        _build_choice(name, read_value(row), targets)
        for name, row in name_blocks(list_rows(value, "choices"))
    ]
    return step


def _find_src(kind: str, media: Mapping[str, Any], find_address: FindAddress) -> str:
    key = media.get(kind)
    return find_address(kind, key) if key else _text(media, "src").strip()


def _build_choice(name: str, value: Mapping[str, Any], targets: _Targets) -> dict[str, Any]:
    points = [read_value(row) for row in list_rows(value, "points")]
    choice: dict[str, Any] = {
        "id": name,
        "text": _text(value, "text"),
        "to": targets.find(value.get("to")),
        "points": {
            row["standard"]: write_number(row.get("points"))
            for row in points
            if row.get("standard")
        },
        "meter": write_number(value.get("meter")),
        "verdict": _text(value, "verdict"),
        "critical": bool(value.get("critical")),
        "feedback": _text(value, "feedback"),
    }
    when = [_build_condition(row, targets) for row in list_rows(value, "conditions")]
    return choice | ({"when": when} if when else {})


def _build_condition(block: Block, targets: _Targets) -> dict[str, Any]:
    value = read_value(block)
    if block.get("type") == "visited":
        return {"visited": targets.find(value.get("step"))}
    ends = {"min": value.get("least"), "max": value.get("most")}
    return {"meter": {name: write_number(end) for name, end in ends.items() if end}}


def _build_ending(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": _text(value, "title"),
        "text": _text(value, "text"),
        "points": write_number(value.get("points")),
        "outcome": _text(value, "outcome"),
    }


def write_blocks(graph: Scenario) -> list[dict[str, Any]]:
    """Return the blocks of a graph that was read without faults; the start comes first."""
    order = sorted(graph.steps.values(), key=lambda step: step.id != graph.start)
    return [_write_step(step) for step in order] + [
        _write_ending(ending) for ending in graph.endings.values()
    ]


def write_terms(graph: Scenario, named: Iterable[str]) -> Terms:
    """Return what a graph says outside its steps; ``named`` are standards without a mark."""
    marks: dict[str, object] = dict.fromkeys(sorted({*named, *graph.standards}))
    marks |= {code: _type_number(mark) for code, mark in graph.pass_standards.items()}
    return Terms(_type_number(graph.meter_start), _type_number(graph.pass_percent), marks)


def write_marks(terms: Terms) -> list[dict[str, Any]]:
    """Return the standards of a draft as blocks."""
    return [
        _block("mark", write_block_id(code), {"standard": code, "percent": mark or ""})
        for code, mark in terms.marks.items()
    ]


def _block(kind: str, name: str, value: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": kind, "id": write_block_id(name), "value": dict(value)}


def _type_number(number: Fraction) -> str:
    return str(number)


def _write_step(step: Step) -> dict[str, Any]:
    image, audio = step.image or {}, step.audio or {}
    value = {
        "title": step.title,
        "line": step.line,
        "mood": step.mood,
        "picture": {
            "image": None,
            "src": _text(image, "src"),
            "alt": _text(image, "alt"),
            "decorative": image.get("decorative") is True,
        },
        "recording": {
            "document": None,
            "src": _text(audio, "src"),
            "transcript": _text(audio, "transcript"),
        },
        "stub": step.stub,
        "choices": [_write_choice(choice) for choice in step.choices],
    }
    return _block("step", step.id, value)


def _write_choice(choice: Choice) -> dict[str, Any]:
    points = [
        _block("item", code, {"standard": code, "points": _type_number(earned)})
        for code, earned in choice.points.items()
    ]
    value = {
        "text": choice.text,
        "to": write_block_id(choice.to),
        "verdict": choice.verdict,
        "points": points,
        "meter": _type_number(choice.meter),
        "feedback": choice.feedback,
        "critical": choice.critical,
        "conditions": [
            block
            for place, condition in enumerate(choice.when, start=1)
            for block in _write_condition(place, condition)
        ],
    }
    return _block("item", choice.id, value)


def _write_condition(place: int, condition: Condition) -> Iterable[dict[str, Any]]:
    if condition.visited is not None:
        value = {"step": write_block_id(condition.visited)}
        yield _block("visited", f"{place}-visited", value)
    ends = {"least": condition.low, "most": condition.high}
    typed = {name: "" if end is None else _type_number(end) for name, end in ends.items()}
    if any(typed.values()):
        yield _block("mood", f"{place}-mood", typed)


def _write_ending(ending: Ending) -> dict[str, Any]:
    value = {
        "title": ending.title,
        "text": ending.text,
        "outcome": ending.outcome,
        "points": _type_number(ending.points),
    }
    return _block("ending", ending.id, value)
