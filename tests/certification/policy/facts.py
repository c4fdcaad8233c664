"""Short ways to write events and days in the tests of the date rules."""

from datetime import date, datetime
from typing import Any

from certification.policy.rules import Status, Timeline, timeline

YEARLY: dict[str, Any] = {"method": "anniversary", "active": "P1Y", "window": "P1M"}
BY_COMPLETION: dict[str, Any] = {"method": "completion", "active": "P1Y", "window": "P1M"}
Event = dict[str, Any]


def day(text: str) -> date:
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text + "T00:00:00+00:00")


def assigned(on: str, due_on: str | None = None, **more: Any) -> Event:
    return {"type": "assigned", "on": on, "due_on": due_on, **more}


def completed(on: str, **more: Any) -> Event:
    return {"type": "completed", "at": f"{on}T12:00:00+00:00", **more}


def awarded(start: str, until: str | None, basis: str = "imported", **more: Any) -> Event:
    event = {"type": "awarded", "on": start, "valid_from": start, "valid_until": until}
    return {**event, "basis": basis, **more}


def changed(kind: str, on: str, **more: Any) -> Event:
    return {"type": kind, "effective_on": on, **more}


def extended(on: str, until: str, **more: Any) -> Event:
    return {"type": "extended", "on": on, "until": until, **more}


def away(kind: str, start: str, until: str | None) -> Event:
    return {"type": kind, "from": start, "until": until}


def ends(subject: Timeline) -> list[str | None]:
    return [award.valid_until and award.valid_until.isoformat() for award in subject.awards]


def last_end(policy: dict[str, Any], *events: Event, zone: str = "UTC") -> str | None:
    return ends(timeline(policy, events, zone))[-1]


def at(policy: dict[str, Any], on: str, *events: Event) -> Status:
    return timeline(policy, events, "UTC").at(day(on))
