"""Move open cycles to another version of their certification, and back. Facts are appended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certification.awards.actions.derive import lock_people, refresh_people
from certification.awards.models import Cycle, CycleEvidence, CycleMove
from certification.awards.permissions import require_reason
from certification.awards.reads import Case, load_cases, load_rulebook
from certification.awards.reads.migrating import PlannedMove, find_cycles_to_move, plan_move
from certification.catalogue.models import CertificationVersion, Requirement
from certification.catalogue.reads import list_targets, read_asks, read_drafts, word_fault
from certification.catalogue.rules import find_requirement_faults
from lms import api as lms_api
from lms.api import Branch

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

BATCH = 500


@dataclass(frozen=True)
class LeftAlone:
    """A cycle that stayed as it was, whose, and why."""

    cycle_id: int
    employee_id: int
    code: str


@dataclass
class Migrated:
    """What a migration did. Its uuid stands on every move and takes them back together."""

    migration: UUID
    moved: int = 0
    left_alone: list[LeftAlone] = field(default_factory=list)


def migrate_cycles(
    *,
    to_version: CertificationVersion,
    reason: str,
    actor: AbstractBaseUser | None,
    now: datetime,
    branches: Collection[Branch] | None = None,
) -> Migrated:
    """Put the open cycles of a certification, or of some branches, under another version.

    The opening stays; due and closing days are those of the new version; what is done stays done
    where the version asks for it too. Batches of 500 people, each in a transaction of its own:
    stopped half-way, calling it again moves the rest. What cannot move is listed.

    Raises: as ``require_migration``.
    """
    require_migration(to_version=to_version, reason=reason, actor=actor, now=now)
    done = Migrated(uuid4())
    rows = find_cycles_to_move(to_version, branches).order_by("employee_id")
    ids = list(rows.values_list("employee_id", flat=True))
    for start in range(0, len(ids), BATCH):
        move_people(
            done=done,
            employee_ids=ids[start : start + BATCH],
            to_version=to_version,
            reason=reason,
            actor=actor,
            now=now,
        )
    return done


def require_migration(
    *,
    to_version: CertificationVersion,
    reason: str,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> None:
    """Refuse a migration that nobody may make, without a reason, or to what cannot be met.

    Raises: NotAllowedError by the policy table; InvalidInputError without a reason; RuleError
    ``cannot_be_met`` naming the requirement.
    """
    if actor is not None:
        lms_api.require(actor, "change", "certification")
    require_reason(reason)
    today = timezone.localdate(now)
    faults = find_requirement_faults(
        read_drafts(to_version),
        {(target.kind, target.uuid): target for target in list_targets(today)},
        own=to_version.certification.uuid,
        asks=read_asks(),
    )
    if faults:
        raise lms_api.RuleError(word_fault(faults[0]), code="cannot_be_met")


def move_people(
    *,
    done: Migrated,
    employee_ids: Sequence[int],
    to_version: CertificationVersion,
    reason: str,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> None:
    """Move the open cycles of these people, in one transaction, and count into ``done``.

    The caller has asked ``require_migration``. Nobody moves a cycle of his own.
    """
    with transaction.atomic():
        people = lock_people(employee_ids)
        certification_id = to_version.certification_id
        rulebook = load_rulebook([certification_id])
        cases = load_cases(people, [certification_id])
        plans = [
            plan
            for case in cases.values()
            if (plan := plan_move(case, rulebook, to_version, now)) is not None
        ]
        moves = []
        for plan in plans:
            code = plan.refusal or find_hindrance(plan.case, actor)
            if code:
                done.left_alone.append(LeftAlone(plan.cycle.pk, plan.case.employee.pk, code))
            else:
                moves.append(make_move(plan, to_version, done.migration, reason, actor, now))
        write_moves(moves, now)
        done.moved += len(moves)
        follow_moves(moves, now)


def find_hindrance(case: Case, actor: AbstractBaseUser | None) -> str:
    """Return why an actor cannot move somebody's cycle, or nothing."""
    is_own = actor is not None and case.employee.user_id == actor.pk
    return "own_record" if is_own else ""


