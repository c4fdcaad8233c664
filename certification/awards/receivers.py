"""What happens above when something was finished below."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from certification.awards.actions import count_work, make_deltas, refresh_people
from certification.awards.models import Cycle, DeltaNeed
from certification.catalogue.models import Requirement
from lms.api import DomainEvent, Employee, StandardVersion

FINISHED = (
    "attempt_submitted",
    "play_finished",
    "course_completed",
    "lesson_finished",
    "standard_acknowledged",
)
WORKS = ("quiz", "scenario", "course", "lesson", "standard")
"""Under which name an event says what was finished."""


def consume_finished_work(event: DomainEvent, now: datetime) -> None:
    """Count work that was passed and is asked for; failed work and practice change nothing."""
    payload = event.payload
    if payload.get("passed") is False or payload.get("purpose", "scored") != "scored":
        return
    if is_asked_for(payload):
        count_work(employee_uuid=payload["employee"], now=now)


def is_asked_for(payload: Mapping[str, Any]) -> bool:
    """Return whether any certification or change asks for the work of an event. Two queries.

    Most lessons are asked for by their course alone, whose completion is an event of its own.
    """
    target = next(payload[name] for name in WORKS if name in payload)
    return (
        Requirement.objects.filter(target=target).exists()
        or DeltaNeed.objects.filter(target=target).exists()
    )


def consume_published_standard(event: DomainEvent, now: datetime) -> None:
    """Write what a material change asks of holders; the sweep then opens their cycles."""
    versions = StandardVersion.objects.select_related("standard")
    version = versions.filter(uuid=event.payload["version"]).first()
    if version is not None:
        make_deltas(version=version, now=now)


def consume_started_work(event: DomainEvent, now: datetime) -> None:
    """Note on the open cycles that ask for it that work has begun."""
    employee_id = find_person(event.payload)
    if employee_id is None:
        return
    at = datetime.fromisoformat(event.payload["at"])
    begun = Cycle.objects.filter(
        employee_id=employee_id,
        state=Cycle.State.OPEN,
        started_at__isnull=True,
        counts_from__lte=at,
        version__requirements__kind=event.payload["kind"],
        version__requirements__target=event.payload["work"],
    )
    if Cycle.objects.filter(pk__in=list(begun.values_list("pk", flat=True))).update(started_at=at):
        refresh_people(employee_ids=[employee_id], now=now)


def find_person(payload: dict[str, str]) -> int | None:
    """Return the id of the employee an event is about."""
    return Employee.objects.filter(uuid=payload["employee"]).values_list("pk", flat=True).first()
