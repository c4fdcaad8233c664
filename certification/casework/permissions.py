"""Who may do what to whom: the policy table, and never to oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from certification.awards.models import AwardProposal, BulkAction, BulkItem
from certification.awards.permissions import require_fact
from certification.casework.rules import BULK_VERBS, Verb
from certification.reports.permissions import find_reach
from lms import api as lms_api
from lms.api import Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


def require_verb(user: AbstractBaseUser, verb: Verb, person: Employee) -> None:
    """Let pass who may do this to the person.

    Raises: NotFoundError out of scope; NotAllowedError within it, and for oneself.
    """
    require_fact(user, verb.verb, verb.resource, person)


def people_to(user: AbstractBaseUser, verb: Verb) -> QuerySet[Employee]:
    """Return the people to whom a login may do this, never itself. One query for the grants."""
    people = lms_api.people_for(user, verb.verb, verb.resource)
    return people.filter(Q(user__isnull=True) | ~Q(user_id=user.pk))


def see_proposals(user: User) -> QuerySet[AwardProposal]:
    """Return the proposals of awards for the people for whom a login may propose one.

    Whoever confirms may propose as well. One query for the grants.
    """
    people = lms_api.people_for(user, "propose", "award")
    return AwardProposal.objects.filter(employee__in=people)


def may_propose(user: User) -> bool:
    """Return whether a login proposes awards for anybody. One query, kept for the request."""
    known = user.__dict__.get("_standardbearer_proposes")
    if known is None:
        known = lms_api.may(user, "propose", "award")
        user.__dict__["_standardbearer_proposes"] = known
    return bool(known)


def may_do_to_many(user: AbstractBaseUser, kind: str) -> bool:
    """Return whether there is anybody to whom a login may do this by a grant. One query."""
    verb = BULK_VERBS[kind]
    return lms_api.may(user, verb.verb, verb.resource)


def see_bulks(user: AbstractBaseUser) -> QuerySet[BulkAction]:
    """Return the actions on many that a login may look at.

    Its own, and those it could have done itself; company-wide readers see all.
    """
    rows = BulkAction.objects.select_related("actor")
    if find_reach(user).everything:
        return rows
    mine = Q(actor_id=user.pk)
    for kind, verb in BULK_VERBS.items():
        beyond = find_beyond(user, verb).filter(bulk=OuterRef("pk"))
        mine |= Q(Q(kind=kind), ~Exists(beyond))
    return rows.filter(mine)


def find_beyond(user: AbstractBaseUser, verb: Verb) -> QuerySet[BulkItem]:
    """Return the items about people to whom a login may not do this."""
    return BulkItem.objects.exclude(employee__in=people_to(user, verb))


def may_undo_bulk(user: AbstractBaseUser, bulk: BulkAction) -> bool:
    """Return whether a login takes an action back: who did it, or could do it to all in it."""
    if bulk.actor_id == user.pk:
        return True
    beyond = find_beyond(user, BULK_VERBS[bulk.kind])
    return not beyond.filter(bulk=bulk).exists()
