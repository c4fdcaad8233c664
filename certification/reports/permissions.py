"""Who sees reports: whoever holds a role over people, within its reach; a superuser all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from wagtail.permission_policies.base import BasePermissionPolicy

from lms import api as lms_api
from lms.api import Employee, Grant, Reach

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

REACH_ROLES = ("branch_manager", "regional_hr", "hr", "auditor")


def find_reach(user: User) -> Reach:
    """Return where a login sees people's records. One query for a user object, none for nobody.

    Menus, dashboard and lists ask several times in one request: the answer stays on the user.
    """
    known = user.__dict__.get("_standardbearer_reach")
    if known is None:
        known = Grant.objects.reach_of(user)
        user.__dict__["_standardbearer_reach"] = known
    return known  # type: ignore[no-any-return]


def sees_reports(user: User) -> bool:
    """Return whether a login sees anybody's records by a grant."""
    return find_reach(user) != Reach()


def may_remind(user: User) -> QuerySet[Employee]:
    """Return the people whom a login may remind. One query for the grants."""
    return lms_api.people_for(user, "create", "reminder")


class ReadOnlyPolicy(BasePermissionPolicy):
    """Grants decide, not Wagtail's groups: whoever sees reports reads; nobody writes here."""

    def user_has_permission(self, user: User, action: str) -> bool:
        """Return whether the user may do this with some of these."""
        return action == "view" and sees_reports(user)

    def user_has_permission_for_instance(self, user: User, action: str, instance: Any) -> bool:
        """Return whether the user may do this with this one."""
        return self.instances_user_has_permission_for(user, action).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(
        self, user: User, actions: Iterable[str]
    ) -> QuerySet[Any]:
        """Return what the user may read: rules all, people's records within reach."""
        rows: QuerySet[Any] = self.model.objects.all()
        if "view" not in set(actions) or not sees_reports(user):
            return rows.none()
        if hasattr(self.model, "employee"):
            return rows.filter(employee__in=Employee.objects.visible_to(user))
        return rows

    def instances_user_has_permission_for(self, user: User, action: str) -> QuerySet[Any]:
        """Return what the user may do this with."""
        return self.instances_user_has_any_permission_for(user, [action])

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        """Return the users who read some of these."""
        users = get_user_model().objects.filter(is_active=True)
        if "view" not in set(actions):
            return users.none()
        granted = Grant.objects.live().filter(role__in=REACH_ROLES).values("user_id")
        return users.filter(Q(is_superuser=True) | Q(pk__in=granted))

    def users_with_any_permission_for_instance(
        self, actions: Iterable[str], instance: Any
    ) -> QuerySet[Any]:
        """Return the users who read this one: those with a role, asked one by one for its place."""
        able = [
            user.pk
            for user in self.users_with_any_permission(actions)
            if self.user_has_permission_for_instance(user, "view", instance)
        ]
        return get_user_model().objects.filter(pk__in=able)

    def users_with_permission_for_instance(self, action: str, instance: Any) -> QuerySet[Any]:
        """Return the users who may do this with this one."""
        return self.users_with_any_permission_for_instance([action], instance)


VERBS_ON_A_PERSON = (
    ("create", "assignment"),
    ("change", "assignment"),
    ("create", "absence"),
    ("change", "absence"),
    ("revoke", "award"),
    ("propose", "award"),
    ("create", "reminder"),
)


def find_verbs(user: User, person: Employee) -> frozenset[str]:
    """Return what a login may do to a person, as "create_assignment"; to oneself nothing.

    One query for each verb.
    """
    if person.user_id is not None and person.user_id == user.pk:
        return frozenset()
    return frozenset(
        f"{verb}_{resource}"
        for verb, resource in VERBS_ON_A_PERSON
        if lms_api.may(user, verb, resource, person)
    )
