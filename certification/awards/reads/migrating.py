"""Which open cycles can go over to another version, and with which days."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from certification.awards.models import Cycle
from certification.awards.reads.cases import Case, derive_timeline
from certification.awards.reads.rows import local_today
from certification.awards.reads.rulebook import Rulebook
from certification.catalogue.models import CertificationVersion
from lms.api import Branch

MOVABLE = (Cycle.Kind.FIRST, Cycle.Kind.RENEWAL)
"""What a change of a standard opened has requirements of its own."""


@dataclass(frozen=True)
class PlannedMove:
    """An open cycle, and the days it would have; ``refusal`` says why it stays as it is."""

    case: Case
    cycle: Cycle
    due_on: date | None = None
    closes_on: date | None = None
    refusal: str = ""


def find_cycles_to_move(
    to_version: CertificationVersion, branches: Collection[Branch] | None = None
) -> QuerySet[Cycle]:
    """Return the open cycles of a certification that are under another of its versions.

    ``branches`` keeps those of people whose home they are; None keeps all.
    """
    rows = Cycle.objects.filter(
        certification_id=to_version.certification_id,
        state=Cycle.State.OPEN,
        kind__in=MOVABLE,
    ).exclude(version=to_version)
    if branches is None:
        return rows
    return rows.filter(employee__home_branch__in=[branch.pk for branch in branches])


def plan_move(
    case: Case, rulebook: Rulebook, to_version: CertificationVersion, now: datetime
) -> PlannedMove | None:
    """Return the move of a case's open cycle to a version; None: there is nothing to move.

    Only the version in force on the person's own day takes cycles over.
    """
    cycle = case.open_cycle
    if cycle is None or cycle.version_id == to_version.pk or cycle.kind not in MOVABLE:
        return None
    today = local_today(case, now)
    if rulebook.version_on(case.certification_id, today) != to_version:
        return PlannedMove(case, cycle, refusal="not_in_force")
    line = derive_timeline(case, rulebook)
    present = line.open_cycle(today)
    moved = line.moved_cycle(today, to_version.policy)
    if present is None or moved is None or present.opens_on != cycle.opens_on:
        return PlannedMove(case, cycle, refusal="not_open")
    return PlannedMove(case, cycle, moved.planned_due_on, moved.planned_closes_on)
