"""The counts of plays as they are stored, and as the plays themselves give them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from quizzes.scenarios.models import Play, PlayCount, PlayStep, ScenarioVersion
from quizzes.scenarios.rules import (
    BRANCH,
    Key,
    Tally,
    add_up,
    count_play,
    read_share,
    subtract,
)
from quizzes.scenarios.rules import Scenario as Graph

# Plays are audited so many at a time: memory stays the same however many there are.
AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class WrongCount:
    """A count that the plays do not give."""

    where: str
    stored: Tally
    derived: Tally


def count_one_play(play: Play, walk: Sequence[str], graph: Graph) -> dict[Key, Tally]:
    """Return what a scored play that has ended, as stored, adds to the counts. No query."""
    stored = play.result.get("standards", {})
    shares = {code: read_share(share) for code, share in stored.items()}
    return count_play(graph, walk, shares, name_branch(play))


def name_branch(play: Play) -> str:
    """Return the branch of a play as counts keep it, empty when it had none."""
    return "" if play.branch_id is None else str(play.branch_id)


def read_counts(version: ScenarioVersion, *, branches: bool = True) -> dict[Key, Tally]:
    """Return the counts of a version as stored. One query, however many plays there were.

    Without ``branches`` there are never more than steps, choices and standards.
    """
    rows = PlayCount.objects.filter(version=version).exclude(plays=0)
    if not branches:
        rows = rows.exclude(kind=BRANCH)
    return {
        (kind, key, detail): Tally(plays, shares, missed)
        for kind, key, detail, plays, shares, missed in rows.values_list(
            "kind", "key", "detail", "plays", "shares", "missed"
        )
    }


def find_count_drift(version: ScenarioVersion) -> dict[Key, tuple[Tally, Tally]]:
    """Return, by key, what is stored and what the plays give, wherever the two differ.

    Reads every play of the version, some hundred at a time: for an audit, not for a page. A play
    that ends meanwhile can look like a difference: ``hold_count_drift`` is sure.
    """
    graph = version.read()
    wanted = add_up(count_one_play(play, walk, graph) for play, walk in _list_ended_plays(version))
    return subtract(wanted, read_counts(version))


def hold_count_drift(version: ScenarioVersion) -> dict[Key, tuple[Tally, Tally]]:
    """Return the drift of a version, in a transaction of the caller, while no play of it can end.

    Whoever ends a play takes the version's row first. It is taken here only where a first look
    found something, so that an audit in which all is well keeps nobody waiting.
    """
    if not find_count_drift(version):
        return {}
    rows = ScenarioVersion.objects.select_for_update(no_key=True)
    rows.filter(pk=version.pk).values("pk").first()
    return find_count_drift(version)


def find_wrong_counts() -> Iterator[WrongCount]:
    """Yield each count of every version that its plays do not give."""
    for version in ScenarioVersion.objects.select_related("scenario").order_by("pk"):
        with transaction.atomic():
            drift = hold_count_drift(version)
        for key, (stored, derived) in drift.items():
            yield WrongCount(f"{version} {' '.join(key).strip()}", stored, derived)


def _list_ended_plays(version: ScenarioVersion) -> Iterator[tuple[Play, list[str]]]:
    ended = [Play.State.FINISHED, Play.State.ABANDONED]
    plays = Play.objects.filter(
        scenario_version=version, purpose=Play.Purpose.SCORED, state__in=ended
    ).order_by("pk")
    last = 0
    while rows := list(plays.filter(pk__gt=last)[:AT_A_TIME]):
        walks: dict[int, list[str]] = {}
        steps = PlayStep.objects.filter(play__in=rows).order_by("play_id", "sequence")
        for play_id, choice in steps.values_list("play_id", "choice"):
            walks.setdefault(play_id, []).append(choice)
        for play in rows:
            yield play, [*play.opening, *walks.get(play.pk, [])]
        last = rows[-1].pk
