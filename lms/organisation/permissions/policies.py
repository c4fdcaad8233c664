"""Wagtail's admin asks the policy table: grants decide, editing a group opens nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import Model, Q, QuerySet
from wagtail.permission_policies.base import BasePermissionPolicy

from lms.organisation.models import (
    Absence,
    Branch,
    Employee,
    Grant,
    JobRole,
    Posting,
    Reach,
    Region,
    RosterImport,
    match_paths,
    match_reach,
)
from lms.organisation.permissions.scopes import NOWHERE, UserScope, reach_for, scope_of
from lms.organisation.rules.policy import find_scopes

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

Narrow = Callable[[Reach, UserScope], Q]
"""(where the user's grants reach, the user) → which rows are within."""


class PlacePermissionPolicy(BasePermissionPolicy):
    """Admin permissions of one model: a verb of the table per action of Wagtail, and a place.

    Actions without a verb are nobody's, not even the site owner's: people and their history are
    not deleted. One query for each user object, so for one request.
    """

    permission_cache_name = "_standardbearer_scope"

    def __init__(
        self, model: type[Model], resource: str, verbs: Mapping[str, str], narrow: Narrow
    ) -> None:
        super().__init__(model)
        self.resource = resource
        self.verbs = verbs
        self.narrow = narrow

    def get_all_permissions_for_user(self, user: User) -> UserScope:
        """Return what a login holds; kept on the user object."""
        return scope_of(user)

    def find_reach(self, user: User, action: str) -> Reach:
        """Return where a user may do this; nowhere when nobody may."""
        verb = self.verbs.get(action)
        if verb is None or not user.is_active:
            return NOWHERE
        return reach_for(self.get_cached_permissions_for_user(user), verb, self.resource)

    def user_has_permission(self, user: User, action: str) -> bool:
        """Return whether the user may do this somewhere."""
        return self.find_reach(user, action) != NOWHERE

    def user_has_permission_for_instance(self, user: User, action: str, instance: Any) -> bool:
        """Return whether the user may do this with this one. One query."""
        if instance.pk is None:
            return self.user_has_permission(user, action)
        rows = self.instances_user_has_permission_for(user, action)
        return bool(rows.filter(pk=instance.pk).exists())

    def user_has_any_permission_for_instance(
        self, user: User, actions: Iterable[str], instance: Any
    ) -> bool:
        """Return whether the user may do any of these with this one."""
        return any(self.user_has_permission_for_instance(user, name, instance) for name in actions)

    def instances_user_has_any_permission_for(
        self, user: User, actions: Iterable[str]
    ) -> QuerySet[Any]:
        """Return the rows the user may do any of these with."""
        condition = Q(pk__in=[])
        for action in actions:
            reach = self.find_reach(user, action)
            if reach != NOWHERE:
                condition |= self.narrow(reach, self.get_cached_permissions_for_user(user))
        rows: QuerySet[Any] = self.model._default_manager.filter(condition)  # noqa: SLF001
        return rows

    def instances_user_has_permission_for(self, user: User, action: str) -> QuerySet[Any]:
        """Return the rows the user may do this with."""
        return self.instances_user_has_any_permission_for(user, [action])

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        """Return the users who may do any of these somewhere."""
        verbs = [self.verbs[action] for action in actions if action in self.verbs]
        roles = {role for verb in verbs for role in find_scopes(verb, self.resource)}
        granted = Grant.objects.live().filter(role__in=roles).values("user_id")
        users = get_user_model()._default_manager.filter(is_active=True)  # noqa: SLF001
        condition = Q(pk__in=granted)
        if verbs:
            condition |= Q(is_superuser=True)
        return users.filter(condition)


def everything() -> Q:
    """Return a condition that every row meets and that can be joined by or."""
    return Q(pk__isnull=False)


def below(prefix: str) -> Narrow:
    """Return a narrowing by the branch at the end of ``prefix``."""

    def narrow(reach: Reach, _scope: UserScope) -> Q:
        return everything() if reach.everything else match_reach(prefix, reach)

    return narrow


def narrow_regions(reach: Reach, _scope: UserScope) -> Q:
    """Keep regions within reach."""
    return everything() if reach.everything else match_paths("path", reach.region_paths)


def narrow_grants(reach: Reach, _scope: UserScope) -> Q:
    """Keep grants for places within reach; a grant for the whole company lies beyond any place."""
    if reach.everything:
        return everything()
    return match_paths("region__path", reach.region_paths) | match_reach("branch__", reach)


def narrow_imports(reach: Reach, scope: UserScope) -> Q:
    """Keep one's own imports: the files of others hold people of other places."""
    return everything() if reach.everything else Q(actor=scope.user_id)


def keep_all(_reach: Reach, _scope: UserScope) -> Q:
    """Keep every row: it belongs to no place."""
    return everything()


READ = {"view": "read"}
WRITE = {"view": "read", "add": "create", "change": "change"}
POLICIES: tuple[tuple[type[Model], PlacePermissionPolicy], ...] = (
    (Region, PlacePermissionPolicy(Region, "region", READ, narrow_regions)),
    (Branch, PlacePermissionPolicy(Branch, "branch", WRITE, below(""))),
    (JobRole, PlacePermissionPolicy(JobRole, "job_role", WRITE, keep_all)),
    (Employee, PlacePermissionPolicy(Employee, "person", READ, below("home_branch__"))),
    (Posting, PlacePermissionPolicy(Posting, "posting", READ, below("employee__home_branch__"))),
    (
        Absence,
        PlacePermissionPolicy(
            Absence,
            "absence",
            {"view": "read", "add": "create"},
            below("employee__home_branch__"),
        ),
    ),
    (
        Grant,
        PlacePermissionPolicy(
            Grant,
            "grant",
            {"view": "read", "add": "create", "delete": "revoke"},
            narrow_grants,
        ),
    ),
    (
        RosterImport,
        PlacePermissionPolicy(RosterImport, "roster_import", READ, narrow_imports),
    ),
)
