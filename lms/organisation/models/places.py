"""Where people work: regions, branches, job roles, and the grants that open them to somebody."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Self
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from lms.organisation.models.rows import PlainRow
from lms.organisation.rules import PEOPLE_ROLES, GrantRole

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True)
class Reach:
    """Where somebody's grants reach: everything, or subtrees of regions and single branches."""

    everything: bool = False
    region_paths: tuple[str, ...] = ()
    branch_ids: tuple[int, ...] = ()


def match_paths(field: str, paths: Iterable[str]) -> Q:
    """Return a condition that is true for the given tree paths and all below them.

    Treebeard's steps have a fixed length, so a prefix is always whole steps.
    """
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return condition


def match_reach(prefix: str, reach: Reach) -> Q:
    """Return the condition "this branch is within reach"; ``prefix`` leads to the branch.

    For example ``match_reach("home_branch__", reach)`` on employees.
    """
    if reach.everything:
        return Q()
    condition = match_paths(f"{prefix}region__path", reach.region_paths)
    if reach.branch_ids:
        condition |= Q(**{f"{prefix}pk__in": reach.branch_ids})
    return condition


def validate_time_zone(name: str) -> None:
    """Refuse a time zone that the IANA database does not know."""
    if name not in available_timezones():
        raise ValidationError(_("“%(name)s” is not an IANA time zone."), params={"name": name})


class RegionQuerySet(MP_NodeQuerySet):  # type: ignore[misc]
    """Regions, narrowed by what a person may see."""

    def visible_to(self, user: User) -> Self:
        """Return the regions that a user's grants reach, whole subtrees. One query for grants."""
        reach = Grant.objects.reach_of(user)
        if reach.everything:
            return self
        visible: Self = self.filter(match_paths("path", reach.region_paths))
        return visible


class RegionManager(MP_NodeManager.from_queryset(RegionQuerySet)):  # type: ignore[misc]
    """Treebeard's manager makes its own QuerySet; this one makes ours, in order of the tree."""

    def get_queryset(self) -> RegionQuerySet:
        """Return regions from the top, each followed by what lies below it."""
        regions = RegionQuerySet(self.model, using=self._db)
        in_order: RegionQuerySet = regions.order_by("path")
        return in_order


class Region(MP_Node):  # type: ignore[misc]
    """A node of the company's tree, for example EMEA / Germany / South.

    Siblings stay in the order they came in: keeping them sorted would move paths, and scopes are
    paths.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)

    objects = RegionManager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def __str__(self) -> str:
        return self.name


class BranchQuerySet(models.QuerySet["Branch"]):
    """Branches, narrowed by what a person may see. Every method chains; none writes."""

    def visible_to(self, user: User) -> Self:
        """Return the branches below any grant that lets ``user`` see people's records.

        One query for the grants; the branches themselves are filtered in the database.
        """
        return self.filter(match_reach("", Grant.objects.reach_of(user)))

    def open_on(self, day: date) -> Self:
        """Return the branches that are open on a day."""
        return self.filter(
            Q(opened_on__isnull=True) | Q(opened_on__lte=day),
            Q(closed_on__isnull=True) | Q(closed_on__gt=day),
        )


class Branch(PlainRow):
    """One place of work. Its time zone decides what "today" means for the people there."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="branches", verbose_name=_("region")
    )
    time_zone = models.CharField(
        _("time zone"), max_length=60, validators=[validate_time_zone], default="UTC"
    )
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = BranchQuerySet.as_manager()

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        ordering = ["code"]
        constraints = [
            # A branch that closes before it opens would never be open on any day.
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True)
                | Q(opened_on__isnull=True)
                | Q(closed_on__gt=F("opened_on")),
                name="sb_lms_branch_closes_after_opening",
                violation_error_message=_("A branch must close after it opened."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class JobRole(models.Model):
    """What somebody does at a branch, for example cashier."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("job role")
        verbose_name_plural = _("job roles")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


MEMORY: Final = "_standardbearer_memory"
"""Where the login of a request keeps answers until the request ends; other logins have none."""


class GrantQuerySet(models.QuerySet["Grant"]):
    """Grants of roles. Every method chains; none writes."""

    def live(self) -> Self:
        """Return the grants that have not been taken back."""
        return self.filter(revoked_at__isnull=True)

    def list_for(self, user: User) -> list[tuple[str, str | None, int | None]]:
        """Return role, region path and branch id of each of a login's live grants. One query.

        The login of a request remembers the answer: menus, lists and counts ask a dozen times.
        """
        memory: dict[str, Any] | None = getattr(user, MEMORY, None)
        if memory is not None and "grants" in memory:
            return list(memory["grants"])
        rows = self.live().filter(user_id=user.pk)
        found = list(rows.values_list("role", "region__path", "branch_id"))
        if memory is not None:
            memory["grants"] = found
        return found

    def reach_of(self, user: User, roles: Collection[GrantRole] = PEOPLE_ROLES) -> Reach:
        """Return where a user's live grants of these roles reach. One query, none for nobody.

        A superuser owns the site and reaches everything.
        """
        if not user.is_authenticated or not user.is_active:
            return Reach()
        if getattr(user, "is_superuser", False):
            return Reach(everything=True)
        wanted = {str(role) for role in roles}
        places = [(path, branch) for role, path, branch in self.list_for(user) if role in wanted]
        return Reach(
            everything=any(path is None and branch is None for path, branch in places),
            region_paths=tuple(path for path, _branch in places if path),
            branch_ids=tuple(branch for _path, branch in places if branch),
        )


class Grant(models.Model):
    """A role given to a login, for the whole company, a region with all below it, or a branch."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="standardbearer_grants"
    )
    role = models.CharField(
        _("role"), max_length=20, choices=[(role.value, role.label) for role in GrantRole]
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    branch = models.ForeignKey(
        Branch, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    granted_at = models.DateTimeField(_("granted at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=True) | Q(branch__isnull=True),
                name="sb_lms_grant_one_place",
                violation_error_message=_("Choose a region or a branch, not both."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.branch or self.region or '*'}"