def make_move(
    plan: PlannedMove,
    to_version: CertificationVersion,
    migration: UUID,
    reason: str,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> CycleMove:
    """Return a move, not yet stored, with the days before and after."""
    return CycleMove(
        cycle=plan.cycle,
        migration=migration,
        from_version=plan.cycle.version,
        to_version=to_version,
        due_before_on=plan.cycle.due_on,
        due_after_on=plan.due_on,
        closes_before_on=plan.cycle.closes_on,
        closes_after_on=plan.closes_on,
        reason=reason,
        actor_id=actor.pk if actor is not None else None,
        recorded_at=now,
    )


def write_moves(moves: Sequence[CycleMove], now: datetime) -> None:
    """Append moves and let their cycles carry the last; take along what is done. Five queries."""
    CycleMove.objects.bulk_create(moves, batch_size=BATCH)
    for move in moves:
        move.cycle.version = move.to_version
        move.cycle.due_on = move.due_after_on
        move.cycle.closes_on = move.closes_after_on
    Cycle.objects.bulk_update(
        [move.cycle for move in moves], ["version", "due_on", "closes_on"], batch_size=BATCH
    )
    take_evidence_along([move.cycle for move in moves], now)


def take_evidence_along(cycles: Collection[Cycle], now: datetime) -> None:
    """Let what is done count for the same thing under the cycles' present versions.

    The same kind and target is the same thing; what was done is not asked again.
    """
    wanted: dict[tuple[int, str, UUID], list[int]] = {}
    versions = {cycle.version_id for cycle in cycles}
    for row in Requirement.objects.filter(version__in=versions):
        wanted.setdefault((row.version_id, row.kind, row.target), []).append(row.pk)
    version_of = {cycle.pk: cycle.version_id for cycle in cycles}
    rows = CycleEvidence.objects.filter(cycle__in=list(version_of), requirement__isnull=False)
    copies = [
        CycleEvidence(
            cycle_id=row.cycle_id,
            requirement_id=requirement_id,
            kind=row.kind,
            uuid=row.uuid,
            material_number=row.material_number,
            done_at=row.done_at,
            recorded_at=now,
        )
        for row in rows.select_related("requirement").order_by("pk")
        if row.requirement is not None
        for requirement_id in wanted.get(
            (version_of[row.cycle_id], row.requirement.kind, row.requirement.target), ()
        )
    ]
    CycleEvidence.objects.bulk_create(copies, ignore_conflicts=True, batch_size=BATCH)


def follow_moves(moves: Sequence[CycleMove], now: datetime) -> None:
    """Refresh the people whose cycles moved; that tells those whose due day did."""
    if moves:
        refresh_people(employee_ids=[move.cycle.employee_id for move in moves], now=now)


def undo_migration(
    *, migration: UUID, reason: str, actor: AbstractBaseUser | None, now: datetime
) -> Migrated:
    """Put the cycles that a migration moved back under their version, with their old days.

    Cycles that were finished or moved again since are left and listed. Undoing twice does nothing.

    Raises: NotAllowedError by the policy table; InvalidInputError without a reason.
    """
    if actor is not None:
        lms_api.require(actor, "change", "certification")
    require_reason(reason)
    done = Migrated(uuid4())
    rows = CycleMove.objects.filter(migration=migration, undone_by__isnull=True)
    ids = list(rows.order_by("cycle__employee_id").values_list("cycle__employee_id", flat=True))
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            move_back(done, migration, ids[start : start + BATCH], reason, actor, now)
    return done


def move_back(
    done: Migrated,
    migration: UUID,
    employee_ids: Sequence[int],
    reason: str,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> None:
    """Append the reversing moves of these people, in the caller's transaction."""
    people = lock_people(employee_ids)
    rows = CycleMove.objects.filter(
        migration=migration, undone_by__isnull=True, cycle__employee__in=people
    ).select_related("from_version", "to_version")
    moves = {move.cycle_id: move for move in rows}
    cases = load_cases(people, {move.to_version.certification_id for move in moves.values()})
    back = []
    for case in cases.values():
        for cycle in case.cycles:
            move = moves.get(cycle.pk)
            if move is None:
                continue
            code = find_hindrance(case, actor) or find_obstacle(case, cycle, move)
            if code:
                done.left_alone.append(LeftAlone(cycle.pk, case.employee.pk, code))
                continue
            back.append(reverse_move(move, cycle, done.migration, reason, actor, now))
    write_moves(back, now)
    done.moved += len(back)
    follow_moves(back, now)


def find_obstacle(case: Case, cycle: Cycle, move: CycleMove) -> str:
    """Return why a move cannot be taken back, or nothing."""
    if cycle.state != Cycle.State.OPEN:
        return "finished"
    return "" if case.moves[cycle.pk][-1].pk == move.pk else "moved_again"


def reverse_move(
    move: CycleMove,
    cycle: Cycle,
    migration: UUID,
    reason: str,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> CycleMove:
    """Return the move, not yet stored, that takes another one back exactly."""
    return CycleMove(
        cycle=cycle,
        migration=migration,
        from_version=move.to_version,
        to_version=move.from_version,
        due_before_on=move.due_after_on,
        due_after_on=move.due_before_on,
        closes_before_on=move.closes_after_on,
        closes_after_on=move.closes_before_on,
        undoes=move,
        reason=reason,
        actor_id=actor.pk if actor is not None else None,
        recorded_at=now,
    )


def describe_refusal(code: str) -> str:
    """Return in words why a cycle stayed as it was."""
    words = {
        "not_in_force": _("The version is not in force there yet."),
        "not_open": _("It is no longer open."),
        "own_record": _("Nobody changes his or her own record."),
        "finished": _("It has been finished meanwhile."),
        "moved_again": _("It has been moved again meanwhile."),
    }
    return words.get(code, code)
