"""Courses as data, with one's own progress."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import ValidationError

from courses.content.models import Course, CoursePage
from courses.learning.permissions import list_openable
from courses.learning.reads import read_course_cards
from courses.learning.rules import CourseCard
from lms.api import find_employee
from lms.rest.house import HouseRules

_PAGING = ("cursor", "page_size", "format")


class CourseSerializer(serializers.ModelSerializer[Course]):
    """A course one may open, and how far one is. ``state``: open, under_way or done.

    The next lesson is empty when all are done. What lessons say is on the pages.
    """

    title = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()
    minutes = serializers.SerializerMethodField()
    lessons_total = serializers.SerializerMethodField()
    lessons_done = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()
    next_lesson = serializers.SerializerMethodField()

    class Meta:
        model = Course
        fields = (
            "uuid",
            "slug",
            "title",
            "url",
            "minutes",
            "lessons_total",
            "lessons_done",
            "state",
            "next_lesson",
        )
        read_only_fields = fields

    def _card(self, course: Course) -> CourseCard:
        cards: dict[UUID, CourseCard] = self.context["cards"]
        return cards[course.uuid]

    def get_title(self, course: Course) -> str:
        """Return the title in the reader's language."""
        return self._card(course).title

    def get_url(self, course: Course) -> str:
        """Return the path of the course page."""
        return self._card(course).url

    def get_minutes(self, course: Course) -> int:
        """Return how long the course takes."""
        return self._card(course).minutes

    def get_lessons_total(self, course: Course) -> int:
        """Return how many lessons there are."""
        return self._card(course).lessons_total

    def get_lessons_done(self, course: Course) -> int:
        """Return how many lessons are done."""
        return self._card(course).lessons_done

    def get_state(self, course: Course) -> str:
        """Return open, under_way or done."""
        return self._card(course).state

    def get_next_lesson(self, course: Course) -> str:
        """Return the title of the next lesson, or nothing."""
        return self._card(course).next_title


@extend_schema_view(
    list=extend_schema(summary="Courses one may open, with one's own progress"),
    retrieve=extend_schema(
        summary="One course, with one's own progress",
        parameters=[OpenApiParameter("uuid", type=UUID, location=OpenApiParameter.PATH)],
    ),
)
class CourseViewSet(
    HouseRules, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Course]
):
    """Live courses that are assigned to the caller or open to everybody. Read only."""

    serializer_class = CourseSerializer
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    queryset = Course.objects.none()
    http_method_names = ["get", "head", "options"]

    def get_queryset(self) -> QuerySet[Course]:
        """Return the courses the caller may open; all others look as if they did not exist."""
        if getattr(self, "swagger_fake_view", False):
            return Course.objects.none()
        unknown = set(self.request.query_params) - set(_PAGING)
        if unknown:
            raise ValidationError(dict.fromkeys(sorted(unknown), "Unknown filter."))
        found = CoursePage.objects.live().order_by("pk")
        pages = list_openable(request=self.request, pages=found, today=timezone.localdate())
        return Course.objects.filter(uuid__in=[page.translation_key for page in pages])

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Hand the cards of all courses on this page to the serializer, read at once."""
        rows = args[0] if args else []
        courses = rows if isinstance(rows, list) else [rows]
        kwargs["context"] = {
            **self.get_serializer_context(),
            "cards": read_course_cards(
                employee=find_employee(self.request.user),
                uuids=[course.uuid for course in courses],
                now=timezone.now(),
            ),
        }
        return self.serializer_class(*args, **kwargs)
