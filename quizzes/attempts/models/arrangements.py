"""What holds for some and not for all: exceptions, extra time, being let in, lost minutes."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Final, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.api import Branch, Employee
from quizzes.attempts.models.attempts import Attempt
from quizzes.attempts.models.quizzes import Quiz

RELEASE_LASTS: Final = timedelta(minutes=30)
"""How long somebody who was let in may take to start."""


class QuizOverrideQuerySet(models.QuerySet["QuizOverride"]):
    """Exceptions. Every method chains; none writes."""

    def open(self) -> Self:
        """Return those that have not been ended."""
        return self.filter(ended_at__isnull=True)

    def for_person(self, employee: Employee) -> Self:
        """Return the open ones of a person and of the branch, the person's last.

        What somebody granted does not hold for that somebody: nobody eases the own quiz.
        """
        rows = self.open().filter(
            Q(employee=employee) | Q(branch__isnull=False, branch=employee.home_branch_id)
        )
        if employee.user_id is not None:
            rows = rows.exclude(made_by=employee.user_id)
        return rows.order_by(models.F("employee").asc(nulls_first=True), "pk")


class QuizOverride(models.Model):
    """More tries or time at one quiz, for one person or one branch. Ended, never changed.

    Everybody who sees the person's scores may see it: what must stay private is extra time.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="overrides")
    employee = models.ForeignKey(
        Employee,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="quiz_overrides",
        verbose_name=_("person"),
    )
    branch = models.ForeignKey(
        Branch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="quiz_overrides",
        verbose_name=_("branch"),
    )
    extra_tries = models.PositiveSmallIntegerField(
        _("extra tries"), default=0, validators=[MaxValueValidator(20)]
    )
    closes_at = models.DateTimeField(
        _("closes"), null=True, blank=True, help_text=_("Left empty: when the quiz does.")
    )
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("minutes to answer"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Left empty: as many as the quiz gives."),
    )
    no_cool_down = models.BooleanField(_("no waiting between tries"), default=False)
    reason = models.CharField(_("reason"), max_length=300)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = QuizOverrideQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(employee__isnull=True, branch__isnull=False)
                | Q(employee__isnull=False, branch__isnull=True),
                name="sb_quizzes_quizoverride_person_or_branch",
                violation_error_message=_("Name a person or a branch, not both."),
            ),
            # Two open ones would leave it to chance which of them holds.
            models.UniqueConstraint(
                fields=["quiz", "employee"],
                condition=Q(ended_at__isnull=True),
                name="sb_quizzes_quizoverride_one_per_person",
                violation_error_message=_("There is an exception for this person already."),
            ),
            models.UniqueConstraint(
                fields=["quiz", "branch"],
                condition=Q(ended_at__isnull=True),
                name="sb_quizzes_quizoverride_one_per_branch",
                violation_error_message=_("There is an exception for this branch already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz} – {self.employee or self.branch}"


class Accommodation(models.Model):
    """Extra time that HR grants a person at every quiz with a clock. Ended, never changed.

    Only HR and the person know of it. An attempt keeps only when its own time is over, and staff
    see no clock times of attempts.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    factor = models.DecimalField(
        _("times the usual time"),
        max_digits=3,
        decimal_places=2,
        validators=[MinValueValidator(1), MaxValueValidator(3)],
        help_text=_("From 1 to 3, for example 1.25 for a quarter more."),
    )
    until_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("Left empty: for good.")
    )
    reason = models.CharField(_("reason"), max_length=300)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended at"), null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("extra time")
        verbose_name_plural = _("extra time")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(factor__gte=1, factor__lte=3),
                name="sb_quizzes_accommodation_factor",
                violation_error_message=_("Choose a factor from 1 to 3."),
            ),
            models.UniqueConstraint(
                fields=["employee"],
                condition=Q(ended_at__isnull=True),
                name="sb_quizzes_accommodation_one_open",
                violation_error_message=_("This person has extra time already."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Extra time of %(person)s") % {"person": self.employee})


class ReleaseQuerySet(models.QuerySet["Release"]):
    """Being let in. Every method chains; none writes."""

    def usable(self, now: datetime) -> Self:
        """Return those that nobody has started with and that have not run out."""
        return self.filter(attempt__isnull=True, released_at__gt=now - RELEASE_LASTS)


class Release(models.Model):
    """A supervisor lets one person start one quiz once, within half an hour."""

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="releases")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    released_at = models.DateTimeField(_("let in at"))
    # Set once, by the start it was used for: the constraint lets no second start use it.
    attempt = models.OneToOneField(
        Attempt, on_delete=models.PROTECT, null=True, related_name="release"
    )

    objects = ReleaseQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-released_at", "-pk"]
        indexes = [
            models.Index(
                fields=["employee", "quiz"],
                condition=Q(attempt__isnull=True),
                name="sb_quizzes_release_usable",
            )
        ]

    def __str__(self) -> str:
        return f"{self.employee} – {self.quiz}"


class AttemptExtension(models.Model):
    """Minutes that somebody gave an attempt under way, after a power cut for instance. A fact.

    The two instants say what became of the attempt's own time. They are for audits of the data
    only: on no screen, as with every clock time of attempts.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="extensions")
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    reason = models.CharField(_("reason"), max_length=300)
    due_before = models.DateTimeField(_("due before"))
    due_after = models.DateTimeField(_("due after"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("more minutes")
        verbose_name_plural = _("more minutes")
        ordering = ["attempt_id", "pk"]
        constraints = [
            # Time that was given is never taken back.
            models.CheckConstraint(
                condition=Q(due_after__gt=models.F("due_before")),
                name="sb_quizzes_attemptextension_only_later",
                violation_error_message=_("More minutes end later than before."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.attempt}: +{self.minutes}"
