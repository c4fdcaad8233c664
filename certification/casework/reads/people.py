"""Who fits a filter: people in the reader's scope, from their standings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from certification.catalogue.models import Certification, Requirement
from certification.standing.models import Standing
from courses import api as courses_api
from lms.api import Employee, Region, Standard

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

PAGE_SIZE = 50


@dataclass(frozen=True)
class PeopleQuery:
    """What the address asks for. ``due`` and ``expiring`` are days from today.

    ``lacking`` are those whom the matrix counts and finds not certified.
    """

    q: str = ""
    certification: str = ""
    badge: str = ""
    due: int | None = None
    expiring: int | None = None
    region: str = ""
    branch: str = ""
    role: str = ""
    standard: str = ""
    lacking: bool = False
    left: bool = False


@dataclass(frozen=True)
class PersonStates:
    """A person with the standings that fit, each with its certification."""

    person: Employee
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class PeoplePage:
    """Fifty people of all that fit."""

    rows: tuple[PersonStates, ...]
    count: int
    page: int


def list_people(user: AbstractBaseUser, query: PeopleQuery, today: date) -> QuerySet[Employee]:
    """Return the people in scope who fit, by name. At most seven queries before it runs itself."""
    return filter_people(user, query, today, match_standings(query, today))


def filter_people(
    user: AbstractBaseUser, query: PeopleQuery, today: date, condition: Q | None
) -> QuerySet[Employee]:
    """Return the people in scope who fit and have a standing that meets a condition, by name."""
    people = Employee.objects.visible_to(user)
    if not query.left:
        people = people.filter(Q(left_on__isnull=True) | Q(left_on__gt=today))
    for words in query.q.split():
        people = people.filter(
            Q(given_name__icontains=words)
            | Q(family_name__icontains=words)
            | Q(employee_number__iexact=words)
        )
    if query.region:
        region = Region.objects.visible_to(user).filter(uuid=UUID(query.region)).first()
        path = region.path if region else "-"
        people = people.filter(home_branch__region__path__startswith=path)
    if query.branch:
        people = people.filter(home_branch__code__iexact=query.branch)
    if query.role:
        people = people.filter(home_job_role__code=query.role)
    if condition is not None:
        fitting = Standing.objects.filter(condition, employee=OuterRef("pk"))
        people = people.filter(Exists(fitting))
    return people.order_by("family_name", "given_name", "pk")


def match_standings(query: PeopleQuery, today: date) -> Q | None:
    """Return what is asked of standings; None: nothing. At most three queries."""
    parts: dict[str, Any] = {}
    if query.certification:
        parts["certification__code"] = query.certification
    if query.badge:
        parts["badge"] = query.badge
    if query.lacking:
        parts |= {"counted": True, "compliant": False}
    if query.due is not None:
        parts |= {"required": "required", "due_on__lte": today + timedelta(days=query.due)}
        parts["task__in"] = ("open", "due_soon", "overdue", "closed")
    if query.expiring is not None:
        parts |= {
            "standing": "valid",
            "valid_until__lte": today + timedelta(days=query.expiring + 1),
        }
    condition = Q(**parts) if parts else None
    if query.standard:
        of_standard = Q(certification__in=find_certifications_of(query.standard))
        condition = of_standard & condition if condition is not None else of_standard
    return condition


def find_certifications_of(code: str) -> set[int]:
    """Return the certifications that ask to confirm a standard or take a course that teaches it.

    Three queries.
    """
    standard = Standard.objects.filter(code__iexact=code).first()
    if standard is None:
        return set()
    courses = courses_api.find_courses_teaching(standard.uuid)
    rows = Requirement.objects.filter(
        Q(kind=Requirement.Kind.ACKNOWLEDGEMENT, target=standard.uuid)
        | Q(kind=Requirement.Kind.COURSE, target__in=courses)
    )
    return set(rows.values_list("version__certification_id", flat=True))


def read_people(
    *, user: AbstractBaseUser, query: PeopleQuery, today: date, page: int = 1
) -> PeoplePage:
    """Return a page of the people who fit. At most ten queries, whatever the company's size.

    Four of them only look up a region or what asks for a standard.
    """
    condition = match_standings(query, today)
    people = filter_people(user, query, today, condition)
    count = people.count()
    page = max(1, min(page, -(-count // PAGE_SIZE) or 1))
    rows = list(
        people.select_related("home_branch", "home_job_role")[
            (page - 1) * PAGE_SIZE : page * PAGE_SIZE
        ]
    )
    states = read_states([person.pk for person in rows], condition)
    return PeoplePage(
        tuple(PersonStates(person, tuple(states[person.pk])) for person in rows), count, page
    )


def read_states(employee_ids: Collection[int], condition: Q | None) -> dict[int, list[Standing]]:
    """Return the standings of some people that fit, by person. One query."""
    found: dict[int, list[Standing]] = defaultdict(list)
    rows = Standing.objects.filter(employee__in=employee_ids).select_related("certification")
    if condition is not None:
        rows = rows.filter(condition)
    for row in rows.order_by("certification__title"):
        found[row.employee_id].append(row)
    return found


def find_certification(code: str) -> Certification | None:
    """Return a certification by its code. One query."""
    return Certification.objects.filter(code=code).first()
