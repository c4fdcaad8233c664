"""Passed quizzes, for the apps above."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lms.api import FinishedWork
from quizzes.attempts.models import Attempt, AttemptResult


def read_finished_quizzes(
    *, employee_ids: Iterable[int], since: datetime | None = None
) -> list[FinishedWork]:
    """Return the scored attempts with which a quiz was passed, oldest first. One query."""
    results = AttemptResult.objects.latest().filter(
        quiz_passed=True,
        attempt__purpose=Attempt.Purpose.SCORED,
        attempt__employee_id__sb_among=employee_ids,
    )
    if since is not None:
        results = results.filter(attempt__submitted_at__gte=since)
    rows = results.order_by("attempt__submitted_at", "attempt_id").values_list(
        "attempt__employee_id",
        "attempt__quiz__uuid",
        "attempt__uuid",
        "attempt__submitted_at",
        "attempt__quiz_version__material_number",
    )
    return [
        FinishedWork(
            employee_id=employee_id,
            kind="quiz",
            work_uuid=work,
            evidence_uuid=evidence,
            done_at=done_at,
            material_number=material_number,
        )
        for employee_id, work, evidence, done_at, material_number in rows
        if done_at is not None
    ]
