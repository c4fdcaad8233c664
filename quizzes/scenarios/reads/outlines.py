"""A whole graph as a list, for authors only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizzes.scenarios.models import Scenario, ScenarioVersion
from quizzes.scenarios.reads.debriefs import VERDICT_WORDS
from quizzes.scenarios.reads.findings import write_finding
from quizzes.scenarios.rules import Choice, Step, validate
from quizzes.scenarios.rules import Scenario as Graph


@dataclass(frozen=True, slots=True)
class OutlineChoice:
    """A choice with all that players do not see; ``best`` says that the best path takes it."""

    text: str
    verdict: str
    points: str
    meter: str
    critical: bool
    feedback: str
    leads_to: str
    best: bool


@dataclass(frozen=True, slots=True)
class OutlineStep:
    """A step with its choices."""

    title: str
    line: str
    choices: tuple[OutlineChoice, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The newest version of a scenario; ``warnings`` are sentences."""

    version: ScenarioVersion
    steps: tuple[OutlineStep, ...]
    endings: tuple[Mapping[str, Any], ...]
    warnings: tuple[str, ...]


def read_outline(*, scenario: Scenario) -> Outline | None:
    """Return the outline of the newest version, None when there is none. One query."""
    version = ScenarioVersion.objects.latest().filter(scenario=scenario).first()
    if version is None:
        return None
    graph = version.read()
    best = {(node, choice) for node, choice in version.best_walk}
    return Outline(
        version=version,
        steps=tuple(_describe_step(graph, step, best) for step in graph.steps.values()),
        endings=tuple(
            {"title": end.title, "text": end.text, "outcome": end.outcome, "points": end.points}
            for end in graph.endings.values()
        ),
        warnings=tuple(
            write_finding(found, graph)
            for found in validate(version.graph)
            if found.severity == "warning"
        ),
    )


def _describe_step(graph: Graph, step: Step, best: set[tuple[str, str]]) -> OutlineStep:
    choices = (_describe_choice(graph, c, best=(step.id, c.id) in best) for c in step.choices)
    return OutlineStep(step.title, step.line, tuple(choices))


def _describe_choice(graph: Graph, choice: Choice, *, best: bool) -> OutlineChoice:
    target = graph.steps.get(choice.to) or graph.endings.get(choice.to)
    return OutlineChoice(
        text=choice.text,
        verdict=str(VERDICT_WORDS.get(choice.verdict, "")),
        points=", ".join(f"{code} {points}" for code, points in sorted(choice.points.items())),
        meter=f"{float(choice.meter):+g}",
        critical=choice.critical,
        feedback=choice.feedback,
        leads_to=target.title if target else "",
        best=best,
    )
