"""Why a date is what it is, for one person and certification."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from certification.awards.reads import (
    Case,
    award_numbers,
    derive_timeline,
    load_cases,
    load_rulebook,
)
from certification.catalogue.models import Certification
from lms.api import Employee


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
    """Standing, task and duty on a day, with the reasons for every date."""

    employee: str
    certification: str
    on: date
    standing: str
    task: str
    required: str
    badge: str
    valid_from: date | None
    valid_until: date | None
    due_on: date | None
    window_opens_on: date | None
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

    ``known_at`` leaves out what was recorded later. Ten queries, whatever the history.
    """
    rulebook = load_rulebook([certification.pk])
    cases = load_cases([employee], [certification.pk])
    case = cases.get((employee.pk, certification.pk)) or empty_case(employee, certification)
    line = derive_timeline(case, rulebook)
    status = line.at(on, known_at)
    uuids = {number: uuid for uuid, number in award_numbers(case).items()}
    return Explanation(
        employee=employee.employee_number,
        certification=certification.code,
        on=on,
        standing=status.standing,
        task=status.task,
        required=status.required,
        badge=status.badge,
        valid_from=status.valid_from,
        valid_until=status.valid_until,
        due_on=status.due_on,
        window_opens_on=status.window_opens_on,
        reasons=tuple(status.reasons),
        awards=tuple(
            ExplainedAward(
                uuid=str(uuids[award.number]),
                basis=award.basis,
                valid_from=award.valid_from,
                valid_until=award.valid_until,
                trace=tuple(award.trace),
            )
            for award in line.awards
        ),
    )


def empty_case(employee: Employee, certification: Certification) -> Case:
    """Return the case of somebody about whom nothing is recorded."""
    branch = employee.home_branch
    return Case(employee, certification.pk, branch.time_zone if branch is not None else "UTC")
