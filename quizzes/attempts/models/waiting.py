"""Open answers that were handed in: whose turn it is to mark them."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quizzes.attempts.models.attempts import Attempt, AttemptItem


class OpenAnswerQuerySet(models.QuerySet["OpenAnswer"]):
    """Open answers. Every method chains; none writes."""

    def waiting(self) -> Self:
        """Return the answers without a final mark."""
        return self.exclude(turn=OpenAnswer.Turn.DONE)


class OpenAnswer(models.Model):
    """An answer that a person marks. The attempt has no result before all of its own are done.

    ``version`` counts the marks given: whoever saves says which one they looked at.
    """

    class Turn(models.TextChoices):
        FIRST = "first", _("first marker")
        HELD = "held", _("waits for the other answers of the attempt")
        SECOND = "second", _("second marker")
        THIRD = "third", _("third person decides")
        DONE = "done", _("marked")

    item = models.OneToOneField(
        AttemptItem, on_delete=models.PROTECT, related_name="open_answer", verbose_name=_("answer")
    )
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="open_answers")
    turn = models.CharField(_("turn"), max_length=8, choices=Turn.choices, default=Turn.FIRST)
    version = models.PositiveSmallIntegerField(_("marks given"), default=0)
    handed_in_at = models.DateTimeField(_("handed in"))
    settled_at = models.DateTimeField(_("marked at"), null=True)

    objects = OpenAnswerQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("answer to mark")
        verbose_name_plural = _("answers to mark")
        ordering = ["handed_in_at", "pk"]
        constraints = [
            # An answer that is done without a moment would wait in no list and count in none.
            models.CheckConstraint(
                condition=Q(turn="done", settled_at__isnull=False)
                | Q(~Q(turn="done"), settled_at__isnull=True),
                name="sb_quizzes_openanswer_done_has_moment",
                violation_error_message=_("A marked answer must say when it was marked."),
            )
        ]
        indexes = [
            # The queue looks only at what waits, oldest first, however many were marked before.
            models.Index(
                fields=["handed_in_at"],
                condition=~Q(turn="done"),
                name="sb_quizzes_openanswer_waiting",
            )
        ]

    def __str__(self) -> str:
        return str(_("Answer %(number)d") % {"number": self.pk})
