"""Open cycles when they are due, count finished work for them, and award what is complete."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from certification.awards.models import Award, AwardEvent, AwardName, Cycle, CycleEvidence
from certification.awards.reads import (
    Case,
    Rulebook,
    award_numbers,
    derive_timeline,
    frozen_wording,
    local_today,
    path_of_cycle,
)
from certification.awards.rules import (
    Need,
    Work,
    find_completion,
    match_evidence,
    select_needs,
    start_of_day,
)
from certification.catalogue.models import CertificationVersion
from certification.policy.rules.policy import parse_policy
from certification.rules import add
from courses import api as courses_api
from lms import api as lms_api
from quizzes import api as quizzes_api

Works = Mapping[int, list[Work]]


def load_works(employee_ids: Iterable[int], since: datetime | None) -> dict[int, list[Work]]:
    """Return everything these people finished, by employee id. One call per lower app."""
    ids = list(employee_ids)
    works: dict[int, list[Work]] = defaultdict(list)
    for read in (
        lms_api.read_acknowledged_work,
        quizzes_api.read_finished_work,
        courses_api.read_finished_work,
    ):
        for row in read(employee_ids=ids, since=since):
            works[row.employee_id].append(
                Work(
                    kind=row.kind,
                    target=row.work_uuid,
                    evidence=row.evidence_uuid,
                    done_at=row.done_at,
                    material_number=row.material_number,
                )
            )
    return works


def open_due_cycle(case: Case, rulebook: Rulebook, now: datetime) -> Cycle | None:
    """Open the cycle that the facts ask for today, if there is none yet; freeze its dates."""
    certification = rulebook.certifications[case.certification_id]
    today = local_today(case, now)
    if certification.retired_on is not None and certification.retired_on <= today:
        return None
    line = derive_timeline(case, rulebook)
    wanted = line.open_cycle(today)
    if wanted is None or wanted.opens_on > today:
        return None
    if line.at(today).required == "not_required":
        return None
    version = rulebook.version_on(case.certification_id, wanted.opens_on)
    if version is None:
        return None
    return create_cycle(
        case,
        version,
        kind=wanted.kind,
        opens_on=wanted.opens_on,
        due_on=wanted.planned_due_on,
        closes_on=wanted.planned_closes_on,
        baseline_until=wanted.baseline_until,
        counts_from=count_from(case, version, wanted.opens_on),
        now=now,
    )


def count_from(case: Case, version: CertificationVersion, opens_on: date) -> datetime:
    """Return since when work counts: the opening day's start, less the policy's look-back.

    Work that earned an award which was voided since does not earn it again.
    """
    look_back = parse_policy(version.policy).look_back
    day = add(opens_on, look_back, -1) if look_back else opens_on
    voided = [
        row.recorded_at
        for rows in case.award_events.values()
        for row in rows
        if row.kind == AwardEvent.Kind.VOIDED
    ]
    return max([start_of_day(day, case.zone), *voided])


def create_cycle(
    case: Case, version: CertificationVersion, *, kind: str, now: datetime, **dates: Any
) -> Cycle:
    """Write an open cycle as the next of its case."""
    cycle = Cycle.objects.create(
        employee=case.employee,
        certification_id=case.certification_id,
        version=version,
        seq=max((row.seq for row in case.cycles), default=0) + 1,
        kind=kind,
        recorded_at=now,
        **dates,
    )
    case.cycles.append(cycle)
    case.forget_timeline()
    return cycle


def settle_stale_cycle(case: Case, rulebook: Rulebook, now: datetime) -> None:
    """Close the open cycle when the facts no longer know it as open.

    It is cancelled when the certification is no longer asked of the person, and complete when an
    award from elsewhere (imported, granted) has answered it.
    """
    cycle = case.open_cycle
    if cycle is None:
        return
    today = local_today(case, now)
    line = derive_timeline(case, rulebook)
    current = line.open_cycle(today)
    status = line.at(today)
    reinstated = status.standing == "valid" and was_opened_by_revocation(case, cycle)
    if status.required == "not_required" or reinstated or was_held_at_opening(case, cycle):
        state = Cycle.State.CANCELLED
    elif current is None or not current.is_frozen or current.opens_on != cycle.opens_on:
        state = Cycle.State.COMPLETED
    else:
        return
    cycle.state = state
    cycle.finished_at = now
    cycle.save(update_fields=["state", "finished_at"])
    case.forget_timeline()


def was_opened_by_revocation(case: Case, cycle: Cycle) -> bool:
    """Return whether a cycle opened because of a revocation that was taken back since."""
    events = [event for rows in case.award_events.values() for event in rows]
    revoked = any(
        event.kind == AwardEvent.Kind.REVOKED and event.effective_on == cycle.opens_on
        for event in events
    )
    return revoked and any(
        event.kind == AwardEvent.Kind.REINSTATED and event.recorded_at >= cycle.recorded_at
        for event in events
    )


def was_held_at_opening(case: Case, cycle: Cycle) -> bool:
    """Return whether a first cycle opened only because an older award was not recorded yet."""
    return cycle.kind == Cycle.Kind.FIRST and any(
        award.recorded_at > cycle.recorded_at
        and award.valid_from <= cycle.opens_on
        and (award.valid_until is None or award.valid_until > cycle.opens_on)
        for award in case.awards
    )


def needs_of(case: Case, cycle: Cycle, rulebook: Rulebook, now: datetime) -> list[Need]:
    """Return what a cycle asks for."""
    path = path_of_cycle(cycle, local_today(case, now))
    return select_needs(rulebook.needs.get(cycle.version_id, []), path)


def complete_cycle(case: Case, rulebook: Rulebook, works: Works, now: datetime) -> Award | None:
    """Record the evidence for the open cycle and award it when its last requirement is met."""
    cycle = case.open_cycle
    if cycle is None:
        return None
    needs = needs_of(case, cycle, rulebook, now)
    found = match_evidence(needs, works.get(case.employee.pk, []), cycle.counts_from)
    if not found:
        return None
    store_evidence(cycle, found, now)
    evidence = read_evidence(cycle)
    done = {row.requirement_id: row.done_at for row in evidence if row.requirement_id is not None}
    completed_at = find_completion(needs, done)
    if completed_at is None:
        mark_started(case, cycle, min(done.values()))
        return None
    return award_cycle(case, cycle, rulebook, evidence, completed_at=completed_at, now=now)


def read_evidence(cycle: Cycle) -> list[CycleEvidence]:
    """Return what met the requirements of a cycle, in order of when it was done. One query."""
    rows = CycleEvidence.objects.filter(cycle=cycle).select_related("requirement", "delta_need")
    return list(rows.order_by("done_at", "pk"))


def store_evidence(cycle: Cycle, found: Mapping[int, Work], now: datetime) -> None:
    """Write which work met which requirement; what is already written stays."""
    CycleEvidence.objects.bulk_create(
        [
            CycleEvidence(
                cycle=cycle,
                requirement_id=need_id,
                kind=work.kind,
                uuid=work.evidence,
                material_number=work.material_number,
                done_at=work.done_at,
                recorded_at=now,
            )
            for need_id, work in found.items()
        ],
        ignore_conflicts=True,
    )


def mark_started(case: Case, cycle: Cycle, at: datetime) -> None:
    """Note when work on a cycle began; the first note stays."""
    if cycle.started_at is None:
        cycle.started_at = at
        cycle.save(update_fields=["started_at"])
        case.forget_timeline()


def award_early(case: Case, rulebook: Rulebook, works: Works, now: datetime) -> Award | None:
    """Award somebody who completed everything while no cycle was open.

    That is a renewal before its window, or somebody of whom it was never asked. Only work after
    the last award counts, so one piece of work never earns the same certification twice.
    """
    if case.open_cycle is not None:
        return None
    last = max((award.awarded_at for award in case.awards), default=None)
    since = datetime.min.replace(tzinfo=ZoneInfo("UTC"))
    if last is not None:
        since = last + timedelta(microseconds=1)
    version = rulebook.version_on(case.certification_id, local_today(case, now))
    if version is None:
        return None
    kind = Cycle.Kind.RENEWAL if last is not None else Cycle.Kind.VOLUNTARY
    needs = select_needs(rulebook.needs.get(version.pk, []), kind)
    found = match_evidence(needs, works.get(case.employee.pk, []), since)
    completed_at = find_completion(needs, {key: work.done_at for key, work in found.items()})
    if completed_at is None:
        return None
    opened_at = min(work.done_at for work in found.values())
    cycle = create_cycle(
        case,
        version,
        kind=Cycle.Kind.VOLUNTARY,
        opens_on=opened_at.astimezone(ZoneInfo(case.zone)).date(),
        counts_from=opened_at,
        now=now,
    )
    store_evidence(cycle, found, now)
    evidence = read_evidence(cycle)
    return award_cycle(case, cycle, rulebook, evidence, completed_at=completed_at, now=now)


def award_cycle(
    case: Case,
    cycle: Cycle,
    rulebook: Rulebook,
    evidence: Sequence[CycleEvidence],
    *,
    completed_at: datetime,
    now: datetime,
) -> Award:
    """Write the award that a completed cycle earns, dated on the completion day, and close it."""
    employee = case.employee
    award = Award(
        employee=employee,
        certification_id=case.certification_id,
        version=cycle.version,
        cycle=cycle,
        basis=Award.Basis.COMPLETED,
        awarded_at=completed_at,
        zone=case.zone,
        branch_id=employee.home_branch_id,
        idempotency_key=f"cycle:{cycle.uuid}",
        recorded_at=now,
    )
    case.awards.append(award)
    case.forget_timeline()
    number = award_numbers(case)[award.uuid]
    earned = next(made for made in derive_timeline(case, rulebook).awards if made.number == number)
    award.valid_from = earned.valid_from
    award.valid_until = earned.valid_until
    award.anchor_on = earned.anchor_on
    award.anchor_active = earned.anchor_active or ""
    award.intervals = earned.intervals
    award.trace = list(earned.trace)
    award.frozen = freeze(case, cycle, rulebook, evidence)
    award.save()
    AwardName.objects.create(award=award, full_name=employee.full_name)
    cycle.state = Cycle.State.COMPLETED
    cycle.finished_at = completed_at
    cycle.started_at = cycle.started_at or completed_at
    cycle.save(update_fields=["state", "finished_at", "started_at"])
    case.forget_timeline()
    return award


def freeze(
    case: Case, cycle: Cycle, rulebook: Rulebook, evidence: Sequence[CycleEvidence]
) -> dict[str, Any]:
    """Return what a certificate says and rests on, as it was when it was earned."""
    certification = rulebook.certifications[case.certification_id]
    branch = case.employee.home_branch
    role = case.employee.home_job_role
    return frozen_wording(case.employee) | {
        "certification": certification.title,
        "summary": certification.summary,
        "version": cycle.version.number,
        "branch": str(branch) if branch else "",
        "job_role": str(role) if role else "",
        "evidence": [
            {
                "label": row.label,
                "kind": row.kind,
                "uuid": str(row.uuid),
                "material_number": row.material_number,
                "done_at": row.done_at.isoformat(),
            }
            for row in evidence
        ],
    }
