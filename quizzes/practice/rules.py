"""When a standard is refreshed next, and which questions are asked: by seed, always the same."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, Final, cast

from fsrs import Card, Rating, Scheduler

SURE, UNSURE = "sure", "unsure"
AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
FEWEST, MOST = 3, 5
"""How many questions a shift has: as many as are due, within these."""

FIRST_WAIT: Final = timedelta(days=1)
"""How long after a lesson its standards are asked for the first time."""

# Steps of minutes are for people who cram. Nobody works through this twice in a shift.
_SCHEDULER: Final = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


@dataclass(frozen=True, slots=True)
class DueStandard:
    """A standard to refresh; ``due_at`` is since when."""

    code: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may be asked, with the standards it names; ``asked_at`` when it was last."""

    code: str
    standards: frozenset[str]
    asked_at: datetime | None = None


def rate(share: Fraction, certainty: str) -> int:
    """Return how well it was known: 1 again, 2 hard, 3 good, 4 easy.

    Anything but fully right is again. Without a word on certainty, right is good.
    """
    if share < 1:
        return AGAIN
    return {SURE: EASY, UNSURE: HARD}.get(certainty, GOOD)


def schedule(
    state: Mapping[str, Any] | None, rating: int, now: datetime
) -> tuple[dict[str, Any], datetime]:
    """Return the card's state after an answer, as plain JSON, and when it is due next.

    None is a card that was never shown.
    """
    # A card's own id comes from the clock and says nothing here.
    card = Card.from_dict(cast("Any", dict(state))) if state else Card(card_id=0, due=now)
    after, _log = _SCHEDULER.review_card(card, Rating(rating), now)
    return cast("dict[str, Any]", after.to_dict()), after.due


def choose_questions(
    due: Sequence[DueStandard], pool: Sequence[Candidate], seed: str
) -> list[tuple[str, str]]:
    """Return (standard, question) of one shift: the longest due first, one question each.

    With fewer than three standards they get further questions. What was never asked comes first,
    then what was asked longest ago. No question comes twice.
    """
    waiting = {
        standard.code: _rank([c for c in pool if standard.code in c.standards], seed)
        for standard in sorted(due, key=lambda row: (row.due_at, row.code))
    }
    chosen: list[tuple[str, str]] = []
    taken: set[str] = set()
    # Everybody once, up to the most; then further turns, only up to the fewest.
    for limit in (MOST, *(FEWEST,) * (FEWEST - 1)):
        for code, candidates in waiting.items():
            question = next((c.code for c in candidates if c.code not in taken), None)
            if question is not None and len(chosen) < limit:
                taken.add(question)
                chosen.append((code, question))
    return chosen


def _rank(candidates: Collection[Candidate], seed: str) -> list[Candidate]:
    def place(candidate: Candidate) -> tuple[bool, float, bytes]:
        asked = candidate.asked_at
        roll = hashlib.sha256(f"{seed}\x1f{candidate.code}".encode()).digest()
        return (asked is not None, asked.timestamp() if asked else 0.0, roll)

    return sorted(candidates, key=place)
