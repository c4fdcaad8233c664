"""Courses with their lessons as one person stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import swapper
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from courses.content.models import CoursePage, LessonPage
from courses.content.reads import pick_translation
from courses.learning.models import Enrolment, LessonEvent
from courses.learning.rules import (
    CourseCard,
    LessonCard,
    LessonRow,
    Outline,
    count_done,
    name_state,
    order_lessons,
)
from lms.api import Employee

if TYPE_CHECKING:
    from django.http import HttpRequest


def read_outline(
    *, page: CoursePage | LessonPage, user_id: int | None, request: HttpRequest | None = None
) -> Outline | None:
    """Return the course that a page is or belongs to, with its live lessons and a person's state.

    None when the course itself is not live. One query, however many lessons there are.
    """
    is_lesson = isinstance(page, LessonPage)
    path = page.path[: -page.steplen] if is_lesson else page.path
    depth = page.depth - 1 if is_lesson else page.depth
    base = swapper.load_model("wagtailcore", "Page")
    rows = (
        base.objects.filter(Q(path=path) | Q(path__startswith=path, depth=depth + 1), live=True)
        .annotate(**_state_of(user_id))
        .annotate(
            minutes=F("sb_lessonpage__minutes"),
            sequential=F("sb_coursepage__sequential"),
            open_catalogue=F("sb_coursepage__open_catalogue"),
        )
        .order_by("path")
    )
    course, lessons = None, []
    for row in rows:
        if row.path == path:
            course = row
        elif row.minutes is not None:
            lessons.append(row)
    return _make_outline(course, lessons, request) if course is not None else None


def _state_of(user_id: int | None) -> dict[str, Any]:
    # Nobody's number is 0: a preview finds no records.
    who = user_id or 0
    done = LessonEvent.objects.filter(
        lesson__uuid=OuterRef("translation_key"),
        kind=LessonEvent.Kind.DONE,
        round=F("enrolment__round"),
        enrolment__employee__user_id=who,
    )
    mine = Enrolment.objects.filter(course__uuid=OuterRef("translation_key"), employee__user_id=who)
    return {
        "done": Exists(done),
        "current_round": Subquery(mine.values("round")[:1]),
        "completed_at": Subquery(mine.values("completed_at")[:1]),
    }


def _make_outline(course: Any, lessons: list[Any], request: HttpRequest | None) -> Outline:
    rows = [
        LessonRow(
            uuid=row.translation_key,
            title=row.title,
            url=row.get_url(request) or "",
            minutes=row.minutes,
            done=row.done,
        )
        for row in lessons
    ]
    return Outline(
        uuid=course.translation_key,
        page_id=course.pk,
        title=course.title,
        url=course.get_url(request) or "",
        sequential=bool(course.sequential),
        open_catalogue=bool(course.open_catalogue),
        lessons=order_lessons(rows, sequential=bool(course.sequential)),
        round=course.current_round or 0,
        completed_at=course.completed_at,
    )


def read_course_cards(
    *, employee: Employee | None, uuids: Iterable[UUID], now: datetime
) -> dict[UUID, CourseCard]:
    """Return the cards of live courses by uuid; unknown ones are left out. Three queries.

    Titles and addresses are in the reader's language where there is a translation.
    """
    wanted = list(uuids)
    if not wanted:
        return {}
    pages = _pick_pages(CoursePage.objects.filter(translation_key__in=wanted))
    return make_course_cards(employee=employee, pages=list(pages.values()))


def read_lesson_cards(
    *, employee: Employee | None, uuids: Iterable[UUID], now: datetime
) -> dict[UUID, LessonCard]:
    """Return the cards of live lessons by uuid; unknown ones are left out. One query.

    In the reader's language where there is a translation.
    """
    groups: dict[UUID, list[LessonPage]] = {}
    pages = LessonPage.objects.live().filter(translation_key__in=list(uuids)).defer("body")
    for page in pages.select_related("locale").order_by("pk"):
        groups.setdefault(page.translation_key, []).append(page)
    chosen = {uuid: pick_translation(group) for uuid, group in groups.items()}
    return {
        uuid: LessonCard(uuid, page.title, page.get_url() or "", page.minutes)
        for uuid, page in chosen.items()
        if page is not None
    }


def make_course_cards(
    *, employee: Employee | None, pages: Sequence[CoursePage]
) -> dict[UUID, CourseCard]:
    """Return the cards of course pages by the course's uuid. Two queries, none for no pages."""
    if not pages:
        return {}
    lessons = _group_lessons(pages)
    done = _read_progress(employee, [page.translation_key for page in pages])
    return {
        page.translation_key: _make_card(
            page, lessons.get(page.path, []), done.get(page.translation_key)
        )
        for page in pages
    }


def _pick_pages(pages: QuerySet[CoursePage]) -> dict[UUID, CoursePage]:
    groups: dict[UUID, list[CoursePage]] = {}
    for page in pages.live().select_related("locale").order_by("pk"):  # type: ignore[attr-defined]
        groups.setdefault(page.translation_key, []).append(page)
    chosen = {uuid: pick_translation(group) for uuid, group in groups.items()}
    return {uuid: page for uuid, page in chosen.items() if page is not None}


def _group_lessons(pages: Iterable[CoursePage]) -> dict[str, list[LessonPage]]:
    below = Q(pk__in=[])
    for page in pages:
        below |= Q(path__startswith=page.path, depth=page.depth + 1)
    groups: dict[str, list[LessonPage]] = {}
    for lesson in LessonPage.objects.live().filter(below).defer("body").order_by("path"):
        groups.setdefault(lesson.path[: -lesson.steplen], []).append(lesson)
    return groups


def _read_progress(employee: Employee | None, uuids: list[UUID]) -> dict[UUID, set[UUID]]:
    """Return the lessons done per course that somebody has begun."""
    if employee is None:
        return {}
    rows = Enrolment.objects.filter(employee=employee, course__uuid__in=uuids).annotate(
        finished=FilteredRelation(
            "events",
            condition=Q(events__kind=LessonEvent.Kind.DONE, events__round=F("round")),
        )
    )
    done: dict[UUID, set[UUID]] = {}
    for course, lesson in rows.order_by().values_list("course__uuid", "finished__lesson__uuid"):
        done.setdefault(course, set()).update({lesson} if lesson else ())
    return done


def _make_card(
    page: CoursePage, lessons: list[LessonPage], progress: set[UUID] | None
) -> CourseCard:
    """Return a card; ``progress`` is None for a course that was not begun."""
    done = progress or set()
    count, total = count_done(done, [lesson.translation_key for lesson in lessons])
    following = next((row for row in lessons if row.translation_key not in done), None)
    url = page.get_url() or ""
    return CourseCard(
        uuid=page.translation_key,
        title=page.title,
        url=url,
        minutes=page.minutes or sum(lesson.minutes for lesson in lessons),
        lessons_total=total,
        lessons_done=count,
        next_title=following.title if following else "",
        next_url=(following.get_url() or url) if following else url,
        next_minutes=following.minutes if following else 0,
        state=name_state(done=count, total=total, begun=progress is not None),
    )
