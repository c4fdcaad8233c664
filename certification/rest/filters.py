"""Filters of certification's lists, and nothing else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet

from certification.awards.models import Assignment, Award
from certification.policy.rules.status import BADGES, REQUIREMENTS, STANDINGS, TASKS
from certification.reports.reads.places import read_forest
from certification.standing.models import Standing
from lms.api import Branch


def choices(keys: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return keys as choices; the API speaks keys, not words."""
    return [(key, key) for key in keys]


class CertificationFilter(django_filters.FilterSet):
    """Certifications by code and use."""

    code = django_filters.CharFilter()
    active_on = django_filters.DateFilter(method="in_use")

    def in_use(self, rows: Any, _name: str, day: Any) -> QuerySet[Any]:
        """Keep what is not retired on a day."""
        return rows.active_on(day)  # type: ignore[no-any-return]


class AboutPeopleFilter(django_filters.FilterSet):
    """By person and certification."""

    employee = django_filters.UUIDFilter(field_name="employee__uuid")
    employee_number = django_filters.CharFilter(
        field_name="employee__employee_number", lookup_expr="iexact"
    )
    certification = django_filters.CharFilter(field_name="certification__code")


class AssignmentFilter(AboutPeopleFilter):
    """Assignments by source, kind and dates."""

    source = django_filters.ChoiceFilter(choices=Assignment.Source.choices)
    optional = django_filters.BooleanFilter()
    due_by = django_filters.DateFilter(field_name="due_on", lookup_expr="lte")

    class Meta:
        model = Assignment
        fields: tuple[str, ...] = ()


class StandingFilter(AboutPeopleFilter):
    """Standings by place, state and dates."""

    branch = django_filters.CharFilter(field_name="branch__code")
    region = django_filters.UUIDFilter(method="below_region")
    badge = django_filters.ChoiceFilter(choices=choices(BADGES))
    standing = django_filters.ChoiceFilter(choices=choices(STANDINGS))
    task = django_filters.ChoiceFilter(choices=choices(TASKS))
    required = django_filters.ChoiceFilter(choices=choices(REQUIREMENTS))
    due_by = django_filters.DateFilter(field_name="due_on", lookup_expr="lte")
    expires_by = django_filters.DateFilter(field_name="valid_until", lookup_expr="lte")

    class Meta:
        model = Standing
        fields: tuple[str, ...] = ()

    def below_region(self, rows: QuerySet[Any], _name: str, uuid: UUID) -> QuerySet[Any]:
        """Keep the people of a region and of all below it, within the reader's scope."""
        nodes = [node for node in read_forest(self.request.user).nodes if node.uuid == uuid]
        if not nodes:
            return rows.none()
        inside = Branch.objects.filter(region__path__startswith=nodes[0].path)
        return rows.filter(branch__in=inside)


class AwardFilter(AboutPeopleFilter):
    """Awards by basis and dates."""

    basis = django_filters.ChoiceFilter(choices=Award.Basis.choices)
    awarded_since = django_filters.IsoDateTimeFilter(field_name="awarded_at", lookup_expr="gte")
    awarded_before = django_filters.IsoDateTimeFilter(field_name="awarded_at", lookup_expr="lt")

    class Meta:
        model = Award
        fields: tuple[str, ...] = ()
