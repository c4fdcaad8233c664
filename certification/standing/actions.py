"""Write the caches. Callers hold the lock on the people and have derived the rows from facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import F, Q

from certification.standing.models import BranchTally, CoverageSpan, Standing
from certification.standing.rules import (
    TALLY_FIELDS,
    Derived,
    Pair,
    Share,
    share_of,
    sum_deltas,
)

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
    cost nothing. The number of statements does not grow with the number of rows, but for one
    update per branch and certification whose tally moves.
    """
    fresh = [row for row in derived if row.pair not in previous]
    moved = [row for row in derived if row.pair in previous and differs(row, previous[row.pair])]
    with transaction.atomic():
        Standing.objects.bulk_create([to_model(row) for row in fresh], batch_size=1000)
        changed = []
        for row in moved:
            model = previous[row.pair]
            gone = to_share(model)
            changed.append((gone, apply_to(model, row)))
        Standing.objects.bulk_update(
            [model for _gone, model in changed], [*COLUMNS_TO_UPDATE], batch_size=500
        )
        shares_come = [to_share(to_model(row)) for row in fresh]
        shares_come += [to_share(model) for _gone, model in changed]
        move_tallies(sum_deltas([gone for gone, _model in changed], shares_come))
        store_spans(derived)
    return len(fresh) + len(moved)


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
    if not deltas:
        return
    places = sorted(deltas)
    BranchTally.objects.bulk_create(
        [BranchTally(branch_id=branch, certification_id=cert) for branch, cert in places],
        ignore_conflicts=True,
    )
    for branch, cert in places:
        BranchTally.objects.filter(branch_id=branch, certification_id=cert).update(
            **{
                name: F(name) + delta
                for name, delta in zip(TALLY_FIELDS, deltas[branch, cert], strict=True)
                if delta
            }
        )


def store_spans(derived: Iterable[Derived]) -> None:
    """Replace the spans of the pairs whose coverage differs from what is stored."""
    wanted = {row.pair: row.spans for row in derived}
    condition = Q(
        employee_id__in={pair[0] for pair in wanted},
        certification_id__in={pair[1] for pair in wanted},
    )
    stored: dict[Pair, list[CoverageSpan]] = {}
    for span in CoverageSpan.objects.filter(condition).order_by("from_on"):
        stored.setdefault((span.employee_id, span.certification_id), []).append(span)
    stale: list[int] = []
    fresh: list[CoverageSpan] = []
    for pair, spans in wanted.items():
        now = tuple((span.from_on, span.until_on) for span in stored.get(pair, []))
        if now == spans:
            continue
        stale += [span.pk for span in stored.get(pair, [])]
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
