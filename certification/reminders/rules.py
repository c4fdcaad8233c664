"""What is due to whom and why, from how a standing moved. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from certification.standing.rules import Derived

OVERDUE_DAYS: Final = (1, 7, 30)
DEFAULT_REMINDER_DAYS: Final = (30, 7, 1)


@dataclass(frozen=True)
class Reminder:
    """One notice to plan: kind, days from the target day, the target day, and its urgency."""

    kind: str
    offset_days: int
    target_on: date
    urgent: bool = False

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
) -> list[Reminder]:
    """Return what to tell the person, given what moved between ``since`` and the row's day.

    ``since`` is the day the row was last derived for (included: planning twice makes one).
    ``opened`` says that a first cycle opened just now, ``awarded`` that an award was just made,
    ``assigned_on`` on which day the open first cycle was made known.
    Nothing is planned for days before ``since``: history that is loaded later reminds nobody.
    """
    found: list[Reminder] = []
    if awarded and row.valid_from is not None:
        found.append(Reminder("certified", 0, row.valid_from, urgent=True))
    if row.required != "required":
        return found
    if opened:
        return [*found, Reminder("assigned", 0, row.due_on or row.derived_on, urgent=True)]
    # The notice of the assignment named the due day: one of the same day would only repeat it.
    told_on = assigned_on or date.min
    found += [
        reminder
        for reminder in dated_reminders(row, reminder_days)
        if since <= reminder.on <= row.derived_on and reminder.on > told_on
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
