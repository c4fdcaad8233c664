"""Open cycles when they are due, and close those that the facts no longer know as open."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from certification.awards.models import AwardEvent, Cycle
from certification.awards.reads import Case, Rulebook, derive_timeline, local_today
from certification.awards.rules import start_of_day
from certification.catalogue.models import CertificationVersion
from certification.policy.rules.policy import parse_policy
from certification.rules import add


def open_due_cycle(case: Case, rulebook: Rulebook, now: datetime) -> Cycle | None:
    """Open the cycle that the facts ask for today, if there is none yet; freeze its dates.

    It is not written: the caller writes all of its people's at once.
    """
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
    return build_cycle(
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
    cycle = build_cycle(case, version, kind=kind, now=now, **dates)
    cycle.save()
    return cycle


def build_cycle(
    case: Case, version: CertificationVersion, *, kind: str, now: datetime, **dates: Any
) -> Cycle:
    """Add an open cycle, not yet written, as the next of a case."""
    cycle = Cycle(
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
