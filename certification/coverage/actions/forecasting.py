"""Keep the forecast of each branch that a coverage rule concerns."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet

from certification.catalogue.models import CoverageRule
from certification.coverage.actions.notices import plan_coverage_notices
from certification.coverage.models import BranchCoverage
from certification.coverage.reads.forecasts import BranchForecast, forecast_branches
from certification.standing.models import BranchTally, CoverageSpan
from lms import api as lms_api
from lms.api import Branch

BATCH = 200
COLUMNS = (
    "rule_id",
    "at_least",
    "now",
    "in_30",
    "in_60",
    "in_90",
    "below_on",
    "derived_on",
    "tally",
    "span_seen",
)


def refresh_coverage(*, now: datetime, batch: int = BATCH) -> int:
    """Make the forecasts again that a new day or a new fact has made old; return how many branches.

    Safe to run twice and in parallel; costs two queries when there is nothing to do.
    """
    ids = sorted(find_stale_branches(now))
    for start in range(0, len(ids), batch):
        branches = Branch.objects.select_related("region").filter(pk__in=ids[start : start + batch])
        refresh_branches(list(branches), now=now)
    return len(ids)


def follow_sweep(now: datetime) -> int:
    """Bring the forecasts to a sweep's instant; return how many branches were old."""
    return refresh_coverage(now=now)


def find_stale_branches(now: datetime) -> set[int]:
    """Return the branches whose forecasts may no longer be true, at most six queries.

    That is: a rule began, ended or never reached them; it is another day there; somebody there is
    certified, lapsed or revoked since (another tally, or a span newer than the newest seen).
    """
    rules = CoverageRule.objects.in_force_on(now.date() + timedelta(days=2))
    certifications = set(rules.values_list("certification_id", flat=True))
    known = BranchCoverage.objects.all()
    stale = set(known.exclude(certification__in=certifications).values_list("branch_id", flat=True))
    if not certifications:
        return stale
    for branch_id, zone, derived_on in known.values_list(
        "branch_id", "branch__time_zone", "derived_on"
    ):
        if derived_on != lms_api.local_day(now, zone):
            stale.add(branch_id)
    stale |= find_without_forecast(rules)
    stale |= find_moved(certifications)
    return stale


def find_without_forecast(rules: QuerySet[CoverageRule]) -> set[int]:
    """Return the open branches that a rule concerns and that have no forecast of it."""
    found: set[int] = set()
    for rule in rules.select_related("region"):
        branches = Branch.objects.filter(closed_on__isnull=True)
        if rule.branch_id is not None:
            branches = branches.filter(pk=rule.branch_id)
        elif rule.region is not None:
            branches = branches.filter(region__path__startswith=rule.region.path)
        reached = BranchCoverage.objects.filter(certification_id=rule.certification_id)
        found.update(
            branches.exclude(pk__in=reached.values("branch_id")).values_list("pk", flat=True)
        )
    return found


def find_moved(certification_ids: Collection[int]) -> set[int]:
    """Return the branches where the tally or a span says something newer than the forecast."""
    tallies = read_tallies(BranchTally.objects.filter(certification__in=certification_ids))
    moved: set[int] = set()
    newest = 0
    for branch_id, certification_id, tally, span_seen in BranchCoverage.objects.values_list(
        "branch_id", "certification_id", "tally", "span_seen"
    ).iterator():
        newest = max(newest, span_seen)
        if tallies.get((branch_id, certification_id), 0) != tally:
            moved.add(branch_id)
    spans = CoverageSpan.objects.filter(pk__gt=newest, certification__in=certification_ids)
    moved.update(
        spans.exclude(employee__home_branch=None)
        .values_list("employee__home_branch_id", flat=True)
        .distinct()
    )
    return moved


def read_tallies(rows: QuerySet[BranchTally]) -> dict[tuple[int, int], int]:
    """Return how many hold a certification at a branch, as the tallies say. One query."""
    held = rows.values_list("branch_id", "certification_id", "compliant", "optional_held")
    return {(branch, certification): sum(counts) for branch, certification, *counts in held}


def refresh_branches(branches: Collection[Branch], *, now: datetime) -> None:
    """Make the forecasts of some branches, drop those no rule asks for, and plan their notices."""
    with transaction.atomic():
        ids = [branch.pk for branch in branches]
        known = {
            (row.branch_id, row.certification_id): row
            for row in BranchCoverage.objects.select_for_update()
            .filter(branch__in=ids)
            .order_by("pk")
        }
        seen = CoverageSpan.objects.aggregate(newest=Max("pk"))["newest"] or 0
        tallies = read_tallies(BranchTally.objects.filter(branch__in=ids))
        found = forecast_branches(branches, now=now)
        rows = list(to_rows(found, known, tallies, seen))
        wanted = {(row.branch_id, row.certification_id) for row in rows}
        gone = [row.pk for pair, row in known.items() if pair not in wanted]
        BranchCoverage.objects.filter(pk__in=gone).delete()
        BranchCoverage.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["branch", "certification"],
            update_fields=[name.removesuffix("_id") for name in COLUMNS],
        )
        plan_coverage_notices(found, rows, now=now)


def to_rows(
    found: Collection[BranchForecast],
    known: dict[tuple[int, int], BranchCoverage],
    tallies: dict[tuple[int, int], int],
    seen: int,
) -> Iterator[BranchCoverage]:
    """Return the rows to store. A branch that stays below keeps the day it fell below."""
    for row in found:
        pair = (row.branch.pk, row.certification.pk)
        cast = row.forecast
        below_on = cast.below_on
        before = known.get(pair)
        if cast.level == "below" and before is not None and before.now < before.at_least:
            below_on = min(before.below_on or cast.today, cast.today)
        yield BranchCoverage(
            branch_id=pair[0],
            certification_id=pair[1],
            rule=row.rule,
            at_least=cast.at_least,
            now=cast.now,
            in_30=cast.ahead[0],
            in_60=cast.ahead[1],
            in_90=cast.ahead[2],
            below_on=below_on,
            derived_on=cast.today,
            tally=tallies.get(pair, 0),
            span_seen=seen,
        )
