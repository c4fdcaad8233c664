"""What a cached row holds and how a tally moves when it changes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

Pair = tuple[int, int]
"""(employee id, certification id)"""

TALLY_FIELDS: Final = (
    "counted",
    "compliant",
    "newcomers",
    "overdue",
    "expiring",
    "optional",
    "optional_held",
)


@dataclass(frozen=True)
class Derived:
    """What the facts say about one person and certification on one local day.

    Dates are local to the branch; ``until`` dates are the first day it no longer holds.
    ``spans`` are the days covered, without overlap, in order. ``next_change_at`` is the instant at
    which any of it may change by itself, None for never.
    """

    employee_id: int
    certification_id: int
    branch_id: int | None
    standing: str
    task: str
    required: str
    badge: str
    valid_from: date | None
    valid_until: date | None
    due_on: date | None
    window_opens_on: date | None
    counted: bool
    compliant: bool
    is_new: bool
    derived_on: date
    next_change_at: datetime | None
    spans: tuple[tuple[date, date | None], ...]

    @property
    def pair(self) -> Pair:
        """The key of the row."""
        return self.employee_id, self.certification_id

    @property
    def covered_until(self) -> date | None:
        """The end of the last span, or None when there is none or it never ends."""
        return self.spans[-1][1] if self.spans else None


@dataclass(frozen=True)
class Share:
    """What one row adds to its branch's tally: the place, and a 0 or 1 per field."""

    branch_id: int | None
    certification_id: int
    values: tuple[int, ...]


def share_of(
    *,
    branch_id: int | None,
    certification_id: int,
    required: str,
    standing: str,
    badge: str,
    task: str,
    counted: bool,
    compliant: bool,
    is_new: bool,
) -> Share:
    """Return what a row adds to its branch's tally, in the order of ``TALLY_FIELDS``."""
    optional = required == "optional"
    held = standing in ("valid", "grace")
    values = (
        counted,
        counted and compliant,
        is_new,
        required == "required" and task in ("overdue", "closed"),
        badge == "expiring" and required == "required",
        optional,
        optional and held,
    )
    return Share(branch_id, certification_id, tuple(int(value) for value in values))


def sum_deltas(gone: Iterable[Share], come: Iterable[Share]) -> dict[Pair, tuple[int, ...]]:
    """Return by (branch id, certification id) how much each tally field moves; zeros left out."""
    totals: dict[Pair, Counter[int]] = {}
    for sign, shares in ((-1, gone), (1, come)):
        for share in shares:
            if share.branch_id is None:
                continue
            counter = totals.setdefault((share.branch_id, share.certification_id), Counter())
            for position, value in enumerate(share.values):
                counter[position] += sign * value
    moved = {
        place: tuple(counter[position] for position in range(len(TALLY_FIELDS)))
        for place, counter in totals.items()
    }
    return {place: deltas for place, deltas in moved.items() if any(deltas)}
