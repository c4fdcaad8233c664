"""Re-derive everything of some people from their facts, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from certification.awards.actions.awarding import (
    HELD,
    Batch,
    award_early,
    complete_cycle,
    load_works,
    read_works,
)
from certification.awards.actions.cycles import open_due_cycle, settle_stale_cycle
from certification.awards.actions.delta import follow_changes, settle_delta, write_award_events
from certification.awards.actions.tell import plan_change_notices
from certification.awards.models import Award, Cycle
from certification.awards.reads import (
    Case,
    Rulebook,
    derive_row,
    find_next_change,
    load_changes,
    load_pairs,
    load_people,
    load_rulebook,
    local_today,
    pause_collector,
)
from certification.reminders.actions import Movement, plan_for
from certification.standing.actions import store_standings
from certification.standing.models import Standing
from certification.standing.rules import Pair
from lms.api import Employee

ANNOUNCED: Final = frozenset({Award.Basis.COMPLETED, Award.Basis.EVIDENCE})
"""Bases of awards that have a notice of their own: work that was completed, accepted proofs."""
RECORDED: Final = frozenset(Award.Basis) - {Award.Basis.CORRECTED}
"""Bases of awards that correct no other one."""


@dataclass
class Refreshed:
    """What a refresh did: cycles opened, awards made, and how many cached rows changed."""

    opened: list[Cycle] = field(default_factory=list)
    awarded: list[Award] = field(default_factory=list)
    changed: int = 0


@pause_collector()
def refresh_people(
    *,
    employee_ids: Collection[int],
    now: datetime,
    not_before: datetime | None = None,
    certification_ids: Collection[int] | None = None,
) -> Refreshed:
    """Open what is due, count finished work, award what is complete, and rewrite the caches.

    ``not_before`` holds mails back, so that what was done can still be taken back.
    ``certification_ids`` are those that new facts are about, and None for all; one that asks for
    another one, and the one asked for, are refreshed together.
    Running it twice at the same moment changes nothing. The people are locked for the
    transaction, so that two writers never count one piece of work twice. The number of queries
    does not grow with the number of people, apart from the awards and cycles that are written.
    """
    with transaction.atomic():
        batch = load_batch(lock_people(employee_ids), now, certification_ids)
        return refresh_batch(batch, not_before)


@pause_collector()
def refresh_pairs(*, standing_ids: Collection[int], now: datetime) -> Refreshed:
    """Do as ``refresh_people`` for the people and certifications of some standings only.

    The caller has locked the people, in its transaction. A certification that asks for another
    one, and the one asked for, are refreshed together.
    """
    standings = Standing.objects.filter(pk__sb_among=standing_ids)
    people = Employee.objects.filter(pk__in=standings.values("employee_id"))
    rulebook = load_rulebook()
    linked = find_linked(rulebook)
    if linked:
        met = standings.filter(certification_id__in=linked).values("employee_id")
        others = Standing.objects.filter(employee_id__in=met, certification_id__in=linked)
        standing_ids = {*standing_ids, *others.values_list("pk", flat=True)}
    people = people.select_related("home_branch").order_by("pk")
    cases = keep_ruled(load_pairs(people, standing_ids, rulebook), rulebook)
    return refresh_batch(Batch(cases, rulebook, load_changes(cases), now))


def find_linked(rulebook: Rulebook) -> set[int]:
    """Return the certifications that ask for another one, and those that are asked for."""
    ids = {row.uuid: key for key, row in rulebook.certifications.items()}
    linked: set[int] = set()
    for key, versions in rulebook.versions.items():
        for version in versions:
            for need in rulebook.needs[version.pk]:
                if need.kind == HELD and need.target in ids:
                    linked |= {key, ids[need.target]}
    return linked


def refresh_batch(batch: Batch, not_before: datetime | None = None) -> Refreshed:
    """Bring cases, whose people are locked, to the batch's moment."""
    done = Refreshed()
    advance_cases(batch, done)
    store(batch, done, not_before)
    return done


