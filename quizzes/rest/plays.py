"""A learner's own role-plays over the API: the same actions, the same words."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from lms.api import NotFoundError, require_employee
from lms.rest.house import HouseRules
from quizzes.rest.attempts import StrictSerializer
from quizzes.scenarios.actions import choose, restart_play, start_play, start_practice
from quizzes.scenarios.models import Play, Scenario
from quizzes.scenarios.reads import PlayPage, read_debrief_page, read_play_page
from quizzes.scenarios.reads.debriefs import DebriefPage, Said

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class StartPlaySerializer(StrictSerializer):
    """Which role-play to begin, and whether it counts."""

    scenario = serializers.UUIDField()
    purpose = serializers.ChoiceField(choices=Play.Purpose.choices, default=Play.Purpose.SCORED)


class ChoiceSerializer(StrictSerializer):
    """What is said: the token of a choice, and the number of the decision."""

    choice = serializers.CharField(max_length=80)
    sequence = serializers.IntegerField(min_value=1, max_value=10**9)


class PracticeSerializer(StrictSerializer):
    """From which decision to practise, counted from 1."""

    at_sequence = serializers.IntegerField(min_value=1, max_value=10**9, default=1)


class NoBodySerializer(StrictSerializer):
    """A body that must be empty."""


class PlaySerializer(serializers.Serializer[Play]):
    """A play; ``passed`` stays null until the end."""

    uuid = serializers.UUIDField(read_only=True)
    scenario = serializers.UUIDField(source="scenario.uuid", read_only=True)
    title = serializers.CharField(source="scenario.title", read_only=True)
    purpose = serializers.CharField(read_only=True)
    number = serializers.IntegerField(read_only=True)
    state = serializers.CharField(read_only=True)
    started_at = serializers.DateTimeField(read_only=True)
    finished_at = serializers.DateTimeField(read_only=True, allow_null=True)
    passed = serializers.BooleanField(read_only=True, allow_null=True)


class PlayDetailSerializer(PlaySerializer):
    """A play with the conversation so far, the step it is at, and its debrief at the end."""

    sequence = serializers.SerializerMethodField()
    conversation = serializers.SerializerMethodField()
    mood = serializers.SerializerMethodField()
    step = serializers.SerializerMethodField()
    ending = serializers.SerializerMethodField()
    debrief = serializers.SerializerMethodField()

    @property
    def page(self) -> PlayPage:
        """What the player may see."""
        page: PlayPage = self.context["page"]
        return page

    def get_sequence(self, _play: Play) -> int:
        """Return the number of the next decision."""
        return self.page.sequence

    @extend_schema_field({"type": "array", "items": {"type": "object"}})
    def get_conversation(self, _play: Play) -> list[dict[str, Any]]:
        """Return the turns so far."""
        return [
            {"title": line.title, "line": line.text, "answer": line.answer}
            for line in self.page.lines
        ]

    @extend_schema_field({"type": "object"})
    def get_mood(self, _play: Play) -> dict[str, Any]:
        """Return the customer's mood, 0..100 and in words."""
        return {"value": self.page.mood.value, "words": self.page.mood.words}

    @extend_schema_field({"type": "object", "nullable": True})
    def get_step(self, play: Play) -> dict[str, Any] | None:
        """Return the step with its choices, null when the play is over."""
        shown = ("title", "line", "mood", "image", "audio", "choices")
        return {name: self.page.step[name] for name in shown} if play.is_open else None

    @extend_schema_field({"type": "object", "nullable": True})
    def get_ending(self, _play: Play) -> dict[str, str] | None:
        """Return title and text of the ending, once it was reached."""
        return self.page.ending

    @extend_schema_field({"type": "object", "nullable": True})
    def get_debrief(self, play: Play) -> dict[str, Any] | None:
        """Return the debrief of a finished play."""
        return describe_debrief(read_debrief_page(play=play)) if play.is_finished else None


