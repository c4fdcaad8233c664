"""How many plays of a version went which way: a cache that its plays can give again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from quizzes.scenarios.models.scenarios import ScenarioVersion


class PlayCount(models.Model):
    """Scored plays that have ended, counted by the ways they took and by their standards.

    ``key`` and ``detail`` are, by kind: a step and the choice first made there; an ending; the
    step from which people began again; a standard; a standard and the code of a branch. Of
    standards, ``shares`` adds up what plays reached, a whole one as 10,000, and ``missed`` the
    plays below the mark.
    """

    class Kind(models.TextChoices):
        CHOICE = "choice", _("choice")
        ENDING = "ending", _("ending")
        STOP = "stop", _("begun again")
        STANDARD = "standard", _("standard")
        BRANCH = "branch", _("standard in a branch")

    version = models.ForeignKey(ScenarioVersion, on_delete=models.CASCADE, related_name="counts")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    key = models.CharField(_("step, ending or standard"), max_length=200)
    detail = models.CharField(_("choice or branch"), max_length=200, blank=True)
    plays = models.PositiveBigIntegerField(_("plays"), default=0)
    shares = models.PositiveBigIntegerField(_("sum of shares"), default=0)
    missed = models.PositiveBigIntegerField(_("plays below the mark"), default=0)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("count of plays")
        verbose_name_plural = _("counts of plays")
        constraints = [
            # Counts are added to in place: a second row would split them.
            models.UniqueConstraint(
                fields=["version", "kind", "key", "detail"],
                name="sb_quizzes_playcount_once",
                violation_error_message=_("This is counted already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.kind} {self.key} {self.detail}".strip()
