"""Who was certified on a day, as known today or at an earlier moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from certification.awards.models import Award
from certification.awards.reads import derive_timeline, load_cases, load_rulebook
from certification.catalogue.models import Certification
from lms.api import Branch, Employee, Posting, Region

BATCH = 1000


@dataclass(frozen=True)
class Holder:
    """Somebody who was certified on the day, and where he or she worked then."""

    employee_number: str
    name: str
    branch_code: str
    valid_from: date
    valid_until: date | None


def find_holders(
    *,
    certification: Certification,
    on: date,
    people: QuerySet[Employee],
    known_at: datetime | None = None,
    branch: Branch | None = None,
    region: Region | None = None,
    after: tuple[str, str] | None = None,
    batch: int = BATCH,
) -> Iterator[Holder]:
    """Return who among ``people`` was certified on a day, by branch of that day, then number.

    ``after`` starts behind a branch code and employee number: the last ones of a page before.

    Without ``known_at`` the spans answer, in one query. With it the facts are replayed as they
    were known, ``batch`` people at a time, and so is the branch: the main posting on the day.
    """
    people = narrow_to_place(people, on, known_at, branch, region)
    if after is not None:
        code, number = after
        people = people.filter(
            Q(branch_then__gt=code) | Q(branch_then=code, employee_number__gt=number)
        )
    if known_at is None:
        return holders_from_spans(certification, on, people)
    return holders_as_known(certification, on, people, known_at, batch)


def narrow_to_place(
    people: QuerySet[Employee],
    on: date,
    known_at: datetime | None,
    branch: Branch | None,
    region: Region | None,
) -> QuerySet[Employee]:
    """Add as ``branch_then`` the code of the branch on the day, and keep those of a place, by it.

    Both as known. Whoever worked nowhere that day has an empty code.
    """
    posted = Posting.objects.primary().on(on, known_at)
    here = posted.filter(employee=OuterRef("pk")).values("branch__code")[:1]
    if branch is not None:
        people = people.filter(pk__in=posted.filter(branch=branch).values("employee"))
    if region is not None:
        inside = posted.filter(branch__region__path__startswith=region.path)
        people = people.filter(pk__in=inside.values("employee"))
    people = people.annotate(branch_then=Coalesce(Subquery(here), Value("")))
    return people.order_by("branch_then", "employee_number")


def holders_from_spans(
    certification: Certification, on: date, people: QuerySet[Employee]
) -> Iterator[Holder]:
    """Answer from the stored spans."""
    # One join rather than two subqueries a person, and no person built whole: half the time.
    covers = Q(coverage__until_on__isnull=True) | Q(coverage__until_on__gt=on)
    covers &= Q(coverage__certification=certification, coverage__from_on__lte=on)
    rows = people.annotate(held=FilteredRelation("coverage", condition=covers)).filter(
        held__isnull=False
    )
    names = ("employee_number", "given_name", "family_name", "branch_then")
    for number, given, family, branch, start, until in rows.values_list(
        *names, "held__from_on", "held__until_on"
    ).iterator(chunk_size=BATCH):
        yield Holder(number, f"{given} {family}".strip(), branch, start, until)


def holders_as_known(
    certification: Certification,
    on: date,
    people: QuerySet[Employee],
    known_at: datetime,
    size: int,
) -> Iterator[Holder]:
    """Answer from the facts that had been recorded by a moment."""
    rulebook = load_rulebook([certification.pk])
    awarded = Award.objects.filter(certification=certification).values("employee_id")
    rows = people.filter(pk__in=awarded).select_related("home_branch")
    for batch in batches(rows.iterator(chunk_size=size), size):
        cases = load_cases(batch, [certification.pk])
        person: Any  # annotated by narrow_to_place
        for person in batch:
            status = derive_timeline(cases[person.pk, certification.pk], rulebook).at(on, known_at)
            if status.standing == "valid" and status.valid_from is not None:
                yield Holder(
                    person.employee_number,
                    person.full_name,
                    person.branch_then,
                    status.valid_from,
                    status.valid_until,
                )


def batches(rows: Iterable[Employee], size: int = BATCH) -> Iterator[list[Employee]]:
    """Yield lists of at most so many."""
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch
