"""Re-derive what is cached and compare."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from certification.awards.reads import (
    Rulebook,
    derive_state,
    load_dated_cases,
    load_rulebook,
    local_today,
    pause_collector,
)
from certification.reports.reads.holders import batches
from certification.standing.models import BranchTally, CoverageSpan, Standing
from certification.standing.rules import TALLY_FIELDS, Derived, Pair
from lms.api import Employee

AT_ONCE = 200
"""People verified at once, with all they hold in memory."""

COMPARED = (
    "branch_id",
    "standing",
    "task",
    "required",
    "badge",
    "valid_from",
    "valid_until",
    "covered_until",
    "due_on",
    "window_opens_on",
    "counted",
    "compliant",
    "is_new",
)
read_compared = attrgetter(*COMPARED)
"""What has to be the same in a stored row and in a derived one."""

Spans = tuple[tuple[date, date | None], ...]
NO_SPANS: Final[Spans] = ()


@dataclass(frozen=True)
class Drift:
    """One place where the cache says something else than the facts."""

    where: str
    field: str
    cached: object
    derived: object


def find_drift(*, now: datetime) -> Iterator[Drift]:
    """Yield every difference between caches and facts; a cache in order yields nothing.

    Rows whose time has come and that the sweep has not reached yet are not drift: run
    ``advance`` first.
    """
    yield from find_row_drift(Employee.objects.all(), now)
    yield from compare_tallies()


def find_row_drift(people: QuerySet[Employee], now: datetime) -> Iterator[Drift]:
    """Yield the differences in the standings and spans of some people."""
    rulebook = load_rulebook()
    people = people.select_related("home_branch").order_by("pk")
    for batch in batches(people.iterator(chunk_size=AT_ONCE), AT_ONCE):
        yield from compare_people(batch, rulebook, now)


@pause_collector()
def compare_people(people: Collection[Employee], rulebook: Rulebook, now: datetime) -> list[Drift]:
    """Return the differences of a few people. At most eleven queries."""
    cases = load_dated_cases(people)
    spans = load_spans(people)
    found: list[Drift] = []
    for pair, case in cases.items():
        if not rulebook.versions.get(case.certification_id):
            continue
        row = derive_state(case, rulebook, local_today(case, now))
        held = spans.get(pair, NO_SPANS)
        stored = case.standing
        if stored and held == row.spans and read_compared(stored) == read_compared(row):
            continue
        where = f"{case.employee.employee_number} {rulebook.certifications[pair[1]].code}"
        found += compare_row(where, stored, row)
        if held != row.spans:
            found.append(Drift(where, "spans", held, row.spans))
    return found


def load_spans(people: Collection[Employee]) -> dict[Pair, Spans]:
    """Return the stored spans of some people, in order. One query."""
    spans: dict[Pair, Spans] = {}
    found = CoverageSpan.objects.filter(employee_id__sb_among=[person.pk for person in people])
    names = ("employee_id", "certification_id", "from_on", "until_on")
    for person_id, certification_id, *days in found.order_by("from_on").values_list(*names):
        pair = (person_id, certification_id)
        spans[pair] = (*spans.get(pair, NO_SPANS), (days[0], days[1]))
    return spans


def compare_row(where: str, stored: Standing | None, row: Derived) -> Iterator[Drift]:
    """Yield the fields in which a stored row differs from what was derived."""
    if stored is None:
        yield Drift(where, "row", None, row.badge)
        return
    for name in COMPARED:
        if getattr(stored, name) != getattr(row, name):
            yield Drift(where, name, getattr(stored, name), getattr(row, name))


def compare_tallies() -> Iterator[Drift]:
    """Yield the tallies that are not the sum of their standings."""
    held = Q(standing__in=["valid", "grace"])
    required = Q(required="required")
    counts: Iterable[Mapping[str, Any]] = (
        Standing.objects.filter(branch__isnull=False)
        .values("branch_id", "certification_id")
        .annotate(
            n_counted=Count("pk", filter=Q(counted=True)),
            n_compliant=Count("pk", filter=Q(counted=True, compliant=True)),
            n_newcomers=Count("pk", filter=Q(is_new=True)),
            n_overdue=Count("pk", filter=required & Q(task__in=["overdue", "closed"])),
            n_expiring=Count("pk", filter=required & Q(badge="expiring")),
            n_optional=Count("pk", filter=Q(required="optional")),
            n_optional_held=Count("pk", filter=Q(required="optional") & held),
        )
    )
    summed = {
        (row["branch_id"], row["certification_id"]): tuple(row[f"n_{f}"] for f in TALLY_FIELDS)
        for row in counts
    }
    zero = (0,) * len(TALLY_FIELDS)
    for tally in BranchTally.objects.select_related("branch", "certification"):
        derived = summed.pop((tally.branch_id, tally.certification_id), zero)
        cached = tuple(getattr(tally, name) for name in TALLY_FIELDS)
        if cached != derived:
            yield Drift(f"{tally.branch.code} {tally.certification.code}", "tally", cached, derived)
    for (branch_id, certification_id), derived in summed.items():
        if derived != zero:
            yield Drift(f"branch {branch_id} {certification_id}", "tally", None, derived)
