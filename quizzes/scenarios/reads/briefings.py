"""What the briefing shows before anybody begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from lms.api import Employee, NotFoundError, StandardText, read_latest_versions
from quizzes.scenarios.models import Play, Scenario, ScenarioVersion
from quizzes.scenarios.reads.cards import judge_state, read_since


@dataclass(frozen=True, slots=True)
class EarlierPlay:
    """A finished play as the briefing lists it."""

    number: int
    passed: bool
    practice: bool
    percent: int | None
    finished_at: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class BriefingPage:
    """A scenario before the start: nothing that helps, and where the person stands.

    ``state`` is as in ``ScenarioCard``, or guest for whoever only looks at it; the urls lead to
    plays under way, or are empty.
    """

    title: str
    briefing: str
    customer: str
    minutes: int
    pass_percent: int
    standards: tuple[StandardText, ...]
    state: str
    is_open: bool
    under_way_url: str
    practice_url: str
    earlier: tuple[EarlierPlay, ...]


def find_scenario(uuid: UUID) -> Scenario:
    """Return a scenario, open or closed. Raises: NotFoundError."""
    scenario = Scenario.objects.filter(uuid=uuid).first()
    if scenario is None:
        raise NotFoundError(_("There is no such role-play."))
    return scenario


def read_briefing_page(*, employee: Employee | None, scenario: Scenario) -> BriefingPage:
    """Return the briefing for one person. Three queries, plus what the providers ask.

    Without an employee it is for a guest. A closed scenario is shown only to who has played it.
    Raises: NotFoundError.
    """
    version = ScenarioVersion.objects.latest().filter(scenario=scenario).first()
    plays = _list_plays(employee, scenario)
    if version is None or not (scenario.live or plays):
        raise NotFoundError(_("There is no such role-play."))
    standards = read_latest_versions(version.body["standards"])
    return BriefingPage(
        title=version.body["title"],
        briefing=version.body["briefing"],
        customer=version.body["customer"],
        minutes=version.body["minutes"],
        pass_percent=ceil(version.read().pass_percent),
        standards=tuple(standards[code] for code in sorted(standards, key=str)),
        state=judge_state(plays, read_since(employee, scenario)) if employee else "guest",
        is_open=scenario.live,
        under_way_url=_find_url(plays, Play.Purpose.SCORED),
        practice_url=_find_url(plays, Play.Purpose.PRACTICE),
        earlier=tuple(_describe(play) for play in plays if play.is_finished),
    )


def _list_plays(employee: Employee | None, scenario: Scenario) -> list[Play]:
    if employee is None:
        return []
    return list(Play.objects.filter(employee=employee, scenario=scenario).order_by("-number"))


def _find_url(plays: list[Play], purpose: str) -> str:
    for play in plays:
        if play.is_open and play.purpose == purpose:
            return reverse("sb_quizzes:play", kwargs={"uuid": play.uuid})
    return ""


def _describe(play: Play) -> EarlierPlay:
    share = play.result.get("percent")
    numerator, denominator = map(int, share["share"].split("/")) if share else (0, 1)
    return EarlierPlay(
        number=play.number,
        passed=bool(play.passed),
        practice=play.purpose == Play.Purpose.PRACTICE,
        percent=100 * numerator // denominator if share else None,
        finished_at=play.finished_at,
        url=reverse("sb_quizzes:debrief", kwargs={"uuid": play.uuid}),
    )
