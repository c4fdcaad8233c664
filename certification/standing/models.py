"""Caches of what the facts say: coverage, standing per person, tallies per branch.

Rebuilt in the transaction that adds a fact; checked by ``manage.py verify standings``.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from certification.catalogue.models import Certification
from lms.api import PlainRow

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


class CoverageSpan(models.Model):
    """Days ``[from_on, until_on)`` on which somebody holds a certification (null: for ever)."""

    employee = models.ForeignKey(
        "sb_lms.Employee", on_delete=models.PROTECT, related_name="coverage"
    )
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, related_name="coverage"
    )
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("days covered")
        verbose_name_plural = _("days covered")
        constraints = [
            models.UniqueConstraint(
                fields=["certification", "employee", "from_on"],
                name="sb_certification_coveragespan_once",
                violation_error_message=_("This span is already stored."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee}: {self.from_on} – {self.until_on or '∞'}"


class StandingQuerySet(models.QuerySet["Standing"]):
    """Standings. Every method chains; none writes."""

    def visible_to(self, user: User) -> Self:
        """Return the standings of the people whose records ``user`` may see."""
        from lms.api import Employee

        return self.filter(employee__in=Employee.objects.visible_to(user))

    def due_for_sweep(self, now: datetime) -> Self:
        """Return the rows whose answer may have changed by now."""
        return self.filter(next_change_at__lte=now)

    def expiring_by(self, day: date) -> Self:
        """Return what is held now and runs out on or before a day."""
        return self.filter(standing="valid", valid_until__lte=day)


class Standing(PlainRow):
    """What the facts say about one person and certification on the day it was derived for.

    ``counted`` and ``compliant`` feed the tallies; ``is_new`` is required but not yet due.
    ``next_change_at`` is the instant at which any of it may change by itself.
    """

    employee = models.ForeignKey(
        "sb_lms.Employee", on_delete=models.PROTECT, related_name="standings"
    )
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, related_name="standings"
    )
    branch = models.ForeignKey(
        "sb_lms.Branch", on_delete=models.PROTECT, null=True, related_name="+"
    )
    standing = models.CharField(_("standing"), max_length=10)
    task = models.CharField(_("task"), max_length=10)
    required = models.CharField(_("required"), max_length=12)
    badge = models.CharField(_("badge"), max_length=12)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    covered_until = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    window_opens_on = models.DateField(null=True, blank=True)
    counted = models.BooleanField(default=False)
    compliant = models.BooleanField(default=False)
    is_new = models.BooleanField(default=False)
    derived_on = models.DateField(_("derived for"))
    next_change_at = models.DateTimeField(null=True, blank=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "certification"],
                name="sb_certification_standing_once",
                violation_error_message=_(
                    "This person already has a standing in this certification."
                ),
            ),
        ]
        indexes = [
            # The only index besides the keys: one on the status doubled the cost of an update.
            models.Index(
                fields=["next_change_at"],
                condition=Q(next_change_at__isnull=False),
                name="sb_certification_standing_next",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee}: {self.certification} {self.badge}"


def match_pairs(standing_ids: Collection[int]) -> Exists:
    """Return the condition "of the person and certification of one of these standings".

    For every table with both. A few scattered pairs are found through it without the other
    certifications of the same people.
    """
    return Exists(
        Standing.objects.filter(
            pk__sb_among=standing_ids,
            employee_id=OuterRef("employee_id"),
            certification_id=OuterRef("certification_id"),
        )
    )


class BranchTally(models.Model):
    """Counts of people per branch and certification, moved by deltas in the writing transaction."""

    branch = models.ForeignKey("sb_lms.Branch", on_delete=models.PROTECT, related_name="tallies")
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, related_name="tallies"
    )
    counted = models.IntegerField(default=0)
    compliant = models.IntegerField(default=0)
    newcomers = models.IntegerField(default=0)
    overdue = models.IntegerField(default=0)
    expiring = models.IntegerField(default=0)
    optional = models.IntegerField(default=0)
    optional_held = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("tally of a branch")
        verbose_name_plural = _("tallies of branches")
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "certification"],
                name="sb_certification_branchtally_once",
                violation_error_message=_("This branch already has a tally of this certification."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.branch}: {self.certification} {self.compliant}/{self.counted}"
