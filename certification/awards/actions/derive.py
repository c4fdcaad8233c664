"""Re-derive everything of some people from their facts, in one transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from certification.awards.actions.cycles import (
    Works,
    award_early,
    complete_cycle,
    load_works,
    open_due_cycle,
    settle_stale_cycle,
)
from certification.awards.models import Award, Cycle
from certification.awards.reads import (
    Case,
    Rulebook,
    derive_row,
    load_cases,
    load_rulebook,
    local_today,
)
from certification.reminders.actions import Movement, plan_for
from certification.standing.actions import store_standings
from certification.standing.rules import Pair
from lms.api import Employee


@dataclass
class Refreshed:
    """What a refresh did: cycles opened, awards made, and how many cached rows changed."""

    opened: list[Cycle] = field(default_factory=list)
    awarded: list[Award] = field(default_factory=list)
    changed: int = 0


def refresh_people(*, employee_ids: Collection[int], now: datetime) -> Refreshed:
    """Open what is due, count finished work, award what is complete, and rewrite the caches.

    Running it twice at the same moment changes nothing. The people are locked for the
    transaction, so that two writers never count one piece of work twice. The number of queries
    does not grow with the number of people, apart from the awards and cycles that are written.
    """
    with transaction.atomic():
        employees = lock_people(employee_ids)
        rulebook = load_rulebook()
        cases = load_ruled_cases(employees, rulebook)
        done = advance_cases(cases, rulebook, now)
        store(cases, rulebook, done, now)
    return done


def count_work(*, employee_uuid: str | UUID, now: datetime) -> Refreshed:
    """Count what a person just finished, also for certifications nobody asked of them.

    At most thirty queries up to the award; an unknown person changes nothing.
    """
    with transaction.atomic():
        employees = lock_rows(Employee.objects.filter(uuid=employee_uuid))
        rulebook = load_rulebook()
        cases = load_ruled_cases(employees, rulebook)
        works = load_works([employee.pk for employee in employees], None)
        early = []
        for employee in employees:
            for certification_id in rulebook.versions:
                pair = (employee.pk, certification_id)
                case = cases.get(pair) or Case(employee, certification_id, zone_of(employee))
                award = award_early(case, rulebook, works, now)
                if award is not None:
                    early.append(award)
                    cases[pair] = case
        done = advance_cases(cases, rulebook, now, works)
        done.awarded += early
        store(cases, rulebook, done, now)
    return done


def lock_people(employee_ids: Collection[int]) -> list[Employee]:
    """Return the people, locked in one order, with branch and role. One query."""
    return lock_rows(Employee.objects.filter(pk__in=set(employee_ids)))


def lock_rows(people: QuerySet[Employee]) -> list[Employee]:
    """Return people, locked in one order, with branch and role. One query."""
    return list(
        people.select_for_update(of=("self",))
        .select_related("home_branch__region", "home_job_role")
        .order_by("pk")
    )


def load_ruled_cases(employees: Collection[Employee], rulebook: Rulebook) -> dict[Pair, Case]:
    """Return the cases of these people whose certification has a version."""
    cases = load_cases(employees)
    return {
        pair: case for pair, case in cases.items() if rulebook.versions.get(case.certification_id)
    }


def zone_of(employee: Employee) -> str:
    """Return the time zone of a person's branch."""
    return employee.home_branch.time_zone if employee.home_branch is not None else "UTC"


def advance_cases(
    cases: dict[Pair, Case], rulebook: Rulebook, now: datetime, works: Works | None = None
) -> Refreshed:
    """Open the cycles that are due and award the open ones that are complete.

    ``works`` is everything the people finished, where the caller has it at hand.
    """
    done = Refreshed()
    for case in cases.values():
        settle_stale_cycle(case, rulebook, now)
        if case.open_cycle is None:
            cycle = open_due_cycle(case, rulebook, now)
            if cycle is not None:
                done.opened.append(cycle)
    open_cases = [case for case in cases.values() if case.open_cycle is not None]
    if not open_cases:
        return done
    if works is None:
        since = min(case.open_cycle.counts_from for case in open_cases if case.open_cycle)
        works = load_works({case.employee.pk for case in open_cases}, since)
    for case in open_cases:
        award = complete_cycle(case, rulebook, works, now)
        if award is not None:
            done.awarded.append(award)
    return done


def store(cases: dict[Pair, Case], rulebook: Rulebook, done: Refreshed, now: datetime) -> None:
    """Derive every case and bring caches and planned notices to it."""
    # The people are locked, so that the rows are as they were when the cases were loaded.
    previous = {pair: case.standing for pair, case in cases.items() if case.standing is not None}
    rows = [derive_row(case, rulebook, now) for case in cases.values()]
    since = {pair: row.derived_on for pair, row in previous.items()}
    opened = {(cycle.employee_id, cycle.certification_id): cycle for cycle in done.opened}
    awarded = {(award.employee_id, award.certification_id): award for award in done.awarded}
    done.changed = store_standings(derived=rows, previous=previous)
    plan_for(
        movements=[
            Movement(
                row=row,
                since=since.get(row.pair, row.derived_on),
                employee=cases[row.pair].employee,
                certification=rulebook.certifications[row.certification_id],
                subject=subject_of(cases[row.pair]),
                zone=cases[row.pair].zone,
                opened=row.pair in opened and opened[row.pair].kind == Cycle.Kind.FIRST,
                awarded=row.pair in awarded,
                assigned_on=assigned_on(cases[row.pair]),
            )
            for row in rows
        ],
        now=now,
    )


def assigned_on(case: Case) -> date | None:
    """Return the local day on which the open first cycle was recorded, or None without one."""
    cycle = case.open_cycle
    if cycle is None or cycle.kind != Cycle.Kind.FIRST:
        return None
    return local_today(case, cycle.recorded_at)


def subject_of(case: Case) -> str:
    """Return the uuid of what a notice is about: the open cycle, else the latest award."""
    if case.open_cycle is not None:
        return str(case.open_cycle.uuid)
    if case.awards:
        return str(case.awards[-1].uuid)
    return str(case.employee.uuid)
