"""What the API refuses instead of passing over it: names nobody knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import DateField, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request
from rest_framework.views import APIView

from lms.rest.house import HouseRules

FILLED: Final = "_or_never"
"""Behind the name of a day that may be empty: the day it is sorted by."""


class StrictOrderingFilter(OrderingFilter):
    """Sort by the fields a view allows; any other name is refused. Ties go by primary key."""

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> Any:
        """Return the fields to sort by.

        Raises:
            ValidationError: a field that this list does not sort by.

        """
        wanted = request.query_params.get(self.ordering_param)
        if wanted is None:
            return self.get_default_ordering(view) or ("pk",)
        allowed = {name for name, _label in self.get_valid_fields(queryset, view)}
        fields = [name.strip() for name in wanted.split(",")]
        for name in fields:
            if name.removeprefix("-") not in allowed:
                words = _("This list sorts by: %(names)s.") % {"names": ", ".join(sorted(allowed))}
                raise ValidationError({self.ordering_param: words}, code="unknown_ordering")
        return (*fields, "pk")


class DatedOrderingFilter(StrictOrderingFilter):
    """Sort by days that may be empty, too: an empty one counts as the last day of all.

    A cursor compares with the day where a page ended, and nothing compares with NULL. Views name
    such fields in ``nullable_days``.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> Any:
        """Sort the rows, each with its days filled in."""
        filled = {
            name + FILLED: Coalesce(name, Value(date.max), output_field=DateField())
            for name in self.list_nullable(view)
        }
        return super().filter_queryset(request, queryset.annotate(**filled), view)

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> Any:
        """Return the fields to sort by, those that may be empty by their filled form."""
        nullable = self.list_nullable(view)
        found = super().get_ordering(request, queryset, view)
        return tuple(
            name + FILLED if name.removeprefix("-") in nullable else name for name in found
        )

    def list_nullable(self, view: APIView) -> Sequence[str]:
        """Return the names of the fields that may be empty."""
        return getattr(view, "nullable_days", ())


class StrictQueryMixin(HouseRules):
    """Refuses query parameters that a view does not know, instead of answering something else."""

    other_parameters: Sequence[str] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check the names of the query parameters once it is clear who asks."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        known = self.list_parameters()
        for name in request.query_params:
            if name not in known:
                words = _("This parameter is not known here.")
                raise ValidationError({name[:80]: words}, code="unknown_parameter")

    def list_parameters(self) -> set[str]:
        """Return the names of the query parameters that this view knows."""
        names = set(self.other_parameters)
        if getattr(self, "detail", False):
            return names
        paginator = getattr(self, "paginator", None)
        if paginator is not None:
            names |= {paginator.cursor_query_param, paginator.page_size_query_param}
        if getattr(self, "filterset_class", None) is not None:
            names |= set(self.filterset_class.base_filters)  # type: ignore[attr-defined]
        if getattr(self, "ordering_fields", None):
            names.add(StrictOrderingFilter.ordering_param)
        return names


class StrictBodyMixin:
    """Refuses fields of a body that are unknown or read-only, instead of passing over them."""

    def to_internal_value(self, data: Any) -> Any:
        """Check the names of the fields, then read them."""
        if isinstance(data, Mapping):
            refused = {}
            for name in data:
                field = self.fields.get(name)  # type: ignore[attr-defined]
                if field is None:
                    refused[str(name)[:80]] = [_("This field is not known.")]
                elif field.read_only:
                    refused[str(name)] = [_("This field cannot be written.")]
            if refused:
                raise ValidationError(refused, code="not_writable")
        return super().to_internal_value(data)  # type: ignore[misc]


class StrictSerializer(StrictBodyMixin, serializers.Serializer[Any]):
    """A serializer that refuses unknown and read-only fields."""


class ReadViewSet(StrictQueryMixin, viewsets.ReadOnlyModelViewSet[Any]):
    """List and single objects by uuid, filtered and sorted by allow-lists only.

    Subclasses set ``queryset`` (for the schema), ``get_queryset`` (the gate), ``serializer_class``,
    and may set ``filterset_class``, ``ordering_fields`` and ``nullable_days``.
    """

    lookup_field = "uuid"
    filter_backends = (DjangoFilterBackend, DatedOrderingFilter)
    ordering_fields: Sequence[str] = ()


class ProblemFieldSerializer(serializers.Serializer[Any]):
    """One refused field."""

    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """An error as problem+json (RFC 9457): a stable code, and what to do in words."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    field = serializers.CharField(required=False)
    errors = ProblemFieldSerializer(many=True, required=False)  # type: ignore[assignment]


def problems(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    """Return problem responses for a schema, by status and media type."""
    return {
        (status, "application/problem+json"): OpenApiResponse(ProblemSerializer)
        for status in statuses
    }


def document_reads(*, serializer: type[serializers.Serializer[Any]], noun: str) -> Any:
    """Return a decorator that documents list and detail of a ``ReadViewSet``."""
    return extend_schema_view(
        list=extend_schema(
            summary=f"List {noun} within your scope",
            responses={200: serializer(many=True), **problems(400, 401, 405, 406, 429)},
        ),
        retrieve=extend_schema(
            summary=f"Read one of the {noun} within your scope",
            responses={200: serializer, **problems(400, 401, 404, 405, 406, 429)},
        ),
    )
