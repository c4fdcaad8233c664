"""Practice: whom an assessor may sign off, what stands in the way, and who can sign."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from certification.awards.models import Cycle, SignOff
from certification.catalogue.models import Certification, Requirement
from certification.proofs.permissions import people_to_assess
from certification.proofs.reads.cycles import OpenNeed, find_open_needs, find_own_needs
from certification.standing.models import CoverageSpan
from courses import api as courses_api
from lms import api as lms_api
from lms.api import Employee, Grant, Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

KIND = Requirement.Kind.SIGN_OFF.value
SHOWN = 200


def list_candidates(user: User, now: datetime) -> list[OpenNeed]:
    """Return what a login may sign off now, by person. Four queries, whatever the number."""
    here = Employee.objects.employed_on(lms_api.local_day(now, "UTC"))
    people = here.filter(pk__in=people_to_assess(user).values("pk"))
    return find_open_needs(people, KIND, now)[:SHOWN]


def find_candidate(user: User, person: UUID, target: UUID, now: datetime) -> OpenNeed:
    """Return what a login may sign off for one person.

    Raises:
        NotFoundError: unknown, out of the login's reach, or not asked for now.

    """
    people = people_to_assess(user).filter(uuid=person)
    found = find_open_needs(people, KIND, now)
    need = next((row for row in found if row.requirement.target == target), None)
    if need is None:
        raise lms_api.NotFoundError(_("There is nothing here to sign off."))
    return need


def find_need(employee: Employee, target: UUID, now: datetime) -> OpenNeed | None:
    """Return the open requirement of a person that a sign-off would meet, or None."""
    found = find_own_needs(employee, KIND, now)
    return next((row for row in found if row.requirement.target == target), None)


def find_obstacle(user: AbstractBaseUser, need: OpenNeed, now: datetime) -> lms_api.LmsError | None:
    """Return why a login cannot sign off although it may look, or None. Three queries."""
    certification = need.cycle.certification
    if not holds_today(user, certification, now):
        return lms_api.RuleError(
            _("You do not hold “%(title)s” today. Only somebody who holds it signs it off.")
            % {"title": certification.title},
            code="not_certified",
        )
    if not certification.assessor_may_train and is_trainer(user, need.cycle):
        return lms_api.RuleError(
            _("You own a course of this certification. Somebody else signs it off."),
            code="trainer",
        )
    return None


def holds_today(user: AbstractBaseUser, certification: Certification, now: datetime) -> bool:
    """Return whether a login's own person holds a certification on the day it is there."""
    own = lms_api.find_employee(user)
    if own is None:
        return False
    today = lms_api.local_day(now, lms_api.zone_of(own))
    spans = CoverageSpan.objects.filter(employee=own, certification=certification)
    return (
        spans.filter(from_on__lte=today)
        .filter(Q(until_on__isnull=True) | Q(until_on__gt=today))
        .exists()
    )


def is_trainer(user: AbstractBaseUser, cycle: Cycle) -> bool:
    """Return whether a login owns a course that the cycle's version requires."""
    courses = [
        row.target
        for row in cycle.version.requirements.all()
        if row.kind == Requirement.Kind.COURSE
    ]
    pages = courses_api.CoursePage.objects.filter(translation_key__in=courses, owner_id=user.pk)
    return bool(courses) and pages.exists()


def find_last_sign_off(employee: Employee, target: UUID) -> SignOff | None:
    """Return the latest sign-off of a person for one thing, or None. One query."""
    rows = SignOff.objects.filter(employee=employee, target=target)
    return rows.select_related("assessor", "certification").order_by("-signed_at", "-pk").first()


def list_own_sign_offs(employee: Employee) -> list[SignOff]:
    """Return what was signed off for a person, the latest first. One query."""
    rows = SignOff.objects.filter(employee=employee)
    return list(rows.select_related("assessor", "certification").order_by("-signed_at", "-pk"))


def find_assessors(employee: Employee, certification: Certification, now: datetime) -> list[str]:
    """Return the names of those who could sign off for a person today. One query.

    They are assessors for the person's branch and hold the certification themselves.
    """
    branch = employee.home_branch
    if branch is None:
        return []
    step, path = Region.steplen, branch.region.path
    above = [path[:end] for end in range(step, len(path) + 1, step)]
    place = (
        Q(branch=branch) | Q(region__path__in=above) | Q(branch__isnull=True, region__isnull=True)
    )
    grants = Grant.objects.live().filter(place, role="assessor").values("user_id")
    today = lms_api.local_day(now, lms_api.zone_of(employee))
    holders = CoverageSpan.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gt=today),
        certification=certification,
        from_on__lte=today,
    )
    people: QuerySet[Employee] = Employee.objects.filter(
        user__in=get_user_model().objects.filter(is_active=True, pk__in=grants),
        pk__in=holders.values("employee_id"),
    ).exclude(pk=employee.pk)
    return [person.full_name for person in people.order_by("family_name", "given_name")[:20]]
