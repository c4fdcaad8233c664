"""Tell people that a standard changed and what they have to do by when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

from certification.awards.reads import Case, ChangeBook
from certification.standing.rules import Derived, Pair
from lms import api as lms_api

MORNING = time(8, 0)
TOLD = frozenset({"required", "optional"})


def plan_change_notices(
    cases: Mapping[Pair, Case], changes: ChangeBook, rows: Iterable[Derived], now: datetime
) -> int:
    """Plan one notice per person and change that just joined a cycle; return how many.

    From eight in the morning at the branch. Who is on leave finds it on coming back.
    """
    derived = {row.pair: row for row in rows}
    wishes = []
    for link in changes.told:
        case = cases[link.cycle.employee_id, link.cycle.certification_id]
        row = derived[case.pair]
        if row.required not in TOLD:
            continue
        morning = datetime.combine(row.derived_on, MORNING, tzinfo=ZoneInfo(case.zone))
        wishes.append(
            lms_api.NoticeWish(
                subject=f"delta:{case.employee.uuid}:{link.delta.uuid}",
                kind="delta_published",
                offset_days=0,
                target_on=link.delta.effective_on,
                recipient_id=case.employee.pk,
                due_at=max(morning, now),
                urgent=False,
            )
        )
    changes.told = []
    return lms_api.plan_notices(wanted=wishes, now=now) if wishes else 0
