"""Take in what a player says, one fact each, and decide the play at its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.api import InvalidInputError, RuleError, record_event
from quizzes.scenarios.actions.counts import count_ended_play
from quizzes.scenarios.models import Play, PlayStep
from quizzes.scenarios.permissions import require_self
from quizzes.scenarios.reads import read_walk
from quizzes.scenarios.rules import (
    RULES_VERSION,
    make_token,
    open_choices,
    read_bounds,
    score,
    write_score,
)
from quizzes.scenarios.rules import play as follow

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from quizzes.scenarios.rules import Choice, Scenario
    from quizzes.scenarios.rules import Play as Walked

# Nobody needs more; a script going round a loop for ever would make every page slower.
MOST_STEPS = 2_000


def choose(
    *,
    play: Play,
    choice_token: str,
    sequence: int | None,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> Play:
    """Add a choice, named by its token, and return the play as it stands. At most 6 queries.

    ``sequence`` is the number of the decision, from 1; None takes the next. A decision that was
    already made (a double tap, an old tab) changes nothing and is no error. The choice that
    reaches an ending also writes the result, the event and the counts, in at most 9 queries.

    The database takes each decision once, and the play's row keeps it from being put aside
    before the choice is on record: nothing is ever added to a play that is over.

    Raises:
        NotFoundError: somebody else's play.
        RuleError: play_over (it was begun again, or ended), too_long.
        InvalidInputError: illegal_choice, or a sequence that is no number or lies ahead.
        Nothing was decided then, and the play goes on where it was.

    """
    require_self(play.employee, actor)
    _check_sequence(sequence)
    # Asked before the walk is read: whoever ended the play meanwhile has also made this decision.
    was_open = play.is_open
    walk = read_walk(play)
    if sequence is not None and sequence <= len(walk):
        return _reload(play)
    if not was_open:
        raise _refuse_end()
    _require_next(walk, sequence)
    scenario = play.scenario_version.read()
    walked = follow(scenario, walk)
    choice = _pick(play, walked, scenario, choice_token)
    step = PlayStep(
        play=play,
        sequence=len(walk) + 1,
        node=walked.step.id if walked.step else "",
        choice=choice.id,
        chosen_at=now,
    )
    ending: dict[str, Any] = {}
    try:
        with transaction.atomic():
            step.save(force_insert=True)
            if choice.to in scenario.endings:
                ending = _finish(play, scenario, [*walk, choice.id], now)
            else:
                _hold_open(play)
    except IntegrityError:
        if not play.steps.filter(sequence=step.sequence).exists():
            raise
        return _reload(play)
    for name, value in ending.items():
        setattr(play, name, value)
    return play


def _reload(play: Play) -> Play:
    """Return the play as another tap left it."""
    play.refresh_from_db(fields=["state", "finished_at", "passed", "result", "rules_version"])
    return play


def _check_sequence(sequence: object) -> None:
    if sequence is None:
        return
    if isinstance(sequence, bool) or not isinstance(sequence, int) or sequence < 1:
        words = _("The number of the decision must be a whole number from 1.")
        raise InvalidInputError(words, field="sequence")


def _refuse_end() -> RuleError:
    words = _("This play is over. Nothing more can be said in it.")
    return RuleError(words, code="play_over")


def _hold_open(play: Play) -> None:
    """Refuse unless the play is open, and let nobody put it aside before the commit."""
    rows = Play.objects.select_for_update(no_key=True)
    if rows.filter(pk=play.pk, state=Play.State.OPEN).values("pk").first() is None:
        raise _refuse_end()


def _require_next(walk: Sequence[str], sequence: int | None) -> None:
    if sequence is not None and sequence > len(walk) + 1:
        words = _("This decision lies ahead. Please choose at the step you are at.")
        raise InvalidInputError(words, field="sequence")
    if len(walk) >= MOST_STEPS:
        words = _("This play has gone on for too long. Please begin again.")
        raise RuleError(words, code="too_long")


def _pick(play: Play, walked: Walked, scenario: Scenario, token: object) -> Choice:
    """Return the choice behind a token, if it is offered now."""
    if walked.ending is not None:
        raise _refuse_end()
    sequence = len(walked.decisions) + 1
    for choice in open_choices(scenario, walked.step, walked.meter[-1], walked.visited):
        if make_token(play.seed, sequence, choice.id) == token:
            return choice
    words = _("Please choose one of the answers that are offered. Nothing was lost.")
    raise InvalidInputError(words, code="illegal_choice", field="choice")


def _finish(play: Play, scenario: Scenario, walk: Sequence[str], now: datetime) -> dict[str, Any]:
    """Write how a play ended, with its event; return the fields that say so."""
    version = play.scenario_version
    result = score(scenario, walk, read_bounds(version.bounds))
    finished_at = max(now, play.started_at)
    ending = {
        "state": Play.State.FINISHED,
        "finished_at": finished_at,
        "passed": result.passed,
        "result": write_score(result),
        "rules_version": RULES_VERSION,
    }
    if not Play.objects.filter(pk=play.pk, state=Play.State.OPEN).update(**ending):
        raise _refuse_end()
    payload = {
        "employee": str(play.employee.uuid),
        "play": str(play.uuid),
        "scenario": str(play.scenario.uuid),
        "passed": result.passed,
        "purpose": play.purpose,
        "done_at": finished_at.isoformat(),
        "material_number": version.material_number,
    }
    record_event(kind="play_finished", payload=payload, now=now)
    # Last: the version's row is held from here to the commit.
    count_ended_play(play, scenario, walk, result.standards)
    return ending
