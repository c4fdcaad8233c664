"""The words of traces and reasons, one table.

A line keeps its code and the named values beside the English text, so that a door may look the
code up in a catalogue of another language and fill in the same names. Days that end something
are the last day on which it still holds.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

MESSAGES = {
    # How an award got its dates
    "never_lapses": "{method}; done {done}; never lapses",
    "kept": "{method}; held until {held}; done {done}, before the window from {window}; "
    "expiry kept; held until {until}",
    "completion": "completion; done {done}, counted from that day; held until {until}",
    "anniversary_in_window": "anniversary; held until {held}; done {done}, "
    "inside the window from {window}; held until {until}",
    "anniversary_any_day": "anniversary; held until {held}; done {done}, on time; "
    "held until {until}",
    "anniversary_in_tolerance": "anniversary; held until {held}; done {done}, "
    "inside the tolerance from {window} to {last}; held until {until}",
    "anniversary_outside": "anniversary; held until {held}; done {done}, outside the tolerance, "
    "counted from that day; held until {until}",
    "anniversary_extended": "anniversary; held until {held}; done {done}, "
    "before the window from {window}, no days lost; held until {until}",
    "anniversary_restarted": "anniversary; held until {held}; done {done}, "
    "before the window from {window}, counted from that day; held until {until}",
    "anniversary_late": "anniversary; held until {held}; done {done}, late, "
    "counted from that day; held until {until}",
    "anniversary_from_due": "anniversary; first time, due {due}; done {done}, on time, "
    "counted from the due day; held until {until}",
    "anniversary_first": "anniversary; first time; done {done}, counted from that day; "
    "held until {until}",
    "calendar_day": "calendar; done {done}; the first {day} with at least {least} to hold; "
    "held until {until}",
    "calendar_from_held": "calendar; held until {held}; done {done}; the first step from there "
    "with at least {least} to hold; held until {until}",
    "calendar_from_due": "calendar; due {due}; done {done}; the first step from the due day "
    "with at least {least} to hold; held until {until}",
    "calendar_from_done": "calendar; done {done}; the first step from that day with at least "
    "{least} to hold; held until {until}",
    "stored": "done {done}; dates as they were stored; held until {until}",
    "stored_for_good": "done {done}; dates as they were stored; never lapses",
    "recorded": "{basis}; awarded {made}; held from {start} until {until}",
    "recorded_for_good": "{basis}; awarded {made}; held from {start}; never lapses",
    "covers_earlier_days": "it covers days before it was awarded on {made}, because it is {basis}",
    "not_before_made": "it counts from {made}, the day it was made, not from {start}",
    "length_changed": "it now holds {active} instead of {before}; counted from {held_until}",
    # What happened to an award
    "extended": "extended on {on}; held until {until}",
    "revoked": "revoked from {on}",
    "suspended": "suspended from {on}",
    "reinstated": "reinstated from {on}",
    # Standing
    "standing_never": "no award has begun",
    "standing_valid": "held from {start} until {until}",
    "standing_valid_for_good": "held from {start}; never lapses",
    "standing_revoked": "the award made {made} is revoked",
    "standing_suspended": "the award made {made} is suspended",
    "standing_grace": "held until {until}; grace until {last}",
    "standing_expired": "the last award was made {made}; nothing covers this day",
    # Required
    "required_not_required": "no assignment covers this day",
    "required_exempt": "exempt from {start} until {until}",
    "required_exempt_open": "exempt from {start}; the end is not known",
    "required_absent": "absent from {start} until {until}",
    "required_absent_open": "absent from {start}; the end is not known",
    "required_optional": "assigned from {start}, as an offer",
    "required_required": "assigned from {start}",
    # Task
    "task_none": "nothing is to be done",
    "task_scheduled": "the renewal opens {opens}",
    "task_open": "open since {opens}",
    "task_due_soon": "open since {opens}; due {due}",
    "task_overdue": "open since {opens}; was due {due}",
    "task_closed": "open since {opens}; was due {due}; closed after {closes}",
    "due_moved": "the due day moved from {planned} to {due} for days absent",
    "due_waits": "the due day, {planned}, waits for the end of the absence",
}

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Line(str):
    """A line of text that remembers its message code and values."""

    __slots__ = ("code", "values")

    code: str
    values: Mapping[str, Any]


def say(code: str, values: Mapping[str, Any]) -> Line:
    """Return the line for a message code with its named values filled in."""
    shown = {name: _show(name, value, values) for name, value in values.items()}
    line = Line(MESSAGES[code].format_map(shown))
    line.code = code
    line.values = values
    return line


def tell(steps: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[str, ...]:
    """Put steps into words, one line each."""
    return tuple(say(code, values) for code, values in steps)


def _show(name: str, value: object, values: Mapping[str, Any]) -> str:
    if not isinstance(value, date):
        return str(value)
    text = f"{value.day} {MONTHS[value.month - 1]}"
    done = values.get("done")
    # "done 15 Apr 2026, inside the window from 3 Apr": the year would only repeat.
    if name == "window" and isinstance(done, date) and done.year == value.year:
        return text
    return f"{text} {value.year}"
