"""What somebody has learned in the courses that are assigned, for refreshers."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Min

from courses.content.models import LessonLink
from courses.content.rules import LinkKind
from courses.learning.models import LessonEvent
from courses.learning.permissions import list_assigned
from lms.api import Employee, local_day, zone_of


def find_learnt_standards(employee: Employee, now: datetime) -> dict[UUID, datetime]:
    """Return the standards of finished, live lessons in assigned courses, with the first finish.

    Provider; one query, plus what the providers of assigned courses ask.
    """
    assigned = list_assigned(employee, local_day(now, zone_of(employee)))
    if not assigned:
        return {}
    done = LessonEvent.Kind.DONE
    rows = (
        LessonLink.objects.filter(
            kind=LinkKind.STANDARD,
            lesson__live=True,
            lesson__course__uuid__in=assigned,
            lesson__events__kind=done,
            lesson__events__enrolment__employee=employee,
        )
        .order_by("target")
        .values_list("target")
        .annotate(first=Min("lesson__events__at"))
    )
    return dict(rows)


def find_assigned_quizzes(employee: Employee, day: date) -> set[str]:
    """Return the uuids, as text, of the quizzes in live lessons of assigned courses.

    Provider; one query, plus what the providers of assigned courses ask.
    """
    assigned = list_assigned(employee, day)
    if not assigned:
        return set()
    rows = LessonLink.objects.filter(
        kind=LinkKind.QUIZ, lesson__live=True, lesson__course__uuid__in=assigned
    )
    return {str(target) for target in rows.values_list("target", flat=True)}
