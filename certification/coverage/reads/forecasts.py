"""Who counts at a branch, today and later, against what its rules ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from certification.catalogue.models import Certification, CoverageRule
from certification.coverage.rules import HORIZONS, Cover, Forecast, Span, find_cover, forecast
from certification.standing.models import CoverageSpan
from lms import api as lms_api
from lms.api import Absence, Branch, Employee, Posting

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

MARGIN = timedelta(days=2)
"""The day in UTC may be one off the day at a branch, either way."""


@dataclass(frozen=True)
class BranchForecast:
    """A branch and certification with the rule that asks most, and what it has."""

    branch: Branch
    certification: Certification
    rule: CoverageRule
    forecast: Forecast
    people: dict[int, Employee]

    @property
    def breaking_people(self) -> tuple[Employee, ...]:
        """Who brings the branch below when they stop counting."""
        loss = self.forecast.breaking
        return tuple(self.people[pk] for pk in loss.people) if loss else ()


def rules_for(branches: Iterable[Branch], now: datetime) -> list[tuple[Branch, CoverageRule]]:
    """Return for each branch and certification the rule that asks most today. One query."""
    rules = list(
        CoverageRule.objects.in_force_on(now.date() + MARGIN)
        .select_related("certification", "region", "branch")
        .prefetch_related("end")
    )
    found = []
    for branch in branches:
        today = lms_api.local_day(now, branch.time_zone)
        strictest: dict[int, CoverageRule] = {}
        for rule in rules:
            if not applies(rule, branch, today):
                continue
            known = strictest.get(rule.certification_id)
            if known is None or rule.at_least > known.at_least:
                strictest[rule.certification_id] = rule
        found += [
            (branch, rule)
            for rule in sorted(strictest.values(), key=lambda rule: rule.certification.title)
        ]
    return found


def applies(rule: CoverageRule, branch: Branch, today: date) -> bool:
    """Return whether a rule is in force at a branch on its day."""
    if branch.closed_on is not None and branch.closed_on <= today:
        return False
    end = getattr(rule, "end", None)
    if rule.from_on > today or (end is not None and end.on <= today):
        return False
    if rule.branch_id is not None:
        return rule.branch_id == branch.pk
    return rule.region is None or branch.region.path.startswith(rule.region.path)


def forecast_branches(branches: Collection[Branch], *, now: datetime) -> list[BranchForecast]:
    """Return the forecasts of some branches, loaded with their region. Five queries at most.

    The cost grows with the people of these branches, never with the company.
    """
    pairs = rules_for(branches, now)
    if not pairs:
        return []
    first = now.date() - MARGIN
    last = first + timedelta(days=HORIZONS[-1]) + 2 * MARGIN
    branch_ids = {branch.pk for branch, _rule in pairs}
    certification_ids = {rule.certification_id for _branch, rule in pairs}
    postings, people = load_postings(branch_ids, first, last)
    held = load_held(list(people), certification_ids, first, last)
    away = load_away(list(people), first, last)
    found = []
    for branch, rule in pairs:
        covers = [
            find_cover(
                pk,
                postings=spans,
                held=held.get((pk, rule.certification_id), []),
                away=away.get(pk, []),
            )
            for pk, spans in postings.get(branch.pk, {}).items()
        ]
        found.append(
            BranchForecast(
                branch=branch,
                certification=rule.certification,
                rule=rule,
                forecast=forecast(
                    drop_empty(covers),
                    at_least=rule.at_least,
                    today=lms_api.local_day(now, branch.time_zone),
                ),
                people=people,
            )
        )
    return found


def drop_empty(covers: Iterable[Cover]) -> list[Cover]:
    """Leave out who never counts."""
    return [cover for cover in covers if cover.spans]


def load_postings(
    branch_ids: Collection[int], first: date, last: date
) -> tuple[dict[int, dict[int, list[Span]]], dict[int, Employee]]:
    """Return who is posted where between two days, by branch, and the people. One query.

    Main postings and helping out both count: a person who helps out may serve.
    """
    rows = Posting.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gt=first), branch__in=branch_ids, from_on__lte=last
    ).select_related("employee")
    found: dict[int, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
    people: dict[int, Employee] = {}
    for row in rows:
        left_on = row.employee.left_on
        ends = [day for day in (row.until_on, left_on) if day is not None]
        until = min(ends) if ends else None
        if until is None or until > row.from_on:
            found[row.branch_id][row.employee_id].append((row.from_on, until))
            people[row.employee_id] = row.employee
    return found, people


def load_held(
    employee_ids: Collection[int], certification_ids: Collection[int], first: date, last: date
) -> dict[tuple[int, int], list[Span]]:
    """Return the days covered by awards between two days. One query."""
    rows = CoverageSpan.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gt=first),
        employee__in=employee_ids,
        certification__in=certification_ids,
        from_on__lte=last,
    )
    found: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for pk, certification, start, until in rows.values_list(
        "employee_id", "certification_id", "from_on", "until_on"
    ):
        found[pk, certification].append((start, until))
    return found


def load_away(employee_ids: Collection[int], first: date, last: date) -> dict[int, list[Span]]:
    """Return the days on leave between two days. One query."""
    rows = Absence.objects.filter(employee__in=employee_ids, from_on__lte=last, until_on__gt=first)
    found: dict[int, list[Span]] = defaultdict(list)
    for pk, start, until in rows.values_list("employee_id", "from_on", "until_on"):
        found[pk].append((start, until))
    return found
