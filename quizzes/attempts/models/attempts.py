"""What people did: attempts, the questions drawn, what was answered, marks and results."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib import admin
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from lms.api import Employee, local_day
from quizzes.attempts.models.quizzes import Quiz, QuizVersion
from quizzes.questions.models import QuestionVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Attempts, narrowed by what a person may see. Every method chains; none writes."""

    def visible_to(self, user: User) -> Self:
        """Return the attempts of the people whose records ``user`` may see."""
        return self.filter(employee__in=Employee.objects.visible_to(user))

    def own(self, user: User) -> Self:
        """Return the attempts that ``user`` may act on: only ever the person's own."""
        return self.filter(employee__user_id=user.pk)

    def overdue(self, now: datetime) -> Self:
        """Return the open attempts whose time, grace included, is over."""
        return self.filter(state=Attempt.State.OPEN, grace_until__lte=now)


class Attempt(models.Model):
    """One person's go at a quiz. ``number`` runs on for ever, whatever the limits forget.

    ``due_at`` is shown; answers are taken until ``grace_until``. ``submitted_at`` is when it
    was handed in, or the due instant when the clock did.
    """

    class Purpose(models.TextChoices):
        SCORED = "scored", _("scored")
        PRACTICE = "practice", _("practice")

    class State(models.TextChoices):
        OPEN = "open", _("under way")
        SUBMITTED = "submitted", _("handed in")
        CLOSED = "closed", _("closed by the clock")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(
        "sb_lms.Employee", on_delete=models.PROTECT, related_name="attempts"
    )
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    quiz_version = models.ForeignKey(QuizVersion, on_delete=models.PROTECT, related_name="attempts")
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    started_at = models.DateTimeField(_("started at"))
    # Where a sequential attempt stands: the question to answer next, one past the last at the end.
    position = models.PositiveSmallIntegerField(_("at question"), default=1)
    due_at = models.DateTimeField(_("due at"), null=True)
    grace_until = models.DateTimeField(_("answers taken until"), null=True)
    submitted_at = models.DateTimeField(_("handed in at"), null=True)
    seed = models.CharField(_("seed of the draw"), max_length=64)
    branch = models.ForeignKey(
        "sb_lms.Branch",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("branch at the start"),
    )

    objects = AttemptQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "quiz", "number"],
                name="sb_quizzes_attempt_number_once",
                violation_error_message=_("This attempt exists already."),
            ),
            # Two open attempts would let somebody look at one draw while answering the other.
            models.UniqueConstraint(
                fields=["employee", "quiz"],
                condition=Q(state="open"),
                name="sb_quizzes_attempt_one_open",
                violation_error_message=_("An attempt at this quiz is already under way."),
            ),
            # A finished attempt without a moment could not be placed in anybody's history.
            models.CheckConstraint(
                condition=Q(state="open", submitted_at__isnull=True)
                | Q(~Q(state="open"), submitted_at__isnull=False),
                name="sb_quizzes_attempt_finished_has_moment",
                violation_error_message=_("A finished attempt must say when it was finished."),
            ),
        ]
        indexes = [
            # The sweep that closes what the clock ended looks only at open attempts.
            models.Index(
                fields=["grace_until"],
                condition=Q(state="open"),
                name="sb_quizzes_attempt_overdue",
            )
        ]

    def __str__(self) -> str:
        return f"{self.employee} – {self.quiz} ({self.number})"

    @property
    @admin.display(description=_("started"))
    def started_on(self) -> date:
        """The day of the start, at the branch."""
        return self.day_of(self.started_at)

    @property
    @admin.display(description=_("handed in"))
    def submitted_on(self) -> date | None:
        """The day it was handed in, at the branch."""
        return None if self.submitted_at is None else self.day_of(self.submitted_at)

    def day_of(self, moment: datetime) -> date:
        """Return the day of a moment at the branch."""
        return local_day(moment, self.branch.time_zone if self.branch else "UTC")

    @property
    @admin.display(description=_("minutes given back"))
    def minutes_given(self) -> int:
        """Minutes that somebody gave after an outage, in all."""
        return sum(given.minutes for given in self.extensions.all())

    @property
    def is_open(self) -> bool:
        """Whether it has not been handed in or closed; the clock may nevertheless be over."""
        return self.state == self.State.OPEN


