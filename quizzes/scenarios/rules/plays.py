"""Playing a scenario: which choices are open, what a player sees, and the score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quizzes.scenarios.rules.graphs import Choice, Ending, Scenario, Step, clamp, read_graph
from quizzes.scenarios.rules.spaces import Bounds, find_bounds


class PlayError(ValueError):
    """A choice that is not open at this point of the play. Nothing was decided."""

    code = "illegal_choice"


@dataclass(frozen=True, slots=True)
class Decision:
    """One choice made at a step; ``first`` says whether its points count."""

    step: str
    choice: Choice
    first: bool


@dataclass(frozen=True, slots=True)
class Play:
    """A walk so far: where it stands, what was decided, and the mood from the start on."""

    step: Step | None
    ending: Ending | None
    decisions: tuple[Decision, ...]
    meter: tuple[Fraction, ...]
    visited: frozenset[str]


@dataclass(frozen=True, slots=True)
class ScenarioScore:
    """The score of a walk. Shares are 0..1, None while unfinished or undefined."""

    points: Fraction
    percent: Fraction | None
    standards: Mapping[str, Fraction | None]
    critical: bool
    meter: list[Fraction]
    ending: str | None
    passed: bool


def play(scenario: Scenario, walk: Sequence[str]) -> Play:
    """Return where a walk of choice ids leads. Raises: PlayError at the first illegal choice."""
    step = scenario.steps.get(scenario.start)
    ending: Ending | None = None
    meter = [scenario.meter_start]
    visited = {scenario.start}
    decided: set[str] = set()
    decisions: list[Decision] = []
    for wanted in walk:
        choice = _find_open(scenario, step, meter[-1], visited, wanted)
        here = step.id if step is not None else ""
        decisions.append(Decision(here, choice, here not in decided))
        decided.add(here)
        meter.append(clamp(meter[-1] + choice.meter))
        step, ending = scenario.steps.get(choice.to), scenario.endings.get(choice.to)
        visited.add(choice.to)
    return Play(step, ending, tuple(decisions), tuple(meter), frozenset(visited))


def _find_open(
    scenario: Scenario, step: Step | None, meter: Fraction, visited: set[str], wanted: object
) -> Choice:
    for choice in open_choices(scenario, step, meter, visited):
        if choice.id == wanted:
            return choice
    raise PlayError(f"Choice {wanted!r:.80} is not open here.")


def open_choices(
    scenario: Scenario, step: Step | None, meter: Fraction, visited: frozenset[str] | set[str]
) -> tuple[Choice, ...]:
    """Return the choices of a step that lead somewhere and whose conditions hold."""
    if step is None:
        return ()
    return tuple(
        choice
        for choice in step.choices
        if (choice.to in scenario.steps or choice.to in scenario.endings)
        and choice.is_open(meter, visited)
    )


def score(
    graph: Mapping[str, Any] | Scenario, choices: Sequence[str], known: Bounds | None = None
) -> ScenarioScore:
    """Return the score of a walk of choice ids, finished or not.

    ``known`` are the bounds of the same graph, when the caller has them already.
    Raises: PlayError on an illegal choice, TangledError when bounds cannot be found.
    """
    scenario = read_graph(graph)
    walked = play(scenario, choices)
    counted = [decision.choice for decision in walked.decisions if decision.first]
    points = sum((choice.total for choice in counted), Fraction(0))
    critical = any(decision.choice.critical for decision in walked.decisions)
    if walked.ending is None:
        unknown = dict.fromkeys(scenario.standards)
        return ScenarioScore(
            points, None, unknown, critical, list(walked.meter), None, passed=False
        )
    points += walked.ending.points
    limits = find_bounds(scenario) if known is None else known
    percent = share_of(points, limits.total)
    standards = {
        code: share_of(
            sum((choice.points.get(code, Fraction(0)) for choice in counted), Fraction(0)),
            limits.standards.get(code),
        )
        for code in scenario.standards
    }
    passed = not critical and meets_marks(scenario, percent, standards)
    return ScenarioScore(
        points, percent, standards, critical, list(walked.meter), walked.ending.id, passed
    )


def share_of(earned: Fraction, limits: tuple[Fraction, Fraction] | None) -> Fraction | None:
    """Return where the points lie between the bounds, 0..1; None when that is undefined."""
    if limits is None or limits[0] == limits[1]:
        return None
    return (earned - limits[0]) / (limits[1] - limits[0])


def meets_marks(
    scenario: Scenario, percent: Fraction | None, standards: Mapping[str, Fraction | None]
) -> bool:
    """Return whether all marks are met, unrounded; an undefined share fails nobody."""
    wanted = [(percent, scenario.pass_percent)]
    wanted += [(standards.get(code), mark) for code, mark in scenario.pass_standards.items()]
    return all(share is None or share * 100 >= mark for share, mark in wanted)


def available(graph: Mapping[str, Any] | Scenario, walk: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the choices open after a walk, in their order; () at an ending.

    Raises: PlayError when the walk itself is illegal.
    """
    scenario = read_graph(graph)
    walked = play(scenario, walk)
    choices = open_choices(scenario, walked.step, walked.meter[-1], walked.visited)
    return tuple(choice.id for choice in choices)


def choice_at(graph: Mapping[str, Any], walk: Sequence[str], index: int) -> str:
    """Return the id of the choice a player picked by the ``index`` of ``step_view``, from 1.

    Raises: PlayError when no such choice is open.
    """
    choices = available(graph, walk)
    if not 1 <= index <= len(choices):
        raise PlayError(f"There is no choice {index} here.")
    return choices[index - 1]


def step_view(graph: Mapping[str, Any] | Scenario, walk: Sequence[str]) -> dict[str, Any]:
    """Return all that a player may see after a walk, and nothing that helps.

    Keys: finished, title, line, mood, image {src, alt, decorative} or None, audio {src,
    transcript} or None, choices [{index, text}], meter. Ids stay here, since an author may have
    named a choice after its worth; the answer comes back by ``index`` (see ``choice_at``). At an
    ending only ``finished`` and the meter say anything. Raises: PlayError.
    """
    scenario = read_graph(graph)
    walked = play(scenario, walk)
    step = walked.step
    choices = open_choices(scenario, step, walked.meter[-1], walked.visited)
    return {
        "finished": walked.ending is not None,
        "title": step.title if step else "",
        "line": step.line if step else "",
        "mood": step.mood if step else "",
        "image": _show_media(step.image if step else None, ("src", "alt", "decorative")),
        "audio": _show_media(step.audio if step else None, ("src", "transcript")),
        "choices": [{"index": n, "text": choice.text} for n, choice in enumerate(choices, 1)],
        "meter": _show_meter(walked.meter[-1]),
    }


def _show_media(media: Mapping[str, Any] | None, names: tuple[str, ...]) -> dict[str, Any] | None:
    if media is None:
        return None
    return {name: media[name] for name in names if isinstance(media.get(name), (str, bool))}


def _show_meter(meter: Fraction) -> int | float:
    return meter.numerator if meter.denominator == 1 else float(meter)
