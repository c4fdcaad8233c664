"""What a login may do and with whom: the policy table asked for a person and an object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lms.errors import NotAllowedError, NotFoundError
from lms.organisation.models import Branch, Employee, Grant, Reach, Region, match_reach
from lms.organisation.rules.policy import GRANTABLE, LEARNER, LINE_MANAGER, Scope, find_scopes
from lms.organisation.rules.roles import PEOPLE_ROLES, GrantRole

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

NOWHERE: Final = Reach()


@dataclass(frozen=True)
class UserScope:
    """What a login holds: where each of its roles reaches. ``user_id`` is None for nobody."""

    user_id: Any  # whatever key the site's user model has
    owns_site: bool
    reaches: Mapping[str, Reach]

    def reach_of(self, role: str) -> Reach:
        """Return where a role reaches; nowhere when it is not held."""
        return Reach(everything=True) if self.owns_site else self.reaches.get(role, NOWHERE)


def scope_of(user: User) -> UserScope:
    """Return what a login holds. One query, none for nobody."""
    if not user.is_authenticated or not user.is_active:
        return UserScope(None, owns_site=False, reaches={})
    if getattr(user, "is_superuser", False):
        return UserScope(user.pk, owns_site=True, reaches={})
    reaches: dict[str, Reach] = {}
    for role, path, branch in Grant.objects.list_for(user):
        known = reaches.get(role, NOWHERE)
        reaches[role] = Reach(
            everything=known.everything or (path is None and branch is None),
            region_paths=(*known.region_paths, path) if path else known.region_paths,
            branch_ids=(*known.branch_ids, branch) if branch else known.branch_ids,
        )
    return UserScope(user.pk, owns_site=False, reaches=reaches)


def reach_for(scope: UserScope, verb: str, resource: str) -> Reach:
    """Return where the granted roles of a login may do a verb with a resource, put together.

    What belongs to no place is everywhere for whoever holds the role somewhere.
    """
    if scope.owns_site:
        return Reach(everything=bool(find_scopes(verb, resource)))
    held = [
        (whose, scope.reach_of(role))
        for role, whose in find_scopes(verb, resource).items()
        if scope.reach_of(role) != NOWHERE
    ]
    return Reach(
        everything=any(reach.everything or whose is Scope.ALL for whose, reach in held),
        region_paths=tuple(path for _whose, reach in held for path in reach.region_paths),
        branch_ids=tuple(pk for _whose, reach in held for pk in reach.branch_ids),
    )


def people_for(user: User, verb: str, resource: str) -> QuerySet[Employee]:
    """Return the people whose ``resource`` a login may ``verb``. One query for the grants."""
    scope = scope_of(user)
    if scope.user_id is None:
        return Employee.objects.none()
    if scope.owns_site:
        return Employee.objects.all()
    condition = Q(pk__in=[])
    for role, whose in find_scopes(verb, resource).items():
        if whose is Scope.PLACE:
            condition |= match_reach_or_nobody("home_branch__", scope.reach_of(role))
        elif whose is Scope.OWN and role == LEARNER:
            condition |= Q(user=scope.user_id)
        elif whose is Scope.REPORTS and role == LINE_MANAGER:
            condition |= Q(manager__user=scope.user_id)
    return Employee.objects.filter(condition)


def match_reach_or_nobody(prefix: str, reach: Reach) -> Q:
    """Return "within reach" as a condition that can be joined by or: everything is written out."""
    return Q(pk__isnull=False) if reach.everything else match_reach(prefix, reach)


def may(user: User, verb: str, resource: str, obj: object | None = None) -> bool:
    """Return whether a login may do a verb with a resource, deny by default.

    ``obj`` is an employee, a branch, a region, or anything with an ``employee``; without it the
    answer is whether there is anybody or anything at all to do it with. At most two queries.
    """
    scope = scope_of(user)
    if scope.user_id is None:
        return False
    if scope.owns_site:
        return True
    scopes = find_scopes(verb, resource)
    target = getattr(obj, "employee", obj)
    # Grants are at hand; whether somebody is on the roster, or leads anybody, has to be asked.
    granted_first = sorted(scopes, key=lambda role: role in (LEARNER, LINE_MANAGER))
    return any(covers(scope, role, scopes[role], target) for role in granted_first)


def covers(scope: UserScope, role: str, whose: Scope, target: object | None) -> bool:
    """Return whether a role that a login may hold covers a target."""
    if role == LEARNER:
        return covers_own(scope, whose, target)
    if role == LINE_MANAGER:
        return covers_reports(scope, target)
    reach = scope.reach_of(role)
    if reach == NOWHERE:
        return False
    return whose is Scope.ALL or target is None or reach_covers(reach, target)


def covers_own(scope: UserScope, whose: Scope, target: object | None) -> bool:
    """Return whether a target is the login's own person or branch. At most one query."""
    if isinstance(target, Employee):
        return bool(target.user_id == scope.user_id)
    mine = Employee.objects.filter(user_id=scope.user_id)
    if isinstance(target, Branch):
        mine = mine.filter(home_branch=target)
    elif target is not None and whose is not Scope.ALL:
        return False
    return mine.exists()


