"""Standards in force, as data."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import ValidationError
from wagtail.rich_text import expand_db_html

from lms.rest.house import HouseRules
from lms.standards.models import StandardVersion
from lms.standards.reads import read_standards
from lms.standards.rules import CHANNELS, measure_sentence

_FILTERS = ("q", "channel", "category")
_PAGING = ("cursor", "page_size", "format")


class MeasureSerializer(serializers.Serializer[Any]):
    """A measure in parts, and the sentence it prints as. Numbers are text."""

    sentence = serializers.SerializerMethodField()
    type = serializers.CharField()
    subject = serializers.CharField()
    comparison = serializers.CharField()
    target = serializers.CharField(allow_null=True)
    minimum = serializers.CharField(allow_null=True)
    stretch = serializers.CharField(allow_null=True)
    unit = serializers.CharField()
    clock = serializers.CharField()
    channel = serializers.CharField()
    trigger = serializers.CharField()
    action = serializers.CharField()

    def get_sentence(self, measure: dict[str, Any]) -> str:
        """Return the sentence in the request's language."""
        return measure_sentence(measure, _)


class CategorySerializer(serializers.Serializer[Any]):
    """What a standard is about, as it was called when the version went live."""

    slug = serializers.CharField()
    name = serializers.CharField()


class EscalationSerializer(serializers.Serializer[Any]):
    """One level of a complaint's way up."""

    level = serializers.CharField()
    who = serializers.CharField()
    within = serializers.CharField()


class StandardSerializer(serializers.ModelSerializer[StandardVersion]):
    """The version in force of a standard. ``statement`` is HTML; all else is plain text."""

    uuid = serializers.UUIDField(source="standard.uuid")
    version_uuid = serializers.UUIDField(source="uuid")
    code = serializers.CharField(source="body.code")
    title = serializers.CharField(source="body.title")
    statement = serializers.SerializerMethodField()
    force = serializers.CharField(source="body.force")
    kind = serializers.CharField(source="body.kind")
    category = CategorySerializer(source="body.category")
    channels = serializers.ListField(source="body.channels", child=serializers.CharField())
    journey_stage = serializers.CharField(source="body.journey_stage")
    needs = serializers.ListField(source="body.needs", child=serializers.CharField())
    promise = serializers.CharField(source="body.promise")
    measures = MeasureSerializer(source="body.measures", many=True)
    steps = serializers.ListField(source="body.steps", child=serializers.CharField())
    do = serializers.ListField(source="body.wording_do", child=serializers.CharField())
    dont = serializers.ListField(source="body.wording_dont", child=serializers.CharField())
    eligibility = serializers.ListField(source="body.eligibility", child=serializers.CharField())
    escalation = EscalationSerializer(source="body.escalation", many=True)
    basis = serializers.CharField(source="body.basis")
    basis_reference = serializers.CharField(source="body.basis_reference")
    basis_edition = serializers.CharField(source="body.basis_edition")
    safety_critical = serializers.BooleanField(source="body.safety_critical")
    needs_acknowledgement = serializers.BooleanField(source="body.needs_acknowledgement")

    class Meta:
        model = StandardVersion
        fields = (
            "uuid",
            "version_uuid",
            "code",
            "title",
            "number",
            "material_number",
            "effective_on",
            "statement",
            "measures",
            "force",
            "kind",
            "category",
            "channels",
            "journey_stage",
            "needs",
            "promise",
            "steps",
            "do",
            "dont",
            "eligibility",
            "escalation",
            "basis",
            "basis_reference",
            "basis_edition",
            "safety_critical",
            "needs_acknowledgement",
            "digest",
        )
        read_only_fields = fields

    def get_statement(self, version: StandardVersion) -> str:
        """Return the rule as HTML with links to pages written out."""
        return str(expand_db_html(version.body["statement"]))


@extend_schema_view(
    list=extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="Words; typing errors are forgiven."),
            OpenApiParameter("channel", str, enum=[code for code, _label in CHANNELS]),
            OpenApiParameter("category", str, description="Short name of a category."),
        ]
    )
)
class StandardViewSet(
    HouseRules,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[StandardVersion],
):
    """Standards in force, by code. Every signed-in person may read them; drafts never appear."""

    queryset = StandardVersion.objects.none()
    serializer_class = StandardSerializer
    lookup_field = "standard__code"
    lookup_url_kwarg = "code"
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> QuerySet[StandardVersion]:
        """Return the newest versions of live standards, narrowed by the filters of the screen."""
        versions = StandardVersion.objects.in_force().select_related("standard")
        if self.action != "list":
            return versions
        wanted = self.read_filters()
        if not any(wanted.values()):
            return versions
        texts = read_standards(
            query=wanted["q"], channel=wanted["channel"], category=wanted["category"]
        )
        return versions.filter(pk__in=[text.version_id for text in texts])

    def read_filters(self) -> dict[str, str]:
        """Return the filters; unknown ones and unknown channels are refused with 400."""
        params = self.request.query_params
        for name in params:
            if name not in {*_FILTERS, *_PAGING}:
                raise ValidationError({name: [_("There is no such filter.")]})
        wanted = {name: params.get(name, "") for name in _FILTERS}
        if wanted["channel"] and wanted["channel"] not in dict(CHANNELS):
            raise ValidationError({"channel": [_("There is no such channel.")]})
        return wanted
