"""Certification's read endpoints: the same reads and the same gate as on screen."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from certification.awards.models import Assignment, Award
from certification.catalogue.models import Certification
from certification.reports.forms import LEVELS, VIEWS, MatrixForm
from certification.reports.permissions import sees_reports
from certification.reports.reads import find_branch, find_holders, read_matrix
from certification.rest.filters import (
    AssignmentFilter,
    AwardFilter,
    CertificationFilter,
    StandingFilter,
)
from certification.rest.serializers import (
    AssignmentSerializer,
    AwardSerializer,
    CertificationSerializer,
    HolderPageSerializer,
    HolderSerializer,
    MatrixSerializer,
    StandingSerializer,
)
from certification.standing.models import Standing
from lms import api as lms_api
from lms.api import Branch, Employee
from lms.rest.strict import (
    ReadViewSet,
    StrictQueryMixin,
    document_reads,
    problems,
)

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200


@document_reads(serializer=CertificationSerializer, noun="certifications")
class CertificationViewSet(ReadViewSet):
    """Certifications with their rules, for everybody on the roster. Five queries a page."""

    queryset = Certification.objects.none()
    serializer_class = CertificationSerializer
    filterset_class = CertificationFilter
    ordering_fields = ("code", "title")

    def get_queryset(self) -> QuerySet[Any]:
        """Return all to whoever may read rules."""
        if not lms_api.may(self.request.user, "read", "certification"):
            return Certification.objects.none()
        return Certification.objects.prefetch_related("versions__requirements")


@document_reads(serializer=AssignmentSerializer, noun="assignments")
class AssignmentViewSet(ReadViewSet):
    """Assignments of the people within the scope of who asks. Two queries a page."""

    queryset = Assignment.objects.none()
    serializer_class = AssignmentSerializer
    filterset_class = AssignmentFilter
    ordering_fields = ("from_on", "due_on")
    nullable_days = ("due_on",)

    def get_queryset(self) -> QuerySet[Any]:
        """Return what may be seen."""
        rows = Assignment.objects.select_related("employee", "certification", "end")
        return rows.filter(employee__in=Employee.objects.visible_to(self.request.user))


@document_reads(serializer=AwardSerializer, noun="awards")
class AwardViewSet(ReadViewSet):
    """Awards of the people within the scope of who asks. Three queries a page."""

    queryset = Award.objects.none()
    serializer_class = AwardSerializer
    filterset_class = AwardFilter
    ordering_fields = ("awarded_at", "valid_until")
    nullable_days = ("valid_until",)

    def get_queryset(self) -> QuerySet[Any]:
        """Return what may be seen."""
        rows = Award.objects.visible_to(self.request.user)
        return rows.select_related("employee", "certification", "version").prefetch_related(
            "events"
        )


@extend_schema_view(
    list=extend_schema(
        summary="List standings within your scope",
        responses={200: StandingSerializer(many=True), **problems(400, 401, 405, 406, 429)},
    )
)
class StandingViewSet(StrictQueryMixin, mixins.ListModelMixin, viewsets.GenericViewSet[Any]):
    """One row per person and certification, as of today. Two queries a page."""

    queryset = Standing.objects.none()
    serializer_class = StandingSerializer
    filterset_class = StandingFilter
    filter_backends = ReadViewSet.filter_backends
    ordering_fields = ("due_on", "valid_until")
    nullable_days = ("due_on", "valid_until")

    def get_queryset(self) -> QuerySet[Any]:
        """Return what may be seen."""
        rows = Standing.objects.visible_to(self.request.user)
        return rows.select_related("employee", "certification", "branch")


def read_cursor(text: str | None) -> tuple[str, str] | None:
    """Return where a page of holders starts.

    Raises:
        ValidationError: this API did not make the cursor.

    """
    if not text:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(text.encode("ascii")).decode("utf-8"))
        branch, number = found
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise refuse("cursor", _("This cursor is not valid. Start again without one.")) from error
    if not (isinstance(branch, str) and isinstance(number, str)) or "\0" in branch + number:
        raise refuse("cursor", _("This cursor is not valid. Start again without one."))
    return branch, number


def write_cursor(branch: str, number: str) -> str:
    """Return the cursor behind a holder."""
    return base64.urlsafe_b64encode(json.dumps([branch, number]).encode()).decode("ascii")


def refuse(field: str, words: str) -> ValidationError:
    """Return the error for one value of the address."""
    return ValidationError({field: words}, code="invalid")


class HoldersView(StrictQueryMixin, APIView):
    """Who was certified on a day, as known now or at an earlier moment."""

    other_parameters = ("certification", "on", "known_at", "branch", "cursor", "page_size")

    @extend_schema(
        operation_id="holders_list",
        summary="List who held a certification on a day",
        parameters=[
            OpenApiParameter("certification", str, required=True, description="Its code."),
            OpenApiParameter("on", OpenApiTypes.DATE, description="The day; today by default."),
            OpenApiParameter(
                "known_at",
                OpenApiTypes.DATETIME,
                description="Leave out what was recorded after this instant; it names its zone.",
            ),
            OpenApiParameter("branch", OpenApiTypes.UUID, description="Where they worked then."),
            OpenApiParameter("cursor", str),
            OpenApiParameter(
                "page_size",
                {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE},
            ),
        ],
        responses={200: HolderPageSerializer, **problems(400, 401, 404, 405, 406, 429)},
    )
    def get(self, request: Request) -> Response:
        """Return a page, by branch and number. Six queries without ``known_at``."""
        query = request.query_params
        certification = self.find_certification(request)
        size = read_size(query.get("page_size"))
        found = find_holders(
            certification=certification,
            on=read_day(query.get("on")),
            people=Employee.objects.visible_to(request.user),
            known_at=read_instant(query.get("known_at")),
            branch=self.find_place(request),
            after=read_cursor(query.get("cursor")),
            most=size + 1,
        )
        page = list(found)
        following = None
        if len(page) > size:
            last = page[size - 1]
            cursor = write_cursor(last.branch_code, last.employee_number)
            following = replace_query_param(request.build_absolute_uri(), "cursor", cursor)
        rows = HolderSerializer(page[:size], many=True).data
        return Response({"next": following, "previous": None, "results": rows})

    def find_certification(self, request: Request) -> Certification:
        """Return the certification named, which whoever asks may know of."""
        code = request.query_params.get("certification", "")
        if not code:
            raise refuse("certification", _("Name a certification by its code."))
        found = Certification.objects.filter(code=code.replace("\0", "")).first()
        if found is None or not lms_api.may(request.user, "read", "certification"):
            raise refuse("certification", _("There is no such certification."))
        return found

    def find_place(self, request: Request) -> Branch | None:
        """Return the branch named, which must be within the scope of who asks."""
        text = request.query_params.get("branch")
        if not text:
            return None
        try:
            return find_branch(request.user, UUID(text))
        except ValueError as error:
            raise refuse("branch", _("This is no identifier.")) from error


def read_day(text: str | None) -> date:
    """Return a day as ISO, today in UTC without one."""
    if not text:
        return timezone.now().date()
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise refuse("on", _("Write the day as YYYY-MM-DD."))
    return found


def read_instant(text: str | None) -> datetime | None:
    """Return an instant that names its zone."""
    if not text:
        return None
    try:
        return lms_api.parse_instant(text)
    except ValueError as error:
        words = _("Write the instant with its zone, for example 2026-03-14T09:00:00Z.")
        raise refuse("known_at", words) from error


def read_size(text: str | None) -> int:
    """Return how many rows a page has."""
    if text is None:
        return PAGE_SIZE
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MAX_PAGE_SIZE):
        words = _("Choose a number from 1 to %(most)s.") % {"most": MAX_PAGE_SIZE}
        raise refuse("page_size", words)
    return int(text)


class MatrixView(StrictQueryMixin, APIView):
    """Regions or branches by certifications."""

    other_parameters = ("region", "certification", "level", "view", "sort", "page")

    @extend_schema(
        operation_id="matrix_retrieve",
        summary="Count who is certified by region or branch",
        parameters=[
            OpenApiParameter("region", OpenApiTypes.UUID, description="Show what lies below it."),
            OpenApiParameter(
                "certification", {"type": "array", "items": {"type": "string"}}, explode=True
            ),
            OpenApiParameter("level", str, enum=[key for key, _words in LEVELS if key]),
            OpenApiParameter("view", str, enum=[key for key, _words in VIEWS if key]),
            OpenApiParameter(
                "sort", str, description='"name", "all" or a code; "-" before it turns it round.'
            ),
            OpenApiParameter("page", {"type": "integer", "minimum": 1, "default": 1}),
        ],
        responses={200: MatrixSerializer, **problems(400, 401, 403, 404, 405, 406, 429)},
    )
    def get(self, request: Request) -> Response:
        """Return a page of the matrix, the same as on screen. Ten queries."""
        if not sees_reports(request.user):
            raise lms_api.NotAllowedError(_("You do not see people's records."))
        form = MatrixForm(request.query_params)
        if form.errors:
            raise ValidationError(
                {name: [str(error) for error in errors] for name, errors in form.errors.items()},
                code="invalid",
            )
        text = request.query_params.get("region")
        try:
            region = UUID(text) if text else None
        except ValueError as error:
            raise refuse("region", _("This is no identifier.")) from error
        matrix = read_matrix(
            user=request.user,
            filters=form.filters(region),
            today=timezone.now().date(),
            page=form.page_number,
        )
        return Response(MatrixSerializer(matrix).data)
