"""Give and take back roles."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from lms.errors import InvalidInputError, NotAllowedError, NotFoundError
from lms.organisation.models import Branch, Grant, Region
from lms.organisation.permissions import is_visible, may_give
from lms.organisation.rules import GrantRole

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    User = AbstractBaseUser


def grant_role(
    *,
    user: User,
    role: str,
    actor: User | None,
    now: datetime,
    region: Region | None = None,
    branch: Branch | None = None,
) -> Grant:
    """Give a login a role for a region, a branch, or (neither) the company. Twice = once.

    Raises:
        InvalidInputError: no such role, or a region and a branch.
        NotFoundError: the place is outside of the actor's scope.
        NotAllowedError: the actor's own grants, or a role or place that is not below the actor's.

    """
    wanted = read_role(role)
    if region is not None and branch is not None:
        raise InvalidInputError(_("Choose a region or a branch, not both."), field="branch")
    check_giver(actor, user, wanted, region=region, branch=branch)
    with transaction.atomic():
        live = Grant.objects.live().select_for_update()
        same = live.filter(user_id=user.pk, role=wanted.value, region=region, branch=branch).first()
        if same is not None:
            return same
        return Grant.objects.create(
            user_id=user.pk,
            role=wanted.value,
            region=region,
            branch=branch,
            granted_by_id=actor.pk if actor else None,
            granted_at=now,
        )


def revoke_grant(*, grant: Grant, actor: User | None, now: datetime) -> Grant:
    """Take a role back; the row stays as history. Twice = once.

    Raises:
        NotFoundError, NotAllowedError: as for giving.

    """
    role = GrantRole(grant.role)
    check_giver(actor, grant.user, role, region=grant.region, branch=grant.branch)
    with transaction.atomic():
        found = Grant.objects.select_for_update().get(pk=grant.pk)
        if found.revoked_at is None:
            found.revoked_at = now
            found.save(update_fields=["revoked_at"])
    return found


def read_role(role: str) -> GrantRole:
    """Return the role of a name."""
    try:
        return GrantRole(role)
    except ValueError as error:
        raise InvalidInputError(_("There is no such role."), field="role") from error


def check_giver(
    actor: User | None,
    user: User,
    role: GrantRole,
    *,
    region: Region | None,
    branch: Branch | None,
) -> None:
    """Let the system and whoever stands above the role and the place."""
    if actor is None:
        return
    if actor.pk == user.pk:
        raise NotAllowedError(_("Nobody changes their own roles."), code="own_grant")
    place = branch or region
    if place is not None and not is_visible(actor, place):
        raise NotFoundError(_("There is nothing here, or it is not yours to see."))
    if not may_give(actor, role, region=region, branch=branch):
        raise NotAllowedError(_("You may only give roles below your own, for places below yours."))
