"""Who has confirmed what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q, QuerySet

from lms import registry
from lms.organisation.models import Employee
from lms.organisation.rules import FinishedWork
from lms.standards.models import Acknowledgement, Standard, StandardVersion


def read_acknowledged_work(
    *, employee_ids: Sequence[int], since: datetime | None = None
) -> list[FinishedWork]:
    """Return the confirmations of these people as finished work, oldest first. One query.

    ``since`` is inclusive and compares the moment of confirming.
    """
    rows = Acknowledgement.objects.filter(employee_id__in=employee_ids)
    if since is not None:
        rows = rows.filter(acknowledged_at__gte=since)
    return [
        FinishedWork(
            employee_id=row.employee_id,
            kind="acknowledgement",
            work_uuid=row.version.standard.uuid,
            evidence_uuid=row.uuid,
            done_at=row.acknowledged_at,
            material_number=row.version.material_number,
        )
        for row in rows.select_related("version__standard").order_by("acknowledged_at", "pk")
    ]


def asked_again_since(employee: Employee, standard: Standard) -> datetime | None:
    """Return since when a confirmation counts for what is asked of a person; None: whenever.

    As many queries as upper apps need to say so.
    """
    answers = [
        provide(employee, "acknowledgement", str(standard.uuid)) for provide in registry.counts_from
    ]
    return max((answer for answer in answers if answer is not None), default=None)


def find_standing_confirmation(
    rows: Sequence[Acknowledgement], version: StandardVersion, since: datetime | None
) -> Acknowledgement | None:
    """Return the confirmation of a version that still counts, from those of one person."""
    fitting = [
        row
        for row in rows
        if row.version_id == version.pk and (since is None or row.acknowledged_at >= since)
    ]
    return max(fitting, key=lambda row: row.round, default=None)


def count_acknowledged(
    *, standard: Standard, employees: QuerySet[Employee], on: date
) -> tuple[int, int]:
    """Return how many of those it applies to have confirmed the standard's text in force.

    ``employees`` is what the asker may see (``visible_to``). It applies to who is employed on
    the day, in the job roles and kinds of branch that the version names, or all. Wording-only
    versions do not take a confirmation back: any version with the same material number counts.
    Three queries.
    """
    version = StandardVersion.objects.in_force().filter(standard=standard).first()
    if version is None:
        return 0, 0
    people = employees.filter(
        Q(hired_on__isnull=True) | Q(hired_on__lte=on), Q(left_on__isnull=True) | Q(left_on__gt=on)
    )
    if version.body["job_roles"]:
        people = people.filter(home_job_role__code__in=version.body["job_roles"])
    if version.body["branch_kinds"]:
        people = people.filter(home_branch__kind__in=version.body["branch_kinds"])
    confirmed = Acknowledgement.objects.filter(
        version__standard=standard,
        version__material_number=version.material_number,
        employee__in=people.values("pk"),
    )
    return confirmed.values("employee_id").distinct().count(), people.count()
