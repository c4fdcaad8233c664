"""What a version freezes: canonical text and its digest."""

from __future__ import annotations

import calendar
import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal


def digest_body(body: Mapping[str, object]) -> str:
    """Return the SHA-256 of the canonical JSON of a version's body: 64 hexadecimal digits.

    Canonical: keys sorted, no spaces, UTF-8, so that the order of fields never matters.
    """
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def write_number(value: Decimal | str | None) -> str | None:
    """Return a number as its shortest text, so that 3, 3.0 and 3.00 freeze alike."""
    if value is None or value == "":
        return None
    number = Decimal(str(value))
    whole = number.to_integral_value()
    return str(int(whole)) if number == whole else f"{number.normalize():f}"


def plan_review(on: date, months: int) -> date:
    """Return the same day of the month ``months`` later; a day that month lacks is its last."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(on.day, last))
