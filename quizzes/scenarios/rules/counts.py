"""What one play adds to the counts of its version: ways taken, where it ended, its standards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from quizzes.scenarios.rules.graphs import Scenario
from quizzes.scenarios.rules.plays import play

CHOICE, ENDING, STOP, STANDARD, BRANCH = "choice", "ending", "stop", "standard", "branch"
KINDS = (CHOICE, ENDING, STOP, STANDARD, BRANCH)
# Shares are added up as whole numbers: a sum of fractions would never end.
WHOLE = 10_000

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many plays, what their shares of a standard add up to in ``WHOLE``, how many missed."""

    plays: int = 1
    shares: int = 0
    missed: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Return both together."""
        return Tally(
            self.plays + other.plays, self.shares + other.shares, self.missed + other.missed
        )

    def __neg__(self) -> Tally:
        """Return what takes this away again."""
        return Tally(-self.plays, -self.shares, -self.missed)


NOTHING = Tally(0)


def count_walk(scenario: Scenario, walk: Sequence[str]) -> list[Key]:
    """Return the ways a play took: each step's first decision, then its ending or where it stopped.

    Only first decisions: they are what counts for points, and so the shares of a step's choices
    add up to all who came there. Raises: PlayError.
    """
    walked = play(scenario, walk)
    keys = [(CHOICE, d.step, d.choice.id) for d in walked.decisions if d.first]
    if walked.ending is not None:
        return [*keys, (ENDING, walked.ending.id, "")]
    return [*keys, (STOP, walked.step.id if walked.step else "", "")]


def count_standards(
    scenario: Scenario, shares: Mapping[str, Fraction | None], branch: str
) -> dict[Key, Tally]:
    """Return what the shares 0..1 of a finished play add, for all and for its branch if known.

    A standard that the play could not show adds nothing.
    """
    found = {}
    for code, share in shares.items():
        if share is None:
            continue
        mark = scenario.pass_standards.get(code)
        missed = mark is not None and share * 100 < mark
        tally = Tally(1, floor(share * WHOLE), int(missed))
        found[STANDARD, code, ""] = tally
        if branch:
            found[BRANCH, code, branch] = tally
    return found


def count_play(
    scenario: Scenario, walk: Sequence[str], shares: Mapping[str, Fraction | None], branch: str
) -> dict[Key, Tally]:
    """Return all that a play which has ended adds; ``shares`` is empty when it was begun again.

    Raises: PlayError.
    """
    ways = {key: Tally() for key in count_walk(scenario, walk)}
    return ways | count_standards(scenario, shares, branch)


def add_up(parts: Iterable[Mapping[Key, Tally]]) -> dict[Key, Tally]:
    """Return all tallies together, by key."""
    total: dict[Key, Tally] = {}
    for part in parts:
        for key, tally in part.items():
            total[key] = total.get(key, NOTHING) + tally
    return total


def subtract(
    wanted: Mapping[Key, Tally], stored: Mapping[Key, Tally]
) -> dict[Key, tuple[Tally, Tally]]:
    """Return, by key, what is stored and what should be, wherever the two differ."""
    return {
        key: (stored.get(key, NOTHING), wanted.get(key, NOTHING))
        for key in sorted(wanted.keys() | stored.keys())
        if stored.get(key, NOTHING) != wanted.get(key, NOTHING)
    }
