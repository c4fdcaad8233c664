"""From facts to the events of ``timeline``, and whether a cycle's requirements are met. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Need:
    """One requirement as data: what, the lowest material number, and its group."""

    id: int
    kind: str
    target: UUID
    lowest_material_number: int
    path: str
    group: str
    group_needs: int


@dataclass(frozen=True)
class Work:
    """One finished piece of work: what it was, which record shows it, and when it was done."""

    kind: str
    target: UUID
    evidence: UUID
    done_at: datetime
    material_number: int


def select_needs(needs: Iterable[Need], cycle_kind: str) -> list[Need]:
    """Return the needs of a cycle's path: the renewal path is taken if there is one.

    A delta cycle asks for none of them: what it asks for came with the change.
    """
    if cycle_kind == "delta":
        return []
    wanted = "renewal" if cycle_kind == "renewal" else "first"
    return [need for need in needs if need.path in ("both", wanted)]


def match_evidence(
    needs: Iterable[Need], works: Iterable[Work], counts_from: datetime
) -> dict[int, Work]:
    """Return for each need that is met the earliest work that meets it.

    Work done before ``counts_from`` or on an older material version does not count.
    """
    by_target: dict[tuple[str, UUID], list[Work]] = defaultdict(list)
    for work in works:
        if work.done_at >= counts_from:
            by_target[work.kind, work.target].append(work)
    found: dict[int, Work] = {}
    for need in needs:
        fitting = [
            work
            for work in by_target[need.kind, need.target]
            if work.material_number >= need.lowest_material_number
        ]
        if fitting:
            found[need.id] = min(fitting, key=lambda work: work.done_at)
    return found


@dataclass(frozen=True)
class HeldSpan:
    """Time ``[begins_at, ends_at)`` during which another certification is held; None: for good.

    ``evidence`` is the award that it begins with.
    """

    begins_at: datetime
    ends_at: datetime | None
    evidence: UUID

    def covers(self, moment: datetime) -> bool:
        """Return whether it is held at a moment."""
        return self.begins_at <= moment and (self.ends_at is None or moment < self.ends_at)


NOTHING_HELD: Final[Mapping[int, Sequence[HeldSpan]]] = {}


def find_completion(
    needs: Sequence[Need],
    done: Mapping[int, datetime],
    held: Mapping[int, Sequence[HeldSpan]] = NOTHING_HELD,
    *,
    since: datetime | None = None,
    by: datetime | None = None,
) -> datetime | None:
    """Return the first moment at which every group of needs is met, or None.

    ``done`` maps the ids of met needs to when they were met: work stays done. ``held`` gives for
    the needs that ask for another certification when it is held: a lapse un-meets them, and all
    must be met at once. A group is met while as many members as it needs are. No moment before
    ``since`` or after ``by`` is looked at. No needs at all can never be completed.
    """
    if not needs:
        return None
    groups: dict[str, list[Need]] = defaultdict(list)
    for need in needs:
        groups[need.group or f"#{need.id}"].append(need)
    moments = {*done.values(), *(span.begins_at for spans in held.values() for span in spans)}
    if since is not None:
        moments = {max(moment, since) for moment in moments}
    for moment in sorted(moments):
        if by is not None and moment > by:
            return None
        if all(is_group_met(members, done, held, moment) for members in groups.values()):
            return moment
    return None


def is_group_met(
    members: Sequence[Need],
    done: Mapping[int, datetime],
    held: Mapping[int, Sequence[HeldSpan]],
    moment: datetime,
) -> bool:
    """Return whether as many members of a group as it needs are met at a moment."""
    wanted = members[0].group_needs if members[0].group else 1
    met = sum(
        (need.id in done and done[need.id] <= moment)
        or find_span(held.get(need.id, ()), moment) is not None
        for need in members
    )
    return met >= wanted


def find_span(spans: Iterable[HeldSpan], moment: datetime) -> HeldSpan | None:
    """Return the span in which a moment lies, or None."""
    return next((span for span in spans if span.covers(moment)), None)


@dataclass(frozen=True)
class PersonFacts:
    """Everything recorded about one employee and certification, as plain values.

    Instants carry a zone; each mapping already has the keys of an event of ``timeline``.
    ``awards`` pairs an award's uuid with its event, ``award_events`` the award's with their own.
    """

    zone: str
    events: tuple[Mapping[str, Any], ...]
    awards: tuple[tuple[UUID, Mapping[str, Any]], ...]
    award_events: tuple[tuple[UUID, Mapping[str, Any]], ...]


def state_of_award(events: Iterable[tuple[str, date]], on: date) -> str:
    """Return ``revoked``, ``suspended`` or nothing: how an award stands on a day.

    ``events`` are kinds and days in the order they were recorded. Who is revoked is not suspended
    as well, and one reinstatement takes back both.
    """
    state = ""
    for kind, day in sorted(events, key=lambda event: event[1]):
        if day > on:
            break
        if kind == "reinstated":
            state = ""
        elif kind in ("revoked", "suspended") and state != "revoked":
            state = kind
    return state


def start_of_day(day: date, zone: str) -> datetime:
    """Return the first instant of a local day."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone))


