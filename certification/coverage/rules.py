"""How many certified people a branch has, now and later, and what would break it. Pure.

Days are local to the branch. A person counts on a day while posted there (main posting or
helping out), holding the certification, and not on leave.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

Span = tuple[date, date | None]
"""Days ``[from, until)``; None: for ever."""

HORIZONS: Final = (30, 60, 90)
"""Days ahead for which the number is forecast."""

LEVELS: Final = ("below", "drops", "tight", "enough")


@dataclass(frozen=True)
class Cover:
    """One person's days at a branch with a certification: disjoint spans in order."""

    person: int
    spans: tuple[Span, ...]

    def covers(self, day: date) -> bool:
        """Return whether the person counts on a day."""
        return any(start <= day and (until is None or day < until) for start, until in self.spans)


@dataclass(frozen=True)
class Loss:
    """Who stops counting on a day, and how many are left from that day on."""

    on: date
    people: tuple[int, ...]
    left: int


@dataclass(frozen=True)
class Forecast:
    """What a branch has against what its rule asks for.

    ``ahead`` holds the number in 30, 60 and 90 days. ``below_on`` is the first day from today
    within 90 days on which the number is under ``at_least``, None if there is none. ``losses``
    are the days within 90 days on which somebody stops counting, in order.
    """

    at_least: int
    today: date
    now: int
    ahead: tuple[int, ...]
    below_on: date | None
    losses: tuple[Loss, ...]

    @property
    def level(self) -> str:
        """``below`` today, ``drops`` within 90 days, ``tight`` (nobody to spare), ``enough``."""
        if self.now < self.at_least:
            return "below"
        if self.below_on is not None:
            return "drops"
        return "tight" if self.now == self.at_least else "enough"

    @property
    def breaking(self) -> Loss | None:
        """The loss that brings the branch below, None when there is none ahead."""
        if self.level != "drops":
            return None
        return next((loss for loss in self.losses if loss.on == self.below_on), None)


def intersect(one: Iterable[Span], other: Sequence[Span]) -> list[Span]:
    """Return the days that lie in both, in order; each side is disjoint."""
    found = []
    for start, until in one:
        for first, last in other:
            begin = max(start, first)
            ends = [end for end in (until, last) if end is not None]
            end = min(ends) if ends else None
            if end is None or begin < end:
                found.append((begin, end))
    return sorted(found, key=lambda span: span[0])


def subtract(spans: Iterable[Span], gone: Iterable[Span]) -> list[Span]:
    """Return the days of ``spans`` that lie in none of ``gone``, in order."""
    left = list(spans)
    for away, back in gone:
        pieces: list[Span] = []
        for start, until in left:
            if (until is not None and until <= away) or (back is not None and back <= start):
                pieces.append((start, until))
                continue
            if start < away:
                pieces.append((start, away))
            if back is not None and (until is None or back < until):
                pieces.append((back, until))
        left = pieces
    return left


def unite(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return overlapping and touching spans as one each, in order."""
    found: list[Span] = []
    for start, until in sorted(spans, key=lambda span: span[0]):
        if found and (found[-1][1] is None or start <= found[-1][1]):
            before, end = found[-1]
            found[-1] = (before, None if end is None or until is None else max(end, until))
        else:
            found.append((start, until))
    return tuple(found)


def find_cover(
    person: int, *, postings: Iterable[Span], held: Sequence[Span], away: Iterable[Span]
) -> Cover:
    """Return a person's days at a branch with a certification, leave taken out."""
    return Cover(person, tuple(subtract(intersect(unite(postings), unite(held)), away)))


def forecast(covers: Collection[Cover], *, at_least: int, today: date) -> Forecast:
    """Return what a branch has today and in the next 90 days against what is asked for."""
    last = today + timedelta(days=HORIZONS[-1])
    days = sorted({today, *list_changes(covers, today, last)})
    counts = {day: count_on(covers, day) for day in days}
    return Forecast(
        at_least=at_least,
        today=today,
        now=counts[today],
        ahead=tuple(count_on(covers, today + timedelta(days=ahead)) for ahead in HORIZONS),
        below_on=next((day for day in days if counts[day] < at_least), None),
        losses=tuple(list_losses(covers, days[1:], counts)),
    )


def list_changes(covers: Iterable[Cover], after: date, last: date) -> set[date]:
    """Return the days after one day and up to another on which somebody begins or stops."""
    edges = {edge for cover in covers for span in cover.spans for edge in span if edge is not None}
    return {edge for edge in edges if after < edge <= last}


def count_on(covers: Iterable[Cover], day: date) -> int:
    """Return how many people count on a day."""
    return sum(cover.covers(day) for cover in covers)


def list_losses(
    covers: Iterable[Cover], days: Iterable[date], counts: dict[date, int]
) -> Iterable[Loss]:
    """Return for each day who counted the day before and no longer does."""
    covers = list(covers)
    for day in days:
        eve = day - timedelta(days=1)
        people = tuple(
            cover.person for cover in covers if cover.covers(eve) and not cover.covers(day)
        )
        if people:
            yield Loss(day, people, counts[day])
