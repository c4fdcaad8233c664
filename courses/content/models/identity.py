"""What learners' records point at: courses and lessons by identity, versions by content."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.content.rules import LinkKind


class Course(models.Model):
    """A course, whatever its language and wherever its page moves.

    ``uuid`` is the ``translation_key`` its pages share; title and slug are copies for lists.
    """

    uuid = models.UUIDField(unique=True, editable=False)
    title = models.CharField(_("title"), max_length=255)
    slug = models.CharField(_("slug"), max_length=255)

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class CourseVersion(models.Model):
    """What a course taught while it held. Written when its pages go live; never changed.

    ``material_number`` counts the versions that people must learn anew. ``sources`` are the
    Wagtail revisions it was made of.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    material_number = models.PositiveIntegerField(_("material number"))
    change_note = models.CharField(_("what changed"), max_length=200, blank=True)
    body = models.JSONField(_("content"))
    digest = models.CharField(_("digest"), max_length=64)
    sources = models.JSONField(_("revisions"), default=list)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("version of a course")
        verbose_name_plural = _("versions of courses")
        ordering = ["course_id", "number"]
        constraints = [
            # Two publications at once must not both become version 4.
            models.UniqueConstraint(
                fields=["course", "number"],
                name="sb_courses_courseversion_number_once",
                violation_error_message=_("This course already has a version of that number."),
            ),
            models.CheckConstraint(
                condition=Q(material_number__gte=1) & Q(material_number__lte=models.F("number")),
                name="sb_courses_courseversion_material_within_number",
                violation_error_message=_(
                    "The last material version cannot come after the version itself."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} v{self.number}"


class Lesson(models.Model):
    """A lesson, whatever its language and wherever its page moves; ``uuid`` as for courses."""

    uuid = models.UUIDField(unique=True, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="lessons")
    title = models.CharField(_("title"), max_length=255)
    live = models.BooleanField(_("can be opened"), default=True)

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class LessonLink(models.Model):
    """What a live lesson points at. Rewritten with each version; no record points here."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(
        _("kind"), max_length=16, choices=[(kind.value, kind.value) for kind in LinkKind]
    )
    target = models.UUIDField(_("target"))

    class Meta:
        verbose_name = _("link of a lesson")
        verbose_name_plural = _("links of lessons")
        constraints = [
            models.UniqueConstraint(
                fields=["lesson", "kind", "target"],
                name="sb_courses_lessonlink_once",
                violation_error_message=_("This lesson already has that link."),
            )
        ]
        indexes = [models.Index(fields=["target", "kind"], name="sb_courses_lessonlink_target")]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"
