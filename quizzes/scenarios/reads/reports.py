"""How a role-play went after its launch, for those who write it.

Ways and standards come from counts. Plays are only asked how many people there are, so that nobody
can be told from the numbers, and where those under way are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, F, FloatField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Cast, Coalesce

from lms.api import Branch, Standard, people_for
from quizzes.scenarios.models import Play, PlayCount, PlayStep, Scenario, ScenarioVersion
from quizzes.scenarios.reads.counts import read_counts
from quizzes.scenarios.reads.debriefs import VERDICT_TONES, VERDICT_WORDS
from quizzes.scenarios.rules import Choice, Key, Step, Tally
from quizzes.scenarios.rules import Scenario as Graph

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

# Fewer would tell how a single person did.
FEWEST_PEOPLE = 5
MOST_BRANCHES = 25
# A play under way that nobody has touched for so many days has stopped.
LEFT_AFTER_DAYS = 7


@dataclass(frozen=True, slots=True)
class Share:
    """How many plays, and in whole per cent of those who could have; None of nobody."""

    plays: int
    percent: int | None


@dataclass(frozen=True, slots=True)
class Stops:
    """Plays that have not come to an end: begun again, left for days, and under way."""

    begun_again: int = 0
    left: int = 0
    under_way: int = 0

    @property
    def stopped(self) -> int:
        """How many will hardly go on."""
        return self.begun_again + self.left


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
    """A step, how many decided there, and how many plays stopped there or are there now."""

    title: str
    visits: Share
    stops: Stops
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

    All in whole per cent; ``needed`` None: no mark of its own. ``plays`` 0: nobody yet.
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
    """Everything about one version; ``numbers`` are the versions there are, newest first.

    Of fewer than ``FEWEST_PEOPLE`` there are only totals: the tables are empty.
    """

    version: ScenarioVersion
    numbers: tuple[int, ...]
    finished: int
    stops: Stops
    steps: tuple[StepRow, ...] = ()
    endings: tuple[EndingRow, ...] = ()
    standards: tuple[Measure, ...] = ()
    branches: tuple[BranchRow, ...] = ()


def read_play_report(
    *, scenario: Scenario, user: User, now: datetime, number: int | None = None
) -> PlayReport | None:
    """Return the report of a version, the newest by default; None when there is no such version.

    At most eleven queries, however many plays there were; how many people stand behind them is
    counted from the plays of the version, as counts cannot tell people apart.

    The branches are those whose answers ``user`` may read, the lowest mean first, at most
    ``MOST_BRANCHES``. Where fewer than ``FEWEST_PEOPLE`` finished, a branch is left out, and so
    are the endings and standards of the whole version; its steps where so few finished or began
    again.
    """
    numbers = list(scenario.versions.order_by("-number").values_list("number", flat=True))
    wanted = numbers[0] if numbers and number is None else number
    version = scenario.versions.filter(number=wanted).first() if wanted in numbers else None
    if version is None:
        return None
    graph = version.read()
    counts = read_counts(version, branches=False)
    endings = {key[1]: tally.plays for key, tally in counts.items() if key[0] == "ending"}
    stops = _read_stops(version, graph, counts, now)
    total = Stops(
        begun_again=sum(row.begun_again for row in stops.values()),
        left=sum(row.left for row in stops.values()),
        under_way=sum(row.under_way for row in stops.values()),
    )
    finished = sum(endings.values())
    titles = _read_titles(graph.standards)
    people = _count_people(version)
    report = PlayReport(version, tuple(numbers), finished, total)
    if people["ended"] >= FEWEST_PEOPLE:
        steps = tuple(
            _describe_step(
                graph, step, counts, stops.get(step.id, Stops()), finished + total.begun_again
            )
            for step in graph.steps.values()
        )
        report = replace(report, steps=steps)
    if people["finished"] >= FEWEST_PEOPLE:
        report = replace(
            report,
            endings=tuple(
                EndingRow(end.title, end.outcome, _share(endings.get(end.id, 0), finished))
                for end in graph.endings.values()
            ),
            standards=tuple(
                _measure(graph, code, titles, counts.get(("standard", code, "")))
                for code in graph.standards
            ),
            branches=tuple(_list_branches(version, graph, titles, user)),
        )
    return report


def _count_people(version: ScenarioVersion) -> dict[str, int]:
    """Return how many people finished the version, and how many finished or began again."""
    plays = Play.objects.filter(scenario_version=version, purpose=Play.Purpose.SCORED)
    return plays.aggregate(
        finished=Count("employee_id", distinct=True, filter=Q(state=Play.State.FINISHED)),
        ended=Count("employee_id", distinct=True, filter=~Q(state=Play.State.OPEN)),
    )


def _read_stops(
    version: ScenarioVersion, graph: Graph, counts: Mapping[Key, Tally], now: datetime
) -> dict[str, Stops]:
    """Return by step the plays that stopped there or are there. One query.

    A person has at most one scored play under way, so there are never more than people.
    """
    stops = {key[1]: Stops(tally.plays) for key, tally in counts.items() if key[0] == "stop"}
    leads_to = {(s.id, c.id): c.to for s in graph.steps.values() for c in s.choices}
    last = PlayStep.objects.filter(play_id=OuterRef("pk")).order_by("-sequence")
    long_ago = now - timedelta(days=LEFT_AFTER_DAYS)
    rows = (
        Play.objects.filter(
            scenario_version=version, purpose=Play.Purpose.SCORED, state=Play.State.OPEN
        )
        .annotate(
            node=Subquery(last.values("node")[:1]),
            choice=Subquery(last.values("choice")[:1]),
            touched_at=Coalesce(Subquery(last.values("chosen_at")[:1]), F("started_at")),
        )
        .values("node", "choice")
        .annotate(plays=Count("pk"), left=Count("pk", filter=Q(touched_at__lte=long_ago)))
    )
    for row in rows:
        step = leads_to.get((row["node"], row["choice"]), graph.start)
        known = stops.get(step, Stops())
        stops[step] = replace(
            known,
            left=known.left + row["left"],
            under_way=known.under_way + row["plays"] - row["left"],
        )
    return stops


def _read_titles(codes: Iterable[str]) -> dict[str, str]:
    return dict(Standard.objects.filter(code__in=list(codes)).values_list("code", "title"))


def _share(plays: int, of: int) -> Share:
    return Share(plays, round(100 * plays / of) if of else None)


def _describe_step(
    graph: Graph, step: Step, counts: Mapping[Key, Tally], stops: Stops, ended: int
) -> StepRow:
    taken = [counts.get(("choice", step.id, choice.id), Tally(0)).plays for choice in step.choices]
    # Whoever stopped at the first visit made no decision here; at a later one they did.
    decided = sum(taken)
    return StepRow(
        title=step.title or step.id,
        visits=_share(decided, ended),
        stops=stops,
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
    version: ScenarioVersion, graph: Graph, titles: Mapping[str, str], user: User
) -> Iterable[BranchRow]:
    """Yield the weakest branches in reach. A play counts for the branch where it was begun."""
    # One's own answers are everybody's to read: they open no branch.
    others = people_for(user, "read", "attempt_answers").exclude(user=user.pk)
    plays = Play.objects.counted().filter(
        scenario_version=version, branch__in=others.values("home_branch")
    )
    people = plays.values("branch_id").annotate(people=Count("employee_id", distinct=True))
    large = people.filter(people__gte=FEWEST_PEOPLE).values_list("branch_id", flat=True)
    rows = PlayCount.objects.filter(
        version=version, kind="branch", plays__gt=0, detail__in=[str(pk) for pk in large]
    )
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
