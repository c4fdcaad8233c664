"""Lengths as people type them, a number and a unit, and as a policy keeps them. Pure."""

from __future__ import annotations

import re
from typing import Final

from certification.policy.rules.intervals import parse_interval

UNITS: Final = ("Y", "M", "W", "D")
LONGEST_DIGITS: Final = 4

_SINGLE = re.compile(r"P0*(\d{1,6})([YMWD])", re.ASCII)
_NUMBER = re.compile(rf"\d{{1,{LONGEST_DIGITS}}}", re.ASCII)


def split_length(text: str | None) -> tuple[str, str]:
    """Return number and unit: P18M is ("18", "M"), P1Y6M too.

    What one number and unit cannot say (months and days) is ("", the text itself).
    """
    if not text:
        return "", ""
    single = _SINGLE.fullmatch(text)
    if single is not None:
        return single.group(1), single.group(2)
    length = parse_interval(text)
    if length.months and length.days:
        return "", text
    return (str(length.months), "M") if length.months else (str(length.days), "D")


def join_length(number: str, unit: str) -> str | None:
    """Return the length that number and unit say; None without a number.

    A unit that is a length itself ("P1M10D") stands alone. Raises: ValueError for what is no
    whole number or unit.
    """
    if unit.startswith("P") and not number:
        parse_interval(unit)
        return unit
    if not number:
        return None
    if not _NUMBER.fullmatch(number) or unit not in UNITS:
        raise ValueError(number)
    return f"P{int(number)}{unit}"
