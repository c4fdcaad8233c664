"""How certifications stand for people, today and next, from the pure timeline."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from certification.awards.reads import Case, Rulebook, derive_timeline, load_cases, local_today
from certification.casework.rules import Effect, Glance, Outlook
from certification.policy.rules.timeline import Timeline
from lms.api import Employee

Pair = tuple[int, int]
MOST_TURNS: Final = 12


def read_outlooks(
    employees: Collection[Employee],
    rulebook: Rulebook,
    *,
    now: datetime,
    certification_ids: Collection[int] | None = None,
) -> dict[Pair, Outlook]:
    """Return the outlook of every certification anything is known of. At most nine queries."""
    cases = load_cases(employees, certification_ids)
    return {
        pair: look_ahead(case, rulebook, now)
        for pair, case in cases.items()
        if rulebook.versions.get(case.certification_id)
    }


def look_ahead(case: Case, rulebook: Rulebook, now: datetime) -> Outlook:
    """Return what the facts of a case say today and at the next turn."""
    today = local_today(case, now)
    line = derive_timeline(case, rulebook)
    now_seen = glance(line, today)
    return Outlook(now_seen, find_next(line, now_seen))


def find_next(line: Timeline, seen: Glance) -> Glance | None:
    """Return the next day that reads differently; None where none does within a few turns."""
    day = seen.on
    for _turn in range(MOST_TURNS):
        turn = line.next_change_after(day)
        if turn is None:
            return None
        later = glance(line, turn)
        if replace(later, on=seen.on) != seen:
            return later
        day = turn
    return None


def glance(line: Timeline, on: date) -> Glance:
    """Return how it stands on a day."""
    status = line.at(on)
    return Glance(
        on=on,
        badge=status.badge,
        required=status.required,
        valid_from=status.valid_from,
        valid_until=status.valid_until,
        due_on=status.due_on,
    )


def compare(
    before: Mapping[Pair, Outlook], after: Mapping[Pair, Outlook], rulebook: Rulebook
) -> list[Effect]:
    """Return the certifications of one person whose outlook differs, by title."""
    return sorted(
        (
            Effect(rulebook.certifications[pair[1]].title, before.get(pair), outlook)
            for pair, outlook in after.items()
            if before.get(pair) != outlook
        ),
        key=lambda effect: effect.title,
    )
