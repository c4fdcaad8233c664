"""Days as the people of a branch live them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def local_day(instant: datetime, zone: str) -> date:
    """Return the calendar day of an instant in an IANA time zone.

    ``instant`` knows its offset; a naive one raises ``ValueError`` because it means no moment.
    """
    if instant.utcoffset() is None:
        raise ValueError("local_day() needs an instant with an offset.")
    return instant.astimezone(ZoneInfo(zone)).date()


def parse_instant(text: str) -> datetime:
    """Return an ISO instant that names its zone, for example ``2026-03-14T09:00+01:00``.

    Raises:
        ValueError: not ISO, or without a zone.

    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        message = f"{text} names no time zone"
        raise ValueError(message)
    return instant
