"""Scenarios as lists and lessons show them, and what somebody has played of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from lms.api import Employee, registry
from quizzes.scenarios.models import Play, Scenario, ScenarioVersion

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class ScenarioCard:
    """A scenario for one person; ``state`` is open, under_way or passed.

    ``url`` resumes a scored play that is under way, else it leads to the briefing.
    """

    uuid: UUID
    title: str
    url: str
    state: str
    minutes: int


def read_since(employee: Employee, scenario: Scenario) -> datetime | None:
    """Return since when the person's plays count: the latest answer of the apps above."""
    answers = [
        provide(employee, "scenario", str(scenario.uuid)) for provide in registry.counts_from
    ]
    return max((answer for answer in answers if answer is not None), default=None)


def judge_state(plays: Iterable[Play], since: datetime | None) -> str:
    """Return passed, under_way or open for one person's plays of one scenario. No query."""
    scored = [play for play in plays if play.purpose == Play.Purpose.SCORED]
    for play in scored:
        if play.passed and play.finished_at and (since is None or play.finished_at >= since):
            return "passed"
    return "under_way" if any(play.is_open for play in scored) else "open"


def read_latest_scenario_versions(scenarios: Sequence[Scenario]) -> dict[int, ScenarioVersion]:
    """Return the newest version per scenario id, without its graph. One query."""
    versions = ScenarioVersion.objects.latest().filter(scenario__in=scenarios)
    return {version.scenario_id: version for version in versions.defer("graph", "best_walk")}


def read_scenario_cards(
    *, employee: Employee, uuids: Iterable[UUID], now: datetime
) -> dict[UUID, ScenarioCard]:
    """Return the cards of open scenarios by uuid; unknown ones are left out.

    Three queries, plus what the providers of ``registry.counts_from`` ask. ``now`` is taken like
    in the other readers of cards; nothing of a scenario depends on the time yet.
    """
    scenarios = list(Scenario.objects.filter(uuid__in=list(uuids), live=True))
    if not scenarios:
        return {}
    versions = read_latest_scenario_versions(scenarios)
    played = _group_plays(Play.objects.filter(employee=employee, scenario__in=scenarios))
    cards = {}
    for scenario in scenarios:
        if scenario.pk not in versions:
            continue
        plays = played.get(scenario.pk, [])
        state = judge_state(plays, read_since(employee, scenario))
        cards[scenario.uuid] = ScenarioCard(
            uuid=scenario.uuid,
            title=versions[scenario.pk].body["title"],
            url=_find_url(scenario, plays, state),
            state=state,
            minutes=versions[scenario.pk].body["minutes"],
        )
    return cards


def _group_plays(plays: QuerySet[Play]) -> dict[int, list[Play]]:
    found: dict[int, list[Play]] = {}
    for play in plays.defer("result", "opening").order_by("number"):
        found.setdefault(play.scenario_id, []).append(play)
    return found


def _find_url(scenario: Scenario, plays: list[Play], state: str) -> str:
    if state == "under_way":
        under_way = next(p for p in plays if p.is_open and p.purpose == Play.Purpose.SCORED)
        return reverse("sb_quizzes:play", kwargs={"uuid": under_way.uuid})
    return reverse("sb_quizzes:scenario", kwargs={"uuid": scenario.uuid})
