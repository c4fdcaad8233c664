"""What the API tells about places and people: allow-lists, never whole rows."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from lms.organisation.models import Branch, Employee, JobRole, Region


class RegionSerializer(serializers.ModelSerializer[Any]):
    """A region by name."""

    class Meta:
        model = Region
        fields = ("uuid", "name")


class BranchSerializer(serializers.ModelSerializer[Any]):
    """A branch with its region."""

    region = RegionSerializer()

    class Meta:
        model = Branch
        fields = ("uuid", "code", "name", "region", "time_zone", "kind", "opened_on", "closed_on")


class BranchNameSerializer(serializers.ModelSerializer[Any]):
    """A branch by name."""

    class Meta:
        model = Branch
        fields = ("uuid", "code", "name")


class JobRoleSerializer(serializers.ModelSerializer[Any]):
    """A job role by name."""

    class Meta:
        model = JobRole
        fields = ("code", "name")


class EmployeeSerializer(serializers.ModelSerializer[Any]):
    """A person at work. No address, no leave, no manager: those may be out of scope."""

    branch = BranchNameSerializer(source="home_branch", allow_null=True)
    job_role = JobRoleSerializer(source="home_job_role", allow_null=True)

    class Meta:
        model = Employee
        fields = (
            "uuid",
            "employee_number",
            "given_name",
            "family_name",
            "branch",
            "job_role",
            "hired_on",
            "left_on",
            "locale",
        )
