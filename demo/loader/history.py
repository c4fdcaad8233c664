"""What happened before: awards from the former register, leave, exemptions, revocations."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from certification.awards.actions import (
    exempt_employee,
    extend_award,
    import_awards,
    reinstate_award,
    revoke_award,
    suspend_award,
)
from certification.awards.models import Award
from certification.catalogue.models import Certification
from demo.loader.files import Calendar, read_json, read_rows, to_csv
from lms import api as lms_api
from lms.api import Employee

AWARD_VERBS = {
    "revoked": revoke_award,
    "suspended": suspend_award,
    "reinstated": reinstate_award,
}


def record_history(calendar: Calendar, now: datetime) -> None:
    """Import the awards of the former register."""
    rows = [
        row
        | {name: calendar.move(row[name]) for name in ("awarded_on", "valid_from", "valid_until")}
        for row in read_rows("awards.csv")
    ]
    content = to_csv(rows, list(rows[0]))
    result = import_awards(content=content, file_name="awards.csv", actor=None, now=now)
    if result.row_errors:
        raise ValueError(result.row_errors[0])


def record_events(calendar: Calendar) -> None:
    """Record leave, exemptions and what happened to awards, each on its day."""
    for event in read_json("events.json"):
        at = datetime.combine(calendar.day(event["at"]), time(8), tzinfo=UTC)
        employee = Employee.objects.select_related("home_branch").get(
            employee_number=event["employee_number"]
        )
        if event["kind"] == "absence":
            lms_api.record_absence(
                employee=employee,
                kind=event["absence"],
                from_on=calendar.day(event["from_on"]),
                until_on=calendar.day(event["until_on"]),
                actor=None,
                now=at,
                today=at.date(),
            )
        else:
            record_event_of_certification(event, employee, calendar, at)


def record_event_of_certification(
    event: dict[str, Any], employee: Employee, calendar: Calendar, at: datetime
) -> None:
    """Record an exemption, or what happened to the latest award."""
    certification = Certification.objects.get(code=event["certification_code"])
    if event["kind"] == "exemption":
        exempt_employee(
            employee=employee,
            certification=certification,
            from_on=calendar.day(event["from_on"]),
            until_on=calendar.day(event["until_on"]),
            reason=event["reason"],
            actor=None,
            now=at,
        )
        return
    award = Award.objects.filter(employee=employee, certification=certification).latest(
        "awarded_at"
    )
    common = {
        "award": award,
        "effective_on": calendar.day(event["effective_on"]),
        "reason": event["reason"],
        "actor": None,
        "now": at,
    }
    if event["kind"] == "extended":
        extend_award(until_on=calendar.day(event["until_on"]), **common)
    else:
        AWARD_VERBS[event["kind"]](**common)
