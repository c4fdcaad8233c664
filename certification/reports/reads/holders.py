"""Who was certified on a day, as known today or at an earlier moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from certification.awards.models import Award
from certification.awards.reads import derive_timeline, load_cases, load_rulebook
from certification.catalogue.models import Certification
from lms.api import Branch, Employee, Posting, Region

BATCH = 1000


class Holder(NamedTuple):
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
    most: int | None = None,
    batch: int = BATCH,
) -> Iterator[Holder]:
    """Return who among ``people`` was certified on a day, by branch of that day, then number.

    A certificate outlives a job, but nobody counts on somebody who has left: only those who worked
    somewhere on the day are listed, as the screen and the matrix of that day count them.

    ``after`` starts behind a branch code and employee number: the last ones of a page before.
    A page of at most so many costs the branches it is made of, not the company.

    Without ``known_at`` the spans answer, in one read. With it the facts are replayed as they
    were known, ``batch`` people at a time, and so is the branch: the main posting on the day.
    """
    people = narrow_to_place(people, on, known_at, branch, region)
    if after is not None:
        code, number = after
        people = people.filter(
            Q(branch_then__gt=code) | Q(branch_then=code, employee_number__gt=number)
        )
    if known_at is None:
        return holders_from_spans(certification, on, people, most)
    return islice(holders_as_known(certification, on, people, known_at, batch), most)


def narrow_to_place(
    people: QuerySet[Employee],
    on: date,
    known_at: datetime | None,
    branch: Branch | None,
    region: Region | None,
) -> QuerySet[Employee]:
    """Keep who worked at a place on the day, with the branch's code of then as ``branch_then``.

    Both as known; without a place, whoever worked anywhere. Main postings never overlap, so that
    nobody comes twice.
    """
    if known_at is None:
        joined = join_postings(people, on)
        if branch is not None:
            joined = joined.filter(posted__branch=branch)
        if region is not None:
            joined = joined.filter(posted__branch__region__path__startswith=region.path)
        return joined.order_by("branch_then", "employee_number")  # type: ignore[no-any-return]
    posted = Posting.objects.primary().on(on, known_at)
    here = posted.filter(employee=OuterRef("pk")).values("branch__code")[:1]
    if branch is not None:
        posted = posted.filter(branch=branch)
    if region is not None:
        posted = posted.filter(branch__region__path__startswith=region.path)
    people = people.filter(pk__in=posted.values("employee")).annotate(branch_then=Subquery(here))
    return people.order_by("branch_then", "employee_number")


def join_postings(people: QuerySet[Employee], on: date) -> Any:
    """Join the main posting of the day: a subquery for each person took ten times as long.

    Any, as django-stubs knows no filtered relation.
    """
    covers = Q(postings__until_on__isnull=True) | Q(postings__until_on__gt=on)
    covers &= Q(postings__kind=Posting.Kind.PRIMARY, postings__from_on__lte=on)
    joined = people.annotate(posted=FilteredRelation("postings", condition=covers))
    return joined.filter(posted__isnull=False).annotate(branch_then=F("posted__branch__code"))


def holders_from_spans(
    certification: Certification, on: date, people: QuerySet[Employee], most: int | None
) -> Iterator[Holder]:
    """Answer from the stored spans."""
    # One join rather than two subqueries a person, and no person built whole: half the time.
    covers = Q(coverage__until_on__isnull=True) | Q(coverage__until_on__gt=on)
    covers &= Q(coverage__certification=certification, coverage__from_on__lte=on)
    rows = people.annotate(held=FilteredRelation("coverage", condition=covers)).filter(
        held__isnull=False
    )
    names = ("employee_number", "given_name", "family_name", "branch_then")
    found = rows.values_list(*names, "held__from_on", "held__until_on")
    for number, given, family, *rest in found[:most] if most else read_to_the_end(found):
        yield Holder(number, f"{given} {family}".strip(), *rest)


def read_to_the_end(rows: Any) -> Iterator[Any]:
    """Yield rows without holding all of them.

    PostgreSQL plans a cursor as if only its first tenth were wanted; here all of it is, and that
    plan takes four times as long.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
        yield from rows.iterator(chunk_size=BATCH)


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
            line = derive_timeline(cases[person.pk, certification.pk], rulebook)
            status = line.at(on, known_at)
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
