"""Catch up on changes of standards: count the work, suspend who is late, reinstate who did it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from certification.awards.models import Award, AwardEvent, Cycle, Delta
from certification.awards.reads import (
    Case,
    ChangeBook,
    Rulebook,
    derive_timeline,
    is_suspended_by_change,
    local_today,
    to_change_needs,
)
from certification.awards.rules import Work, match_evidence

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class CaughtUp:
    """What was done of the changes that joined a cycle; with none there is nothing to do.

    ``found`` maps the ids of needs to the work that meets them, ``at`` is when the last was met.
    """

    found: dict[int, Work] = field(default_factory=dict)
    at: datetime | None = None
    is_complete: bool = True


def catch_up(
    case: Case, rulebook: Rulebook, changes: ChangeBook, works: Iterable[Work], now: datetime
) -> CaughtUp:
    """Count what was done for the changes of the open cycle, and let it have its consequences.

    Whoever is late is suspended from the day after the due day, or at once where the rule says
    so; whoever has done everything is reinstated from that day. The expiry never moves. A cycle
    that is there for the change alone ends with it.
    """
    cycle = case.open_cycle
    deltas = changes.of_cycle(cycle) if cycle is not None else []
    if cycle is None or not deltas:
        return CaughtUp()
    caught_up = count_changes(deltas, list(works))
    suspend_late(case, rulebook, changes, caught_up, now)
    if caught_up.at is not None:
        reinstate(case, changes, caught_up.at, now)
        if cycle.kind == Cycle.Kind.DELTA:
            close_caught_up(case, cycle, caught_up.at)
    return caught_up


def count_changes(deltas: Iterable[Delta], works: list[Work]) -> CaughtUp:
    """Return which needs of some changes are met: by work done since each was published."""
    found: dict[int, Work] = {}
    asked = 0
    for delta in deltas:
        needs = to_change_needs(delta)
        asked += len(needs)
        found |= match_evidence(needs, works, delta.standard_version.published_at)
    if len(found) < asked:
        return CaughtUp(found, None, is_complete=False)
    return CaughtUp(found, max(work.done_at for work in found.values()))


def suspend_late(
    case: Case, rulebook: Rulebook, changes: ChangeBook, caught_up: CaughtUp, now: datetime
) -> None:
    """Suspend what is held from the day on which it no longer counts, once a cycle.

    Done late but noticed only now, it was suspended until it was done. What a person reinstated
    by hand stays so.
    """
    cycle = case.open_cycle
    start = find_suspension(case, rulebook, changes, now)
    if cycle is None or start is None or start > local_today(case, now):
        return
    if caught_up.at is not None and local_day_of(case, caught_up.at) <= start:
        return
    for award in case.awards:
        if reaches(case, award, start) and not was_suspended_for(case, award, cycle):
            reason = write_reason(changes.of_cycle(cycle))
            add_event(case, award, AwardEvent.Kind.SUSPENDED, start, reason, changes, now)


def find_suspension(
    case: Case, rulebook: Rulebook, changes: ChangeBook, now: datetime
) -> date | None:
    """Return the first day on which nothing counts until the change is caught up on, or None.

    A change that joined a renewal or a first go is due with it, so only a rule that suspends at
    once does so there.
    """
    cycle = case.open_cycle
    if cycle is None:
        return None
    at_once = [
        local_day_of(case, row.recorded_at)
        for row in changes.joined.get(cycle.pk, ())
        if row.delta.lapses_at_once
    ]
    if at_once:
        return min(at_once)
    if cycle.kind != Cycle.Kind.DELTA:
        return None
    current = derive_timeline(case, rulebook).open_cycle(local_today(case, now))
    due_on = current.due_on if current is not None and current.kind == cycle.kind else None
    return due_on + ONE_DAY if due_on is not None else None


def reaches(case: Case, award: Award, day: date) -> bool:
    """Return whether an award, extensions included, covers a day or begins later."""
    until = award.valid_until
    for event in case.award_events.get(award.pk, ()):
        if event.kind == AwardEvent.Kind.EXTENDED:
            until = event.until_on
    return until is None or until > day


def was_suspended_for(case: Case, award: Award, cycle: Cycle) -> bool:
    """Return whether an award was suspended in a cycle, or is suspended for another reason."""
    events = case.award_events.get(award.pk, ())
    if is_suspended_by_change(case, award):
        return True
    return any(
        row.kind == AwardEvent.Kind.SUSPENDED
        and row.actor_id is None
        and row.recorded_at >= cycle.recorded_at
        for row in events
    )


def reinstate(case: Case, changes: ChangeBook, at: datetime, now: datetime) -> None:
    """Let what was suspended for the change count again from the day it was caught up on."""
    day = local_day_of(case, at)
    for award in case.awards:
        if is_suspended_by_change(case, award):
            reason = _("What changed has been learned.")
            add_event(case, award, AwardEvent.Kind.REINSTATED, day, reason, changes, now)


def add_event(
    case: Case,
    award: Award,
    kind: str,
    day: date,
    reason: str,
    changes: ChangeBook,
    now: datetime,
) -> None:
    """Note an event of the system, to be written with those of the others."""
    event = AwardEvent(
        award=award, kind=kind, effective_on=day, reason=reason, actor=None, recorded_at=now
    )
    changes.events.append(event)
    case.award_events.setdefault(award.pk, []).append(event)
    case.forget_timeline()


def write_reason(deltas: Iterable[Delta]) -> str:
    """Return in words why somebody is suspended: the standards that changed."""
    codes = dict.fromkeys(delta.standard_version.standard.code for delta in deltas)
    words = _("%(standards)s changed, and what is new has not been learned yet.")
    return words % {"standards": ", ".join(codes)[:300]}


def close_caught_up(case: Case, cycle: Cycle, at: datetime) -> None:
    """End a cycle that was only there for a change."""
    cycle.state = Cycle.State.COMPLETED
    cycle.finished_at = at
    cycle.started_at = cycle.started_at or at
    cycle.save(update_fields=["state", "finished_at", "started_at"])
    case.forget_timeline()


def local_day_of(case: Case, at: datetime) -> date:
    """Return the day of an instant at the person's branch."""
    return at.astimezone(ZoneInfo(case.zone)).date()
