"""How far somebody is in a course, and what comes next. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class LessonRow:
    """A lesson in a course's list. ``open`` is false while an earlier one has to come first."""

    uuid: UUID
    title: str
    url: str
    minutes: int
    done: bool = False
    open: bool = True


@dataclass(frozen=True)
class Outline:
    """A live course with its live lessons in order, as one person stands in it.

    ``round`` is 0 for somebody who has not begun. ``completed_at`` is the latest completion ever.
    """

    uuid: UUID
    page_id: int
    title: str
    url: str
    sequential: bool
    open_catalogue: bool
    lessons: tuple[LessonRow, ...]
    round: int = 0
    completed_at: datetime | None = None

    @property
    def total(self) -> int:
        """How many lessons there are."""
        return len(self.lessons)

    @property
    def done(self) -> int:
        """How many are done in the present round; never more than there are."""
        return sum(lesson.done for lesson in self.lessons)

    @property
    def state(self) -> str:
        """One of "open", "under_way", "done"."""
        return name_state(done=self.done, total=self.total, begun=self.round > 0)

    @property
    def next_lesson(self) -> LessonRow | None:
        """The first lesson not done yet; None when all are."""
        return next((lesson for lesson in self.lessons if not lesson.done), None)

    @property
    def minutes_left(self) -> int:
        """Minutes of the lessons not done yet."""
        return sum(lesson.minutes for lesson in self.lessons if not lesson.done)

    def position(self, uuid: UUID) -> int | None:
        """Return the place of a lesson, from 0; None when it is not among the live ones."""
        return next((i for i, row in enumerate(self.lessons) if row.uuid == uuid), None)


@dataclass(frozen=True)
class CourseCard:
    """A course as lists show it. ``state`` is one of "open", "under_way", "done"."""

    uuid: UUID
    title: str
    url: str
    minutes: int
    lessons_total: int
    lessons_done: int
    next_title: str
    next_url: str
    next_minutes: int
    state: str


@dataclass(frozen=True)
class LessonCard:
    """A single lesson as lists show it."""

    uuid: UUID
    title: str
    url: str
    minutes: int


@dataclass(frozen=True)
class LessonChange:
    """A standard of a lesson that changed since somebody did the lesson; ``note`` says how."""

    code: str
    title: str
    note: str


@dataclass(frozen=True)
class FinishOutcome:
    """What pressing Next did.

    ``missing`` names what has to be passed or confirmed before the lesson is done. ``next_url``
    is where to go on; empty after the last lesson. ``again`` says that it was done before and is
    done once more, because something changed.
    """

    done: bool
    missing: tuple[str, ...] = ()
    course_completed: bool = False
    again: bool = False


def name_state(*, done: int, total: int, begun: bool) -> str:
    """Return the state of a course: all lessons done, begun, or open."""
    if total and done >= total:
        return "done"
    return "under_way" if begun or done else "open"


def order_lessons(rows: Sequence[LessonRow], *, sequential: bool) -> tuple[LessonRow, ...]:
    """Return the rows with ``open`` worked out: in order, one opens when all before are done."""
    if not sequential:
        return tuple(rows)
    ordered: list[LessonRow] = []
    for row in rows:
        ready = all(earlier.done for earlier in ordered)
        ordered.append(
            LessonRow(row.uuid, row.title, row.url, row.minutes, row.done, row.done or ready)
        )
    return tuple(ordered)


def count_done(done: Collection[UUID], live: Sequence[UUID]) -> tuple[int, int]:
    """Return how many of the live lessons are done, and how many there are.

    Lessons that were done and taken away since count for neither, so it never passes 100 %.
    """
    return sum(uuid in done for uuid in live), len(live)
