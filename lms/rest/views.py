"""Places and people of the API, read only."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from lms.organisation.models import Branch, Employee
from lms.rest.filters import BranchFilter, EmployeeFilter
from lms.rest.serializers import BranchSerializer, EmployeeSerializer
from lms.rest.strict import ReadViewSet, document_reads


@document_reads(serializer=BranchSerializer, noun="branches")
class BranchViewSet(ReadViewSet):
    """Branches within the scope of who asks. Two queries a page besides signing in."""

    queryset = Branch.objects.none()
    serializer_class = BranchSerializer
    filterset_class = BranchFilter
    ordering_fields = ("code", "name")

    def get_queryset(self) -> QuerySet[Any]:
        """Return what may be seen."""
        return Branch.objects.visible_to(self.request.user).select_related("region")


@document_reads(serializer=EmployeeSerializer, noun="employees")
class EmployeeViewSet(ReadViewSet):
    """People within the scope of who asks. Two queries a page besides signing in."""

    queryset = Employee.objects.none()
    serializer_class = EmployeeSerializer
    filterset_class = EmployeeFilter
    ordering_fields = ("employee_number", "family_name")

    def get_queryset(self) -> QuerySet[Any]:
        """Return who may be seen."""
        people = Employee.objects.visible_to(self.request.user)
        return people.select_related("home_branch", "home_job_role")
