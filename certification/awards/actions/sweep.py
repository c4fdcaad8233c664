"""The sweep: what time alone has changed, and what killed processes left behind."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import perf_counter

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from certification.awards.actions.assign import (
    NO_BRANCH_ZONE,
    apply_audience_rules,
    group_by_local_day,
)
from certification.awards.actions.delta import wake_holders
from certification.awards.actions.derive import refresh_pairs, refresh_people
from certification.awards.models import Assignment, Delta
from certification.awards.reads import load_rules, narrow_to_rule
from certification.catalogue.models import AudienceRule
from certification.standing.models import Standing
from courses import api as courses_api
from lms import api as lms_api
from lms.api import Branch, Employee
from quizzes import api as quizzes_api

BATCH = 200
"""Rows of one transaction, which holds its locks to its end: 500 took more than half a second."""
MISSED_FOR = timedelta(days=2)


@dataclass
class Swept:
    """How much a sweep found to do."""

    events: int = 0
    closed_attempts: int = 0
    rows: int = 0
    changed: int = 0
    opened: int = 0
    awarded: int = 0
    assigned: int = 0
    followed: int = 0
    longest_batch: float = 0.0
    """Seconds for which the slowest batch of rows held its locks."""


def advance(*, now: datetime, batch: int = BATCH) -> Swept:
    """Bring everything to ``now``: safe to run twice, in parallel, and after days of silence."""
    done = Swept()
    lms_api.publish_scheduled_revisions(now=now)
    lms_api.make_missing_versions(now=now)
    quizzes_api.make_missing_question_versions(now=now)
    quizzes_api.make_missing_quiz_versions(now=now)
    quizzes_api.make_missing_scenario_versions(now=now)
    courses_api.make_missing_course_versions(now=now)
    done.events = lms_api.consume_waiting_events(now=now)
    done.closed_attempts = quizzes_api.close_overdue_attempts(now=now)
    done.events += lms_api.consume_waiting_events(now=now)
    lms_api.refresh_home_branches(today=timezone.localdate(now), now=now)
    done.assigned = assign_by_rules(now=now, batch=batch)
    wake_for_changes(now=now)
    sweep_standings(done, now=now, batch=batch)
    for follow in lms_api.registry.sweep_followers:
        done.followed += follow(now)
    return done


def wake_for_changes(*, now: datetime) -> int:
    """Have the sweep look again at who may have been missed by a change; return how many rows.

    Whoever was being refreshed at the very moment a change became known was put back to sleep.
    """
    recent = Delta.objects.filter(recorded_at__gt=now - MISSED_FOR)
    return wake_holders(deltas=recent.select_related("standard_version"), now=now)


def assign_by_rules(*, now: datetime, batch: int = BATCH) -> int:
    """Give and end assignments that have become due by date alone; return how many people.

    Rules begin and end on days, and tenure grows by itself: nobody writes anything then.
    """
    ids = sorted(find_people_with_new_rules(now) | find_people_with_ended_rules(now))
    for start in range(0, len(ids), batch):
        part = ids[start : start + batch]
        with transaction.atomic():
            for day, people in group_by_local_day(part, now).items():
                apply_audience_rules(employee_ids=people, today=day, now=now)
            refresh_people(employee_ids=part, now=now)
    return len(ids)


def find_people_with_new_rules(now: datetime) -> set[int]:
    """Return the people to whom a rule applies that has not reached them.

    One query a rule and day: a rule begins at a branch when it is its first day there.
    """
    found: set[int] = set()
    for today, zones in group_zones_by_day(now).items():
        for rule, role_ids in load_rules(today):
            there = Employee.objects.filter(home_branch__time_zone__in=zones)
            people = narrow_to_rule(there, rule, role_ids, today)
            # As a difference of two sets, whatever PostgreSQL believes of their sizes: an
            # anti-join was planned as a nested loop, and NOT IN of many is compared one by one.
            reached = Assignment.objects.filter(rule=rule, end__isnull=True).order_by()
            missed = people.order_by().values_list("pk", flat=True)
            found.update(missed.difference(reached.values_list("employee_id", flat=True)))
    return found


def find_people_with_ended_rules(now: datetime) -> set[int]:
    """Return the people who hold an assignment by a rule that has ended, or who have left.

    Three queries a day that it is somewhere. Somebody without a branch lives by the day in UTC.
    """
    held = Assignment.objects.filter(end__isnull=True, source=Assignment.Source.RULE)
    found: set[int] = set()
    for today, zones in group_zones_by_day(now).items():
        there = Q(employee__home_branch__time_zone__in=zones)
        if NO_BRANCH_ZONE in zones:
            there |= Q(employee__home_branch=None)
        # Which rules are over is asked first: no other assignment needs to be looked at then.
        by_rule = held.filter(there, rule_id__sb_among=find_rules_over(today))
        by_leaver = held.filter(there, employee__left_on__lte=today)
        for rows in (by_rule, by_leaver):
            found.update(rows.order_by().values_list("employee_id", flat=True))
    return found


def find_rules_over(today: date) -> list[int]:
    """Return the rules that ask nothing any more on a day, or whose certification is retired."""
    over = Q(until_on__lte=today) | Q(end__on__lte=today)
    over |= Q(certification__retired_on__lte=today)
    return list(AudienceRule.objects.filter(over).values_list("pk", flat=True))


def group_zones_by_day(now: datetime) -> dict[date, list[str]]:
    """Return the time zones of all branches by the day it is there. One query."""
    zones = {NO_BRANCH_ZONE, *Branch.objects.values_list("time_zone", flat=True).order_by()}
    groups: dict[date, list[str]] = {}
    for zone in sorted(zones):
        groups.setdefault(lms_api.local_day(now, zone), []).append(zone)
    return groups


def sweep_standings(done: Swept, *, now: datetime, batch: int = BATCH) -> None:
    """Re-derive the rows whose ``next_change_at`` has passed, the oldest first, batch by batch.

    Only these rows, not all of their people. Each batch is a transaction of its own, so that a
    sweep that was killed goes on where it stopped. Memory does not grow with what is due.
    """
    stuck: set[int] = set()
    while True:
        start = perf_counter()
        with transaction.atomic():
            ids = claim_due(now, batch=batch, stuck=stuck)
            if not ids:
                return
            refreshed = refresh_pairs(standing_ids=ids, now=now)
            still_due = Standing.objects.due_for_sweep(now).filter(pk__sb_among=ids)
            # A row of a certification without rules: it would come back for ever.
            stuck.update(still_due.values_list("pk", flat=True))
        done.longest_batch = max(done.longest_batch, perf_counter() - start)
        done.rows += len(ids)
        done.changed += refreshed.changed
        done.opened += len(refreshed.opened)
        done.awarded += len(refreshed.awarded)


def claim_due(now: datetime, *, batch: int, stuck: Collection[int]) -> list[int]:
    """Lock and return rows whose time has come, with their people; skip what another worker has.

    The row is locked as well as the person, so that what a worker has just finished is seen as
    done and not claimed again.
    """
    rows = (
        Standing.objects.due_for_sweep(now).exclude(pk__sb_among=stuck).order_by("next_change_at")
    )
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, no_key=True)
    # A column of the person brings his or her row into the statement, and under the lock.
    return [pk for pk, _left_on in rows.values_list("pk", "employee__left_on")[:batch]]
