"""Plan notices in the transaction that changes a standing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from certification.catalogue.models import Certification
from certification.reminders.rules import plan_reminders
from certification.standing.rules import Derived
from lms import api as lms_api
from lms.api import Employee

MORNING = time(8, 0)


@dataclass(frozen=True)
class Movement:
    """A standing that was just derived, and what led to it.

    ``assigned_on`` is the day on which the open first cycle was recorded, None without one.
    """

    row: Derived
    since: date
    employee: Employee
    certification: Certification
    subject: str
    zone: str
    opened: bool
    awarded: bool
    assigned_on: date | None


def plan_for(*, movements: Iterable[Movement], now: datetime, not_before: datetime) -> int:
    """Plan what these movements ask for; return how many notices were asked for.

    Reminders go out from eight in the morning at the person's branch, urgent ones at once; none
    of them before ``not_before``.
    """
    wanted = []
    for move in movements:
        if move.employee.left_on is not None and move.employee.left_on <= move.row.derived_on:
            continue
        morning = datetime.combine(move.row.derived_on, MORNING, tzinfo=ZoneInfo(move.zone))
        wanted += [
            lms_api.NoticeWish(
                subject=f"certification:{move.employee.uuid}:{move.certification.uuid}:{move.subject}",
                kind=reminder.kind,
                offset_days=reminder.offset_days,
                target_on=reminder.target_on,
                recipient_id=move.employee.pk,
                due_at=not_before if reminder.urgent else max(morning, not_before),
                urgent=reminder.urgent,
            )
            for reminder in plan_reminders(
                row=move.row,
                since=move.since,
                reminder_days=move.certification.reminder_days,
                opened=move.opened,
                awarded=move.awarded,
                assigned_on=move.assigned_on,
            )
        ]
    return lms_api.plan_notices(wanted=wanted, now=now) if wanted else 0
