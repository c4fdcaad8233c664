"""Who may write standards: trainers their own, HR all; only HR lets them go live."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from wagtail.permission_policies.base import BasePermissionPolicy

from lms.organisation.models import Grant
from lms.organisation.reads import is_held
from lms.organisation.rules.policy import Scope, find_scopes
from lms.standards.models import Standard

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

_VERBS: Final = {
    "view": "change",
    "add": "create",
    "change": "change",
    "delete": "publish",
    "publish": "publish",
    "lock": "publish",
    "unlock": "publish",
}
"""Wagtail's actions as verbs of the policy table. Who only reads has our own pages."""


def find_roles(action: str) -> frozenset[str]:
    """Return the roles that the policy table lets do this with some standard."""
    verb = _VERBS.get(action)
    return frozenset(find_scopes(verb, "standard")) if verb else frozenset()


def find_roles_for_all(action: str) -> frozenset[str]:
    """Return the roles that the policy table lets do this with every standard, whoever owns it."""
    scopes = find_scopes(_VERBS[action], "standard") if action in _VERBS else {}
    return frozenset(role for role, whose in scopes.items() if whose is Scope.ALL)


def may_publish_standards(user: User) -> bool:
    """Return whether a user may let standards go live."""
    return StandardPermissionPolicy(Standard).user_has_permission(user, "publish")


def find_holders(roles: Collection[str]) -> QuerySet[Any]:
    """Return the active users who hold any of these roles, and the owners of the site."""
    granted = Grant.objects.live().filter(role__in=roles).values("user_id")
    users = get_user_model().objects.filter(is_active=True)
    return users.filter(Q(is_superuser=True) | Q(pk__in=granted))


class StandardPermissionPolicy(BasePermissionPolicy):
    """Grants decide, not Wagtail's groups: editing a group opens nothing. Deny by default.

    At most one query for each user object; the answer is kept on it, so for one request.
    """

    permission_cache_name = "_standardbearer_author_roles"

    def get_all_permissions_for_user(self, user: User) -> frozenset[str]:
        """Return the roles of a user that concern standards."""
        if not user.is_authenticated or not user.is_active:
            return frozenset()
        if getattr(user, "is_superuser", False):
            return find_roles("publish")
        grants = Grant.objects.live().filter(user_id=user.pk, role__in=find_roles("view"))
        return frozenset(grants.values_list("role", flat=True))

    def user_has_permission(self, user: User, action: str) -> bool:
        """Return whether the user may do this with some standard."""
        return bool(find_roles(action) & self.get_cached_permissions_for_user(user))

    def user_has_permission_for_instance(self, user: User, action: str, instance: Any) -> bool:
        """Return whether the user may do this with this standard or category."""
        if not self.user_has_permission(user, action):
            return False
        if action == "delete" and instance.pk is not None and is_held(instance):
            return False
        if instance.pk is None or self.user_has_permission_for_all(user, action):
            return True
        return bool(getattr(instance, "owner_id", None) == user.pk)

    def user_has_permission_for_all(self, user: User, action: str) -> bool:
        """Return whether the user may do this whoever the owner is."""
        return bool(find_roles_for_all(action) & self.get_cached_permissions_for_user(user))

    def instances_user_has_any_permission_for(
        self, user: User, actions: Iterable[str]
    ) -> QuerySet[Any]:
        """Return what the user may do any of these with."""
        rows: QuerySet[Any] = self.model.objects.all()
        granted = {action for action in actions if self.user_has_permission(user, action)}
        if not granted:
            return rows.none()
        if any(self.user_has_permission_for_all(user, action) for action in granted):
            return rows
        return rows.filter(owner_id=user.pk) if self.model is Standard else rows.none()

    def instances_user_has_permission_for(self, user: User, action: str) -> QuerySet[Any]:
        """Return what the user may do this with."""
        return self.instances_user_has_any_permission_for(user, [action])

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        """Return the users who may do any of these with some standard."""
        return find_holders(frozenset[str]().union(*(find_roles(action) for action in actions)))

    def users_with_any_permission_for_instance(
        self, actions: Iterable[str], instance: Any
    ) -> QuerySet[Any]:
        """Return the users who may do any of these with this standard or category."""
        wanted = list(actions)
        free = frozenset[str]().union(*(find_roles_for_all(action) for action in wanted))
        owner = Q(pk=getattr(instance, "owner_id", None))
        return find_holders(free) | self.users_with_any_permission(wanted).filter(owner)

    def users_with_permission_for_instance(self, action: str, instance: Any) -> QuerySet[Any]:
        """Return the users who may do this with this standard or category."""
        return self.users_with_any_permission_for_instance([action], instance)
