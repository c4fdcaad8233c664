"""Write the caches. Callers hold the lock on the people and have derived the rows from facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, Q

from certification.standing.actions.upserting import upsert
from certification.standing.models import BranchTally, CoverageSpan, Standing, match_pairs
from certification.standing.rules import (
    TALLY_FIELDS,
    Derived,
    Pair,
    Share,
    share_of,
    sum_deltas,
)

FEW_PAIRS: Final = 1000
"""Up to here scattered pairs are looked up one by one rather than as people × certifications."""

KEYS: Final = ("employee_id", "certification_id")
COLUMNS: Final = (
    "branch_id",
    "standing",
    "task",
    "required",
    "badge",
    "valid_from",
    "valid_until",
    "covered_until",
    "due_on",
    "window_opens_on",
    "counted",
    "compliant",
    "is_new",
    "derived_on",
    "next_change_at",
)
read_columns = attrgetter(*COLUMNS)
"""What is compared and stored, of a derived row and of a stored one alike."""


def store_standings(*, derived: Collection[Derived], previous: Mapping[Pair, Standing]) -> int:
    """Bring standings, spans and tallies to what was derived; return how many rows changed.

    ``previous`` holds the rows as they are now, read under the lock. Rows that stay as they are
    cost nothing. The number of statements does not grow with the number of rows.
    """
    moved = [row for row in derived if row.pair not in previous or differs(row, previous[row.pair])]
    gone = [to_share(previous[row.pair]) for row in moved if row.pair in previous]
    with transaction.atomic():
        upsert(Standing, KEYS, COLUMNS, map(to_values, moved))
        move_tallies(sum_deltas(gone, map(to_share, moved)))
        store_spans(derived, previous)
    return len(moved)


def differs(row: Derived, model: Standing) -> bool:
    """Return whether a stored row says something else; the day it was derived for counts too."""
    return read_columns(row) != read_columns(model)


def to_values(row: Derived) -> tuple[Any, ...]:
    """Return what a derived row is stored as: key and columns."""
    return (*row.pair, *read_columns(row))


def to_share(row: Standing | Derived) -> Share:
    """Return what a row adds to its branch's tally."""
    return share_of(
        branch_id=row.branch_id,
        certification_id=row.certification_id,
        required=row.required,
        standing=row.standing,
        badge=row.badge,
        task=row.task,
        counted=row.counted,
        compliant=row.compliant,
        is_new=row.is_new,
    )


def move_tallies(deltas: Mapping[Pair, Sequence[int]]) -> None:
    """Add deltas to the tallies, in one order everywhere so that two writers never deadlock."""
    rows = [(*place, *deltas[place]) for place in sorted(deltas)]
    upsert(BranchTally, ("branch_id", "certification_id"), TALLY_FIELDS, rows, adds=True)


def store_spans(derived: Collection[Derived], previous: Mapping[Pair, Standing]) -> None:
    """Replace the spans of the pairs whose coverage differs from what is stored."""
    wanted = {row.pair: row.spans for row in derived}
    condition: Q | Exists = Q(
        employee_id__sb_among={pair[0] for pair in wanted},
        certification_id__in={pair[1] for pair in wanted},
    )
    if len(wanted) <= FEW_PAIRS and wanted.keys() <= previous.keys():
        condition = match_pairs([previous[pair].pk for pair in wanted])
    stored: dict[Pair, list[tuple[int, date, date | None]]] = {}
    found = CoverageSpan.objects.filter(condition).order_by("from_on")
    names = ("employee_id", "certification_id", "pk", "from_on", "until_on")
    for employee, certification, pk, start, until in found.values_list(*names):
        stored.setdefault((employee, certification), []).append((pk, start, until))
    stale: list[int] = []
    fresh: list[CoverageSpan] = []
    for pair, spans in wanted.items():
        now = tuple((start, until) for _pk, start, until in stored.get(pair, []))
        if now == spans:
            continue
        stale += [pk for pk, _start, _until in stored.get(pair, [])]
        fresh += [
            CoverageSpan(
                employee_id=pair[0], certification_id=pair[1], from_on=start, until_on=until
            )
            for start, until in spans
        ]
    if stale:
        CoverageSpan.objects.filter(pk__sb_among=stale).delete()
    if fresh:
        CoverageSpan.objects.bulk_create(fresh, batch_size=1000)
