"""Why a date is what it is, for one person and certification."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from certification.awards.models import Assignment, AssignmentEnd, CycleDelta
from certification.awards.reads import (
    Case,
    award_numbers,
    derive_as_known,
    load_cases,
    load_rulebook,
)
from certification.catalogue.models import Certification
from certification.policy.rules.timeline import Timeline
from lms.api import Employee, Posting


@dataclass(frozen=True)
class ExplainedAward:
    """An award as the facts finally stand. ``valid_until`` is the first day no longer valid."""

    uuid: str
    basis: str
    valid_from: date
    valid_until: date | None
    trace: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """Standing, task and duty on a day, with the reasons for every date.

    ``branch`` is the code of the branch on that day, as known; empty where there was none.
    """

    employee: str
    certification: str
    on: date
    branch: str
    standing: str
    task: str
    required: str
    badge: str
    valid_from: date | None
    valid_until: date | None
    due_on: date | None
    window_opens_on: date | None
    asked_because: tuple[str, ...]
    due_because: str
    reasons: tuple[str, ...]
    awards: tuple[ExplainedAward, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values; dates stay dates."""
        return asdict(self)


def explain_standing(
    *,
    employee: Employee,
    certification: Certification,
    on: date,
    known_at: datetime | None = None,
) -> Explanation:
    """Return what the facts say about a person on a local day, and why.

    ``known_at`` leaves out what was recorded later. At most fourteen queries.
    """
    rulebook = load_rulebook([certification.pk])
    cases = load_cases([employee], [certification.pk])
    case = cases.get((employee.pk, certification.pk)) or empty_case(employee, certification)
    line = derive_as_known(case, rulebook, known_at)
    status = line.at(on, known_at)
    uuids = {number: uuid for uuid, number in award_numbers(case).items()}
    return Explanation(
        employee=employee.employee_number,
        certification=certification.code,
        on=on,
        branch=find_branch_code(employee, on, known_at),
        standing=status.standing,
        task=status.task,
        required=status.required,
        badge=status.badge,
        valid_from=status.valid_from,
        valid_until=status.valid_until,
        due_on=status.due_on,
        window_opens_on=status.window_opens_on,
        asked_because=list_reasons(case, on, known_at),
        due_because=" ".join(
            [
                *([explain_due_day(line, on, known_at)] if status.due_on else []),
                *list_changes_on(case, line, on, known_at),
            ]
        ),
        reasons=tuple(status.reasons),
        awards=tuple(
            ExplainedAward(
                uuid=str(uuids[award.number]),
                basis=award.basis,
                valid_from=award.valid_from,
                valid_until=award.valid_until,
                trace=tuple(award.trace),
            )
            for award in line.awards_known(known_at)
        ),
    )


def find_branch_code(employee: Employee, on: date, known_at: datetime | None) -> str:
    """Return the code of the branch of somebody's main posting on a day, as known. One query."""
    posted = Posting.objects.primary().on(on, known_at).filter(employee=employee)
    return posted.values_list("branch__code", flat=True).first() or ""


def list_reasons(case: Case, on: date, known_at: datetime | None = None) -> tuple[str, ...]:
    """Return why the certification is asked of the person on a day, each reason once."""
    live = [
        row.reason
        for row in case.assignments
        if row.reason
        and row.from_on <= on
        and is_known(row, known_at)
        and not has_ended(row, on, known_at)
    ]
    return tuple(dict.fromkeys(live))


def is_known(row: Assignment | AssignmentEnd, known_at: datetime | None) -> bool:
    """Return whether a fact had been recorded by a moment."""
    return known_at is None or row.recorded_at <= known_at


def has_ended(row: Assignment, on: date, known_at: datetime | None) -> bool:
    """Return whether an assignment no longer holds on a day, as known."""
    end: AssignmentEnd | None = getattr(row, "end", None)
    return end is not None and end.on <= on and is_known(end, known_at)


def explain_due_day(line: Timeline, on: date, known_at: datetime | None) -> str:
    """Return in words why work is due when it is."""
    cycle = line.open_cycle(on, known_at)
    if cycle is None or cycle.due_on is None:
        return ""
    if cycle.kind == "renewal":
        return gettext("Due on the last day of what you hold.")
    planned = cycle.planned_due_on or cycle.due_on
    days = (planned - cycle.opens_on).days
    words = ngettext(
        "%(days)d day after it opened on %(day)s.",
        "%(days)d days after it opened on %(day)s.",
        days,
    ) % {"days": days, "day": date_format(cycle.opens_on)}
    moved = (cycle.due_on - planned).days
    if not moved:
        return words
    return f"{words} " + ngettext(
        "Moved by %(days)d day of leave.", "Moved by %(days)d days of leave.", moved
    ) % {"days": moved}


def list_changes_on(
    case: Case, line: Timeline, on: date, known_at: datetime | None
) -> tuple[str, ...]:
    """Return the changes of standards behind what is open on a day. No query but for a change."""
    cycle = line.open_cycle(on, known_at)
    if cycle is None or cycle.kind != "delta":
        return ()
    joined = read_joined_changes(case.employee, known_at)
    return tuple(
        words
        for row in case.cycles
        if row.kind == "delta" and row.opens_on == cycle.opens_on
        for words in joined.get(row.pk, ())
    )


def read_joined_changes(
    employee: Employee, known_at: datetime | None = None
) -> dict[int, list[str]]:
    """Return what changed, in words that name the standard, by the cycle it joined. One query."""
    links = CycleDelta.objects.filter(cycle__employee=employee)
    if known_at is not None:
        links = links.filter(recorded_at__lte=known_at)
    found: dict[int, list[str]] = defaultdict(list)
    for link in links.select_related("delta__standard_version__standard").order_by("pk"):
        standard = link.delta.standard_version.standard
        words = {"code": standard.code, "note": link.delta.change_note or standard.title}
        found[link.cycle_id].append(gettext("What changed: %(code)s: %(note)s.") % words)
    return found


def empty_case(employee: Employee, certification: Certification) -> Case:
    """Return the case of somebody about whom nothing is recorded."""
    branch = employee.home_branch
    return Case(employee, certification.pk, branch.time_zone if branch is not None else "UTC")
