"""What a version that is not yet published would do to people."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from certification.awards.models import Assignment, Award
from certification.awards.reads import Case, Rulebook, load_cases, load_rulebook, local_today
from certification.awards.reads.cases import derive_anew
from certification.awards.reads.migrating import MOVABLE
from certification.awards.rules import Need
from certification.catalogue.models import Certification, CertificationVersion
from certification.catalogue.rules import RequirementDraft
from certification.policy.rules.cycles import Cycle as OpenCycle
from certification.policy.rules.policy import parse_policy
from certification.policy.rules.timeline import Timeline
from certification.rulemaking.reads.done import NOT_STORED, Desk, load_done
from certification.rulemaking.reads.rows import NOBODYS, NOTHING, to_row, weigh_lines
from certification.rulemaking.rules.impact import (
    BranchImpact,
    Effect,
    Shift,
    choose_completion,
    compare,
    find_outlook,
)
from lms.api import Employee

HELD = ("valid", "grace", "suspended")


@dataclass(frozen=True)
class VersionChange:
    """A version as it would be published."""

    certification: Certification
    policy: Mapping[str, Any]
    requirements: Sequence[RequirementDraft]
    effective_on: date

    def people(self, now: datetime) -> QuerySet[Employee]:
        """Return everybody who was ever asked for the certification or holds it."""
        del now
        return find_people(self.certification)

    def weigh(self, people: Collection[Employee], now: datetime) -> Iterator[BranchImpact]:
        """Return what it does to these people, one row each. At most seventeen queries."""
        present = load_rulebook([self.certification.pk])
        planned = add_draft(present, self, now)
        cases = load_cases(people, [self.certification.pk])
        desk = load_done(cases.values(), planned)
        for case in cases.values():
            on = max(self.effective_on, local_today(case, now))
            if not case.employee.has_left(on):
                yield from weigh_version(case, present, planned, desk, on)


def find_people(certification: Certification) -> QuerySet[Employee]:
    """Return everybody who was ever asked for a certification or holds it."""
    asked = Assignment.objects.filter(certification=certification).values("employee_id")
    holding = Award.objects.filter(certification=certification).values("employee_id")
    return Employee.objects.filter(Q(pk__in=asked) | Q(pk__in=holding)).select_related(
        "home_branch__region", "home_job_role"
    )


def add_draft(present: Rulebook, change: VersionChange, now: datetime) -> Rulebook:
    """Return the rules as they would be with the draft published.

    Raises: PolicyError naming the field when its policy cannot work.
    """
    parse_policy(change.policy)
    pk = change.certification.pk
    versions = present.versions.get(pk, [])
    draft = CertificationVersion(
        pk=NOT_STORED,
        certification=change.certification,
        number=len(versions) + 1,
        effective_on=change.effective_on,
        policy=dict(change.policy),
        recorded_at=now,
    )
    ordered = sorted([*versions, draft], key=lambda row: (row.effective_on, row.number))
    needs = [to_draft_need(n, row) for n, row in enumerate(change.requirements, start=1)]
    return Rulebook(present.certifications, {pk: ordered}, {**present.needs, NOT_STORED: needs})


def to_draft_need(number: int, row: RequirementDraft) -> Need:
    """Return a requirement that has no key yet as the rules take it."""
    return Need(
        id=-number,
        kind=row.kind,
        target=row.target,
        lowest_material_number=row.lowest_material_number,
        path=row.path,
        group=row.group,
        group_needs=row.group_needs,
    )


def weigh_version(
    case: Case, present: Rulebook, planned: Rulebook, desk: Desk, on: date
) -> Iterator[BranchImpact]:
    """Return what a version does to one person; nothing for somebody whom it does not reach."""
    after = derive_anew(case, planned)
    status = after.at(on)
    if status.required == "not_required" and status.standing not in HELD:
        return
    if not present.versions.get(case.certification_id):
        effect = compare(NOBODYS, find_outlook(after, on, choose_completion(after, on)))
        yield to_row(case, effect)
        return
    effect = weigh_lines(derive_anew(case, present), after, on)
    cycle = find_open(case, planned, after, on)
    if cycle is None:
        yield to_row(case, effect)
    elif cycle.kind not in MOVABLE:
        yield to_row(case, effect, blocked=1)
    else:
        moved = weigh_move(case, planned, desk, after, cycle, on)
        yield to_row(case, effect, open_cycles=1, moved=moved)


def find_open(case: Case, planned: Rulebook, after: Timeline, on: date) -> OpenCycle | None:
    """Return the cycle that will be under way on a day under an earlier version, or None."""
    cycle = after.open_cycle(on)
    if cycle is None or cycle.opens_on > on:
        return None
    version = planned.version_on(case.certification_id, cycle.opens_on)
    is_governed = not cycle.is_frozen and version is not None and version.pk == NOT_STORED
    return None if is_governed else cycle


def weigh_move(
    case: Case, planned: Rulebook, desk: Desk, after: Timeline, cycle: OpenCycle, on: date
) -> Effect:
    """Return what moving the open cycle to the version does, on top of publishing it."""
    draft = next(v for v in planned.versions[case.certification_id] if v.pk == NOT_STORED)
    days = after.moved_cycle(on, draft.policy)
    if days is None:
        return NOTHING
    line = derive_anew(case, planned, move_as_events(cycle, days, draft, on))
    completed_on = choose_completion(after, on)
    before = find_outlook(after, on, completed_on)
    if not desk.is_complete(case, planned, cycle):
        return compare(before, find_outlook(line, on, completed_on))
    # All that is still asked is done: the move itself certifies, on that day.
    earned = line.what_if(on)
    shift = Shift("expiry", before.next_until, earned.valid_until, earned.trace)
    moves = before.next_until != earned.valid_until
    return Effect(gains=not before.compliant, shifts=(shift,) if moves else ())


def move_as_events(
    cycle: OpenCycle, days: OpenCycle, draft: CertificationVersion, on: date
) -> list[dict[str, Any]]:
    """Return the facts that moving a cycle would add, and its opening where it is still to come."""
    opened_on = cycle.opens_on.isoformat()
    opening = {
        "type": "cycle_opened",
        "on": opened_on,
        "kind": cycle.kind,
        "due_on": cycle.planned_due_on,
        "closes_on": cycle.planned_closes_on,
    }
    move = {
        "type": "cycle_moved",
        "on": on,
        "opened_on": opened_on,
        "policy": draft.policy,
        "due_on": days.planned_due_on,
        "closes_on": days.planned_closes_on,
    }
    return [move] if cycle.is_frozen else [opening, move]