def count_work(*, employee_uuid: str | UUID, now: datetime) -> Refreshed:
    """Count what a person just finished, also for certifications nobody asked of them.

    At most thirty queries up to the award; an unknown person changes nothing.
    """
    with transaction.atomic():
        employees = lock_rows(Employee.objects.filter(uuid=employee_uuid))
        batch = load_batch(employees, now)
        batch.works = read_works([employee.pk for employee in employees], None, batch.kinds)
        done = Refreshed()
        award_unasked(employees, batch, done)
        settle_cases(batch, done)
        award_open(batch, done)
        if HELD in batch.kinds and done.awarded:
            # What was just earned may be all that another certification still waited for.
            award_unasked(employees, batch, done)
        store(batch, done)
    return done


def load_batch(
    employees: Collection[Employee], now: datetime, certification_ids: Collection[int] | None = None
) -> Batch:
    """Return the cases of these people with the rules and changes that concern them."""
    rulebook = load_rulebook()
    if certification_ids is not None:
        linked = find_linked(rulebook)
        certification_ids = set(certification_ids)
        certification_ids |= linked if certification_ids & linked else set()
    cases = keep_ruled(load_people(employees, rulebook, certification_ids), rulebook)
    return Batch(cases, rulebook, load_changes(cases), now)


def lock_people(employee_ids: Collection[int]) -> list[Employee]:
    """Return the people, locked in one order, with branch and role. One query."""
    return lock_rows(Employee.objects.filter(pk__sb_among=set(employee_ids)))


def lock_rows(people: QuerySet[Employee]) -> list[Employee]:
    """Return people, locked in one order, with branch and role. One query."""
    return list(
        people.select_for_update(of=("self",))
        .select_related("home_branch__region", "home_job_role")
        .order_by("pk")
    )


def keep_ruled(cases: dict[Pair, Case], rulebook: Rulebook) -> dict[Pair, Case]:
    """Return the cases whose certification has a version."""
    return {
        pair: case for pair, case in cases.items() if rulebook.versions.get(case.certification_id)
    }


def zone_of(employee: Employee) -> str:
    """Return the time zone of a person's branch."""
    return employee.home_branch.time_zone if employee.home_branch is not None else "UTC"


def advance_cases(batch: Batch, done: Refreshed) -> None:
    """Open the cycles that are due and award the open ones that are complete."""
    settle_cases(batch, done)
    since = [
        min([cycle.counts_from, *published_ats(batch, cycle)])
        for case in batch.cases.values()
        if (cycle := case.open_cycle) is not None
    ]
    if since:
        batch.works = load_works(batch, min(since))
    award_open(batch, done)


def published_ats(batch: Batch, cycle: Cycle) -> list[datetime]:
    """Return since when the work for the changes of a cycle counts."""
    return [delta.standard_version.published_at for delta in batch.changes.of_cycle(cycle)]


def settle_cases(batch: Batch, done: Refreshed) -> None:
    """End cycles that are no longer open, open those that are due, and let changes join them."""
    opened = []
    for case in batch.cases.values():
        settle_delta(case, batch.rulebook, batch.now)
        settle_stale_cycle(case, batch.rulebook, batch.now)
        if case.open_cycle is None:
            cycle = open_due_cycle(case, batch.rulebook, batch.now)
            if cycle is not None:
                opened.append(cycle)
    done.opened += Cycle.objects.bulk_create(opened, batch_size=1000)
    if batch.changes.deltas:
        cases = batch.cases.values()
        done.opened += follow_changes(cases, batch.rulebook, batch.changes, batch.now)


