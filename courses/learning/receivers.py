"""Domain events of lower apps that may finish a lesson."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from courses.learning.actions import recheck_lessons
from lms.api import DomainEvent, Employee, registry

_WORK_OF = {
    "attempt_submitted": "quiz",
    "play_finished": "scenario",
    "standard_acknowledged": "standard",
}


def follow_passed_work(event: DomainEvent, now: datetime) -> None:
    """Finish the lessons that only waited for this quiz, role-play or confirmation."""
    payload = event.payload
    if not payload.get("passed", event.kind == "standard_acknowledged"):
        return
    employee = Employee.objects.filter(uuid=payload["employee"]).first()
    if employee is not None:
        work = UUID(payload[_WORK_OF[event.kind]])
        recheck_lessons(employee=employee, work_uuid=work, now=now)


def connect() -> None:
    """Register the consumers; called once by ``ready``."""
    for kind in _WORK_OF:
        registry.event_consumers.register(kind, follow_passed_work)
