"""Filters of API lists: the same as on screen, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Q, QuerySet

from lms.organisation.models import Branch, Employee, Region, match_paths


class BranchFilter(django_filters.FilterSet):
    """Branches by code, region with all below, zone, kind and day."""

    code = django_filters.CharFilter()
    region = django_filters.UUIDFilter(method="below_region")
    time_zone = django_filters.CharFilter()
    kind = django_filters.CharFilter()
    open_on = django_filters.DateFilter(method="open_that_day")

    class Meta:
        model = Branch
        fields: tuple[str, ...] = ()

    def below_region(self, branches: QuerySet[Any], _name: str, uuid: UUID) -> QuerySet[Any]:
        """Keep branches of a region and of all below it."""
        return branches.filter(match_paths("region__path", find_paths(self.request, uuid)))

    def open_that_day(self, branches: Any, _name: str, day: date) -> QuerySet[Any]:
        """Keep branches that are open on a day."""
        return branches.open_on(day)  # type: ignore[no-any-return]


class EmployeeFilter(django_filters.FilterSet):
    """People by branch, region with all below, role, number, name and day of employment."""

    branch = django_filters.CharFilter(field_name="home_branch__code")
    region = django_filters.UUIDFilter(method="below_region")
    job_role = django_filters.CharFilter(field_name="home_job_role__code")
    employee_number = django_filters.CharFilter(lookup_expr="iexact")
    search = django_filters.CharFilter(method="named_like", min_length=2, max_length=80)
    employed_on = django_filters.DateFilter(method="employed_that_day")

    class Meta:
        model = Employee
        fields: tuple[str, ...] = ()

    def below_region(self, people: QuerySet[Any], _name: str, uuid: UUID) -> QuerySet[Any]:
        """Keep people at home in a region or below it."""
        paths = find_paths(self.request, uuid)
        return people.filter(match_paths("home_branch__region__path", paths))

    def named_like(self, people: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """Keep people whose names or number hold every word."""
        for word in text.split():
            people = people.filter(
                Q(given_name__icontains=word)
                | Q(family_name__icontains=word)
                | Q(employee_number__istartswith=word)
            )
        return people

    def employed_that_day(self, people: Any, _name: str, day: date) -> QuerySet[Any]:
        """Keep people who were employed on a day."""
        return people.employed_on(day)  # type: ignore[no-any-return]


def find_paths(request: Any, uuid: UUID) -> list[str]:
    """Return the path of a region that the person who asks may see; one query for the grants."""
    visible = Region.objects.visible_to(request.user)
    return list(visible.filter(uuid=uuid).values_list("path", flat=True))
