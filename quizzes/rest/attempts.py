"""A learner's own attempts over the API: the same actions, the same words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from lms.api import NotFoundError, find_employee, require_employee
from lms.rest.house import HouseRules
from quizzes.attempts.actions import (
    close_if_overdue,
    close_overdue_attempts,
    save_response,
    start_attempt,
    submit_attempt,
)
from quizzes.attempts.models import Attempt, Certainty, Quiz
from quizzes.attempts.reads import read_attempt_questions, read_result_page, read_waiting_page

NUMBER = OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH)


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know or that only the server writes, instead of dropping them."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the valid values. Raises: ValidationError naming each unknown field."""
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted(str(name) for name in data if name not in known)
            if unknown:
                words = _("This field is unknown or cannot be set.")
                raise serializers.ValidationError({name: [words] for name in unknown})
        return super().to_internal_value(data)


class StartSerializer(StrictSerializer):
    """Which quiz to take, and whether it counts."""

    quiz = serializers.UUIDField()
    purpose = serializers.ChoiceField(
        choices=Attempt.Purpose.choices, default=Attempt.Purpose.SCORED
    )
    password = serializers.CharField(required=False, default="", max_length=200, allow_blank=True)


class ResponseSerializer(StrictSerializer):
    """An answer in tokens, with the client's running number.

    ``moves_on`` leaves the question of a sequential attempt for good.
    """

    response = serializers.JSONField(allow_null=True)  # type: ignore[assignment]
    sequence = serializers.IntegerField(min_value=1, required=False)
    moves_on = serializers.BooleanField(required=False, default=False)
    certainty = serializers.ChoiceField(choices=Certainty.choices, required=False)


class NothingSerializer(StrictSerializer):
    """A body that must be empty."""


class AttemptSerializer(serializers.Serializer[Attempt]):
    """An attempt; its questions come beside it, without anything of the key."""

    uuid = serializers.UUIDField(read_only=True)
    quiz = serializers.UUIDField(source="quiz.uuid", read_only=True)
    title = serializers.CharField(source="quiz.title", read_only=True)
    purpose = serializers.CharField(read_only=True)
    number = serializers.IntegerField(read_only=True)
    position = serializers.IntegerField(read_only=True)
    state = serializers.CharField(read_only=True)
    started_at = serializers.DateTimeField(read_only=True)
    due_at = serializers.DateTimeField(read_only=True)
    submitted_at = serializers.DateTimeField(read_only=True)


class AttemptViewSet(
    HouseRules, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Attempt]
):
    """The caller's own attempts; other people's are not found."""

    serializer_class = AttemptSerializer
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Attempt]:
        """Return the caller's own attempts."""
        if getattr(self, "swagger_fake_view", False):
            return Attempt.objects.none()
        return Attempt.objects.own(self.request.user).select_related(
            "quiz", "quiz_version", "employee__home_branch"
        )

    def get_object(self) -> Attempt:
        """Return one own attempt, closed if its time is over."""
        attempt = self.get_queryset().filter(uuid=self.kwargs["uuid"]).first()
        if attempt is None:
            raise NotFoundError(_("There is no such attempt."))
        return close_if_overdue(attempt=attempt, now=timezone.now())

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the own attempts as they truly stand: what the clock ended is closed first."""
        employee = find_employee(request.user)
        if employee is not None:
            close_overdue_attempts(now=timezone.now(), employee=employee)
        return super().list(request, *args, **kwargs)

    @extend_schema(responses=AttemptSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return an attempt with its questions, or with its result when it is finished."""
        return Response(describe_attempt(self.get_object()))

    @extend_schema(request=StartSerializer, responses=AttemptSerializer)
    def create(self, request: Request) -> Response:
        """Start an attempt, or return the one under way."""
        wanted = StartSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        quiz = Quiz.objects.filter(uuid=wanted.validated_data["quiz"], live=True).first()
        if quiz is None:
            raise NotFoundError(_("There is no such quiz."), field="quiz")
        attempt = start_attempt(
            employee=require_employee(request.user),
            quiz=quiz,
            purpose=wanted.validated_data["purpose"],
            password=wanted.validated_data["password"],
            actor=request.user,
            now=timezone.now(),
        )
        return Response(describe_attempt(attempt), status=201)

    @extend_schema(request=ResponseSerializer, parameters=[NUMBER], responses=ResponseSerializer)
    @action(
        detail=True,
        methods=["put", "post"],
        url_path="responses/<int:number>",
        url_name="response",
    )
    def answer(self, request: Request, uuid: UUID, number: int) -> Response:
        """Save the answer to one question; the same sequence number again changes nothing."""
        wanted = ResponseSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        event = save_response(
            attempt=self.get_object(),
            item_number=number,
            raw=wanted.validated_data["response"],
            sequence=wanted.validated_data.get("sequence"),
            certainty=wanted.validated_data.get("certainty", ""),
            moves_on=wanted.validated_data["moves_on"],
            actor=request.user,
            now=timezone.now(),
        )
        return Response({"sequence": event.sequence, "received_at": event.received_at})

    @extend_schema(request=None, responses=AttemptSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, uuid: UUID) -> Response:
        """Hand the attempt in; again gives the same result."""
        NothingSerializer(data=request.data).is_valid(raise_exception=True)
        attempt = submit_attempt(attempt=self.get_object(), actor=request.user, now=timezone.now())
        return Response(describe_attempt(attempt))


def describe_attempt(attempt: Attempt) -> dict[str, Any]:
    """Return an attempt as plain data, with questions while it runs and its result afterwards."""
    now = timezone.now()
    data: dict[str, Any] = dict(AttemptSerializer(attempt).data)
    if attempt.is_open:
        return data | {"questions": read_attempt_questions(attempt=attempt)}
    if read_waiting_page(attempt=attempt) is not None:
        return data | {"result": None, "waiting_for_marking": True}
    page = read_result_page(attempt=attempt, now=now)
    return data | {
        "result": {
            "passed": page.passed,
            "percent": page.percent,
            "standards": [
                {"code": row.code, "percent": row.percent, "needed": row.needed}
                for row in page.standards
            ],
            "reasons": list(page.reasons),
            "next_attempt_opens_at": page.chance.opens_at,
            "attempts_left": page.chance.attempts_left,
            "questions": list(page.items),
        }
    }
