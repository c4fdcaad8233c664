"""How a role-play went after its launch, for those who write it: from counts, never from plays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import FloatField, Sum
from django.db.models.functions import Cast

from lms.api import Branch, Standard
from quizzes.scenarios.models import PlayCount, Scenario, ScenarioVersion
from quizzes.scenarios.reads.counts import read_counts
from quizzes.scenarios.reads.debriefs import VERDICT_TONES, VERDICT_WORDS
from quizzes.scenarios.rules import Choice, Key, Step, Tally
from quizzes.scenarios.rules import Scenario as Graph

# Fewer plays would tell how a single person did.
FEWEST_PLAYS = 5
MOST_BRANCHES = 25


@dataclass(frozen=True, slots=True)
class Share:
    """How many plays, and in whole per cent of those who could have; None of nobody."""

    plays: int
    percent: int | None


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A choice and how many took it when they first came there; ``tone`` names its icon."""

    text: str
    verdict: str
    tone: str
    critical: bool
    leads_to: str
    taken: Share


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step, how many came there, and how many began again from there."""

    title: str
    visits: Share
    stopped: Share
    choices: tuple[ChoiceRow, ...]


@dataclass(frozen=True, slots=True)
class EndingRow:
    """An ending and how many reached it."""

    title: str
    outcome: str
    reached: Share


@dataclass(frozen=True, slots=True)
class Measure:
    """How a standard went over some plays: the mean share and how many missed its mark.

    All in whole per cent; ``needed`` None: no mark of its own. ``plays`` 0 stands for too few.
    """

    code: str
    title: str
    plays: int
    percent: int | None
    missed: int | None
    needed: int | None


@dataclass(frozen=True, slots=True)
class BranchRow:
    """A branch with one measure for each standard of the report, in their order."""

    name: str
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class PlayReport:
    """Everything about one version; ``numbers`` are the versions there are, newest first."""

    scenario: Scenario
    version: ScenarioVersion
    numbers: tuple[int, ...]
    finished: int
    stopped: int
    steps: tuple[StepRow, ...]
    endings: tuple[EndingRow, ...]
    standards: tuple[Measure, ...]
    branches: tuple[BranchRow, ...]


def read_play_report(*, scenario: Scenario, number: int | None = None) -> PlayReport | None:
    """Return the report of a version, the newest by default; None when there is no such version.

    Six queries, however many plays there were. Branches with the lowest mean come first, at most
    ``MOST_BRANCHES``; one with fewer than ``FEWEST_PLAYS`` plays is left out.
    """
    numbers = list(scenario.versions.order_by("-number").values_list("number", flat=True))
    wanted = numbers[0] if numbers and number is None else number
    version = scenario.versions.filter(number=wanted).first() if wanted in numbers else None
    if version is None:
        return None
    graph = version.read()
    counts = read_counts(version, branches=False)
    endings = {key[1]: tally.plays for key, tally in counts.items() if key[0] == "ending"}
    stops = {key[1]: tally.plays for key, tally in counts.items() if key[0] == "stop"}
    finished, stopped = sum(endings.values()), sum(stops.values())
    titles = _read_titles(graph.standards)
    return PlayReport(
        scenario=scenario,
        version=version,
        numbers=tuple(numbers),
        finished=finished,
        stopped=stopped,
        steps=tuple(
            _describe_step(graph, step, counts, stops.get(step.id, 0), finished + stopped)
            for step in graph.steps.values()
        ),
        endings=tuple(
            EndingRow(end.title, end.outcome, _share(endings.get(end.id, 0), finished))
            for end in graph.endings.values()
        ),
        standards=tuple(
            _measure(graph, code, titles, counts.get(("standard", code, "")))
            for code in graph.standards
        ),
        branches=tuple(_list_branches(version, graph, titles)),
    )


def _read_titles(codes: Iterable[str]) -> dict[str, str]:
    return dict(Standard.objects.filter(code__in=list(codes)).values_list("code", "title"))


def _share(plays: int, of: int) -> Share:
    return Share(plays, round(100 * plays / of) if of else None)


def _describe_step(
    graph: Graph, step: Step, counts: Mapping[Key, Tally], stopped: int, played: int
) -> StepRow:
    taken = [counts.get(("choice", step.id, choice.id), Tally(0)).plays for choice in step.choices]
    # Whoever stopped at the first visit made no decision here; at a later one they did.
    decided = sum(taken)
    return StepRow(
        title=step.title or step.id,
        visits=_share(decided, played),
        stopped=_share(stopped, played),
        choices=tuple(
            _describe_choice(graph, choice, _share(plays, decided))
            for choice, plays in zip(step.choices, taken, strict=True)
        ),
    )


def _describe_choice(graph: Graph, choice: Choice, taken: Share) -> ChoiceRow:
    target = graph.steps.get(choice.to) or graph.endings.get(choice.to)
    verdict = choice.verdict if choice.verdict in VERDICT_WORDS else "neutral"
    return ChoiceRow(
        text=choice.text,
        verdict=str(VERDICT_WORDS[verdict]),
        tone="bad" if choice.critical else VERDICT_TONES[verdict],
        critical=choice.critical,
        leads_to=target.title if target else "",
        taken=taken,
    )


def _measure(graph: Graph, code: str, titles: Mapping[str, str], tally: Tally | None) -> Measure:
    mark = graph.pass_standards.get(code)
    needed = None if mark is None else -int(-mark // 1)
    title = titles.get(code, code)
    if tally is None or not tally.plays:
        return Measure(code, title, 0, None, None, needed)
    return Measure(
        code=code,
        title=title,
        plays=tally.plays,
        percent=round(tally.shares / tally.plays / 100),
        missed=None if mark is None else round(100 * tally.missed / tally.plays),
        needed=needed,
    )


def _list_branches(
    version: ScenarioVersion, graph: Graph, titles: Mapping[str, str]
) -> Iterable[BranchRow]:
    rows = PlayCount.objects.filter(version=version, kind="branch", plays__gte=FEWEST_PLAYS)
    mean = Cast(Sum("shares"), FloatField()) / Sum("plays")
    weakest = rows.values("detail").annotate(mean=mean).order_by("mean", "detail")
    branches = [row["detail"] for row in weakest[:MOST_BRANCHES]]
    cells = {
        (detail, key): Tally(plays, shares, missed)
        for detail, key, plays, shares, missed in rows.filter(detail__in=branches).values_list(
            "detail", "key", "plays", "shares", "missed"
        )
    }
    names = {str(row.pk): str(row) for row in Branch.objects.filter(pk__in=branches)}
    for branch in branches:
        measures = (_measure(graph, c, titles, cells.get((branch, c))) for c in graph.standards)
        yield BranchRow(names.get(branch, ""), tuple(measures))
