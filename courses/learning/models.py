"""Who takes a course and how far they are: enrolments, events, completions."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.content.models import Course, CourseVersion, Lesson
from lms.api import Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Enrolments, narrowed by what a person may see. Every method chains; none writes."""

    def visible_to(self, user: User) -> Self:
        """Return the enrolments of the people whose records ``user`` may see."""
        return self.filter(employee__in=Employee.objects.visible_to(user))

    def own(self, user: User) -> Self:
        """Return the enrolments that ``user`` may act on: only ever the person's own."""
        return self.filter(employee__user_id=user.pk)


class Enrolment(models.Model):
    """One person takes one course, as often as needed: each go is a round.

    ``lessons_done`` and ``lessons_total`` are caches of the present round, written by the same
    actions that write its events.
    """

    class Purpose(models.TextChoices):
        REQUIRED = "required", _("required")
        OWN_WISH = "own_wish", _("own wish")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(
        "sb_lms.Employee",
        on_delete=models.PROTECT,
        related_name="enrolments",
        verbose_name=_("employee"),
    )
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("course")
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    version = models.ForeignKey(
        CourseVersion,
        on_delete=models.PROTECT,
        related_name="enrolments",
        verbose_name=_("version"),
    )
    enrolled_at = models.DateTimeField(_("enrolled at"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    round_started_at = models.DateTimeField(_("round started at"))
    lessons_done = models.PositiveSmallIntegerField(_("lessons done"), default=0)
    lessons_total = models.PositiveSmallIntegerField(_("lessons"), default=0)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-enrolled_at", "-pk"]
        constraints = [
            # Two enrolments would split one person's progress in two.
            models.UniqueConstraint(
                fields=["employee", "course"],
                name="sb_courses_enrolment_once",
                violation_error_message=_("This person already takes this course."),
            ),
            models.CheckConstraint(
                condition=Q(lessons_done__lte=F("lessons_total")),
                name="sb_courses_enrolment_never_over_100",
                violation_error_message=_("More lessons done than there are."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee}: {self.course}"


class LessonEvent(models.Model):
    """Something a learner did in a lesson. Added, never changed."""

    class Kind(models.TextChoices):
        PRESSED = "pressed", _("pressed Next")
        DONE = "done", _("done")
        AGAIN = "again", _("done again")
        REPRESSED = "repressed", _("pressed Next again")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="events")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    round = models.PositiveSmallIntegerField(_("round"))
    at = models.DateTimeField(_("at"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("event of a lesson")
        verbose_name_plural = _("events of lessons")
        ordering = ["at", "pk"]
        constraints = [
            # A double click, a replay from offline, two tabs: one fact. Only what is done again
            # after a change can be so more than once in a round.
            models.UniqueConstraint(
                fields=["enrolment", "lesson", "kind", "round"],
                condition=Q(kind__in=["pressed", "done"]),
                name="sb_courses_lessonevent_once",
                violation_error_message=_("This is already recorded for that lesson."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.lesson}: {self.kind}"


class CourseCompletion(models.Model):
    """A course was finished. Finishing again is a new fact; certification counts these."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="completions")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="completions")
    round = models.PositiveSmallIntegerField(_("round"))
    done_at = models.DateTimeField(_("done at"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("completion of a course")
        verbose_name_plural = _("completions of courses")
        ordering = ["done_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "round"],
                name="sb_courses_coursecompletion_once",
                violation_error_message=_(
                    "This person has already completed that version of the course."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} ✓"
