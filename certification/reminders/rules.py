"""What is due to whom and why, from how a standing moved. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from certification.standing.rules import Derived

OVERDUE_DAYS: Final = (1, 7, 30)
DEFAULT_REMINDER_DAYS: Final = (30, 7, 1)
HELD: Final = frozenset({"valid", "grace"})
TAKEN: Final = frozenset({"revoked", "suspended"})
UNDER_WAY: Final = frozenset({"open", "due_soon", "overdue", "closed"})
ASKED: Final = frozenset({"required", "absent"})
TURN_KINDS: Final = frozenset({"revoked", "suspended", "reinstated", "date_moved"})
"""Kinds that tell what a fact changed, and not that a day has come."""
NAMES_A_DAY: Final = frozenset({"due_in", "due", "expired"})
"""Kinds that say a day and no more: the news that it moved says it too."""


@dataclass(frozen=True)
class Before:
    """What was so until now of a standing that has just been derived anew."""

    standing: str
    task: str
    required: str
    valid_until: date | None
    covered_until: date | None
    due_on: date | None


@dataclass(frozen=True)
class Reminder:
    """One notice to plan: kind, days from the target day, the target day, and its urgency.

    For what a fact changed, ``before`` and ``after`` say from what to what, as "due-2026-04-01".
    """

    kind: str
    offset_days: int
    target_on: date
    urgent: bool = False
    before: str = ""
    after: str = ""

    @property
    def on(self) -> date:
        """The day on which to say it."""
        return self.target_on + timedelta(days=self.offset_days)


def plan_reminders(
    *,
    row: Derived,
    since: date,
    reminder_days: Sequence[int],
    opened: bool,
    awarded: bool,
    assigned_on: date | None = None,
    turn: Reminder | None = None,
) -> list[Reminder]:
    """Return what to tell the person, given what moved between ``since`` and the row's day.

    ``since`` is the day the row was last derived for (included: planning twice makes one).
    ``opened`` says that a first cycle opened just now, ``awarded`` that an award was just made,
    ``assigned_on`` on which day the open first cycle was made known. ``turn`` is what
    ``find_turn`` found: it is told to people of whom nothing is asked too.
    Nothing is planned for days before ``since``: history that is loaded later reminds nobody.
    """
    found: list[Reminder] = [turn] if turn is not None else []
    if awarded and row.valid_from is not None:
        found.append(Reminder("certified", 0, row.valid_from, urgent=True))
    if row.required != "required":
        return found
    if opened:
        return [*found, Reminder("assigned", 0, row.due_on or row.derived_on, urgent=True)]
    # The notice of the assignment named the due day: one of the same day would only repeat it.
    told_on = assigned_on or date.min
    # Nor does the news of a moved day need one that says the same day once more.
    told_day = turn.target_on if turn is not None and turn.kind == "date_moved" else None
    found += [
        reminder
        for reminder in dated_reminders(row, reminder_days)
        if since <= reminder.on <= row.derived_on
        and reminder.on > told_on
        and not (reminder.kind in NAMES_A_DAY and reminder.target_on == told_day)
    ]
    return found


def dated_reminders(row: Derived, reminder_days: Iterable[int]) -> list[Reminder]:
    """Return the reminders that stand at fixed distances from the due day or the expiry."""
    found: list[Reminder] = []
    if row.due_on is not None and row.task not in ("none", "closed"):
        found += [Reminder("due_in", -days, row.due_on) for days in reminder_days]
        found.append(Reminder("due", 0, row.due_on))
        found += [Reminder("overdue", days, row.due_on) for days in overdue_days(row)]
    if row.standing in ("expired", "grace") and row.covered_until is not None:
        found.append(Reminder("expired", 0, row.covered_until))
    return found


def overdue_days(row: Derived) -> tuple[int, ...]:
    """Return the days after the due day on which to say that it is overdue.

    Whoever has just lapsed is told that, and not that it is overdue as well.
    """
    lapsed = row.standing in ("expired", "grace")
    return OVERDUE_DAYS[1:] if lapsed else OVERDUE_DAYS


def next_reminder_after(row: Derived, reminder_days: Iterable[int]) -> date | None:
    """Return the next day on which a reminder falls, or None."""
    if row.required != "required":
        return None
    days = [reminder.on for reminder in dated_reminders(row, reminder_days)]
    return min((day for day in days if day > row.derived_on), default=None)


def find_turn(
    before: Before,
    row: Derived,
    *,
    opened: bool,
    recorded: bool,
    resumed: bool,
    announced: bool = False,
) -> Reminder | None:
    """Return the notice of what a fact changed of what is held or of a date, or None.

    ``opened`` says that any cycle opened just now, ``recorded`` that an award was recorded that
    corrects none, ``announced`` that it has a notice of its own: it was earned, or a proof was
    accepted. ``resumed`` says that an exemption of a day at least ended since ``before``. That
    what is held runs out on its day is no turn.
    """
    old = name_standing(before.standing)
    if row.standing in TAKEN and row.standing != before.standing:
        after = name_standing(row.standing)
        return Reminder(row.standing, 0, row.derived_on, urgent=True, before=old, after=after)
    if before.standing in TAKEN and row.standing in HELD and not announced:
        # Whoever was told at once to stop is told at once to go on.
        after = name_standing(row.standing)
        return Reminder("reinstated", 0, row.derived_on, urgent=True, before=old, after=after)
    if recorded:
        return None
    end = find_moved_end(before, row)
    if end is not None or opened:
        return end
    return find_moved_due(before, row, resumed=resumed)


def name_standing(standing: str) -> str:
    """Return what is held as a turn names it: grace is held too."""
    return "standing-held" if standing in HELD else f"standing-{standing}"


def find_moved_end(before: Before, row: Derived) -> Reminder | None:
    """Return the notice that what is held runs to another day than it did, or None.

    Running out on its day moves nothing. What was taken away by a correction is urgent.
    """
    old, new = end_of(before), end_of(row)
    is_held = row.standing in HELD
    if before.standing not in HELD and not (before.standing == "expired" and is_held):
        return None
    if not is_lost(row) and (old == new or has_run_out(before, row)):
        return None
    target = new or row.derived_on
    lost = "none" if is_lost(row) else "never"
    return Reminder(
        "date_moved",
        0,
        target,
        urgent=not is_held,
        before=f"end-{old or 'never'}",
        after=f"end-{new or lost}",
    )


def is_lost(row: Derived) -> bool:
    """Return whether it never was held, as far as is known now: no end, and not for ever either."""
    return row.standing not in HELD and row.covered_until is None


def has_run_out(before: Before, row: Derived) -> bool:
    """Return whether what was held ran out on its day, even where it is to be held once more."""
    old, new = end_of(before), end_of(row)
    if before.standing == "valid" and row.standing == "grace":
        return old is not None and old <= row.derived_on
    return row.standing not in HELD and new is not None and old is not None and new >= old


def end_of(row: Before | Derived) -> date | None:
    """Return the first day on which it is not held any more, None: never lapses or never held."""
    return row.valid_until if row.standing == "valid" else row.covered_until


def find_moved_due(before: Before, row: Derived, *, resumed: bool) -> Reminder | None:
    """Return the notice that what is under way is due on another day, or is asked again."""
    if row.due_on is None or row.task not in UNDER_WAY or row.required not in ASKED:
        return None
    is_other = before.task in UNDER_WAY and before.due_on != row.due_on
    if not is_other and not (before.required == "exempt" and resumed):
        return None
    old = f"due-{before.due_on or 'none'}"
    return Reminder("date_moved", 0, row.due_on, before=old, after=f"due-{row.due_on}")


def merge_turns(turn: Reminder, waiting: Sequence[str]) -> Reminder | None:
    """Return a turn together with earlier ones of the same thing that nobody was told of yet.

    ``waiting`` holds what was so before each of them, oldest first. None when all of it together
    leads back to where it began: then there is nothing to tell.
    """
    before = next((old for old in waiting if topic_of(old) == topic_of(turn.before)), turn.before)
    return None if before == turn.after else replace(turn, before=before)


def topic_of(state: str) -> str:
    """Return what a turn is about: standing, end, or due."""
    return state.partition("-")[0]


class Subject(NamedTuple):
    """The parts of a notice's subject after ``certification:``.

    ``cause`` is the uuid of the cycle or award, ``before`` what was so before a fact changed it.
    """

    employee: str
    certification: str
    cause: str
    before: str = ""


def write_subject(
    employee: str, certification: str, cause: str, reminder: Reminder, now: datetime
) -> str:
    """Return the subject of a notice. What a fact changed carries its moment.

    The same date may move, move back and move again on one day: each is told, as each is seen
    exactly once, under the lock on the person.
    """
    parts = ["certification", employee, certification, cause]
    if reminder.before:
        parts.append(f"{reminder.before}@{now:%Y%m%dT%H%M%S.%f}")
    return ":".join(parts)


def read_subject(text: str) -> Subject:
    """Return what a notice is about."""
    _name, employee, certification, cause, *more = text.split(":")
    return Subject(employee, certification, cause, more[0].partition("@")[0] if more else "")
