"""What happened, in the order in which it happened: rosters, registers, events, learning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from certification.awards.actions import advance, import_awards
from demo.loader.activity import Clock, learn_as_written
from demo.loader.events import record_event
from demo.loader.files import Calendar, Row, read_json, read_rows, to_csv
from demo.loader.logins import grant_roles
from demo.loader.roster import list_present, roster_of
from lms import api as lms_api

Step = tuple[datetime, int, Callable[[], object]]
DATES = ("awarded_on", "valid_from", "valid_until")
LONGEST = timedelta(hours=4)
"""How long somebody learns at most in one go: what would end after now has not happened."""


def replay(calendar: Calendar, now: datetime) -> None:
    """Let everything happen that happened before ``now``, each at its moment."""
    for at, _order, do in sorted(list_steps(calendar, now), key=lambda step: step[:2]):
        if at <= now:
            do()


def list_steps(calendar: Calendar, now: datetime) -> Iterator[Step]:
    """Yield the steps with their moments; a number tells what goes first at the same moment."""
    company = read_json("company.json")
    first, *others = company["rosters_on"][:-1]
    yield calendar.morning(first, hour=7), 0, partial(load_roster, first, calendar)
    begin = calendar.morning(first, hour=8)
    yield begin, 0, partial(grant_roles, begin)
    for day in others:
        yield calendar.morning(day, hour=7), 0, partial(load_roster, day, calendar)
    for day, rows in split_register(company).items():
        at = calendar.morning(day, hour=20)
        yield at, 1, partial(load_register, rows, at, calendar)
    for event in read_json("events.json"):
        at = calendar.morning(event["at"], hour=event.get("hour", 8))
        yield at, 2, partial(record_event, event, calendar, at)
    for day in company["sweeps_on"]:
        at = calendar.morning(day, hour=6)
        yield at, 3, partial(advance, now=at)
    for row in read_rows("activity.csv"):
        start = calendar.morning(row["on"])
        if start + LONGEST <= now:
            yield start, 4, partial(learn_as_written, row, Clock(start), now)


def split_register(company: dict[str, Any]) -> dict[str, list[Row]]:
    """Return the rows that each register brought: what was new, of people who were on a roster.

    So every award is known from the month in which it was made, as in a company that sends its
    register once a month.
    """
    joined: dict[str, str] = {}
    for day in company["rosters_on"]:
        for number in list_present(day):
            joined.setdefault(number, day)
    parts: dict[str, list[Row]] = {day: [] for day in company["registers_on"]}
    for row in read_rows("awards.csv"):
        known_on = max(row["awarded_on"], joined[row["employee_number"]])
        sent_on = next((day for day in parts if day >= known_on), None)
        if sent_on is not None:
            parts[sent_on].append(row)
    return parts


def load_roster(day: str, calendar: Calendar) -> None:
    """Bring in the roster as HR sent it on a day."""
    lms_api.import_roster(
        content=roster_of(day, calendar),
        file_name=f"roster-{calendar.day(day)}.csv",
        actor=None,
        now=calendar.morning(day, hour=7),
        today=calendar.day(day),
        invite=True,
    )


def load_register(rows: list[Row], at: datetime, calendar: Calendar) -> None:
    """Bring in what the training register gained since it was sent last."""
    if not rows:
        return
    moved: list[dict[str, Any]] = [
        row | {name: calendar.move(row[name]) for name in DATES} for row in rows
    ]
    name = f"register-{at.date()}.csv"
    result = import_awards(content=to_csv(moved, list(rows[0])), file_name=name, actor=None, now=at)
    if result.row_errors:
        raise ValueError(result.row_errors[0])
