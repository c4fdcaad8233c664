"""Load the facts of many people at once, as the events of ``timeline``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from certification.awards.models import (
    Assignment,
    Award,
    AwardEvent,
    Cycle,
    CycleMove,
    Exemption,
)
from certification.awards.reads.rulebook import Rulebook
from certification.awards.rules import PersonFacts, build_events, order_awards
from certification.policy.rules.timeline import Timeline
from certification.rules import timeline
from certification.standing.models import Standing
from certification.standing.rules import Pair
from lms.api import Absence, Employee


@dataclass
class Case:
    """The rows of one employee and certification, and what ``timeline`` needs of them."""

    employee: Employee
    certification_id: int
    zone: str
    assignments: list[Assignment] = field(default_factory=list)
    exemptions: list[Exemption] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    cycles: list[Cycle] = field(default_factory=list)
    moves: dict[int, list[CycleMove]] = field(default_factory=dict)
    awards: list[Award] = field(default_factory=list)
    award_events: dict[int, list[AwardEvent]] = field(default_factory=dict)
    standing: Standing | None = None
    timeline: Timeline | None = None

    @property
    def pair(self) -> Pair:
        """The key of the case."""
        return self.employee.pk, self.certification_id

    @property
    def open_cycle(self) -> Cycle | None:
        """The cycle under way, or None."""
        return next((row for row in self.cycles if row.state == Cycle.State.OPEN), None)

    def forget_timeline(self) -> None:
        """Have the timeline derived anew, because a fact was added."""
        self.timeline = None

    def facts(self) -> PersonFacts:
        """Return the recorded rows as plain events."""
        events = [*self._assignment_events(), *self._span_events(), *self._cycle_events()]
        return PersonFacts(
            zone=self.zone,
            events=tuple(events),
            awards=tuple((award.uuid, award_event(award, self.zone)) for award in self.awards),
            award_events=tuple(
                (award.uuid, event)
                for award in self.awards
                for event in events_of_award(award, self.award_events.get(award.pk, ()))
            ),
        )

    def _assignment_events(self) -> Iterable[dict[str, Any]]:
        for number, row in enumerate(self.assignments, start=1):
            yield {
                "type": "assigned",
                "on": row.from_on,
                "due_on": row.due_on,
                "optional": row.optional,
                "recorded_at": row.recorded_at,
            }
            end = getattr(row, "end", None)
            if end is not None:
                yield {
                    "type": "unassigned",
                    "on": max(end.on, row.from_on),
                    "assignment": number,
                    "recorded_at": end.recorded_at,
                }

    def _span_events(self) -> Iterable[dict[str, Any]]:
        yield from leave_events("exempted", "exemption_ended", "exemption", self.exemptions)
        yield from leave_events("absent", "returned", "absence", self.absences)

    def _cycle_events(self) -> Iterable[dict[str, Any]]:
        kept = (row for row in self.cycles if row.state != Cycle.State.CANCELLED)
        return self.cycle_events(kept)

    def cycle_events(self, cycles: Iterable[Cycle]) -> Iterable[dict[str, Any]]:
        """Yield what opened, moved, closed and began these cycles of the case."""
        for row in cycles:
            if row.kind == Cycle.Kind.VOLUNTARY:
                continue
            moves = self.moves.get(row.pk, [])
            # The row carries the days it was moved to last; it opened with those before.
            due_on = moves[0].due_before_on if moves else row.due_on
            closes_on = moves[0].closes_before_on if moves else row.closes_on
            yield {
                "type": "cycle_opened",
                "on": row.opens_on,
                "kind": row.kind,
                "due_on": due_on,
                "closes_on": closes_on,
                "recorded_at": row.recorded_at,
            }
            yield from move_events(row, moves, self.zone)
            if row.kind == Cycle.Kind.DELTA and row.finished_at is not None:
                # The others end with their award.
                day = max(row.finished_at.astimezone(ZoneInfo(self.zone)).date(), row.opens_on)
                yield {"type": "cycle_closed", "on": day, "recorded_at": row.finished_at}
            if row.started_at is not None:
                day = max(row.started_at.astimezone(ZoneInfo(self.zone)).date(), row.opens_on)
                yield {
                    "type": "started",
                    "on": day,
                    "recorded_at": row.started_at,
                }


def move_events(cycle: Cycle, moves: Iterable[CycleMove], zone: str) -> Iterable[dict[str, Any]]:
    """Yield the moves of a cycle to other versions, each from the local day it was recorded on."""
    for move in moves:
        day = move.recorded_at.astimezone(ZoneInfo(zone)).date()
        yield {
            "type": "cycle_moved",
            "on": max(day, cycle.opens_on),
            "opened_on": cycle.opens_on,
            "policy": move.to_version.policy,
            "due_on": move.due_after_on,
            "closes_on": move.closes_after_on,
            "recorded_at": move.recorded_at,
        }


def leave_events(
    kind: str, ending: str, number_field: str, rows: Iterable[Exemption | Absence]
) -> Iterable[dict[str, Any]]:
    """Yield exemptions or leave as events, in the order in which they are numbered, with ends.

    An end before the first day or after the last says no more than one on it.
    """
    ordered = sorted(rows, key=lambda row: (row.from_on, row.pk))
    for number, row in enumerate(ordered, start=1):
        yield {
            "type": kind,
            "from": row.from_on,
            "until": row.until_on,
            "recorded_at": row.recorded_at,
        }
        for end in row.ends.all():
            yield {
                "type": ending,
                "on": min(max(end.on, row.from_on), row.until_on),
                number_field: number,
                "recorded_at": end.recorded_at,
            }


def award_event(award: Award, zone: str) -> dict[str, Any]:
    """Return an award as an event. A completion keeps the local day of its own zone.

    Somebody who moves to a branch in another zone must not have old completions change day: the
    wall clock of the award's zone is carried over into the person's present one.
    """
    wall = award.awarded_at.astimezone(ZoneInfo(award.zone))
    if award.basis == Award.Basis.COMPLETED:
        at = wall.replace(tzinfo=ZoneInfo(zone))
        event = {"type": "completed", "at": at, "recorded_at": award.recorded_at}
        return event | stored_dates(award) if award.pk else event
    return {
        "type": "awarded",
        "on": wall.date(),
        "valid_from": award.valid_from,
        "valid_until": award.valid_until,
        "basis": award.basis,
        "recorded_at": award.recorded_at,
    }


def stored_dates(award: Award) -> dict[str, Any]:
    """Return the dates an award was made with: nothing that happens later moves them."""
    return {
        "valid_until": award.valid_until,
        "anchor_on": award.anchor_on,
        "anchor_active": award.anchor_active or None,
        "intervals": award.intervals,
    }


def events_of_award(award: Award, rows: Iterable[AwardEvent]) -> Iterable[dict[str, Any]]:
    """Yield what happened to an award as events, still without the award's number.

    ``rows`` come in the order they were recorded. A correction voids: the award that replaces this
    one is an award of its own. An extension that ends earlier than the one before takes it back.
    """
    until = award.valid_until
    for row in rows:
        event: dict[str, Any] = {"type": row.kind, "recorded_at": row.recorded_at}
        if row.kind == AwardEvent.Kind.EXTENDED:
            event["on"] = row.effective_on
            event["until"] = row.until_on
            event["back"] = bool(until and row.until_on and row.until_on < until)
            until = row.until_on
        else:
            event["effective_on"] = row.effective_on
        if row.kind == AwardEvent.Kind.CORRECTED:
            event["type"] = "voided"
        yield event


class CaseFile:
    """The cases of some people, made as rows about them turn up."""

    def __init__(self, employees: Collection[Employee]) -> None:
        self._people = {employee.pk: employee for employee in employees}
        self.cases: dict[Pair, Case] = {}

    @property
    def employee_ids(self) -> list[int]:
        """The ids of the people."""
        return list(self._people)

    def of(self, row: Any) -> Case:
        """Return the case a row belongs to, new if need be."""
        pair = (row.employee_id, row.certification_id)
        if pair not in self.cases:
            employee = self._people[row.employee_id]
            branch = employee.home_branch
            zone = branch.time_zone if branch is not None else "UTC"
            self.cases[pair] = Case(employee, row.certification_id, zone)
        return self.cases[pair]


class Rows(NamedTuple):
    """The facts to read, narrowed to the columns that are wanted."""

    assignments: QuerySet[Assignment]
    cycles: QuerySet[Cycle]
    awards: QuerySet[Award]


def load_cases(
    employees: Collection[Employee], certification_ids: Collection[int] | None = None
) -> dict[Pair, Case]:
    """Return all cases of these people that have any fact. At most ten queries.

    ``employees`` come with their home branch selected.
    """
    narrow = Q(employee_id__sb_among=[employee.pk for employee in employees])
    if certification_ids is not None:
        narrow &= Q(certification_id__in=list(certification_ids))
    rows = Rows(
        assignments=Assignment.objects.all(),
        cycles=Cycle.objects.select_related("version"),
        awards=Award.objects.all(),
    )
    return fill_cases(CaseFile(employees), narrow, rows)


def fill_cases(file: CaseFile, narrow: Q | Exists, rows: Rows) -> dict[Pair, Case]:
    """Read what ``narrow`` matches into a file; return its cases."""
    assignments = rows.assignments.filter(narrow).select_related("end")
    for assignment in assignments.order_by("from_on", "pk"):
        file.of(assignment).assignments.append(assignment)
    for exemption in Exemption.objects.filter(narrow).prefetch_related("ends").order_by("pk"):
        file.of(exemption).exemptions.append(exemption)
    add_cycles(file, rows.cycles.filter(narrow))
    for award in rows.awards.filter(narrow).order_by("awarded_at", "pk"):
        file.of(award).awards.append(award)
    for standing in Standing.objects.filter(narrow):
        file.of(standing).standing = standing
    add_events_and_leave(file, narrow)
    return file.cases


def add_cycles(file: CaseFile, rows: QuerySet[Cycle]) -> None:
    """Give each case its cycles with their moves. One query, one more where anything moved."""
    moved = CycleMove.objects.filter(cycle=OuterRef("pk"))
    moved_cases = {}
    for cycle in rows.annotate(has_moved=Exists(moved)).order_by("seq"):
        case = file.of(cycle)
        case.cycles.append(cycle)
        if cycle.has_moved:
            moved_cases[cycle.pk] = case
    if not moved_cases:
        return
    moves = CycleMove.objects.filter(cycle__in=list(moved_cases)).select_related("to_version")
    for move in moves.order_by("recorded_at", "pk"):
        moved_cases[move.cycle_id].moves.setdefault(move.cycle_id, []).append(move)


def add_events_and_leave(file: CaseFile, narrow: Q | Exists) -> None:
    """Give each case the events of its awards and the leave of its person. Three queries."""
    events: dict[int, list[AwardEvent]] = defaultdict(list)
    of_awards = AwardEvent.objects.filter(award__in=Award.objects.filter(narrow).values("pk"))
    for event in of_awards.order_by("recorded_at", "pk"):
        events[event.award_id].append(event)
    absences: dict[int, list[Absence]] = defaultdict(list)
    leave = Absence.objects.filter(employee_id__sb_among=file.employee_ids).prefetch_related("ends")
    for absence in leave.order_by("pk"):
        absences[absence.employee_id].append(absence)
    for case in file.cases.values():
        case.absences = absences[case.employee.pk]
        case.award_events = {award.pk: events[award.pk] for award in case.awards}


def derive_timeline(case: Case, rulebook: Rulebook) -> Timeline:
    """Return the timeline of a case under the versions of its certification, derived once."""
    if case.timeline is None:
        case.timeline = derive_anew(case, rulebook)
    return case.timeline


def derive_as_known(case: Case, rulebook: Rulebook, known_at: datetime | None) -> Timeline:
    """Return the timeline to ask about what was known at a moment; None: now.

    A cycle that was cancelled since counts again, with the days that were frozen for it.
    """
    if known_at is None:
        return derive_timeline(case, rulebook)
    revived = [
        row
        for row in case.cycles
        if row.state == Cycle.State.CANCELLED and row.finished_at and row.finished_at > known_at
    ]
    if not revived:
        return derive_timeline(case, rulebook)
    return derive_anew(case, rulebook, case.cycle_events(revived))


def derive_anew(case: Case, rulebook: Rulebook, more: Iterable[dict[str, Any]] = ()) -> Timeline:
    """Return the timeline of a case, derived from its rows as they are now.

    ``more`` are events that are not stored: what would be if they were.
    """
    policy, later = rulebook.policies(case.certification_id)
    return timeline(policy, [*build_events(case.facts()), *later, *more], case.zone)


def award_numbers(case: Case) -> dict[UUID, int]:
    """Return the number by which ``timeline`` knows each award (from 1), by the award's uuid."""
    return {award: n for n, award in enumerate(order_awards(case.facts()), start=1)}


def derived_instant(day: date | None, zone: str) -> datetime | None:
    """Return the first instant of a local day, for ``next_change_at``."""
    if day is None:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
