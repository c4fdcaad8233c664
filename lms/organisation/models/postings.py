"""Who worked where, and who was away: facts with two clocks, only ever added.

A day says since or until when something holds; ``recorded_at`` says since when it is known. What
turned out otherwise gets a further row, so that an earlier answer can be given again.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from lms.organisation.models.people import Employee
from lms.organisation.models.places import Branch, JobRole
from lms.organisation.models.rows import PlainRow


class PostingQuerySet(models.QuerySet["Posting"]):
    """Who worked where and when. Every method chains; none writes."""

    def on(self, day: date, known_at: datetime | None = None) -> Self:
        """Return the postings that cover a day, as known now or at an earlier moment."""
        if known_at is None:
            return self.filter(Q(from_on__lte=day), Q(until_on__isnull=True) | Q(until_on__gt=day))
        return self.known_at(known_at).filter(
            Q(from_on__lte=day), Q(until_known__isnull=True) | Q(until_known__gt=day)
        )

    def known_at(self, instant: datetime) -> Self:
        """Return the postings recorded by a moment, with their end as known then.

        ``until_known`` is the first day after it; None: no end was known. One subquery over the
        ends of each posting, no further query.
        """
        ends = PostingEnd.objects.filter(posting=OuterRef("pk"), recorded_at__lte=instant)
        last = ends.order_by("-recorded_at", "-pk").values("until_on")[:1]
        return self.filter(recorded_at__lte=instant).annotate(until_known=Subquery(last))

    def real(self) -> Self:
        """Return the postings that cover a day at all: those taken back cover none."""
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")))

    def primary(self) -> Self:
        """Return main postings: the ones that counts and lists use."""
        return self.filter(kind=Posting.Kind.PRIMARY)


class Posting(models.Model):
    """An employee's place and job for a span of days ``[from_on, until_on)``.

    ``until_on`` keeps what the last ``PostingEnd`` says, for every list of today; only the actions
    write it, together with that row. A posting that ends on its first day never was.
    """

    class Kind(models.TextChoices):
        PRIMARY = "primary", _("main")
        SECONDARY = "secondary", _("helping out")

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="postings")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="postings")
    job_role = models.ForeignKey(JobRole, on_delete=models.PROTECT, related_name="postings")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PRIMARY)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["employee_id", "from_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="sb_lms_posting_ends_after_start",
                violation_error_message=_("A posting must end after it starts."),
            ),
            # Two open main postings would count a person at two branches.
            models.UniqueConstraint(
                fields=["employee"],
                condition=Q(kind="primary", until_on__isnull=True),
                name="sb_lms_posting_one_open_primary",
                violation_error_message=_("This person already has an open main posting."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} @ {self.branch}"


class PostingEnd(models.Model):
    """When a posting ends, as it was learned: the last one recorded holds. Never edited.

    Without a day it goes on after all. A day on or before its first one says that it never was.
    """

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="ends")
    until_on = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("end of a posting")
        verbose_name_plural = _("ends of postings")
        ordering = ["recorded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.posting} → {self.until_on or '…'}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Leave. Every method chains; none writes."""

    def known_at(self, instant: datetime | None = None) -> Self:
        """Return leave as known at a moment (default: all there is), with its end as known.

        ``until_known`` is the first day back; leave that never was has it on its first day.
        """
        ends = AbsenceEnd.objects.filter(absence=OuterRef("pk"))
        rows = self
        if instant is not None:
            rows = rows.filter(recorded_at__lte=instant)
            ends = ends.filter(recorded_at__lte=instant)
        last = ends.order_by("-recorded_at", "-pk").values("on")[:1]
        return rows.annotate(until_known=Coalesce(Subquery(last), F("until_on")))

    def on(self, day: date, known_at: datetime | None = None) -> Self:
        """Return the leave that covers a day, as known."""
        return self.known_at(known_at).filter(from_on__lte=day, until_known__gt=day)

    def overlapping(self, from_on: date, until_on: date) -> Self:
        """Return the leave that covers some of the days ``[from_on, until_on)``."""
        rows = self.known_at().filter(from_on__lt=until_on, until_known__gt=from_on)
        # Leave that never was has no days, though its first one may lie among these.
        return rows.filter(until_known__gt=F("from_on"))


class Absence(PlainRow):
    """Leave for a span of days ``[from_on, until_on)``; due days move by the days absent.

    Who comes back earlier gets an ``AbsenceEnd``; what was recorded first stays.
    """

    class Kind(models.TextChoices):
        PARENTAL = "parental", _("parental leave")
        SICK = "sick", _("sick leave")
        UNPAID = "unpaid", _("unpaid leave")
        OTHER = "other", _("other leave")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="absences")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["from_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gt=F("from_on")),
                name="sb_lms_absence_ends_after_start",
                violation_error_message=_("Leave must end after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee}: {self.from_on} – {self.until_on}"


class AbsenceEnd(models.Model):
    """An earlier first day back, as it was learned: the last one recorded holds. Never edited.

    A day on or before the first day of leave says that the leave never was.
    """

    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, related_name="ends")
    on = models.DateField(_("back on"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("end of leave")
        verbose_name_plural = _("ends of leave")
        ordering = ["recorded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.absence} → {self.on}"
