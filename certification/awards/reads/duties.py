"""What lower apps ask: since when attempts count, which courses and quizzes are assigned."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Q

from certification.awards.models import Assignment, Cycle
from certification.catalogue.models import Requirement
from lms.api import Employee


def find_counts_from(employee: Employee, kind: str, uuid: str | UUID) -> datetime | None:
    """Return the latest ``counts_from`` of the open cycles that ask for a piece of work.

    Attempt limits and cool-downs count from there; for what a change of a standard asks, from its
    publication. None when no open cycle asks for it. One query.
    """
    moments = Cycle.objects.filter(employee=employee, state=Cycle.State.OPEN).aggregate(
        asked=Max(
            "counts_from",
            filter=Q(version__requirements__kind=kind, version__requirements__target=uuid),
        ),
        changed=Max(
            "changes__delta__standard_version__published_at",
            filter=Q(changes__delta__needs__kind=kind, changes__delta__needs__target=uuid),
        ),
    )
    return max((moment for moment in moments.values() if moment is not None), default=None)


def find_assigned_courses(employee: Employee, day: date) -> set[str]:
    """Return the uuids of the courses that somebody's assignments ask for on a day, as text.

    A course counts as assigned through the newest version of its certification. One query.
    """
    return list_targets(employee, day, Requirement.Kind.COURSE)


def find_assigned_quizzes(employee: Employee, day: date) -> set[str]:
    """Return the uuids, as text, of the quizzes that assignments or open cycles ask for.

    Those that a change of a standard asks for too. Two queries.
    """
    kind = Requirement.Kind.QUIZ
    cycles = Cycle.objects.filter(employee=employee, state=Cycle.State.OPEN).order_by()
    asked = cycles.filter(version__requirements__kind=kind).values_list(
        "version__requirements__target", flat=True
    )
    changed = cycles.filter(changes__delta__needs__kind=kind).values_list(
        "changes__delta__needs__target", flat=True
    )
    found = {str(target) for target in asked.union(changed)}
    return found | list_targets(employee, day, kind)


def list_targets(employee: Employee, day: date, kind: str) -> set[str]:
    """Return the uuids of one kind of work that somebody's assignments ask for. One query."""
    live = Assignment.objects.filter(employee=employee, from_on__lte=day).filter(
        Q(end__isnull=True) | Q(end__on__gt=day)
    )
    targets = Requirement.objects.filter(
        kind=kind,
        version__certification__in=live.values("certification_id"),
    ).values_list("target", flat=True)
    return {str(target) for target in targets}
