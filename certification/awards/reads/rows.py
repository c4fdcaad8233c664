"""What the facts of a case say today, as a row of the cache."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from certification.awards.models import Cycle
from certification.awards.reads.cases import Case, derive_timeline, derived_instant
from certification.awards.reads.rulebook import Rulebook
from certification.policy.rules.policy import parse_policy, path_of_late_renewal
from certification.reminders.rules import next_reminder_after
from certification.standing.rules import Derived


def local_today(case: Case, now: datetime) -> date:
    """Return the day it is at the person's branch."""
    return now.astimezone(ZoneInfo(case.zone)).date()


def path_of_cycle(cycle: Cycle, today: date) -> str:
    """Return the path a cycle takes: a renewal that lapsed too long ago takes the full one."""
    if cycle.kind != Cycle.Kind.RENEWAL or cycle.baseline_until is None:
        return cycle.kind
    policy = parse_policy(cycle.version.policy)
    return path_of_late_renewal(policy, lapsed_on=cycle.baseline_until, on=today)


def derive_row(
    case: Case, rulebook: Rulebook, now: datetime, *, also_on: date | None = None
) -> Derived:
    """Return what the facts say about a case today, and when that may change by itself.

    ``also_on`` is a day on which something else is due to happen to it.
    """
    today = local_today(case, now)
    row = derive_state(case, rulebook, today)
    line = derive_timeline(case, rulebook)
    days = [
        line.next_change_after(today),
        next_reminder_after(row, rulebook.certifications[case.certification_id].reminder_days),
        also_on,
        # While a change is to be caught up on, nothing else shows that the renewal opens.
        row.window_opens_on if is_catching_up(case) else None,
    ]
    following = min((day for day in days if day is not None and day > today), default=None)
    return replace(row, next_change_at=derived_instant(following, case.zone))


def derive_state(case: Case, rulebook: Rulebook, today: date) -> Derived:
    """Return what the facts say about a case on a day, without when that may change."""
    line = derive_timeline(case, rulebook)
    status = line.at(today)
    return Derived(
        employee_id=case.employee.pk,
        certification_id=case.certification_id,
        branch_id=case.employee.home_branch_id,
        standing=status.standing,
        task=status.task,
        required=status.required,
        badge=status.badge,
        valid_from=status.valid_from,
        valid_until=status.valid_until,
        due_on=status.due_on,
        window_opens_on=status.window_opens_on,
        counted=status.counted,
        compliant=status.compliant,
        is_new=status.is_new,
        derived_on=today,
        next_change_at=None,
        spans=tuple(line.spans()),
    )


def is_catching_up(case: Case) -> bool:
    """Return whether the open cycle is there for a change of a standard."""
    return case.open_cycle is not None and case.open_cycle.kind == Cycle.Kind.DELTA