def award_unasked(employees: Iterable[Employee], batch: Batch, done: Refreshed) -> None:
    """Award what these people completed while no cycle was open for it, and what follows."""
    pairs = {
        (employee.pk, certification_id): employee
        for employee in employees
        for certification_id in batch.rulebook.versions
    }
    made = True
    while made:
        made = False
        for pair, employee in list(pairs.items()):
            case = batch.cases.get(pair) or Case(employee, pair[1], zone_of(employee))
            award = award_early(case, batch)
            if award is not None:
                done.awarded.append(award)
                batch.cases[pair] = case
                # Once each: certifications that ask for each other must not go round for ever.
                del pairs[pair]
                made = HELD in batch.kinds


def award_open(batch: Batch, done: Refreshed) -> None:
    """Award the open cycles that are complete, and those that these awards complete in turn.

    Each round ends at least one cycle, so certifications that ask for each other end it too.
    """
    while True:
        made = [
            award
            for case in batch.cases.values()
            if case.open_cycle is not None and (award := complete_cycle(case, batch)) is not None
        ]
        done.awarded += made
        if not made or HELD not in batch.kinds:
            break
    write_award_events(batch.changes)


def store(batch: Batch, done: Refreshed, not_before: datetime | None = None) -> None:
    """Derive every case and bring caches and planned notices to it."""
    cases, rulebook, now = batch.cases, batch.rulebook, batch.now
    # The people are locked, so that the rows are as they were when the cases were loaded.
    previous = {pair: case.standing for pair, case in cases.items() if case.standing is not None}
    rows = [
        derive_row(case, rulebook, now, also_on=find_next_change(case, batch.changes, now))
        for case in cases.values()
    ]
    opened = {(cycle.employee_id, cycle.certification_id): cycle for cycle in done.opened}
    awarded = {(award.employee_id, award.certification_id): award for award in done.awarded}
    done.changed = store_standings(derived=rows, previous=previous)
    plan_for(
        movements=[
            Movement(
                row=row,
                before=previous.get(row.pair),
                employee=cases[row.pair].employee,
                certification=rulebook.certifications[row.certification_id],
                subject=subject_of(cases[row.pair]),
                zone=cases[row.pair].zone,
                opened=row.pair in opened and opened[row.pair].kind == Cycle.Kind.FIRST,
                opened_any=row.pair in opened,
                awarded=row.pair in awarded,
                recorded=was_recorded(cases[row.pair], now),
                announced=was_recorded(cases[row.pair], now, ANNOUNCED),
                resumed=was_exempt(cases[row.pair], previous.get(row.pair), row.derived_on),
                assigned_on=assigned_on(cases[row.pair]),
            )
            for row in rows
        ],
        now=now,
        not_before=not_before or now,
    )
    plan_change_notices(cases, batch.changes, rows, now)


def was_recorded(case: Case, now: datetime, bases: Collection[str] = RECORDED) -> bool:
    """Return whether an award was recorded at this moment on one of these bases."""
    return any(award.recorded_at == now and award.basis in bases for award in case.awards)


def was_exempt(case: Case, before: Standing | None, today: date) -> bool:
    """Return whether an exemption of a day at least ended since ``before`` was derived.

    One that never was is none, and one that ended earlier has been told of.
    """
    if before is None:
        return False
    for row in case.exemptions:
        end = min([row.until_on, *(end.on for end in row.ends.all())])
        if row.from_on < end and before.derived_on <= end <= today:
            return True
    return False


def assigned_on(case: Case) -> date | None:
    """Return the local day on which a first cycle or one for a change was recorded, or None.

    Its notice names the due day, so that no other has to on the same day.
    """
    cycle = case.open_cycle
    if cycle is None or cycle.kind not in (Cycle.Kind.FIRST, Cycle.Kind.DELTA):
        return None
    return local_today(case, cycle.recorded_at)


def subject_of(case: Case) -> str:
    """Return the uuid of what a notice is about: the open cycle, else the latest award."""
    if case.open_cycle is not None:
        return str(case.open_cycle.uuid)
    if case.awards:
        return str(case.awards[-1].uuid)
    return str(case.employee.uuid)
