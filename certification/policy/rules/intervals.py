"""Calendar intervals such as ``P1Y6M`` and adding them to a day.

Only years, months, weeks and days exist here: an hour has no meaning for a certification.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from certification.policy.rules.errors import ImpossibleDateError, PolicyError

_PATTERN = re.compile(
    r"P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Interval:
    """A length in calendar months and days; years and weeks are folded in."""

    months: int
    days: int


@lru_cache(maxsize=1024)
def parse_interval(text: str) -> Interval:
    """Read ISO 8601 text such as ``P1Y``, ``P1Y6M``, ``P2W`` or ``P14D``.

    Raises: PolicyError with field ``interval`` for anything else, a time part included.
    """
    match = _PATTERN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise PolicyError("interval", f"{text!r} is not an interval such as P1Y, P6M, P2W or P14D")
    years, months, weeks, days = (int(part or 0) for part in match.groups())
    return Interval(months=years * 12 + months, days=weeks * 7 + days)


def add(anchor: date, interval: str, times: int = 1) -> date:
    """Return ``anchor`` moved by ``times`` intervals; ``times`` may be negative or zero.

    Months come first, then days. The day is clamped to the month's end and always counts from
    ``anchor``: 31 Jan + 1, 2, 3 months is 28 Feb, 31 Mar, 30 Apr.

    Raises: PolicyError for bad text, ImpossibleDateError beyond the years 1 to 9999.
    """
    length = parse_interval(interval)
    try:
        return _move(anchor, length.months * times, length.days * times)
    except (ValueError, OverflowError):
        raise ImpossibleDateError(
            "interval", f"{anchor} and {times} times {interval} is outside the calendar"
        ) from None


def _move(anchor: date, months: int, days: int) -> date:
    if months:
        year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
        day = anchor.day
        if day > 28:
            day = min(day, monthrange(year, month + 1)[1])
        anchor = date(year, month + 1, day)
    return anchor + timedelta(days=days) if days else anchor


def is_same_length(one: str | None, other: str | None) -> bool:
    """Tell whether two intervals always agree: P12M and P1Y do, P52W and P1Y do not."""
    if one is None or other is None:
        return one is other
    return one == other or parse_interval(one) == parse_interval(other)


def can_reach(one: str, other: str) -> bool:
    """Tell whether ``one`` is at least as long as ``other`` counted from some day.

    A month is 28 to 31 days, so P30D reaches P1M from 1 February but not from 1 March. Four
    years of month starts show every such case.
    """
    starts = (date(2023 + index // 12, index % 12 + 1, 1) for index in range(48))
    return any(add(start, one) >= add(start, other) for start in starts)


def is_empty(interval: str) -> bool:
    """Tell whether the interval has no length, as P0D."""
    return parse_interval(interval) == Interval(months=0, days=0)
