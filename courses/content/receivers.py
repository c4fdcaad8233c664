"""Wagtail's signals: make a version when a course or lesson goes live or away."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.utils import timezone
from wagtail.models import Revision
from wagtail.signals import page_published, page_unpublished, post_page_move

from courses.content.actions.versions import follow_publication, retire_lesson
from courses.content.models import CoursePage, LessonPage


def follow_page_published(
    sender: object, instance: Any, revision: Revision | None = None, **kwargs: object
) -> None:
    """Make a version, if the page is really live: a scheduled publication is told of too."""
    if isinstance(instance, CoursePage | LessonPage) and instance.live:
        actor = revision.user if revision is not None else None
        follow_publication(page=instance, actor=actor, now=timezone.now())


def follow_page_unpublished(sender: object, instance: Any, **kwargs: object) -> None:
    """Take a lesson out of its course; a course's own versions stay as they are."""
    if isinstance(instance, LessonPage):
        retire_lesson(page=instance, now=timezone.now())


def follow_lesson_deleted(sender: object, instance: LessonPage, **kwargs: object) -> None:
    """Take a deleted lesson out of its course, once it is certain which pages are left."""
    transaction.on_commit(partial(retire_lesson, page=instance, now=timezone.now()), robust=True)


def follow_page_moved(sender: object, instance: Any, **kwargs: object) -> None:
    """Follow a lesson that changed its place or its course: both courses are another now."""
    page = instance.specific
    if not isinstance(page, LessonPage) or not page.live:
        return
    for parent in {kwargs.get("parent_page_before"), kwargs.get("parent_page_after")}:
        course_page = getattr(parent, "specific", None)
        if isinstance(course_page, CoursePage) and course_page.live:
            follow_publication(page=course_page, actor=None, now=timezone.now())


def connect() -> None:
    """Connect the receivers; called once by ``ready``."""
    page_published.connect(follow_page_published, dispatch_uid="sb_courses.published")
    page_unpublished.connect(follow_page_unpublished, dispatch_uid="sb_courses.unpublished")
    post_page_move.connect(follow_page_moved, dispatch_uid="sb_courses.moved")
    post_delete.connect(
        follow_lesson_deleted, sender=LessonPage, dispatch_uid="sb_courses.lesson_deleted"
    )
