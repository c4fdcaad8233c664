"""What somebody refreshes and when: cards, rounds of a few questions, and every answer."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quizzes.attempts.models import Certainty
from quizzes.questions.models import QuestionVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


class PracticeCard(models.Model):
    """How well somebody knows a standard, as FSRS counts it. Follows from the reviews."""

    employee = models.ForeignKey(
        "sb_lms.Employee", on_delete=models.PROTECT, related_name="practice_cards"
    )
    standard = models.ForeignKey("sb_lms.Standard", on_delete=models.PROTECT, related_name="+")
    state = models.JSONField(_("state"))
    due_at = models.DateTimeField(_("due at"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("refresher")
        verbose_name_plural = _("refreshers")
        ordering = ["employee_id", "due_at"]
        constraints = [
            # Two cards would ask for the same standard twice as often.
            models.UniqueConstraint(
                fields=["employee", "standard"],
                name="sb_quizzes_practicecard_once",
                violation_error_message=_("This standard has a card already."),
            )
        ]
        indexes = [
            models.Index(fields=["employee", "due_at"], name="sb_quizzes_practicecard_due"),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id}: {self.standard_id}"


class PracticeRoundQuerySet(models.QuerySet["PracticeRound"]):
    """Rounds. Every method chains; none writes."""

    def own(self, user: User) -> Self:
        """Return the rounds that ``user`` may act on: only ever the person's own."""
        return self.filter(employee__user_id=user.pk)


class PracticeRound(models.Model):
    """The few questions of one shift. ``on`` is the day where the person works."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(
        "sb_lms.Employee", on_delete=models.PROTECT, related_name="practice_rounds"
    )
    on = models.DateField(_("on"))
    started_at = models.DateTimeField(_("started at"))
    seed = models.CharField(_("seed of the draw"), max_length=64)

    objects = PracticeRoundQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("round of refreshers")
        verbose_name_plural = _("rounds of refreshers")
        ordering = ["-started_at", "-pk"]
        constraints = [
            # A few questions a shift, however often the button is pressed.
            models.UniqueConstraint(
                fields=["employee", "on"],
                name="sb_quizzes_practiceround_once_a_day",
                violation_error_message=_("The refreshers of this day are drawn already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.employee_id}: {self.on}"


class PracticeItem(models.Model):
    """One question of a round: the frozen version, and the options under random tokens."""

    round = models.ForeignKey(PracticeRound, on_delete=models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField(_("number"))
    standard = models.ForeignKey("sb_lms.Standard", on_delete=models.PROTECT, related_name="+")
    question_version = models.ForeignKey(
        QuestionVersion, on_delete=models.PROTECT, related_name="practice_items"
    )
    options = models.JSONField(_("options as shown"), default=list)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("question of a round")
        verbose_name_plural = _("questions of rounds")
        ordering = ["round_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "number"],
                name="sb_quizzes_practiceitem_number_once",
                violation_error_message=_("This round already has a question of that number."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.number}"


class PracticeReview(models.Model):
    """One answer in practice. Never changed; the cards can be counted again from these.

    ``rating`` is FSRS's: 1 again, 2 hard, 3 good, 4 easy. ``due_at`` is what followed.
    """

    item = models.OneToOneField(
        PracticeItem, on_delete=models.PROTECT, related_name="review", verbose_name=_("question")
    )
    card = models.ForeignKey(PracticeCard, on_delete=models.PROTECT, related_name="reviews")
    response = models.JSONField(_("answer"), null=True)
    certainty = models.CharField(
        _("certainty"), max_length=6, choices=Certainty.choices, blank=True
    )
    fraction = models.CharField(_("share of the mark"), max_length=80)
    state = models.CharField(_("state"), max_length=16)
    rating = models.PositiveSmallIntegerField(_("rating"))
    answered_at = models.DateTimeField(_("answered at"))
    due_at = models.DateTimeField(_("due again at"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("answer in practice")
        verbose_name_plural = _("answers in practice")
        ordering = ["answered_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__gte=1, rating__lte=4),
                name="sb_quizzes_practicereview_known_rating",
                violation_error_message=_("A rating is 1, 2, 3 or 4."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.rating}"
