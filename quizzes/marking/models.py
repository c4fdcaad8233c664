"""What each marker gave. Never changed: a correction is a new row."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quizzes.attempts.models import OpenAnswer


class Mark(models.Model):
    """One person's mark of one open answer. ``levels`` holds the chosen level per criterion.

    ``share`` is exact, as ``n/d`` between 0 and 1.
    """

    class Role(models.TextChoices):
        FIRST = "first", _("first marker")
        SECOND = "second", _("second marker")
        THIRD = "third", _("third person, decided")
        CORRECTION = "correction", _("correction")

    answer = models.ForeignKey(OpenAnswer, on_delete=models.PROTECT, related_name="marks")
    role = models.CharField(_("as"), max_length=10, choices=Role.choices)
    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("marker"),
    )
    levels = models.JSONField(_("levels"))
    share = models.CharField(_("share of the mark"), max_length=80)
    comment = models.TextField(_("comment to the learner"), blank=True)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    marked_at = models.DateTimeField(_("marked at"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("mark of a person")
        verbose_name_plural = _("marks of people")
        ordering = ["answer_id", "pk"]
        constraints = [
            # Two people who save at the same moment would both be the first.
            models.UniqueConstraint(
                fields=["answer", "role"],
                condition=~Q(role="correction"),
                name="sb_quizzes_mark_role_once",
                violation_error_message=_("Somebody has marked this answer meanwhile."),
            ),
            # A second look by the same eyes is none.
            models.UniqueConstraint(
                fields=["answer", "marker"],
                condition=~Q(role="correction"),
                name="sb_quizzes_mark_person_once",
                violation_error_message=_("You have marked this answer already."),
            ),
            # Without a reason nobody could tell a correction from a favour.
            models.CheckConstraint(
                condition=~Q(role="correction") | ~Q(reason=""),
                name="sb_quizzes_mark_correction_has_reason",
                violation_error_message=_("A correction needs a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.share}"
