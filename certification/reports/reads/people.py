"""The people of one branch by certifications, from their standings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from certification.catalogue.models import Certification
from certification.reports.reads.matrix import current_thresholds
from certification.reports.reads.places import (
    Place,
    find_branch,
    place_of,
    read_forest,
)
from certification.reports.rules import COUNT_FIELDS, Counts, Thresholds, counts_of
from certification.standing.models import Standing
from lms.api import Branch, Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

PAGE_SIZE = 50


@dataclass(frozen=True)
class PeopleFilters:
    """What the address asks for. ``badge`` keeps people with that badge in a column shown."""

    certifications: tuple[str, ...] = ()
    badge: str = ""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class PersonCell:
    """How one certification stands for one person. ``valid_until`` is the first day without it."""

    badge: str
    due_on: date | None
    valid_until: date | None
    required: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person with a cell per certification; None where nothing was ever recorded."""

    uuid: UUID
    employee_number: str
    name: str
    job_role: str
    cells: tuple[PersonCell | None, ...]


@dataclass(frozen=True)
class BranchPeople:
    """A page of the people of a branch."""

    place: Place
    trail: tuple[Place, ...]
    certifications: tuple[Certification, ...]
    rows: tuple[PersonRow, ...]
    totals: tuple[Counts, ...]
    thresholds: Thresholds
    rows_in_all: int
    page: int


def read_branch_people(
    *, user: User, branch: UUID, filters: PeopleFilters, today: date, page: int = 1
) -> BranchPeople:
    """Return a page of the people at home in a branch. At most eight queries, whatever it holds.

    Raises:
        NotFoundError: the branch is unknown or out of scope.

    """
    found = find_branch(user, branch)
    columns = read_columns(found, filters, today)
    people = list_people(found, filters, [row.pk for row, _cell in columns], today)
    count = people.count()
    page = max(1, min(page, -(-count // PAGE_SIZE) or 1))
    certifications = tuple(row for row, _cell in columns)
    return BranchPeople(
        place=place_of(found),
        trail=read_forest(user).trail(found.region.path),
        certifications=certifications,
        rows=tuple(fill_rows(people[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], certifications)),
        totals=tuple(cell for _row, cell in columns),
        thresholds=current_thresholds(),
        rows_in_all=count,
        page=page,
    )


def stream_people_rows(
    *, user: User, branch: UUID, filters: PeopleFilters, today: date
) -> tuple[BranchPeople, Iterator[PersonRow]]:
    """Return the first page and all rows, page by page: two queries for each further page."""
    first = read_branch_people(user=user, branch=branch, filters=filters, today=today)

    def follow() -> Iterator[PersonRow]:
        yield from first.rows
        if first.rows_in_all <= PAGE_SIZE:
            return
        ids = [row.pk for row in first.certifications]
        people = list_people(Branch.objects.get(uuid=branch), filters, ids, today)
        for start in range(PAGE_SIZE, first.rows_in_all, PAGE_SIZE):
            yield from fill_rows(people[start : start + PAGE_SIZE], first.certifications)

    return first, follow()


def read_columns(
    branch: Branch, filters: PeopleFilters, today: date
) -> list[tuple[Certification, Counts]]:
    """Return the certifications of the columns with the branch's tally of each. One query."""
    rows = Certification.objects.all()
    if filters.certifications:
        rows = rows.filter(code__in=filters.certifications)
    else:
        rows = rows.active_on(today)
    rows = rows.annotate(
        here=FilteredRelation("tallies", condition=Q(tallies__branch=branch)),
        **{f"here_{name}": F(f"here__{name}") for name in COUNT_FIELDS},
    ).order_by("title", "code")
    return [
        (row, counts_of({name: getattr(row, f"here_{name}") for name in COUNT_FIELDS}))
        for row in rows
    ]


def list_people(
    branch: Branch, filters: PeopleFilters, certification_ids: list[int], today: date
) -> QuerySet[Employee]:
    """Return who is at home in a branch and employed, narrowed and by name.

    The branch has passed the gate, and with it the people who are at home there.
    """
    people = Employee.objects.filter(home_branch=branch).employed_on(today)
    if filters.badge:
        fitting = Standing.objects.filter(
            employee=OuterRef("pk"), certification__in=certification_ids, badge=filters.badge
        )
        people = people.filter(Exists(fitting))
    order = ["family_name", "given_name", "pk"]
    if filters.descending:
        order = [f"-{name}" for name in order]
    return people.order_by(*order)


def fill_rows(
    people: QuerySet[Employee], certifications: tuple[Certification, ...]
) -> Iterator[PersonRow]:
    """Return people with their cells. Two queries."""
    # Plain rows, as for the matrix: a page has a thousand cells.
    loaded = list(
        people.values_list(
            "pk", "uuid", "employee_number", "given_name", "family_name", "home_job_role__name"
        )
    )
    ids = [row.pk for row in certifications]
    standings = Standing.objects.filter(
        employee__in=[row[0] for row in loaded], certification__in=ids
    )
    cells = {
        (row[0], row[1]): PersonCell(*row[2:])
        for row in standings.values_list(
            "employee_id", "certification_id", "badge", "due_on", "valid_until", "required"
        )
    }
    for person_id, uuid, number, given, family, role in loaded:
        yield PersonRow(
            uuid=uuid,
            employee_number=number,
            name=f"{given} {family}".strip(),
            job_role=role or "",
            cells=tuple(cells.get((person_id, pk)) for pk in ids),
        )
