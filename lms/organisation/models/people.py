"""Who works where and when: employees, postings, leave, and the files they came in."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from lms.organisation.models.places import Branch, Grant, JobRole, match_reach

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


class EmployeeQuerySet(models.QuerySet["Employee"]):
    """Employees, narrowed by what a person may see. Every method chains; none writes."""

    def visible_to(self, user: User) -> Self:
        """Return the people whose records ``user`` may see: own, reports', or by grant.

        One query for the grants; the people themselves are filtered in the database.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        reach = Grant.objects.reach_of(user)
        if reach.everything:
            return self
        own = Q(user_id=user.pk) | Q(manager__user_id=user.pk)
        return self.filter(own | match_reach("home_branch__", reach))

    def employed_on(self, day: date) -> Self:
        """Return the people who had been hired and had not left on a day."""
        return self.filter(
            Q(hired_on__isnull=True) | Q(hired_on__lte=day),
            Q(left_on__isnull=True) | Q(left_on__gt=day),
        )


class Employee(models.Model):
    """A person on the roster. A login may come later than the roster row, or never.

    ``left_on`` is the first day the person is no longer employed.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="standardbearer_employee",
        verbose_name=_("login"),
    )
    employee_number = models.CharField(_("employee number"), max_length=40, unique=True)
    given_name = models.CharField(_("given name"), max_length=120)
    family_name = models.CharField(_("family name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    manager = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("manager"),
    )
    # Derived from postings by every action that writes one: the main posting of today, else the
    # last one. Kept here because every list, count and scope asks for it.
    home_branch = models.ForeignKey(
        Branch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("branch"),
    )
    home_job_role = models.ForeignKey(
        JobRole, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    hired_on = models.DateField(_("hired on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    locale = models.CharField(_("language"), max_length=12, default="en")

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        ordering = ["family_name", "given_name", "employee_number"]
        constraints = [
            # People sign in with the number however they type it: "a1" and "A1" must be one person.
            models.UniqueConstraint(
                Lower("employee_number"),
                name="sb_lms_employee_number_once",
                violation_error_message=_("Another employee has this number."),
            ),
            # Two people with one address would read each other's mail and share a login.
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="sb_lms_employee_email_once",
                violation_error_message=_("Another employee has this e-mail address."),
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True)
                | Q(hired_on__isnull=True)
                | Q(left_on__gt=F("hired_on")),
                name="sb_lms_employee_leaves_after_joining",
                violation_error_message=_("The leaving day must come after the first day."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def has_left(self, day: date) -> bool:
        """Return whether the person no longer works here on a day."""
        return self.left_on is not None and self.left_on <= day

    @property
    def full_name(self) -> str:
        """The name as it is printed on certificates."""
        return f"{self.given_name} {self.family_name}".strip()


class PostingQuerySet(models.QuerySet["Posting"]):
    """Who worked where and when. Every method chains; none writes."""

    def on(self, day: date) -> Self:
        """Return the postings that cover a day."""
        return self.filter(Q(from_on__lte=day), Q(until_on__isnull=True) | Q(until_on__gt=day))

    def primary(self) -> Self:
        """Return main postings: the ones that counts and lists use."""
        return self.filter(kind=Posting.Kind.PRIMARY)


class Posting(models.Model):
    """An employee's place and job for a span of days ``[from_on, until_on)``."""

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
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
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


class Absence(models.Model):
    """Leave for a span of days ``[from_on, until_on)``; due days move by the days absent."""

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


class RosterImport(models.Model):
    """One file that came in: its digest makes a second run a no-op."""

    class Kind(models.TextChoices):
        BRANCHES = "branches", _("branches")
        JOB_ROLES = "job_roles", _("job roles")
        ROSTER = "roster", _("roster")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(_("digest"), max_length=64)
    options = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    row_errors = models.JSONField(default=list)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    imported_at = models.DateTimeField(_("imported at"))

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-imported_at"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.imported_at:%Y-%m-%d})"
