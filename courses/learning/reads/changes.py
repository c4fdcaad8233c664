"""Lessons that taught something else when they were done: what changed since."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max

from courses.content.models import LessonLink
from courses.content.rules import LinkKind
from courses.learning.models import LessonEvent
from courses.learning.reads.progress import asked_since
from courses.learning.rules import LessonChange
from lms.api import Employee, FinishedWork, Standard, StandardVersion

FINISHED = (LessonEvent.Kind.DONE, LessonEvent.Kind.AGAIN)


def read_finished_lessons(
    *, employee_ids: Collection[int], since: datetime | None = None
) -> list[FinishedWork]:
    """Return the lessons that these people did, also again, oldest first. One query."""
    rows = LessonEvent.objects.filter(
        enrolment__employee_id__in=list(employee_ids), kind__in=FINISHED
    )
    if since is not None:
        rows = rows.filter(at__gte=since)
    return [
        FinishedWork(
            employee_id=employee,
            kind="lesson",
            work_uuid=lesson,
            evidence_uuid=event,
            done_at=at,
            material_number=1,
        )
        for employee, lesson, event, at in rows.values_list(
            "enrolment__employee_id", "lesson__uuid", "uuid", "at"
        )
    ]


def list_changes_since_done(*, employee: Employee, lesson: UUID) -> list[LessonChange]:
    """Return what changed in the standards of a lesson since somebody last did it.

    Nothing for who never did it: to them all of it is new. Two queries, one for most.
    """
    done = LessonEvent.objects.filter(
        enrolment__employee=employee, lesson__uuid=lesson, kind__in=FINISHED
    ).aggregate(at=Max("at"))["at"]
    return [] if done is None else list_changes_after(lesson=lesson, at=done)


def list_changes_to_show(*, employee: Employee, lesson: UUID) -> list[LessonChange]:
    """Return what is new to somebody in a lesson: since they did it, or since it is asked again.

    Who came with an award from elsewhere never did it here, but has a change to catch up on.
    """
    found = list_changes_since_done(employee=employee, lesson=lesson)
    if found or was_done(employee, lesson):
        return found
    asked = asked_since(employee=employee, kind="lesson", uuid=lesson)
    if asked is None:
        return []
    return list_changes_after(lesson=lesson, at=asked - timedelta(microseconds=1))


def was_done(employee: Employee, lesson: UUID) -> bool:
    """Return whether somebody ever did a lesson here. One query."""
    events = LessonEvent.objects.filter(enrolment__employee=employee, kind__in=FINISHED)
    return events.filter(lesson__uuid=lesson).exists()


def list_changes_after(*, lesson: UUID, at: datetime) -> list[LessonChange]:
    """Return what changed in the standards that a lesson shows after a moment. One query."""
    kinds = (LinkKind.STANDARD.value, LinkKind.ACKNOWLEDGEMENT.value)
    shown = LessonLink.objects.filter(lesson__uuid=lesson, kind__in=kinds).values("target")
    versions = StandardVersion.objects.filter(
        standard__uuid__in=shown,
        number__gt=1,
        change=Standard.Change.MATERIAL,
        published_at__gt=at,
    )
    rows = versions.order_by("published_at", "pk").values_list(
        "standard__code", "standard__title", "change_note"
    )
    return [LessonChange(code, title, note) for code, title, note in rows]
