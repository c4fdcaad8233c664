"""What the API tells about certification: allow-lists, never whole rows."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from certification.awards.models import Assignment, Award, AwardEvent
from certification.catalogue.models import Certification, CertificationVersion, Requirement
from certification.standing.models import Standing
from lms.api import Employee


class PersonSerializer(serializers.ModelSerializer[Employee]):
    """Who it is about."""

    name = serializers.CharField(source="full_name", read_only=True)

    class Meta:
        model = Employee
        fields = ("uuid", "employee_number", "name")


class CertificationNameSerializer(serializers.ModelSerializer[Certification]):
    """A certification by name."""

    class Meta:
        model = Certification
        fields = ("uuid", "code", "title")


class RequirementSerializer(serializers.ModelSerializer[Requirement]):
    """One thing to be done; those of one group are alternatives."""

    class Meta:
        model = Requirement
        fields = (
            "kind",
            "target",
            "label",
            "lowest_material_number",
            "path",
            "group",
            "group_needs",
        )


class VersionSerializer(serializers.ModelSerializer[CertificationVersion]):
    """The rule of a certification from a day on."""

    policy = serializers.DictField(help_text="Rule of dates; lengths are ISO 8601 durations.")
    requirements = RequirementSerializer(many=True)

    class Meta:
        model = CertificationVersion
        fields = ("number", "effective_on", "policy", "requirements")


class CertificationSerializer(serializers.ModelSerializer[Certification]):
    """A certification with all its versions, the oldest first."""

    reminder_days = serializers.ListField(child=serializers.IntegerField())
    versions = VersionSerializer(many=True)

    class Meta:
        model = Certification
        fields = ("uuid", "code", "title", "summary", "reminder_days", "retired_on", "versions")


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """Why somebody needs a certification. ``ended_on`` is the first day it no longer holds."""

    employee = PersonSerializer()
    certification = CertificationNameSerializer()
    ended_on = serializers.DateField(source="end.on", allow_null=True, default=None)

    class Meta:
        model = Assignment
        fields = (
            "uuid",
            "employee",
            "certification",
            "source",
            "optional",
            "from_on",
            "due_on",
            "ended_on",
            "reason",
        )


class StandingSerializer(serializers.ModelSerializer[Standing]):
    """How one certification stands for one person today at the person's branch.

    ``valid_until`` is the first day it no longer holds.
    """

    employee = PersonSerializer()
    certification = CertificationNameSerializer()
    branch = serializers.CharField(source="branch.code", allow_null=True, default=None)

    class Meta:
        model = Standing
        fields = (
            "employee",
            "certification",
            "branch",
            "badge",
            "standing",
            "task",
            "required",
            "counted",
            "compliant",
            "is_new",
            "valid_from",
            "valid_until",
            "due_on",
            "window_opens_on",
            "derived_on",
        )


class AwardEventSerializer(serializers.ModelSerializer[AwardEvent]):
    """What happened to an award later."""

    class Meta:
        model = AwardEvent
        fields = ("kind", "effective_on", "until_on", "reason", "recorded_at")


class AwardSerializer(serializers.ModelSerializer[Award]):
    """An award as it was made, and what happened to it since."""

    employee = PersonSerializer()
    certification = CertificationNameSerializer()
    version = serializers.IntegerField(source="version.number")
    events = AwardEventSerializer(many=True)

    class Meta:
        model = Award
        fields = (
            "uuid",
            "employee",
            "certification",
            "version",
            "basis",
            "awarded_at",
            "zone",
            "valid_from",
            "valid_until",
            "events",
        )


class HolderSerializer(serializers.Serializer[Any]):
    """Somebody who was certified on the day, and the branch of that day."""

    employee_number = serializers.CharField()
    name = serializers.CharField()
    branch = serializers.CharField(source="branch_code")
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)


class HolderPageSerializer(serializers.Serializer[Any]):
    """A page of holders."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = HolderSerializer(many=True)


class CellSerializer(serializers.Serializer[Any]):
    """One cell: ``percent`` is floored and null when nobody is counted."""

    percent = serializers.IntegerField(allow_null=True)
    counted = serializers.IntegerField()
    compliant = serializers.IntegerField()
    newcomers = serializers.IntegerField()
    overdue = serializers.IntegerField()
    expiring = serializers.IntegerField()
    optional = serializers.IntegerField()
    optional_held = serializers.IntegerField()


class PlaceSerializer(serializers.Serializer[Any]):
    """A region or a branch."""

    kind = serializers.ChoiceField(choices=["region", "branch"])
    uuid = serializers.UUIDField()
    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField()


class MatrixRowSerializer(serializers.Serializer[Any]):
    """A region or branch with a cell per certification, in the order of ``certifications``."""

    place = PlaceSerializer()
    overall = CellSerializer()
    cells = CellSerializer(many=True)


class ThresholdsSerializer(serializers.Serializer[Any]):
    """From how many per cent on a share is good, and fair."""

    good = serializers.IntegerField()
    fair = serializers.IntegerField()


class MatrixSerializer(serializers.Serializer[Any]):
    """A page of the matrix; totals are over all rows that fit."""

    place = PlaceSerializer(allow_null=True)
    certifications = CertificationNameSerializer(many=True)
    thresholds = ThresholdsSerializer()
    page = serializers.IntegerField()
    rows_in_all = serializers.IntegerField()
    overall = CellSerializer()
    totals = CellSerializer(many=True)
    rows = MatrixRowSerializer(many=True)