class PlayViewSet(
    HouseRules, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Play]
):
    """The caller's own plays; other people's are not found."""

    serializer_class = PlaySerializer
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Play]:
        """Return the caller's own plays."""
        if getattr(self, "swagger_fake_view", False):
            return Play.objects.none()
        return Play.objects.own(self.request.user).select_related(
            "scenario", "scenario_version", "employee__home_branch"
        )

    def get_object(self) -> Play:
        """Return one own play."""
        play = self.get_queryset().filter(uuid=self.kwargs["uuid"]).first()
        if play is None:
            raise NotFoundError(_("There is no such play."))
        return play

    @extend_schema(responses=PlayDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a play with the step it is at, or with its debrief when it is finished."""
        return answer(self.get_object())

    @extend_schema(request=StartPlaySerializer, responses={201: PlayDetailSerializer})
    def create(self, request: Request) -> Response:
        """Begin a role-play, or return the play of that purpose under way."""
        wanted = StartPlaySerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        scenario = Scenario.objects.filter(uuid=wanted.validated_data["scenario"]).first()
        if scenario is None or not scenario.live:
            raise NotFoundError(_("There is no such role-play."), field="scenario")
        play = start_play(
            employee=require_employee(request.user),
            scenario=scenario,
            purpose=wanted.validated_data["purpose"],
            actor=find_caller(request),
            now=timezone.now(),
        )
        return answer(play, status=201)

    @extend_schema(request=ChoiceSerializer, responses=PlayDetailSerializer)
    @action(detail=True, methods=["post"])
    def choices(self, request: Request, uuid: UUID) -> Response:
        """Say something; a decision that was already made changes nothing."""
        wanted = ChoiceSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        play = choose(
            play=self.get_object(),
            choice_token=wanted.validated_data["choice"],
            sequence=wanted.validated_data["sequence"],
            actor=find_caller(request),
            now=timezone.now(),
        )
        return answer(play)

    @extend_schema(request=NoBodySerializer, responses={201: PlayDetailSerializer})
    @action(detail=True, methods=["post"])
    def restart(self, request: Request, uuid: UUID) -> Response:
        """Put a play under way aside and begin it anew."""
        NoBodySerializer(data=request.data).is_valid(raise_exception=True)
        play = restart_play(play=self.get_object(), actor=find_caller(request), now=timezone.now())
        return answer(play, status=201)

    @extend_schema(request=PracticeSerializer, responses={201: PlayDetailSerializer})
    @action(detail=True, methods=["post"])
    def practice(self, request: Request, uuid: UUID) -> Response:
        """Practise from a decision of a finished play; it never counts."""
        wanted = PracticeSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        play = start_practice(
            play=self.get_object(),
            at_sequence=wanted.validated_data["at_sequence"],
            actor=find_caller(request),
            now=timezone.now(),
        )
        return answer(play, status=201)


def find_caller(request: Request) -> AbstractBaseUser:
    """Return who calls; the API's own permission has asked for a login."""
    return cast("AbstractBaseUser", request.user)


def answer(play: Play, status: int = 200) -> Response:
    """Return a play as the player may see it now."""
    page = read_play_page(play=play)
    return Response(PlayDetailSerializer(play, context={"page": page}).data, status=status)


def describe_debrief(page: DebriefPage) -> dict[str, Any]:
    """Return a debrief as plain data; standards by code and version."""
    return {
        "passed": page.passed,
        "percent": page.percent,
        "needed": page.pass_percent,
        "reasons": list(page.reasons),
        "standards": [
            {"code": bar.code, "percent": bar.percent, "needed": bar.needed} for bar in page.bars
        ],
        "read_again": [
            {
                "title": reading.title,
                "reason": reading.reason,
                "lessons": [{"title": label, "url": url} for label, url in reading.links],
            }
            for reading in page.readings
        ],
        "path": [
            {
                "number": row.number,
                "title": row.title,
                "own": describe_said(row.own),
                "best": describe_said(row.best),
                "better": describe_said(row.better),
                "mood_after": row.after.value if row.after else None,
            }
            for row in page.rows
        ],
        "curve": [asdict(point.mood) | {"number": point.number} for point in page.curve],
    }


def describe_said(said: Said | None) -> dict[str, Any] | None:
    """Return one judged choice as plain data."""
    if said is None:
        return None
    return {
        "text": said.text,
        "verdict": said.verdict,
        "critical": said.critical,
        "feedback": said.feedback,
        "standards": [{"code": t.code, "version": t.number} for t in said.standards],
    }
