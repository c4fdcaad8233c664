"""Who may write questions and quizzes: trainers their own, HR all; only HR lets them go live."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from wagtail.permission_policies.base import BasePermissionPolicy

from lms.api import Employee, Grant, is_held, may

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

VERBS: Final = {
    "view": "change",
    "choose": "change",
    "add": "change",
    "change": "change",
    "delete": "publish",
    "publish": "publish",
    "lock": "publish",
    "unlock": "publish",
}
"""Wagtail's actions as verbs of the policy table. An editor shows the key, so nobody only views.

Whoever may change may create, as in the table: one question less for each request."""


RESOURCE: Final = "question_key"
"""The row of the policy table that guards questions, quizzes and role-plays: all show keys."""


def is_own_work(employee: Employee, actor: User | None) -> bool:
    """Return whether a person, or the system, acts on that person's own attempts and plays.

    Somebody without a login is nobody's own: an anonymous visitor has no key either.
    """
    return actor is None or (actor.pk is not None and employee.user_id == actor.pk)


class AuthorPolicy(BasePermissionPolicy):
    """Grants decide, not Wagtail's groups: editing a group opens nothing. Deny by default.

    Without a model field ``owner`` whoever may write may write all. What went live stays: it can
    be taken offline, not deleted. The answers are kept on the
    user object, so for one request.
    """

    permission_cache_name = "_standardbearer_author_verbs"

    def get_all_permissions_for_user(self, user: User) -> frozenset[str]:
        """Return the verbs of the policy table that a user has for what shows keys."""
        if not user.is_authenticated or not user.is_active:
            return frozenset()
        verbs = frozenset(VERBS.values())
        return frozenset(verb for verb in verbs if may(user, verb, RESOURCE))

    def user_has_permission(self, user: User, action: str) -> bool:
        """Return whether the user may do this with some draft."""
        return VERBS.get(action, "") in self.get_cached_permissions_for_user(user)

    def user_has_permission_for_instance(self, user: User, action: str, instance: Any) -> bool:
        """Return whether the user may do this with this draft."""
        if not self.user_has_permission(user, action):
            return False
        if action == "delete" and instance.pk is not None and is_held(instance):
            return False
        if not self.owned or instance.pk is None or self.user_has_permission(user, "publish"):
            return True
        return bool(instance.owner_id == user.pk)

    @property
    def owned(self) -> bool:
        """Whether drafts of this model belong to somebody."""
        return hasattr(self.model, "owner_id")

    def instances_user_has_any_permission_for(
        self, user: User, actions: Iterable[str]
    ) -> QuerySet[Any]:
        """Return the drafts that the user may do any of these with."""
        rows: QuerySet[Any] = self.model.objects.all()
        if not any(self.user_has_permission(user, action) for action in actions):
            return rows.none()
        if not self.owned or self.user_has_permission(user, "publish"):
            return rows
        return rows.filter(owner_id=user.pk)

    def instances_user_has_permission_for(self, user: User, action: str) -> QuerySet[Any]:
        """Return the drafts that the user may do this with."""
        return self.instances_user_has_any_permission_for(user, [action])

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        """Return the users who may do any of these with some draft."""
        wanted = list(actions)
        granted = Grant.objects.values("user_id")
        users = get_user_model().objects.filter(
            Q(is_superuser=True) | Q(pk__in=granted), is_active=True
        )
        found = [user.pk for user in users if self.user_has_any_permission(user, wanted)]
        return users.filter(pk__in=found)

    def users_with_any_permission_for_instance(
        self, actions: Iterable[str], instance: Any
    ) -> QuerySet[Any]:
        """Return the users who may do any of these with this draft."""
        wanted = list(actions)
        users = self.users_with_any_permission(wanted)
        found = [
            user.pk
            for user in users
            if self.user_has_any_permission_for_instance(user, wanted, instance)
        ]
        return users.filter(pk__in=found)

    def users_with_permission_for_instance(self, action: str, instance: Any) -> QuerySet[Any]:
        """Return the users who may do this with this draft."""
        return self.users_with_any_permission_for_instance([action], instance)
