"""Write the caches. Callers hold the lock on the people and have derived the rows from facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists, Q

from certification.standing.models import BranchTally, CoverageSpan, Standing, match_pairs
from certification.standing.rules import (
    TALLY_FIELDS,
    Derived,
    Pair,
    Share,
    share_of,
    sum_deltas,
)

ROWS_PER_STATEMENT: Final = 1000
FEW_PAIRS: Final = 1000
"""Up to here scattered pairs are looked up one by one rather than as people × certifications."""

COLUMNS = (
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


def store_standings(*, derived: Collection[Derived], previous: Mapping[Pair, Standing]) -> int:
    """Bring standings, spans and tallies to what was derived; return how many rows changed.

    ``previous`` holds the rows as they are now, read under the lock. Rows that stay as they are
    cost nothing. The number of statements does not grow with the number of rows.
    """
    moved = [row for row in derived if row.pair not in previous or differs(row, previous[row.pair])]
    gone = [to_share(previous[row.pair]) for row in moved if row.pair in previous]
    come = [to_model(row) for row in moved]
    with transaction.atomic():
        # An upsert names each value once; Django's bulk update each row in every column.
        Standing.objects.bulk_create(
            come,
            batch_size=1000,
            update_conflicts=True,
            unique_fields=["employee", "certification"],
            update_fields=COLUMNS_TO_UPDATE,
        )
        move_tallies(sum_deltas(gone, [to_share(model) for model in come]))
        store_spans(derived, previous)
    return len(moved)


COLUMNS_TO_UPDATE = [name.removesuffix("_id") for name in COLUMNS]


def differs(row: Derived, model: Standing) -> bool:
    """Return whether a stored row says something else; the day it was derived for counts too."""
    return any(getattr(row, name) != getattr(model, name) for name in COLUMNS)


def to_model(row: Derived) -> Standing:
    """Return an unsaved row."""
    standing = Standing(employee_id=row.employee_id, certification_id=row.certification_id)
    return apply_to(standing, row)


def apply_to(model: Standing, row: Derived) -> Standing:
    """Copy what was derived into a row."""
    for name in COLUMNS:
        setattr(model, name, getattr(row, name))
    return model


def to_share(model: Standing) -> Share:
    """Return what a stored row adds to its branch's tally."""
    return share_of(
        branch_id=model.branch_id,
        certification_id=model.certification_id,
        required=model.required,
        standing=model.standing,
        badge=model.badge,
        task=model.task,
        counted=model.counted,
        compliant=model.compliant,
        is_new=model.is_new,
    )


def move_tallies(deltas: Mapping[Pair, Sequence[int]]) -> None:
    """Add deltas to the tallies, in one order everywhere so that two writers never deadlock."""
    rows = [(*place, *deltas[place]) for place in sorted(deltas)]
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        part = rows[start : start + ROWS_PER_STATEMENT]
        with connection.cursor() as cursor:
            cursor.execute(say_move(len(part)), [value for row in part for value in row])


def say_move(rows: int) -> str:
    """Return the statement that adds some rows of deltas to the tallies.

    Django's own upsert can replace a value but not add to it; one update per row would be
    hundreds in a batch of the sweep.
    """
    table = BranchTally._meta.db_table  # noqa: SLF001  (Django's documented name)
    names = ("branch_id", "certification_id", *TALLY_FIELDS)
    marks = f"({', '.join(['%s'] * len(names))})"
    sums = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in TALLY_FIELDS)
    return (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join([marks] * rows)} "  # noqa: S608
        f"ON CONFLICT (branch_id, certification_id) DO UPDATE SET {sums}"
    )


def store_spans(derived: Collection[Derived], previous: Mapping[Pair, Standing]) -> None:
    """Replace the spans of the pairs whose coverage differs from what is stored."""
    wanted = {row.pair: row.spans for row in derived}
    condition: Q | Exists = Q(
        employee_id__in={pair[0] for pair in wanted},
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
        CoverageSpan.objects.filter(pk__in=stale).delete()
    if fresh:
        CoverageSpan.objects.bulk_create(fresh, batch_size=1000)
