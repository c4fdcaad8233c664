"""Who sees and decides what people hand in, wish for and have signed off."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.permission_policies.base import BasePermissionPolicy

from certification.awards.models import AssignmentRequest, EvidenceSubmission
from lms import api as lms_api
from lms.api import Employee, Grant

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


def proofs_for(user: User, verb: str = "read") -> QuerySet[EvidenceSubmission]:
    """Return the proofs of the people whose evidence a login may ``verb``."""
    people = lms_api.people_for(user, verb, "evidence")
    return EvidenceSubmission.objects.filter(employee__in=people)


def wishes_for(user: User, verb: str = "read") -> QuerySet[AssignmentRequest]:
    """Return the wishes of the people whose wishes a login may ``verb``; own ones never to decide.

    Somebody with a role over the own branch reads the own wish but decides only those of others.
    """
    people = lms_api.people_for(user, verb, "assignment_request")
    rows = AssignmentRequest.objects.filter(employee__in=people)
    return rows if verb == "read" else rows.exclude(employee__user=user.pk)


def people_to_assess(user: User) -> QuerySet[Employee]:
    """Return the people for whom a login may sign off, never the login's own person."""
    return lms_api.people_for(user, "create", "sign_off").exclude(user=user.pk)


def require_others(actor: AbstractBaseUser | None, submission: EvidenceSubmission) -> None:
    """Refuse to let one person both hand a proof in and decide about it.

    Raises: NotAllowedError.
    """
    if actor is not None and submission.submitted_by_id == actor.pk:
        raise lms_api.NotAllowedError(
            _("You handed this in. Somebody else decides."), code="own_submission"
        )


READING_ROLES: Final = frozenset({"regional_hr", "hr", "auditor"})
DECIDING_ROLES: Final = frozenset({"regional_hr", "hr"})


def roles_of(user: User) -> frozenset[str]:
    """Return the roles a login holds. One query for a user object, none for nobody."""
    if not user.is_active or not user.is_authenticated:
        return frozenset()
    known: frozenset[str] | None = user.__dict__.get("_standardbearer_roles")
    if known is None:
        rows = Grant.objects.live().filter(user_id=user.pk).order_by().values_list("role")
        known = frozenset(role for (role,) in rows)
        user.__dict__["_standardbearer_roles"] = known
    return known


class QueuePolicy(BasePermissionPolicy):
    """A queue in the admin: HR decides, auditors look on; editing a group opens nothing."""

    def __init__(self, model: type[Any], resource: str, verb: str) -> None:
        super().__init__(model)
        self.resource = resource
        self.verbs = {"view": "read", "change": verb}

    def user_has_permission(self, user: User, action: str) -> bool:
        """Return whether the login may look on or decide somewhere."""
        if action not in self.verbs:
            return False
        roles = READING_ROLES if action == "view" else DECIDING_ROLES
        owns_site = user.is_active and getattr(user, "is_superuser", False)
        return owns_site or bool(roles & roles_of(user))

    def user_has_permission_for_instance(self, user: User, action: str, instance: Any) -> bool:
        """Return whether the login may do this with this one."""
        return self.instances_user_has_permission_for(user, action).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(
        self, user: User, actions: Iterable[str]
    ) -> QuerySet[Any]:
        """Return the rows of the people with whom the login may do any of these."""
        condition = Q(pk__in=[])
        for action in actions:
            if self.user_has_permission(user, action):
                people = lms_api.people_for(user, self.verbs[action], self.resource)
                condition |= Q(employee__in=people)
        rows: QuerySet[Any] = self.model.objects.filter(condition)
        return rows

    def instances_user_has_permission_for(self, user: User, action: str) -> QuerySet[Any]:
        """Return the rows with which the login may do this."""
        return self.instances_user_has_any_permission_for(user, [action])

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        """Return the logins that may do any of these somewhere."""
        roles = READING_ROLES if "view" in set(actions) else DECIDING_ROLES
        granted = Grant.objects.live().filter(role__in=roles).values("user_id")
        users = get_user_model().objects.filter(is_active=True)
        return users.filter(Q(is_superuser=True) | Q(pk__in=granted))
