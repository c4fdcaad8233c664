"""Tell who looks after a branch that it has, or will have, too few certified people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from certification.coverage.models import BranchCoverage
from certification.coverage.reads.forecasts import BranchForecast
from certification.coverage.reads.notices import DROPS, LOW
from lms import api as lms_api
from lms.api import Branch, Grant

MORNING = time(8, 0)
DAYS_BEFORE = (7, 30)


def plan_coverage_notices(
    found: Collection[BranchForecast], rows: Collection[BranchCoverage], *, now: datetime
) -> int:
    """Plan what these forecasts ask for, once for each day they name; return how many.

    30 and 7 days before a branch has too few, its managers hear of it; on the day it has, the
    region's HR hears of it too. Two queries and one statement.
    """
    in_danger = [
        (forecast.branch, row)
        for forecast, row in zip(found, rows, strict=True)
        if row.below_on is not None
    ]
    if not in_danger:
        return 0
    managers = find_managers({branch.pk for branch, _row in in_danger})
    region_hr = find_region_hr()
    wanted = []
    for branch, row in in_danger:
        for kind, offset in choose_kinds(row):
            people = set(managers.get(branch.pk, ()))
            if kind == LOW:
                people |= {pk for path, pk in region_hr if branch.region.path.startswith(path)}
            wanted += list(write_wishes(branch, row, kind, offset, people, now))
    return lms_api.plan_notices(wanted=wanted, now=now) if wanted else 0


def choose_kinds(row: BranchCoverage) -> Iterator[tuple[str, int]]:
    """Return which notices a forecast asks for today: kind and days from its day."""
    if row.below_on is None:
        return
    if row.now < row.at_least:
        yield LOW, 0
        return
    left = (row.below_on - row.derived_on).days
    nearest = next((days for days in DAYS_BEFORE if left <= days), None)
    if nearest is not None:
        yield DROPS, -nearest


def write_wishes(
    branch: Branch, row: BranchCoverage, kind: str, offset: int, people: set[int], now: datetime
) -> Iterator[lms_api.NoticeWish]:
    """Return a wish for each of some people, from eight in the morning at the branch."""
    morning = datetime.combine(row.derived_on, MORNING, tzinfo=ZoneInfo(branch.time_zone))
    subject = f"coverage:{branch.uuid}:{row.rule.certification.uuid}"
    for pk in sorted(people):
        yield lms_api.NoticeWish(
            subject=subject,
            kind=kind,
            offset_days=offset,
            target_on=row.below_on or row.derived_on,
            recipient_id=pk,
            due_at=max(morning, now),
        )


def find_managers(branch_ids: Collection[int]) -> dict[int, set[int]]:
    """Return the employee ids of the managers of some branches. One query."""
    rows = Grant.objects.live().filter(
        role="branch_manager",
        branch__in=branch_ids,
        user__is_active=True,
        user__standardbearer_employee__isnull=False,
    )
    found: dict[int, set[int]] = defaultdict(set)
    for branch_id, pk in rows.values_list("branch_id", "user__standardbearer_employee__pk"):
        found[branch_id].add(pk)
    return found


def find_region_hr() -> list[tuple[str, int]]:
    """Return the HR people of regions, with the tree path of their region. One query."""
    rows = Grant.objects.live().filter(
        role="regional_hr",
        region__isnull=False,
        user__is_active=True,
        user__standardbearer_employee__isnull=False,
    )
    return list(rows.values_list("region__path", "user__standardbearer_employee__pk"))
