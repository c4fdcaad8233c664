"""A band of time: what somebody held over three years back and one ahead, in pieces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from certification.policy.rules.status import Status
from certification.policy.rules.timeline import Timeline

BACK: Final = timedelta(days=3 * 365 + 1)
AHEAD: Final = timedelta(days=366)
MOST_TURNS: Final = 200
KINDS: Final = {
    "valid": "held",
    "grace": "grace",
    "suspended": "suspended",
    "revoked": "revoked",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """Days ``[from_on, until_on)`` of one kind: held, grace, suspended, revoked or exempt."""

    kind: str
    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class Band:
    """The pieces between two days, and the day it is."""

    from_on: date
    until_on: date
    today: date
    pieces: tuple[Piece, ...]


def read_band(line: Timeline, today: date) -> Band:
    """Return what the timeline says over three years back and one ahead. No queries."""
    start, end = today - BACK, today + AHEAD
    days = [start]
    while len(days) < MOST_TURNS:
        turn = line.next_change_after(days[-1])
        if turn is None or turn >= end:
            break
        days.append(turn)
    days.append(end)
    pieces: list[Piece] = []
    for from_on, until_on in pairwise(days):
        kind = kind_of(line.at(from_on))
        if pieces and pieces[-1].kind == kind and pieces[-1].until_on == from_on:
            pieces[-1] = Piece(kind, pieces[-1].from_on, until_on)
        elif kind:
            pieces.append(Piece(kind, from_on, until_on))
    return Band(start, end, today, tuple(pieces))


def kind_of(status: Status) -> str:
    """Return what a day is drawn as, nothing where nothing is held."""
    if status.standing not in KINDS and status.required == "exempt":
        return "exempt"
    return KINDS.get(status.standing, "")
