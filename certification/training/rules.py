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
    """One requirement of an open cycle; ``done_at`` is None until it is met.

    Steps of one ``group`` are alternatives of which ``group_needs`` must be met.
    """

    kind: str
    target: UUID
    label: str
    done_at: datetime | None
    group: str = ""
    group_needs: int = 1

    @property
    def is_done(self) -> bool:
        """Whether it is met."""
        return self.done_at is not None


@dataclass(frozen=True)
class Path:
    """The steps of one open cycle, in order, and the last day on which they are on time.

    ``changes`` say what changed in the standards it covers.
    """

    certification_id: int
    title: str
    due_on: date | None
    steps: tuple[Step, ...]
    changes: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[Step, ...]:
        """The steps to show: alternatives that are no longer needed are left out."""
        return tuple(step for step in self.steps if step.is_done or not self.is_spare(step))

    @property
    def done(self) -> int:
        """How many of the necessary steps are met."""
        return sum(min(met, needs) for met, needs in self.count_groups())

    @property
    def total(self) -> int:
        """How many steps are necessary."""
        return sum(needs for _met, needs in self.count_groups())

    @property
    def now(self) -> Step | None:
        """The first step that is necessary and not met."""
        return next((step for step in self.wanted if not step.is_done), None)

    @property
    def number(self) -> int:
        """Which step is next, counted from 1."""
        return min(self.done + 1, self.total)

    def is_spare(self, step: Step) -> bool:
        """Return whether enough of a step's alternatives are met."""
        return bool(step.group) and self.count_met(step.group) >= step.group_needs

    def count_met(self, group: str) -> int:
        """Return how many steps of a group are met."""
        return sum(step.is_done for step in self.steps if step.group == group)

    def count_groups(self) -> list[tuple[int, int]]:
        """Return how many are met and how many are needed, for each group and each lone step."""
        lone = [(int(step.is_done), 1) for step in self.steps if not step.group]
        groups = {step.group: step.group_needs for step in self.steps if step.group}
        return lone + [(self.count_met(group), needs) for group, needs in groups.items()]


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
