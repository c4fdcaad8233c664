"""The last forecast of each branch, so that lists and notices cost branches, not people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.catalogue.models import Certification, CoverageRule

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


class BranchCoverageQuerySet(models.QuerySet["BranchCoverage"]):
    """Forecasts. Every method chains; none writes."""

    def visible_to(self, user: User) -> Self:
        """Return the forecasts of the branches whose people's records ``user`` may see."""
        from lms.api import Branch

        return self.filter(branch__in=Branch.objects.visible_to(user))

    def in_danger(self) -> Self:
        """Return the branches that are below, or will be within 90 days."""
        return self.filter(below_on__isnull=False)


class BranchCoverage(models.Model):
    """A cache: how many certified people a branch has today and later, against its rule.

    ``below_on`` is the first day within 90 days on which there are too few, today included.
    ``tally`` and ``span_seen`` are what the branch's tally and the newest span said when it was
    written: another answer now means that it has to be written again.
    """

    branch = models.ForeignKey("sb_lms.Branch", on_delete=models.PROTECT, related_name="forecasts")
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, related_name="forecasts"
    )
    rule = models.ForeignKey(CoverageRule, on_delete=models.PROTECT, related_name="+")
    at_least = models.PositiveSmallIntegerField(_("at least"))
    now = models.PositiveIntegerField(_("today"))
    in_30 = models.PositiveIntegerField(_("in 30 days"))
    in_60 = models.PositiveIntegerField(_("in 60 days"))
    in_90 = models.PositiveIntegerField(_("in 90 days"))
    below_on = models.DateField(_("too few from"), null=True, blank=True)
    derived_on = models.DateField(_("derived for"))
    tally = models.IntegerField(default=0)
    span_seen = models.BigIntegerField(default=0)

    objects = BranchCoverageQuerySet.as_manager()

    class Meta:
        verbose_name = _("coverage of a branch")
        verbose_name_plural = _("coverage of branches")
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "certification"],
                name="sb_certification_branchcoverage_once",
                violation_error_message=_("This branch already has a forecast."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.branch}: {self.certification} {self.now}/{self.at_least}"
