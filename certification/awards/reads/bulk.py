"""Load the facts of very many people at once, for who derives them all and shows nothing."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from threading import Lock

from django.db.models import Exists, Q

from certification.awards.models import Assignment, Award, Cycle
from certification.awards.reads.cases import Case, CaseFile, Rows, fill_cases
from certification.awards.reads.rulebook import Rulebook
from certification.standing.models import match_pairs
from certification.standing.rules import Pair
from lms.api import Employee

LOCK = Lock()
PAUSES: list[bool] = []
"""Who pauses the collector at the moment: whether each found it on. The first one counts."""


@contextmanager
def pause_collector() -> Iterator[None]:
    """Leave garbage in circles alone for the length of one batch.

    The collector walks all objects that are there each time some hundred have come, and those of
    a batch all stay until its end: a quarter of the time went into finding nothing.

    The collector belongs to the process: among threads that pause it, the last one to leave
    turns it on again.
    """
    with LOCK:
        PAUSES.append(gc.isenabled())
        gc.disable()
    try:
        yield
    finally:
        with LOCK:
            found_on = PAUSES.pop()
            if not PAUSES and found_on:
                gc.enable()


def load_dated_cases(employees: Collection[Employee]) -> dict[Pair, Case]:
    """Return all cases of these people with what dates depend on. At most ten queries.

    Neither versions of cycles nor words of awards.
    """
    narrow = Q(employee_id__sb_among=[employee.pk for employee in employees])
    return fill_cases(CaseFile(employees), narrow, dated_rows())


def load_people(
    employees: Collection[Employee],
    rulebook: Rulebook,
    certification_ids: Collection[int] | None = None,
) -> dict[Pair, Case]:
    """Return the cases of these people, in some certifications or all, as they are refreshed.

    At most ten queries.
    """
    narrow = Q(employee_id__sb_among=[employee.pk for employee in employees])
    if certification_ids is not None:
        narrow &= Q(certification_id__sb_among=certification_ids)
    return load_refreshed(employees, narrow, rulebook)


def load_pairs(
    employees: Collection[Employee], standing_ids: Collection[int], rulebook: Rulebook
) -> dict[Pair, Case]:
    """Return the cases of some standings, whose people are given, as they are refreshed.

    At most ten queries.
    """
    return load_refreshed(employees, match_pairs(standing_ids), rulebook)


def load_refreshed(
    employees: Collection[Employee], narrow: Q | Exists, rulebook: Rulebook
) -> dict[Pair, Case]:
    """Return cases without what is only shown. Their cycles are whole, as they may be closed.

    The versions of cycles are those of the rulebook.
    """
    rows = dated_rows()._replace(cycles=Cycle.objects.all())
    cases = fill_cases(CaseFile(employees), narrow, rows)
    for case in cases.values():
        for cycle in case.cycles:
            cycle.version = rulebook.versions_by_id[cycle.version_id]
    return cases


def dated_rows() -> Rows:
    """Return the facts without what no date depends on: names, reasons, and what awards say."""
    of_whom = ("employee_id", "certification_id", "recorded_at")
    return Rows(
        assignments=Assignment.objects.only(
            *of_whom, "from_on", "due_on", "optional", "end__on", "end__recorded_at"
        ),
        cycles=Cycle.objects.only(
            *of_whom,
            "kind",
            "opens_on",
            "due_on",
            "closes_on",
            "started_at",
            "state",
            "finished_at",
        ),
        awards=Award.objects.only(
            *of_whom,
            "uuid",
            "basis",
            "awarded_at",
            "zone",
            "valid_from",
            "valid_until",
            "anchor_on",
            "anchor_active",
            "intervals",
        ),
    )
