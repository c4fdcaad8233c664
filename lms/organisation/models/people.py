"""Who works here: employees, and the files they came in."""

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
from lms.organisation.models.rows import PlainRow

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


class Employee(PlainRow):
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
