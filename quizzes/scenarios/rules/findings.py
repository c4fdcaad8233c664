"""What is wrong with a scenario, for the editor and for the gate before publishing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizzes.scenarios.rules.cycles import find_components
from quizzes.scenarios.rules.graphs import VERDICTS, Choice, Scenario, Step, read_graph
from quizzes.scenarios.rules.paths import find_best_path
from quizzes.scenarios.rules.spaces import (
    Space,
    TangledError,
    Value,
    bounds_of,
    explore,
    find_values,
    reachable_steps,
)

ERRORS = (
    "malformed",
    "no_start",
    "pass_percent_empty",
    "meter_start_empty",
    "mark_without_standard",
    "mark_twice",
    "points_without_standard",
    "points_twice",
    "missing_target",
    "unreachable",
    "dead_end",
    "loop_without_exit",
    "no_ending_reachable",
    "stub",
    "condition_never_true",
    "too_tangled",
    "ending_without_outcome",
    "duplicate_choices",
    "missing_alt_text",
    "missing_transcript",
    "standard_never_scored",
    "standard_constant",
    "cannot_pass",
    "best_path_is_critical",
)
WARNINGS = (
    "single_choice",
    "feedback_missing",
    "graded_choice_without_verdict",
    "always_passes",
    "obvious_best",
)
_FEWEST_STEPS = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. ``node`` is a step or ending, or None for the whole.

    For the findings on a standard, ``detail`` is its code. ``choices`` are the numbers of the
    choices at fault, from 1, where the finding is about choices.
    """

    code: str
    severity: str
    node: str | None
    detail: str = ""
    choices: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reach:
    """What plays can reach: exact when the space could be explored, else by edges alone."""

    steps: frozenset[str]
    endings: frozenset[str]
    open: frozenset[tuple[str, str]]

    def choices(self, scenario: Scenario) -> Iterator[Choice]:
        """Yield every choice that some play can make."""
        for name in self.steps:
            for choice in scenario.steps[name].choices:
                if (name, choice.id) in self.open:
                    yield choice


def validate(graph: object) -> list[Finding]:
    """Return all findings, errors first, each code once per node; never raises on any graph."""
    scenario = read_graph(graph)
    found = [make_finding("malformed", node) for node in scenario.malformed]
    for step in scenario.steps.values():
        found += _check_step(scenario, step)
    found += (
        make_finding("ending_without_outcome", ending.id)
        for ending in scenario.endings.values()
        if not ending.outcome.strip()
    )
    if scenario.start in scenario.steps:
        found += _check_plays(scenario)
    else:
        found.append(make_finding("no_start", None))
    order = {code: number for number, code in enumerate(ERRORS + WARNINGS)}
    return sorted(
        set(found), key=lambda finding: (order[finding.code], finding.node or "", finding.detail)
    )


def make_finding(
    code: str, node: str | None, detail: str = "", choices: Sequence[int] = ()
) -> Finding:
    """Return a finding as bad as its code."""
    severity = "error" if code in ERRORS else "warning"
    return Finding(code, severity, node, detail, tuple(choices))


def _check_step(scenario: Scenario, step: Step) -> Iterator[Finding]:
    """Yield what can be said of a step by itself."""
    checks = {
        "stub": step.stub,
        "dead_end": all(choice.when for choice in step.choices),
        "single_choice": len(step.choices) == 1,
        "missing_alt_text": step.image is not None and _lacks_alt_text(step.image),
        "missing_transcript": step.audio is not None and _is_empty(step.audio.get("transcript")),
    }
    yield from (make_finding(code, step.id) for code, wrong in checks.items() if wrong)
    targets = scenario.steps.keys() | scenario.endings.keys()
    texts = [" ".join(choice.text.split()).casefold() for choice in step.choices]
    times = Counter(texts)
    choice_checks: dict[str, list[bool]] = {
        "missing_target": [choice.to not in targets for choice in step.choices],
        "duplicate_choices": [times[text] > 1 for text in texts],
        "feedback_missing": [
            choice.verdict in {"violates", "partly"} and not choice.feedback.strip()
            for choice in step.choices
        ],
        "graded_choice_without_verdict": [
            any(choice.points.values()) and choice.verdict not in VERDICTS
            for choice in step.choices
        ],
    }
    for code, wrong in choice_checks.items():
        if any(wrong):
            yield make_finding(code, step.id, choices=_number(wrong))


def _number(wrong: Iterable[bool]) -> list[int]:
    """Return at which places, from 1, something is wrong."""
    return [number for number, is_wrong in enumerate(wrong, start=1) if is_wrong]


def _is_empty(text: object) -> bool:
    return not isinstance(text, str) or not text.strip()


def _lacks_alt_text(image: Mapping[str, Any]) -> bool:
    return image.get("decorative") is not True and _is_empty(image.get("alt"))


def _check_plays(scenario: Scenario) -> Iterator[Finding]:
    """Yield what only walking shows."""
    try:
        space = explore(scenario)
    except TangledError:
        yield make_finding("too_tangled", None)
        yield from _check_structure(scenario, _reach_by_edges(scenario))
        return
    reach = _reach_by_plays(space)
    yield from _check_structure(scenario, reach)
    yield from _check_conditions(scenario, reach)
    yield from _check_assessment(scenario, space, reach)
    if _is_obvious(scenario, reach):
        yield make_finding("obvious_best", None)