def covers_reports(scope: UserScope, target: object | None) -> bool:
    """Return whether a target reports to the login's person. At most one query."""
    reports = Employee.objects.filter(manager__user_id=scope.user_id)
    if isinstance(target, Employee):
        reports = reports.filter(pk=target.pk)
    elif target is not None:
        return False
    return reports.exists()


def reach_covers(reach: Reach, target: object) -> bool:
    """Return whether an employee's home branch, a branch or a region is within reach."""
    if reach.everything:
        return True
    if isinstance(target, Employee):
        target = target.home_branch
    if isinstance(target, Region):
        return bool(target.path.startswith(reach.region_paths))
    if isinstance(target, Branch):
        inside = target.region.path.startswith(reach.region_paths)
        return inside or target.pk in reach.branch_ids
    return False


def require(actor: User | None, verb: str, resource: str, obj: object | None = None) -> None:
    """Let the system and whoever may pass.

    Raises:
        NotFoundError: the object is outside of the actor's scope, exactly like an unknown one.
        NotAllowedError: in scope, but not the actor's to do.

    """
    if actor is None or may(actor, verb, resource, obj):
        return
    if obj is not None and not is_visible(actor, getattr(obj, "employee", obj)):
        raise NotFoundError(_("There is nothing here, or it is not yours to see."))
    raise NotAllowedError(_("You may see this, but you may not change it."))


def is_visible(user: User, target: object) -> bool:
    """Return whether a person, branch or region is within the scope of a login."""
    if isinstance(target, Employee):
        return Employee.objects.visible_to(user).filter(pk=target.pk).exists()
    if isinstance(target, Branch | Region):
        reach = Grant.objects.reach_of(user, PEOPLE_ROLES)
        return reach != NOWHERE and reach_covers(reach, target)
    return True


def may_give(actor: User, role: GrantRole, *, region: Region | None, branch: Branch | None) -> bool:
    """Return whether an actor may give or take a role for a place (neither = the company).

    Only roles below the own one; regional HR only for places below the own one.
    """
    scope = scope_of(actor)
    if scope.owns_site:
        return True
    place = branch or region
    for own, below in GRANTABLE.items():
        reach = scope.reach_of(own)
        if role.value not in below or reach == NOWHERE:
            continue
        if reach.everything:
            return True
        if place is not None and is_below(reach, place):
            return True
    return False


def is_below(reach: Reach, place: Branch | Region) -> bool:
    """Return whether a place lies strictly below a reach: its own top region does not."""
    if isinstance(place, Branch):
        return reach_covers(reach, place)
    return any(place.path.startswith(path) and place.path != path for path in reach.region_paths)
