"""Exact numbers as people type them and as question files hold them."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction

MAX_EXPONENT = 308
_NUMBER = re.compile(r"([+-]?)([0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE]([+-]?[0-9]{1,3}))?")
_RATIO = re.compile(r"([+-]?[0-9]{1,40})\s*/\s*([0-9]{1,40})")
_MAX_KEY_LENGTH = 400


def read_number(value: object) -> Decimal | None:
    """Return the exact number somebody typed, or None when it is not one.

    Accepts a decimal comma, U+2212 as minus and JSON numbers. ``inf``, ``nan``, truth values and
    exponents above 308 are not numbers. ``Decimal`` compares exactly and in linear time, however
    many digits come in.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return _read_text(repr(value)) if math.isfinite(value) else None
    return _read_text(value) if isinstance(value, str) else None


def _read_text(text: str) -> Decimal | None:
    found = _NUMBER.fullmatch(text.strip().replace("\N{MINUS SIGN}", "-"))
    if found is None:
        return None
    sign, digits, exponent = found.group(1), found.group(2), found.group(3) or "0"
    if int(exponent) > MAX_EXPONENT:
        return None
    return Decimal(f"{sign}{digits.replace(',', '.')}E{exponent}")


def read_fraction(value: object) -> Fraction | None:
    """Return a weight, point or mark of a key exactly ("1/3", "0.25", 2), or None.

    Text above 400 characters is refused: no honest key is that long.
    """
    if isinstance(value, (Fraction, Decimal)):
        return Fraction(value) if math.isfinite(value) else None
    if isinstance(value, str):
        return _read_ratio(value.strip())
    number = read_number(value)
    return None if number is None else Fraction(number)


def _read_ratio(text: str) -> Fraction | None:
    if len(text) > _MAX_KEY_LENGTH:
        return None
    found = _RATIO.fullmatch(text)
    if found is not None:
        below = int(found.group(2))
        return Fraction(int(found.group(1)), below) if below else None
    number = read_number(text)
    return None if number is None else Fraction(number)
