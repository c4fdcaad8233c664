"""How long something takes, how many queries, how much memory: median and spread."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

Work = Callable[[], int]
"""Does something once and returns how many rows it gave or changed."""


@dataclass(frozen=True)
class Measured:
    """Seconds of several warm runs; rows, queries and the peak of Python's memory of one more."""

    seconds: tuple[float, ...]
    rows: int
    queries: int = 0
    peak_bytes: int = 0

    @property
    def median(self) -> float:
        """The middle of the runs."""
        return median(self.seconds)


@dataclass(frozen=True)
class Result:
    """One operation at one size, beside what is held against it.

    ``limit`` is how many times as long as by hand it may take; without a hand-written one it is
    the most seconds per million rows. None: there is no limit. ``at_most`` is a number of seconds
    that it may take whatever the rows.
    """

    name: str
    employees: int
    ours: Measured
    by_hand: Measured | None
    limit: float | None
    at_most: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times as long as by hand, or as the seconds allowed."""
        if self.at_most is not None:
            return self.ours.median / self.at_most
        if self.by_hand is not None:
            return self.ours.median / self.by_hand.median
        if self.limit is None or not self.ours.rows:
            return None
        return self.ours.median / self.ours.rows * 1_000_000 / self.limit


def do_nothing() -> None:
    """Stand for what needs no putting back."""


def measure(
    work: Work, *, times: int, put_back: Callable[[], Any] = do_nothing, warm: bool = False
) -> Measured:
    """Run something once to warm up, ``times`` against the clock, and once more to look inside.

    ``put_back`` is called after each run, outside the clock. What is ``warm`` needs no first run.
    """
    seconds = []
    for number in range(1 if warm else 0, times + 1):
        start = perf_counter()
        rows = work()
        if number:
            seconds.append(perf_counter() - start)
        put_back()
    tracemalloc.start()
    try:
        with CaptureQueriesContext(connection) as queries:
            work()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        put_back()
    return Measured(tuple(seconds), rows, len(queries), peak)


def measure_once(work: Work) -> Measured:
    """Run something against the clock once, as it is too long or cannot be put back."""
    start = perf_counter()
    rows = work()
    return Measured((perf_counter() - start,), rows)


def growth_of(results: list[Result]) -> float | None:
    """Return the exponent by which the time grows with the number of people, or None."""
    first, last = results[0], results[-1]
    if first.employees == last.employees:
        return None
    longer = last.ours.median / first.ours.median
    return math.log(longer) / math.log(last.employees / first.employees)