def _reach_by_plays(space: Space) -> _Reach:
    moves = [
        (name, move)
        for name, options in zip(space.steps, space.moves, strict=True)
        for move in options
    ]
    return _Reach(
        frozenset(space.steps),
        frozenset(move.ending for _, move in moves if move.target < 0),
        frozenset((name, move.choice.id) for name, move in moves),
    )


def _reach_by_edges(scenario: Scenario) -> _Reach:
    names = reachable_steps(scenario)
    choices = [(name, choice) for name in names for choice in scenario.steps[name].choices]
    return _Reach(
        frozenset(names),
        frozenset(choice.to for _, choice in choices if choice.to in scenario.endings),
        frozenset((name, choice.id) for name, choice in choices),
    )


def _check_structure(scenario: Scenario, reach: _Reach) -> Iterator[Finding]:
    for name in scenario.steps.keys() - reach.steps:
        yield make_finding("unreachable", name)
    for name in scenario.endings.keys() - reach.endings:
        yield make_finding("unreachable", name)
    onward = {
        name: [c.to for c in scenario.steps[name].choices if (name, c.id) in reach.open]
        for name in reach.steps
    }
    lost = reach.steps - _lead_to_ending(onward, reach.endings)
    looped = _find_looped(onward)
    for name in lost:
        if name in looped:
            yield make_finding("loop_without_exit", name)
        elif not all(choice.when for choice in scenario.steps[name].choices):
            yield make_finding("no_ending_reachable", name)


def _lead_to_ending(onward: Mapping[str, list[str]], endings: Iterable[str]) -> set[str]:
    before: dict[str, list[str]] = {}
    for name, targets in onward.items():
        for target in targets:
            before.setdefault(target, []).append(name)
    saved: set[str] = set()
    waiting = list(endings)
    while waiting:
        for name in before.get(waiting.pop(), []):
            if name not in saved:
                saved.add(name)
                waiting.append(name)
    return saved


def _find_looped(onward: Mapping[str, list[str]]) -> set[str]:
    names = list(onward)
    index = {name: number for number, name in enumerate(names)}
    edges = [[index[to] for to in onward[name] if to in index] for name in names]
    return {
        names[number]
        for part in find_components(edges)
        for number in part
        if len(part) > 1 or number in edges[number]
    }


def _check_conditions(scenario: Scenario, reach: _Reach) -> Iterator[Finding]:
    targets = scenario.steps.keys() | scenario.endings.keys()
    for name in reach.steps:
        never = _number(
            bool(choice.when) and (name, choice.id) not in reach.open and choice.to in targets
            for choice in scenario.steps[name].choices
        )
        if never:
            yield make_finding("condition_never_true", name, choices=never)


def _check_assessment(scenario: Scenario, space: Space, reach: _Reach) -> Iterator[Finding]:
    scored = {code for choice in reach.choices(scenario) for code in choice.points}
    never = [code for code in scenario.pass_standards if code not in scored]
    yield from (make_finding("standard_never_scored", None, code) for code in never)
    values = find_values(space, critical=True)
    mild = find_values(space, critical=False)[0]
    limits = bounds_of(scenario, values)
    for code in scenario.pass_standards:
        pair = limits.standards[code]
        if code not in never and pair is not None and pair[0] == pair[1]:
            yield make_finding("standard_constant", None, code)
    try:
        if find_best_path(space, values) is None:
            yield make_finding("cannot_pass", None)
    except TangledError:
        yield make_finding("too_tangled", None)
    whole = values[0]
    if whole is not None:
        yield from _compare_with_critical(scenario, reach, whole, mild)


def _compare_with_critical(
    scenario: Scenario, reach: _Reach, whole: Value, mild: Value | None
) -> Iterator[Finding]:
    if mild is None or mild.high[0] < whole.high[0]:
        yield make_finding("best_path_is_critical", None)
    critical = any(choice.critical for choice in reach.choices(scenario))
    if not critical and not _has_hurdle(scenario, whole):
        yield make_finding("always_passes", None)


def _has_hurdle(scenario: Scenario, whole: Value) -> bool:
    """Return whether some complete walk misses a mark.

    The walk with fewest points has a share of 0, so any mark above 0 is a hurdle wherever
    points vary.
    """
    marks = [(0, scenario.pass_percent)]
    marks += [
        (scenario.standards.index(code) + 1, mark) for code, mark in scenario.pass_standards.items()
    ]
    return any(mark > 0 and whole.low[place] < whole.high[place] for place, mark in marks)


def _is_obvious(scenario: Scenario, reach: _Reach) -> bool:
    """Return whether place or length gives the best choice away in three or more steps."""
    places: list[int] = []
    longest: list[bool] = []
    for name in reach.steps:
        choices = scenario.steps[name].choices
        best = _find_best(choices)
        if best is not None:
            others = [len(c.text) for n, c in enumerate(choices) if n != best]
            places.append(best)
            longest.append(len(choices[best].text) > max(others))
    if len(places) < _FEWEST_STEPS:
        return False
    return len(set(places)) == 1 or all(longest)


def _find_best(choices: tuple[Choice, ...]) -> int | None:
    """Return the place of the one best choice of a step; None when there is none."""
    if len(choices) < 2:
        return None
    worth = [(not choice.critical, choice.total) for choice in choices]
    best = max(worth)
    return worth.index(best) if worth.count(best) == 1 else None
