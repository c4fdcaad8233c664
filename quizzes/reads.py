"""Questions that span the rooms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lms.api import FinishedWork
from quizzes.attempts.reads import read_finished_quizzes
from quizzes.scenarios.reads import read_finished_plays


def read_finished_work(
    *, employee_ids: Iterable[int], since: datetime | None = None
) -> list[FinishedWork]:
    """Return passed, scored quizzes and plays, oldest first. One query per room."""
    ids = list(employee_ids)
    work = read_finished_quizzes(employee_ids=ids, since=since)
    work += read_finished_plays(employee_ids=ids, since=since)
    return sorted(work, key=lambda done: done.done_at)
