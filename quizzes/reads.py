"""Questions that span the rooms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from lms.api import FinishedWork
from quizzes.attempts.reads import WrongResult, read_finished_quizzes
from quizzes.attempts.reads import find_wrong_results as find_wrong_attempts
from quizzes.marking.reads import find_wrong_marks
from quizzes.scenarios.reads import read_finished_plays


def read_finished_work(
    *, employee_ids: Iterable[int], since: datetime | None = None
) -> list[FinishedWork]:
    """Return passed, scored quizzes and plays, oldest first. One query per room."""
    ids = list(employee_ids)
    work = read_finished_quizzes(employee_ids=ids, since=since)
    work += read_finished_plays(employee_ids=ids, since=since)
    return sorted(work, key=lambda done: done.done_at)


def find_wrong_results() -> Iterator[WrongResult]:
    """Yield stored marks and results that their rules do not give: the machine's, then people's."""
    yield from find_wrong_attempts()
    yield from find_wrong_marks()