def moment_of_award(event: Mapping[str, Any], zone: str) -> datetime:
    """Return the instant at which an award's event stands in order."""
    if event["type"] == "completed":
        return cast("datetime", event["at"]).astimezone(UTC)
    return start_of_day(event["on"], zone).astimezone(UTC)


def order_awards(facts: PersonFacts) -> list[UUID]:
    """Return the uuids of the awards in the order in which ``timeline`` numbers them."""
    if len(facts.awards) < 2:
        return [award for award, _event in facts.awards]
    rows = sorted(facts.awards, key=lambda row: moment_of_award(row[1], facts.zone))
    return [award for award, _event in rows]


def build_events(facts: PersonFacts) -> list[Mapping[str, Any]]:
    """Return the events of ``timeline``; events of awards name their award by its number."""
    events = [*facts.events, *(event for _award, event in facts.awards)]
    if facts.award_events:
        number = {award: n for n, award in enumerate(order_awards(facts), start=1)}
        events += [{**event, "award": number[award]} for award, event in facts.award_events]
    return events


AWARD_COLUMNS: Final = {
    "employee_number": 40,
    "certification_code": 80,
    "awarded_on": 10,
    "valid_from": 10,
    "valid_until": 10,
    "evidence": 2_000,
}
"""The columns of a file of past awards, with the longest value each may hold."""

AWARD_NEEDS: Final = ("employee_number", "certification_code", "awarded_on", "valid_from")
"""The columns that no row may leave empty."""


@dataclass(frozen=True)
class AwardRow:
    """One past award of a file: the days ``[valid_from, valid_until)``; None never lapses."""

    number: int
    employee_number: str
    certification_code: str
    awarded_on: date
    valid_from: date
    valid_until: date | None
    evidence: str


@dataclass(frozen=True)
class AwardFault:
    """What is wrong with a row: ``not_a_date`` or ``dates_out_of_order``, and where."""

    number: int
    column: str
    value: str
    reason: str


def read_award_row(number: int, cells: Mapping[str, str]) -> AwardRow | AwardFault:
    """Return a row of clean cells as a past award, or the first thing that is wrong with it."""
    days: dict[str, date] = {}
    for column in ("awarded_on", "valid_from", "valid_until"):
        if cells[column]:
            day = parse_day(cells[column])
            if day is None:
                return AwardFault(number, column, cells[column], "not_a_date")
            days[column] = day
    until_on = days.get("valid_until")
    if until_on is not None and until_on <= days["valid_from"]:
        return AwardFault(number, "valid_until", cells["valid_until"], "dates_out_of_order")
    return AwardRow(
        number=number,
        employee_number=cells["employee_number"],
        certification_code=cells["certification_code"],
        awarded_on=days["awarded_on"],
        valid_from=days["valid_from"],
        valid_until=until_on,
        evidence=cells["evidence"],
    )


def parse_day(text: str) -> date | None:
    """Return a day written YYYY-MM-DD and no other way; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None
