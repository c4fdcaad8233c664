"""Where people are at home today, derived from their main postings; and who is told of changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import (
    Case,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from lms import registry
from lms.organisation.models import Employee, Posting

FOLLOW_AT_ONCE: Final = 1_000
IDS_PER_STATEMENT: Final = 500


def derive_homes(*, employee_ids: Collection[int], today: date) -> None:
    """Set home branch and job role of these people to their main posting of ``today``.

    Without one it is the last that began, else the first to come. One statement per 500 people.
    """
    home = rank_postings(today)
    for ids in split_ids(sorted(employee_ids), IDS_PER_STATEMENT):
        Employee.objects.filter(pk__in=ids).update(
            home_branch_id=Subquery(home.values("branch_id")[:1]),
            home_job_role_id=Subquery(home.values("job_role_id")[:1]),
        )


def rank_postings(today: date) -> QuerySet[Posting]:
    """Return a person's main postings (outer ``pk``), the home of ``today`` first."""
    covering = Q(from_on__lte=today) & (Q(until_on__isnull=True) | Q(until_on__gt=today))
    rank = Case(
        When(covering, then=Value(0)),
        When(from_on__lte=today, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    postings = Posting.objects.primary().real().filter(employee=OuterRef("pk"))
    return postings.annotate(rank=rank).order_by("rank", "-from_on", "pk")


def refresh_home_branches(*, today: date, now: datetime) -> int:
    """Follow postings that began or ended by date; return how many people are now elsewhere.

    Called by ``advance``. Cheap when nothing changed: one query finds nobody.
    """
    elsewhere = (
        Posting.objects.primary()
        .on(today)
        .filter(employee=OuterRef("pk"))
        .exclude(branch=OuterRef("home_branch"), job_role=OuterRef("home_job_role"))
    )
    with transaction.atomic():
        ids = list(
            Employee.objects.filter(Exists(elsewhere)).order_by("pk").values_list("pk", flat=True)
        )
        derive_homes(employee_ids=ids, today=today)
        tell_followers(employee_ids=ids, today=today, now=now)
    return len(ids)


def tell_followers(*, employee_ids: Collection[int], today: date, now: datetime) -> None:
    """Tell upper apps whom a roster change touched, inside its transaction, 1,000 at a time."""
    for ids in split_ids(sorted(employee_ids), FOLLOW_AT_ONCE):
        for follow in registry.roster_followers:
            follow(ids, today, now)


def split_ids(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """Yield pieces of at most ``size`` ids."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
