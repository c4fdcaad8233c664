"""What open cycles still ask for in evidence and practice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from certification.awards.models import Cycle
from certification.awards.reads import path_of_cycle, to_need
from certification.awards.rules import select_needs
from certification.catalogue.models import Requirement
from lms import api as lms_api
from lms.api import Employee


@dataclass(frozen=True)
class OpenNeed:
    """One requirement that an open cycle still asks for, and since when work counts for it."""

    cycle: Cycle
    requirement: Requirement

    @property
    def counts_from(self) -> date:
        """The first day of work that counts, at the person's branch."""
        return lms_api.local_day(self.cycle.counts_from, lms_api.zone_of(self.cycle.employee))

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.cycle.certification.code}:{self.requirement.target}"


def find_open_needs(people: QuerySet[Employee], kind: str, now: datetime) -> list[OpenNeed]:
    """Return what the open cycles of these people still ask for of a kind. Three queries."""
    cycles = (
        Cycle.objects.filter(
            employee__in=people,
            state=Cycle.State.OPEN,
            version__requirements__kind=kind,
        )
        .distinct()
        .select_related("employee__home_branch", "employee__home_job_role", "certification")
        .select_related("version")
        .prefetch_related("version__requirements", "evidence")
        .order_by("employee__family_name", "employee__given_name", "employee_id", "pk")
    )
    return list(list_needs(cycles, kind, now))


def list_needs(cycles: Iterable[Cycle], kind: str, now: datetime) -> Iterator[OpenNeed]:
    """Yield the unmet requirements of a kind on the path that each cycle takes."""
    for cycle in cycles:
        today = lms_api.local_day(now, lms_api.zone_of(cycle.employee))
        met = {row.requirement_id for row in cycle.evidence.all()}
        rows = list(cycle.version.requirements.all())
        wanted = select_needs([to_need(row) for row in rows], path_of_cycle(cycle, today))
        ids = {need.id for need in wanted if need.kind == kind} - met
        for row in rows:
            if row.pk in ids:
                yield OpenNeed(cycle, row)


def find_own_needs(employee: Employee, kind: str, now: datetime) -> list[OpenNeed]:
    """Return what the open cycles of one person still ask for of a kind. Three queries."""
    return find_open_needs(Employee.objects.filter(pk=employee.pk), kind, now)
