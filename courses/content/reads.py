"""Questions about what courses teach: live pages, lessons, cards, links of a standard."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language

from courses.content.models import CoursePage, Lesson, LessonLink, LessonPage
from courses.content.rules import (
    Cards,
    LessonTarget,
    LinkKind,
    PolicyCard,
    StandardCard,
    WorkCard,
)
from lms.api import Standard, StandardText, read_latest_versions, registry

P = TypeVar("P", CoursePage, LessonPage)


@dataclass(frozen=True)
class TaughtLesson:
    """A live lesson that teaches a standard, and the course it belongs to."""

    uuid: UUID
    course: UUID
    title: str


def find_main_page(uuid: UUID) -> CoursePage | None:
    """Return the live page that speaks for a course: the first one made. One query."""
    pages = CoursePage.objects.live().filter(translation_key=uuid)
    page: CoursePage | None = pages.order_by("pk").first()
    return page


def find_lesson_page(uuid: UUID) -> LessonPage | None:
    """Return the live page of a lesson in the reader's language, else the first one made."""
    pages = LessonPage.objects.live().filter(translation_key=uuid).select_related("locale")
    return pick_translation(pages.order_by("pk"))


def find_course_page(uuid: UUID) -> CoursePage | None:
    """Return the live page of a course in the reader's language, else the first one made."""
    pages = CoursePage.objects.live().filter(translation_key=uuid).select_related("locale")
    return pick_translation(pages.order_by("pk"))


def pick_translation(pages: Iterable[P]) -> P | None:
    """Return the page in the active language, else the first one, else None."""
    language = get_language() or ""
    first = None
    for page in pages:
        first = first or page
        if page.locale.language_code == language:
            return page
    return first


def live_lesson_pages(course_page: CoursePage) -> QuerySet[LessonPage]:
    """Return the live lessons of a course page in their order."""
    lessons: QuerySet[LessonPage] = LessonPage.objects.live().child_of(course_page)
    return lessons.order_by("path")


def read_standard_cards(uuids: Collection[UUID]) -> dict[UUID, StandardCard]:
    """Return the version in force of each live standard. One query, none for no standards."""
    texts = read_latest_versions(uuids)
    return {text.uuid: make_standard_card(text) for text in texts.values()}


def make_standard_card(text: StandardText) -> StandardCard:
    """Return a standard as a lesson shows it, its measures as sentences."""
    return StandardCard(
        uuid=text.uuid,
        code=text.code,
        title=text.title,
        force=text.force,
        number=text.number,
        material_number=text.material_number,
        effective_on=text.effective_on,
        statement=text.statement,
        promise=text.promise,
        measures=tuple(measure.sentence for measure in text.measures),
        url=text.url,
    )


def read_plain_cards(targets: Iterable[LessonTarget]) -> Cards:
    """Return cards as nobody in particular sees them: for previews. At most three queries."""
    wanted = list(targets)
    standards = read_standard_cards(
        {item.uuid for item in wanted if item.kind in {LinkKind.STANDARD, LinkKind.ACKNOWLEDGEMENT}}
    )
    works = {
        item.uuid: WorkCard(item.kind, item.uuid, title)
        for kind in (LinkKind.QUIZ, LinkKind.SCENARIO)
        for item, title in _read_titles(kind, [i for i in wanted if i.kind == kind])
    }
    policies = {uuid: PolicyCard(card) for uuid, card in standards.items()}
    return Cards(standards, works, policies)


def _read_titles(kind: LinkKind, targets: list[LessonTarget]) -> Iterable[tuple[LessonTarget, str]]:
    if not targets:
        return []
    block = LessonPage.body.field.stream_block.child_blocks[kind.value]
    rows = block.model_class.objects.filter(uuid__in=[item.uuid for item in targets])
    titles = dict(rows.values_list("uuid", "title"))
    return [(item, titles[item.uuid]) for item in targets if item.uuid in titles]


def find_links(*, kind: LinkKind, target: UUID) -> QuerySet[LessonLink]:
    """Return the links of live lessons to something, with their lessons."""
    links = LessonLink.objects.filter(kind=kind, target=target, lesson__live=True)
    return links.select_related("lesson__course").order_by("lesson__course__title", "lesson_id")


def list_taught_lessons(standard: UUID) -> list[TaughtLesson]:
    """Return the live lessons that teach a standard, by course. One query."""
    return [
        TaughtLesson(link.lesson.uuid, link.lesson.course.uuid, link.lesson.title)
        for link in find_links(kind=LinkKind.STANDARD, target=standard)
    ]


def find_courses_teaching(standard: UUID) -> set[UUID]:
    """Return the courses that teach a standard: in a lesson, or by what their page says."""
    taught = {lesson.course for lesson in list_taught_lessons(standard)}
    pages = CoursePage.objects.live().filter(standards__uuid=standard)
    return taught | set(pages.values_list("translation_key", flat=True))


def list_lessons_teaching(standard: Standard) -> list[registry.Link]:
    """Return the lessons that teach a standard, as links. Provider; two queries."""
    uuids = [link.lesson.uuid for link in find_links(kind=LinkKind.STANDARD, target=standard.uuid)]
    if not uuids:
        return []
    pages: dict[UUID, list[LessonPage]] = {}
    found = LessonPage.objects.live().filter(translation_key__in=uuids).defer("body")
    for page in found.select_related("locale").order_by("path"):
        pages.setdefault(page.translation_key, []).append(page)
    chosen = [pick_translation(group) for group in pages.values()]
    return [
        registry.Link(kind="lesson", label=page.title, url=page.url or "")
        for page in chosen
        if page is not None and page.url
    ]


def read_lesson_targets(lesson: Lesson) -> list[LessonTarget]:
    """Return what a lesson points at. One query."""
    rows = lesson.links.values_list("kind", "target")
    return [LessonTarget(LinkKind(kind), target) for kind, target in rows]
