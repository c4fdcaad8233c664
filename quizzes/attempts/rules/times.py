"""When an attempt may start and when its time is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from quizzes.attempts.rules.terms import Terms


@dataclass(frozen=True, slots=True)
class Start:
    """Whether an attempt may start now; otherwise why not, and when it may (None: never).

    ``code`` is "", not_open_yet, quiz_closed, no_attempts_left or cooling_down.
    """

    allowed: bool
    code: str
    opens_at: datetime | None


def due_at(
    started_at: datetime,
    limit_minutes: int | None,
    closes_at: datetime | None,
    factor: Fraction | Decimal | int = 1,
    grace_seconds: int = 0,
) -> datetime | None:
    """Return the instant from which answers are refused; None when time never runs out.

    The earlier of the close and start + limit × ``factor`` (the person's extra time), then the
    grace. Pass no grace for the time to show. A limit of 0 or None is no limit.
    """
    ends = [] if closes_at is None else [closes_at]
    if limit_minutes:
        microseconds = limit_minutes * 60_000_000 * Fraction(factor)
        ends.append(started_at + timedelta(microseconds=int(microseconds)))
    return min(ends) + timedelta(seconds=grace_seconds) if ends else None


def extend_due(ends_at: datetime, minutes: int, now: datetime) -> datetime:
    """Return a later end of an attempt under way; what is over already goes on from ``now``."""
    return max(ends_at, now) + timedelta(minutes=max(0, minutes))


def may_start(
    now: datetime,
    finished_attempts: Sequence[datetime],
    attempts_allowed: int | None,
    cool_down_minutes: int | Sequence[int] = 0,
) -> Start:
    """Return whether another attempt may start, given when earlier ones were handed in.

    ``attempts_allowed`` None or 0 means without limit. ``cool_down_minutes`` is one pause, or the
    pauses after the first, the second … attempt, the last one repeating.
    """
    done = len(finished_attempts)
    if attempts_allowed and done >= attempts_allowed:
        return Start(allowed=False, code="no_attempts_left", opens_at=None)
    pauses = [cool_down_minutes] if isinstance(cool_down_minutes, int) else cool_down_minutes
    if not done or not pauses:
        return Start(allowed=True, code="", opens_at=None)
    pause = pauses[min(done, len(pauses)) - 1]
    opens_at = max(finished_attempts) + timedelta(minutes=pause)
    if now < opens_at:
        return Start(allowed=False, code="cooling_down", opens_at=opens_at)
    return Start(allowed=True, code="", opens_at=None)


def judge_start(terms: Terms, now: datetime, finished_attempts: Sequence[datetime]) -> Start:
    """Return whether another attempt may start under these terms.

    A pause that ends after the quiz has closed is no promise: then there is no further try.
    """
    if terms.closes_at is not None and now >= terms.closes_at:
        return Start(allowed=False, code="quiz_closed", opens_at=None)
    start = may_start(now, finished_attempts, terms.attempts_allowed, terms.cool_downs)
    if start.code == "no_attempts_left":
        return start
    opens_at = start.opens_at
    if terms.opens_at is not None and now < terms.opens_at:
        opens_at = max(opens_at or terms.opens_at, terms.opens_at)
    if opens_at is None:
        return start
    if terms.closes_at is not None and opens_at >= terms.closes_at:
        return Start(allowed=False, code="quiz_closed", opens_at=None)
    code = start.code or "not_open_yet"
    return Start(allowed=False, code=code, opens_at=opens_at)
