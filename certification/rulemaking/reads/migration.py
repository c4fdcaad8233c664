"""What moving the open cycles to a published version would do to people, and what was moved."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from certification.awards.models import Cycle, CycleMove
from certification.awards.reads import (
    Rulebook,
    derive_timeline,
    load_cases,
    load_rulebook,
    local_today,
)
from certification.awards.reads.cases import derive_anew, move_events
from certification.awards.reads.migrating import PlannedMove, find_cycles_to_move, plan_move
from certification.catalogue.models import Certification, CertificationVersion
from certification.rulemaking.reads.done import NOT_STORED, Desk, load_done
from certification.rulemaking.reads.impact import run_preview
from certification.rulemaking.reads.rows import NOTHING, to_row, weigh_lines
from certification.rulemaking.rules.impact import (
    BranchImpact,
    Effect,
    Impact,
    Shift,
    choose_completion,
    find_outlook,
)
from lms.api import Branch, Employee


@dataclass(frozen=True)
class MigrationChange:
    """The open cycles of a certification, or of some branches, under a published version."""

    to_version: CertificationVersion
    effective_on: date
    branches: tuple[Branch, ...] | None = None

    def people(self, now: datetime) -> QuerySet[Employee]:
        """Return everybody with an open cycle under another version."""
        del now
        cycles = find_cycles_to_move(self.to_version, self.branches)
        people = Employee.objects.filter(pk__in=cycles.values("employee_id"))
        return people.select_related("home_branch__region", "home_job_role")

    def weigh(self, people: Collection[Employee], now: datetime) -> Iterator[BranchImpact]:
        """Return what it does to these people, one row each; ``blocked`` cannot be moved."""
        certification_id = self.to_version.certification_id
        stored = load_rulebook([certification_id])
        needs = {**stored.needs, NOT_STORED: stored.needs[self.to_version.pk]}
        rulebook = replace(stored, needs=needs)
        cases = load_cases(people, [certification_id])
        desk = load_done(cases.values(), rulebook)
        for case in cases.values():
            plan = plan_move(case, rulebook, self.to_version, now)
            if plan is None:
                continue
            if plan.refusal:
                yield to_row(case, NOTHING, blocked=1)
                continue
            effect = self.weigh_plan(plan, rulebook, desk, now)
            yield to_row(case, effect, open_cycles=1, moved=effect)

    def weigh_plan(
        self, plan: PlannedMove, rulebook: Rulebook, desk: Desk, now: datetime
    ) -> Effect:
        """Return what the move does to one person from today on."""
        case = plan.case
        on = local_today(case, now)
        line = derive_timeline(case, rulebook)
        moved = derive_anew(case, rulebook, move_as_event(plan, self.to_version, now))
        cycle = line.open_cycle(on)
        if cycle is None or not desk.is_complete(case, rulebook, cycle):
            return weigh_lines(line, moved, on)
        before = find_outlook(line, on, choose_completion(line, on))
        earned = moved.what_if(on)
        shift = Shift("expiry", before.next_until, earned.valid_until, earned.trace)
        moves = before.next_until != earned.valid_until
        return Effect(gains=not before.compliant, shifts=(shift,) if moves else ())


def move_as_event(
    plan: PlannedMove, to_version: CertificationVersion, now: datetime
) -> list[dict[str, Any]]:
    """Return the fact that the move would add."""
    move = CycleMove(
        cycle=plan.cycle,
        to_version=to_version,
        due_after_on=plan.due_on,
        closes_after_on=plan.closes_on,
        recorded_at=now,
    )
    return list(move_events(plan.cycle, [move], plan.case.zone))


def preview_migration(
    *,
    to_version: CertificationVersion,
    today: date,
    now: datetime,
    branches: Collection[Branch] | None = None,
) -> Impact:
    """Return whom moving the open cycles to a version would reach, and how, if done now.

    The number of queries grows with batches of 500 people only.
    """
    chosen = tuple(branches) if branches is not None else None
    return run_preview(MigrationChange(to_version, today, chosen), now=now)


@dataclass(frozen=True)
class Waiting:
    """The version in force, how many open cycles are under another."""

    version: CertificationVersion
    cycles: int


def find_waiting(certification: Certification, today: date) -> Waiting | None:
    """Return the version in force and the open cycles it does not govern; None without one.

    Two queries.
    """
    version = certification.versions.in_force_on(today).first()
    if version is None:
        return None
    return Waiting(version, find_cycles_to_move(version).count())


def count_to_move(version: CertificationVersion, branches: Collection[Branch] | None) -> int:
    """Return how many open cycles of some branches are under another version. One query."""
    return find_cycles_to_move(version, branches).count()


@dataclass(frozen=True)
class PastMigration:
    """One migration as the screen lists it. ``open_count`` could still be taken back."""

    migration: UUID
    to_version: int
    moved: int
    open_count: int
    reason: str
    actor: str
    recorded_at: datetime


def list_migrations(certification: Certification) -> list[PastMigration]:
    """Return what was moved so far, the newest first; moves back are not listed. One query."""
    rows = (
        CycleMove.objects.filter(to_version__certification=certification, undoes__isnull=True)
        .values("migration", "to_version__number", "reason", "actor__first_name")
        .annotate(
            moved=Count("pk"),
            open_count=Count("pk", filter=Q(undone_by__isnull=True, cycle__state=Cycle.State.OPEN)),
            at=Min("recorded_at"),
        )
        .order_by("-at")
    )
    return [
        PastMigration(
            migration=row["migration"],
            to_version=row["to_version__number"],
            moved=row["moved"],
            open_count=row["open_count"],
            reason=row["reason"],
            actor=row["actor__first_name"] or "",
            recorded_at=row["at"],
        )
        for row in rows
    ]
