"""Begin role-plays: for the record, or to practise from any decision."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from lms.api import Employee, InvalidInputError, RuleError, record_event
from quizzes.scenarios.actions.counts import count_ended_play
from quizzes.scenarios.models import Play, Scenario, ScenarioVersion
from quizzes.scenarios.permissions import require_self
from quizzes.scenarios.reads import read_walk

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def start_play(
    *,
    employee: Employee,
    scenario: Scenario,
    purpose: str = Play.Purpose.SCORED,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> Play:
    """Return the play of this purpose under way, or a new one. At most 7 queries.

    However many starts come in at once, one play is made and everybody gets it.

    Raises:
        NotFoundError: the actor is somebody else.
        RuleError: scenario_not_open.

    """
    require_self(employee, actor)
    with transaction.atomic():
        plays = _lock_plays(employee, scenario)
        under_way = _find_open(plays, purpose)
        if under_way is not None:
            return under_way
        version = _require_version(scenario)
        play = _create_play(employee, version, plays, purpose, now)
        _record_beginning(play, plays)
        return play


def restart_play(*, play: Play, actor: AbstractBaseUser | None, now: datetime) -> Play:
    """Put a play under way aside and return a new one of its purpose, from the beginning.

    What was chosen stays on record. A play that is over already is left as it is, and the play
    under way (or a new one) comes back, so that a double tap begins once.

    Raises:
        NotFoundError: the play is somebody else's.
        RuleError: scenario_not_open; the play under way goes on.

    """
    require_self(play.employee, actor)
    with transaction.atomic():
        plays = _lock_plays(play.employee, play.scenario)
        under_way = _find_open(plays, play.purpose)
        if under_way is not None and under_way.pk != play.pk:
            return under_way
        version = _require_version(play.scenario)
        if under_way is not None:
            _abandon(under_way)
        return _create_play(play.employee, version, plays, play.purpose, now)


def start_practice(
    *, play: Play, at_sequence: int, actor: AbstractBaseUser | None, now: datetime
) -> Play:
    """Return a new practice play that begins at a decision of a finished one (1: the start).

    It runs on the version of that play and never counts. Practice under way is put aside.

    Raises:
        NotFoundError: the play is somebody else's.
        RuleError: play_not_finished.
        InvalidInputError: there was no such decision.

    """
    require_self(play.employee, actor)
    if not play.is_finished:
        words = _("Finish the role-play first. Then you can practise from any decision.")
        raise RuleError(words, code="play_not_finished")
    walk = read_walk(play)
    if not 1 <= at_sequence <= len(walk):
        raise InvalidInputError(_("There is no such decision in this play."), field="from")
    with transaction.atomic():
        plays = _lock_plays(play.employee, play.scenario)
        under_way = _find_open(plays, Play.Purpose.PRACTICE)
        opening = walk[: at_sequence - 1]
        if under_way is not None:
            if _is_untouched(under_way, play, opening):
                return under_way
            _abandon(under_way)
        return _create_play(
            play.employee, play.scenario_version, plays, Play.Purpose.PRACTICE, now, opening
        )


def _lock_plays(employee: Employee, scenario: Scenario) -> list[Play]:
    """Return the person's plays of a scenario. The person's row queues starts of one moment."""
    Employee.objects.select_for_update(no_key=True).filter(pk=employee.pk).values("pk").first()
    plays = Play.objects.filter(employee=employee, scenario=scenario).order_by("number")
    return list(plays.select_related("employee", "scenario", "scenario_version"))


def _find_open(plays: Sequence[Play], purpose: str) -> Play | None:
    return next((play for play in plays if play.is_open and play.purpose == purpose), None)


def _require_version(scenario: Scenario) -> ScenarioVersion:
    versions = ScenarioVersion.objects.latest().filter(scenario=scenario, scenario__live=True)
    version = versions.select_related("scenario").first()
    if version is None:
        words = _("This role-play is not open at the moment.")
        raise RuleError(words, code="scenario_not_open")
    return version


def _is_untouched(practice: Play, play: Play, opening: Sequence[str]) -> bool:
    same = practice.scenario_version_id == play.scenario_version_id
    return same and practice.opening == list(opening) and not practice.steps.exists()


def _abandon(play: Play) -> None:
    """Put a play aside, unless it ended meanwhile, and count where it stopped."""
    play.state = Play.State.ABANDONED
    if Play.objects.filter(pk=play.pk, state=Play.State.OPEN).update(state=play.state):
        count_ended_play(play, play.scenario_version.read(), read_walk(play))


def _create_play(
    employee: Employee,
    version: ScenarioVersion,
    plays: Sequence[Play],
    purpose: str,
    now: datetime,
    opening: Sequence[str] = (),
) -> Play:
    return Play.objects.create(
        employee=employee,
        scenario=version.scenario,
        scenario_version=version,
        purpose=purpose,
        number=max((earlier.number for earlier in plays), default=0) + 1,
        started_at=now,
        branch_id=employee.home_branch_id,
        opening=list(opening),
        seed=secrets.token_hex(16),
    )


def _record_beginning(play: Play, plays: Sequence[Play]) -> None:
    """Tell that the work was begun: at the first scored play ever."""
    scored = Play.Purpose.SCORED
    if play.purpose != scored or any(earlier.purpose == scored for earlier in plays):
        return
    payload = {
        "employee": str(play.employee.uuid),
        "kind": "scenario",
        "work": str(play.scenario.uuid),
        "at": play.started_at.isoformat(),
    }
    record_event(kind="work_started", payload=payload, now=play.started_at)
