"""What is next, put together from a person's open cycles. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

NOON: Final = time(12)
EVENING: Final = time(18)


@dataclass(frozen=True)
class Step:
    """One requirement of an open cycle; ``done_at`` is None until it is met."""

    kind: str
    target: UUID
    label: str
    done_at: datetime | None

    @property
    def is_done(self) -> bool:
        """Whether it is met."""
        return self.done_at is not None


@dataclass(frozen=True)
class Path:
    """The steps of one open cycle, in order, and the last day on which they are on time."""

    certification_id: int
    title: str
    due_on: date | None
    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        """How many steps are met."""
        return sum(step.is_done for step in self.steps)

    @property
    def total(self) -> int:
        """How many steps there are."""
        return len(self.steps)

    @property
    def now(self) -> Step | None:
        """The first step that is not met."""
        return next((step for step in self.steps if not step.is_done), None)

    @property
    def number(self) -> int:
        """Which step is next, counted from 1."""
        return self.steps.index(self.now) + 1 if self.now is not None else self.total


def order_paths(paths: Iterable[Path]) -> list[Path]:
    """Return the paths by urgency: the earliest due day first, then those without one."""
    return sorted(
        paths, key=lambda path: (path.due_on is None, path.due_on or date.max, path.title)
    )


def choose_next(paths: Sequence[Path]) -> tuple[Path, Step] | None:
    """Return the most urgent path and its first step that is not met."""
    for path in order_paths(paths):
        if path.now is not None:
            return path, path.now
    return None


def part_of_day(local: time) -> str:
    """Return ``morning``, ``afternoon`` or ``evening``."""
    if local < NOON:
        return "morning"
    return "afternoon" if local < EVENING else "evening"
