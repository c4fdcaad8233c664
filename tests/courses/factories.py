"""Courses for tests, published through Wagtail's own road."""

import json
from datetime import UTC, datetime

from wagtail.models import Site

from courses.content.models import Course, CourseIndexPage, CoursePage, Lesson, LessonPage

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEXT = {"type": "text", "value": "<p>A ringing phone is a person at a closed door.</p>"}


def make_index() -> CourseIndexPage:
    """Return the live list of courses, at /courses/."""
    found = CourseIndexPage.objects.first()
    if found is None:
        root = Site.objects.get(is_default_site=True).root_page
        found = CourseIndexPage(title="Courses", slug="courses", intro="Pieces of five minutes.")
        root.add_child(instance=found)
        publish(found)
    return CourseIndexPage.objects.get(pk=found.pk)


def publish(page):
    """Publish a page as an author would; return it as it is then."""
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def add_lesson(course, slug, blocks=(TEXT,), *, live=True, **fields) -> LessonPage:
    """Return a lesson of a course page."""
    fields = {"title": f"Lesson {slug}", "minutes": 5} | fields
    page = LessonPage(slug=slug, live=False, body=json.dumps(list(blocks)), **fields)
    CoursePage.objects.get(pk=course.pk).add_child(instance=page)
    return publish(page) if live else page


def make_course(slug="counter", lessons=3, **fields) -> CoursePage:
    """Return a live course with live lessons; ``lessons`` is a number or lists of blocks."""
    blocks = [[TEXT]] * lessons if isinstance(lessons, int) else lessons
    fields = {"title": f"Course {slug}", "summary": "What one can do.", "minutes": 15} | fields
    page = CoursePage(slug=slug, live=False, **fields)
    make_index().add_child(instance=page)
    for number, body in enumerate(blocks, start=1):
        add_lesson(page, f"{slug}-{number}", body)
    return publish(CoursePage.objects.get(pk=page.pk))


def lesson_pages(course) -> list[LessonPage]:
    """Return the lessons of a course page in order."""
    return list(LessonPage.objects.child_of(course).order_by("path"))


def row_of(page) -> Course | Lesson:
    """Return the identity row of a page."""
    model = Course if isinstance(page, CoursePage) else Lesson
    return model.objects.get(uuid=page.translation_key)


def block(kind, target) -> dict:
    """Return a block that points at a snippet."""
    return {"type": kind, "value": str(target.uuid)}
