"""Passed role-plays, for the apps above."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lms.api import FinishedWork
from quizzes.scenarios.models import Play


def read_finished_plays(
    *, employee_ids: Iterable[int], since: datetime | None = None
) -> list[FinishedWork]:
    """Return the scored plays that passed, oldest first; practice never counts. One query."""
    plays = Play.objects.counted(since).filter(passed=True, employee_id__in=list(employee_ids))
    rows = plays.order_by("finished_at", "pk").values_list(
        "employee_id",
        "scenario__uuid",
        "uuid",
        "finished_at",
        "scenario_version__material_number",
    )
    return [
        FinishedWork(
            employee_id=employee_id,
            kind="scenario",
            work_uuid=work,
            evidence_uuid=evidence,
            done_at=done_at,
            material_number=material_number,
        )
        for employee_id, work, evidence, done_at, material_number in rows
        if done_at is not None
    ]
