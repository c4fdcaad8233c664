"""Shares and levels of the matrix, and filters of its address. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final, Self

DEFAULT_THRESHOLDS: Final = (95, 80)


class Level(StrEnum):
    """How good a share is; ``none`` when nobody is counted."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From how many per cent on a share is good, and from how many on it is fair."""

    good: int
    fair: int


def read_thresholds(given: object) -> Thresholds:
    """Return the thresholds of a setting such as ``(95, 80)``; None means the defaults.

    Raises:
        ValueError: not two whole per cents in falling order.

    """
    pair = DEFAULT_THRESHOLDS if given is None else given
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise ValueError("THRESHOLDS needs two numbers, for example (95, 80).")
    good, fair = pair
    if not (isinstance(good, int) and isinstance(fair, int) and 0 <= fair <= good <= 100):
        raise ValueError("THRESHOLDS needs two whole per cents, the higher one first.")
    return Thresholds(good, fair)


@dataclass(frozen=True, slots=True)
class Counts:
    """People of one cell. ``counted`` are those required and due; ``compliant`` is part of it.

    ``newcomers`` are required but not yet due and stand outside of the count, as do ``optional``.
    """

    counted: int = 0
    compliant: int = 0
    newcomers: int = 0
    overdue: int = 0
    expiring: int = 0
    optional: int = 0
    optional_held: int = 0

    def __add__(self, other: Self) -> Counts:
        """Return the people of both; nobody stands in two branches' tallies."""
        return Counts(*(getattr(self, n) + getattr(other, n) for n in COUNT_FIELDS))

    @property
    def percent(self) -> int | None:
        """The share in whole per cent, floored, so that 100 means all; None when nobody counts."""
        return self.compliant * 100 // self.counted if self.counted else None

    @property
    def missing(self) -> int:
        """How many of the counted people are not compliant."""
        return self.counted - self.compliant

    def level(self, thresholds: Thresholds) -> Level:
        """Return the level of the exact share, before flooring."""
        if not self.counted:
            return Level.NONE
        reached = self.compliant * 100
        if reached >= thresholds.good * self.counted:
            return Level.OK
        return Level.WARN if reached >= thresholds.fair * self.counted else Level.BAD


COUNT_FIELDS: Final = tuple(field.name for field in fields(Counts))


def counts_of(values: Mapping[str, Any]) -> Counts:
    """Return the counts in a row of the database; what is missing there is zero."""
    return Counts(*(int(values.get(name) or 0) for name in COUNT_FIELDS))


def add_up(cells: Iterable[Counts]) -> Counts:
    """Return the sum of cells; of none it is empty."""
    total = Counts()
    for cell in cells:
        total += cell
    return total


def order_key(counts: Counts) -> tuple[bool, float]:
    """Return a key that sorts by share with the lowest first and the uncounted last."""
    return (not counts.counted, counts.compliant / counts.counted if counts.counted else 0.0)