class AttemptItem(models.Model):
    """One question of an attempt: the frozen version and the options as this person gets them.

    ``options`` lists pairs (random token, option id) in the order shown. Tokens differ in every
    attempt, so that nothing sent to a browser tells two people's answers are the same.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField(_("number"))
    question_version = models.ForeignKey(
        QuestionVersion, on_delete=models.PROTECT, related_name="items"
    )
    options = models.JSONField(_("options as shown"), default=list)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("question of an attempt")
        verbose_name_plural = _("questions of attempts")
        ordering = ["attempt_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "number"],
                name="sb_quizzes_attemptitem_number_once",
                violation_error_message=_("This attempt already has a question of that number."),
            ),
            # The same question twice would count one piece of knowledge double.
            models.UniqueConstraint(
                fields=["attempt", "question_version"],
                name="sb_quizzes_attemptitem_question_once",
                violation_error_message=_("This attempt already asks that question."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.number}"


class Certainty(models.TextChoices):
    """How sure somebody is of an answer. Never touches a mark."""

    SURE = "sure", _("I am sure")
    UNSURE = "unsure", _("I am not sure")


class ResponseEvent(models.Model):
    """One answer as it came in. Never changed; the highest sequence number counts.

    ``response`` is in the form of the question's key (option ids, truth values), null when the
    answer was taken back. ``sequence`` comes from the client and makes replays harmless.
    """

    item = models.ForeignKey(AttemptItem, on_delete=models.PROTECT, related_name="responses")
    sequence = models.PositiveBigIntegerField(_("sequence"))
    response = models.JSONField(_("answer"), null=True)
    certainty = models.CharField(
        _("certainty"), max_length=6, choices=Certainty.choices, blank=True
    )
    received_at = models.DateTimeField(_("received at"))

    # Told by ``save_response`` along with what it took in; not stored.
    highest_before: int | None = None

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["item_id", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "sequence"],
                name="sb_quizzes_responseevent_sequence_once",
                violation_error_message=_("This answer is already stored."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} #{self.sequence}"


class ItemGrade(models.Model):
    """The mark of one answer. Never changed; the last one counts. No grader means the machine.

    ``fraction`` and ``mark`` are exact, as ``n/d``; the float is only for sorting.
    """

    item = models.ForeignKey(AttemptItem, on_delete=models.PROTECT, related_name="grades")
    state = models.CharField(_("state"), max_length=16)
    fraction = models.CharField(_("share of the mark"), max_length=80)
    mark = models.CharField(_("mark"), max_length=80)
    mark_float = models.FloatField(_("mark, rounded"))
    rules_version = models.PositiveSmallIntegerField(_("rules"))
    grader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    graded_at = models.DateTimeField(_("graded at"))
    # What a person said: {"comments": [text], "levels": [[criterion, [level]]]}.
    told = models.JSONField(_("told to the learner"), default=dict)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ["item_id", "pk"]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.mark}"


class AttemptResultQuerySet(models.QuerySet["AttemptResult"]):
    """Results. Every method chains; none writes."""

    def latest(self) -> Self:  # type: ignore[override]
        """Return the last result of each attempt."""
        newer = AttemptResult.objects.filter(
            attempt_id=OuterRef("attempt_id"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(newer))


class AttemptResult(models.Model):
    """How an attempt ended and why. Never changed; a regrade adds the next number.

    Shares are exact, as ``n/d`` between 0 and 1; a standard that was not asked is null.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="results")
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    percent = models.CharField(_("share"), max_length=80)
    percent_float = models.FloatField(_("share, rounded"))
    passed = models.BooleanField(_("passed"))
    # Differs from the above where not the best try counts: frozen, so that history stays as told.
    quiz_passed = models.BooleanField(_("quiz passed with it"))
    standards = models.JSONField(_("share per standard"), default=dict)
    reasons = models.JSONField(_("reasons of a fail"), default=list)
    rules_version = models.PositiveSmallIntegerField(_("rules"))
    decided_at = models.DateTimeField(_("decided at"))

    objects = AttemptResultQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["attempt_id", "number"]
        constraints = [
            # Submitting twice at once would else decide twice.
            models.UniqueConstraint(
                fields=["attempt", "number"],
                name="sb_quizzes_attemptresult_number_once",
                violation_error_message=_("This attempt already has a result of that number."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.percent}"
