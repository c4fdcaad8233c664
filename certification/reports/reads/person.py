"""One person's record: everything recorded about them, and why each date is what it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from certification.awards.models import (
    Assignment,
    Award,
    AwardEvent,
    Cycle,
    CycleDelta,
    CycleEvidence,
    DeltaNeed,
    Exemption,
)
from certification.awards.reads import (
    Case,
    Rulebook,
    award_numbers,
    derive_timeline,
    load_cases,
    load_rulebook,
    path_of_cycle,
    to_need,
)
from certification.awards.rules import select_needs, state_of_award
from certification.catalogue.models import Certification, Requirement
from certification.policy.rules.history import Validity
from certification.reports.reads.band import Band, read_band
from certification.reports.reads.explain import explain_due_day, read_joined_changes
from certification.reports.reads.places import not_found
from lms import api as lms_api
from lms.api import Absence, Employee, Notice, Posting

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

NOTICES_SHOWN = 300
VERB_WORDS = {
    "extend": _("Extend"),
    "suspend": _("Suspend"),
    "reinstate": _("Reinstate"),
    "correct": _("Correct"),
    "revoke": _("Revoke"),
    "void": _("Void"),
}
NEVER_WAS = (AwardEvent.Kind.VOIDED, AwardEvent.Kind.CORRECTED)


@dataclass(frozen=True)
class AwardRecord:
    """An award with the dates that the facts finally give it, why, and what happened to it."""

    award: Award
    valid_from: date
    valid_until: date | None
    reasons: tuple[str, ...]
    events: tuple[AwardEvent, ...]

    @property
    def is_void(self) -> bool:
        """Whether it was voided or replaced: nothing more can happen to it."""
        return any(event.kind in NEVER_WAS for event in self.events)

    @property
    def verbs(self) -> list[tuple[str, str]]:
        """What can be done to it as it stands, with the words."""
        state = state_of_award(((row.kind, row.effective_on) for row in self.events), date.max)
        keys = ["reinstate"] if state else ["extend", "suspend", "correct"]
        if self.award.valid_until is None and "extend" in keys:
            keys.remove("extend")
        if state != "revoked":
            keys.append("revoke")
        return [(key, str(VERB_WORDS[key])) for key in [*keys, "void"]]


@dataclass(frozen=True)
class CycleRecord:
    """A cycle with what was done for it, and the changes of standards that joined it."""

    cycle: Cycle
    evidence: tuple[CycleEvidence, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True)
class CertificationRecord:
    """How one certification stands for a person today, and everything recorded about it.

    ``missing`` is what the open cycle still asks for.
    """

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
    due_because: str
    missing: tuple[str, ...]
    band: Band
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

    At most nineteen queries and two per request for the gate, whatever the history.

    Raises:
        NotFoundError: unknown, or out of scope.

    """
    employee = find_person(user, uuid)
    today = lms_api.local_day(now, lms_api.zone_of(employee))
    rulebook = load_rulebook()
    cases = load_cases([employee])
    evidence = read_evidence(employee)
    changes = read_joined_changes(employee)
    news = read_change_steps(employee)
    wanted = read_wanted(case.open_cycle for case in cases.values())
    records = [
        build_record(case, rulebook, evidence, today, wanted, changes, news)
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


def read_wanted(cycles: Iterable[Cycle | None]) -> dict[int, list[Requirement]]:
    """Return what the versions of some cycles ask for, by version. At most one query."""
    ids = {cycle.version_id for cycle in cycles if cycle is not None}
    found: dict[int, list[Requirement]] = defaultdict(list)
    if ids:
        for row in Requirement.objects.filter(version__in=ids):
            found[row.version_id].append(row)
    return found


def read_change_steps(employee: Employee) -> dict[int, list[DeltaNeed]]:
    """Return what changes of standards ask for in each open cycle of a person. One query.

    Of several changes of one standard the newest counts: what is done since answers all of them.
    """
    links = CycleDelta.objects.filter(cycle__employee=employee, cycle__state=Cycle.State.OPEN)
    rows = DeltaNeed.objects.filter(delta__cycles__in=links).annotate(of=F("delta__cycles__cycle"))
    found: dict[int, dict[tuple[str, UUID], DeltaNeed]] = defaultdict(dict)
    for row in rows.order_by("delta__cycles__recorded_at", "delta_id", "position", "pk"):
        found[row.of][row.kind, row.target] = row
    return {cycle_id: list(steps.values()) for cycle_id, steps in found.items()}


def list_missing(
    case: Case,
    evidence: dict[int, list[CycleEvidence]],
    wanted: dict[int, list[Requirement]],
    news: dict[int, list[DeltaNeed]],
    today: date,
) -> tuple[str, ...]:
    """Return what the open cycle still asks for: what changed comes first, then its requirements.

    A group of alternatives that is met asks for no more.
    """
    cycle = case.open_cycle
    if cycle is None:
        return ()
    learned = {row.delta_need_id for row in evidence.get(cycle.pk, ())}
    steps = [row.label for row in news.get(cycle.pk, ()) if row.pk not in learned]
    met = {row.requirement_id for row in evidence.get(cycle.pk, ())}
    rows = wanted.get(cycle.version_id, [])
    path = path_of_cycle(cycle, today)
    needs = {need.id for need in select_needs([to_need(row) for row in rows], path)}
    done: dict[str, int] = defaultdict(int)
    for row in rows:
        done[row.group] += row.pk in met
    steps += [
        row.label
        for row in rows
        if row.pk in needs
        and row.pk not in met
        and not (row.group and done[row.group] >= row.group_needs)
    ]
    return tuple(steps)


def build_record(
    case: Case,
    rulebook: Rulebook,
    evidence: dict[int, list[CycleEvidence]],
    today: date,
    wanted: dict[int, list[Requirement]],
    changes: dict[int, list[str]],
    news: dict[int, list[DeltaNeed]],
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
        due_because=explain_due_day(line, today, None) if status.due_on else "",
        missing=list_missing(case, evidence, wanted, news, today),
        band=read_band(line, today),
        assignments=tuple(case.assignments),
        exemptions=tuple(case.exemptions),
        cycles=tuple(
            CycleRecord(cycle, tuple(evidence.get(cycle.pk, ())), tuple(changes.get(cycle.pk, ())))
            for cycle in reversed(case.cycles)
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


def read_what_if(*, employee: Employee, certification: Certification, on: date) -> Validity:
    """Return what finishing a certification on a day would earn, and why. At most ten queries.

    Raises: NotFoundError when the certification has no rule yet.
    """
    rulebook = load_rulebook([certification.pk])
    if not rulebook.versions.get(certification.pk):
        raise not_found()
    cases = load_cases([employee], [certification.pk])
    pair = (employee.pk, certification.pk)
    case = cases.get(pair) or Case(employee, certification.pk, lms_api.zone_of(employee))
    return derive_timeline(case, rulebook).what_if(on)
