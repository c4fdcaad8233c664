"""One person's record: everything recorded about them, and why each date is what it is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from certification.awards.models import (
    Assignment,
    Award,
    AwardEvent,
    Cycle,
    CycleEvidence,
    Exemption,
)
from certification.awards.reads import (
    Case,
    Rulebook,
    award_numbers,
    derive_timeline,
    load_cases,
    load_rulebook,
)
from certification.catalogue.models import Certification
from certification.reports.reads.places import not_found
from lms import api as lms_api
from lms.api import Absence, Employee, Notice, Posting

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

NOTICES_SHOWN = 50


@dataclass(frozen=True)
class AwardRecord:
    """An award with the dates that the facts finally give it, why, and what happened to it."""

    award: Award
    valid_from: date
    valid_until: date | None
    reasons: tuple[str, ...]
    events: tuple[AwardEvent, ...]


@dataclass(frozen=True)
class CycleRecord:
    """A cycle with what was done for it."""

    cycle: Cycle
    evidence: tuple[CycleEvidence, ...]


@dataclass(frozen=True)
class CertificationRecord:
    """How one certification stands for a person today, and everything recorded about it."""

    certification: Certification
    standing: str
    task: str
    required: str
    badge: str
    valid_from: date | None
    valid_until: date | None
    due_on: date | None
    window_opens_on: date | None
    reasons: tuple[str, ...]
    assignments: tuple[Assignment, ...]
    exemptions: tuple[Exemption, ...]
    cycles: tuple[CycleRecord, ...]
    awards: tuple[AwardRecord, ...]


@dataclass(frozen=True)
class Person:
    """A person's whole record as of a local day."""

    employee: Employee
    on: date
    certifications: tuple[CertificationRecord, ...]
    postings: tuple[Posting, ...]
    absences: tuple[Absence, ...]
    notices: tuple[Notice, ...]


def find_person(user: User, uuid: UUID) -> Employee:
    """Return a person whose record a user may see, with branch, region and role. Two queries.

    Raises:
        NotFoundError: unknown, or out of scope.

    """
    people = Employee.objects.visible_to(user).select_related(
        "home_branch__region", "home_job_role", "manager"
    )
    person = people.filter(uuid=uuid).first()
    if person is None:
        raise not_found()
    return person


def read_person(*, user: User, uuid: UUID, now: datetime) -> Person:
    """Return a person's record on the day it is at the person's branch.

    Fourteen queries and two per request for the gate, whatever the history.

    Raises:
        NotFoundError: unknown, or out of scope.

    """
    employee = find_person(user, uuid)
    today = lms_api.local_day(now, lms_api.zone_of(employee))
    rulebook = load_rulebook()
    cases = load_cases([employee])
    evidence = read_evidence(employee)
    records = [
        build_record(case, rulebook, evidence, today)
        for case in cases.values()
        if rulebook.versions.get(case.certification_id)
    ]
    postings = Posting.objects.real().filter(employee=employee)
    postings = postings.select_related("branch", "job_role")
    # What was planned for days before the history was loaded tells nothing and hides the rest.
    told = Notice.objects.filter(recipient=employee).exclude(reason="history")
    notices = told.select_related("mail")
    return Person(
        employee=employee,
        on=today,
        certifications=tuple(sorted(records, key=lambda row: row.certification.title)),
        postings=tuple(postings.order_by("-from_on", "-pk")),
        absences=tuple(Absence.objects.filter(employee=employee).order_by("-from_on")),
        notices=tuple(notices.order_by("-due_at", "-pk")[:NOTICES_SHOWN]),
    )


def read_evidence(employee: Employee) -> dict[int, list[CycleEvidence]]:
    """Return what was done for each cycle of a person, by the cycle's id. One query."""
    found: dict[int, list[CycleEvidence]] = defaultdict(list)
    rows = CycleEvidence.objects.filter(cycle__employee=employee).select_related(
        "requirement", "delta_need"
    )
    for row in rows.order_by("done_at", "pk"):
        found[row.cycle_id].append(row)
    return found


def build_record(
    case: Case, rulebook: Rulebook, evidence: dict[int, list[CycleEvidence]], today: date
) -> CertificationRecord:
    """Return what the facts of a case say on a day. No queries."""
    line = derive_timeline(case, rulebook)
    status = line.at(today)
    return CertificationRecord(
        certification=rulebook.certifications[case.certification_id],
        standing=status.standing,
        task=status.task,
        required=status.required,
        badge=status.badge,
        valid_from=status.valid_from,
        valid_until=status.valid_until,
        due_on=status.due_on,
        window_opens_on=status.window_opens_on,
        reasons=tuple(status.reasons),
        assignments=tuple(case.assignments),
        exemptions=tuple(case.exemptions),
        cycles=tuple(
            CycleRecord(cycle, tuple(evidence.get(cycle.pk, ()))) for cycle in reversed(case.cycles)
        ),
        awards=build_awards(case, line),
    )


def build_awards(case: Case, line: Any) -> tuple[AwardRecord, ...]:
    """Return the awards of a case, the newest first, as the timeline dates them."""
    numbers = award_numbers(case)
    derived = {award.number: award for award in line.awards}
    found = []
    for award in reversed(case.awards):
        told = derived.get(numbers[award.uuid])
        found.append(
            AwardRecord(
                award=award,
                valid_from=told.valid_from if told else award.valid_from,
                valid_until=told.valid_until if told else award.valid_until,
                reasons=tuple(told.trace) if told else tuple(award.trace),
                events=tuple(case.award_events.get(award.pk, ())),
            )
        )
    return tuple(found)
