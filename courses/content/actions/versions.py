"""Keep identity rows and versions in step with what is live."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from wagtail.models import Revision

from courses.content.models import Course, CoursePage, CourseVersion, Lesson, LessonLink, LessonPage
from courses.content.models.pages import Change
from courses.content.reads import find_main_page, live_lesson_pages
from courses.content.rules import digest_body, read_targets, strip_block_ids

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)


@transaction.atomic
def make_course_version(
    *, course_uuid: UUID, actor: User | None, now: datetime
) -> CourseVersion | None:
    """Bring a course's identity rows up to date and freeze a version if its content changed.

    Returns the version that holds now; None when the course has no live page (nothing is lost:
    its rows stay). Running it twice makes one version.
    """
    page = find_main_page(course_uuid)
    if page is None:
        return None
    course = _save_course(page)
    lessons = list(live_lesson_pages(page))
    _save_lessons(course, lessons)
    latest = course.versions.order_by("-number").first()
    parts: list[CoursePage | LessonPage] = [page, *lessons]
    material = _list_material_pages(parts, latest)
    for part in parts:
        if part.change or part.change_note:
            clear_change(part)
    body = build_body(page, lessons)
    digest = digest_body(body)
    if latest is not None and latest.digest == digest and not material:
        return latest
    return CourseVersion.objects.create(
        course=course,
        number=latest.number + 1 if latest else 1,
        material_number=_next_material_number(latest, is_material=bool(material)),
        change_note="; ".join(part.change_note for part in material)[:200],
        body=body,
        digest=digest,
        sources=[part.live_revision_id for part in parts if part.live_revision_id],
        published_at=now,
        published_by=actor,
    )


def make_missing_course_versions(*, now: datetime) -> int:
    """Make the versions that a failed or interrupted publication left out; return how many."""
    made = 0
    for uuid in set(CoursePage.objects.live().values_list("translation_key", flat=True)):
        before = CourseVersion.objects.filter(course__uuid=uuid).count()
        make_course_version(course_uuid=uuid, actor=None, now=now)
        made += CourseVersion.objects.filter(course__uuid=uuid).count() - before
    return made


def follow_publication(*, page: CoursePage | LessonPage, actor: Any, now: datetime) -> None:
    """Make the version of the course that a page belongs to, without ever stopping Wagtail.

    A publication that is only scheduled changes nothing. A failure is logged and healed by
    ``make_missing_course_versions``: raising here would leave the rest of a batch unpublished.
    """
    course_page = page if isinstance(page, CoursePage) else find_course_above(page)
    if course_page is None:
        return
    try:
        make_course_version(course_uuid=course_page.translation_key, actor=actor, now=now)
    except IntegrityError:
        logger.exception("No version was made of course %s", course_page.pk)


def find_course_above(page: LessonPage) -> CoursePage | None:
    """Return the course page right above a lesson, or None."""
    parents = CoursePage.objects.filter(path=page.path[: -page.steplen])
    return parents.first()


def retire_lesson(*, page: LessonPage, now: datetime) -> None:
    """Note that a lesson can no longer be opened; what people did in it stays."""
    others = LessonPage.objects.live().filter(translation_key=page.translation_key)
    if not others.exclude(pk=page.pk).exists():
        Lesson.objects.filter(uuid=page.translation_key).update(live=False)
    follow_publication(page=page, actor=None, now=now)


def build_body(page: CoursePage, lessons: list[LessonPage]) -> dict[str, Any]:
    """Return what a version freezes, as plain JSON."""
    return {
        "title": page.title,
        "summary": page.summary,
        "minutes": page.minutes,
        "sequential": page.sequential,
        "cover_alt": page.cover_alt,
        "standards": sorted(str(standard.uuid) for standard in page.standards.all()),
        "lessons": [
            {
                "uuid": str(lesson.translation_key),
                "slug": lesson.slug,
                "title": lesson.title,
                "minutes": lesson.minutes,
                "blocks": strip_block_ids(list(lesson.body.raw_data)),
            }
            for lesson in lessons
        ],
    }


def clear_change(page: CoursePage | LessonPage) -> None:
    """Empty what the author said about the change, in the live row and in the draft behind it.

    Otherwise the next correction of a comma would again be material.
    """
    type(page).objects.filter(pk=page.pk).update(change="", change_note="")
    revision = Revision.objects.filter(pk=page.latest_revision_id).first()
    if revision is not None and revision.pk == page.live_revision_id:
        revision.content.update(change="", change_note="")
        revision.save(update_fields=["content"])


def _save_course(page: CoursePage) -> Course:
    course, _created = Course.objects.get_or_create(
        uuid=page.translation_key, defaults={"title": page.title, "slug": page.slug}
    )
    if (course.title, course.slug) != (page.title, page.slug):
        course.title, course.slug = page.title, page.slug
        course.save(update_fields=["title", "slug"])
    return course


def _save_lessons(course: Course, pages: list[LessonPage]) -> None:
    known = Lesson.objects.in_bulk([page.translation_key for page in pages], field_name="uuid")
    for page in pages:
        lesson = known.get(page.translation_key) or Lesson(uuid=page.translation_key)
        wanted = (course.pk, page.title, True)
        if (lesson.course_id, lesson.title, lesson.live) != wanted or lesson.pk is None:
            lesson.course_id, lesson.title, lesson.live = wanted
            lesson.save()
        _save_links(lesson, page)
    gone = course.lessons.filter(live=True).exclude(uuid__in=[p.translation_key for p in pages])
    gone.update(live=False)


def _save_links(lesson: Lesson, page: LessonPage) -> None:
    wanted = {(item.kind.value, item.uuid) for item in read_targets(page.body.raw_data)}
    present = {(link.kind, link.target): link for link in lesson.links.all()}
    for key in present.keys() - wanted:
        present[key].delete()
    LessonLink.objects.bulk_create(
        LessonLink(lesson=lesson, kind=kind, target=target)
        for kind, target in sorted(wanted - present.keys())
    )


def _list_material_pages(
    parts: Sequence[CoursePage | LessonPage], latest: CourseVersion | None
) -> list[CoursePage | LessonPage]:
    """Return the pages whose live revision is material and was in no version yet."""
    seen = set(latest.sources) if latest else set()
    return [
        part
        for part in parts
        if part.change == Change.MATERIAL and part.live_revision_id not in seen
    ]


def _next_material_number(latest: CourseVersion | None, *, is_material: bool) -> int:
    if latest is None:
        return 1
    return latest.material_number + (1 if is_material else 0)
