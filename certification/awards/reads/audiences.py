"""Whom audience rules are about."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from certification.catalogue.models import AudienceRule
from lms.api import Employee

Rules = list[tuple[AudienceRule, frozenset[int]]]
"""Rules with the ids of their job roles; none means every role."""


def load_rules(today: date) -> Rules:
    """Return the audience rules in force with the ids of their job roles. Two queries."""
    rules = (
        AudienceRule.objects.filter(
            Q(until_on__isnull=True) | Q(until_on__gt=today), from_on__lte=today
        )
        .exclude(end__on__lte=today)
        .filter(Q(certification__retired_on__isnull=True) | Q(certification__retired_on__gt=today))
        .select_related("region", "certification")
        .prefetch_related("job_roles")
    )
    return [(rule, frozenset(role.pk for role in rule.job_roles.all())) for rule in rules]


def narrow_to_rule(
    people: QuerySet[Employee], rule: AudienceRule, role_ids: frozenset[int], today: date
) -> QuerySet[Employee]:
    """Return those of the people whom a rule is about on a day, as ``rule_applies`` says it."""
    people = people.employed_on(today).filter(home_branch__isnull=False)  # type: ignore[attr-defined]
    if rule.branch_id is not None:
        people = people.filter(home_branch_id=rule.branch_id)
    if rule.region is not None:
        people = people.filter(home_branch__region__path__startswith=rule.region.path)
    if role_ids:
        people = people.filter(home_job_role_id__in=role_ids)
    if rule.tenure_days:
        people = people.filter(hired_on__lte=today - timedelta(days=rule.tenure_days))
    return people


def rule_applies(
    rule: AudienceRule, role_ids: frozenset[int], employee: Employee, today: date
) -> bool:
    """Return whether a rule asks its certification of a person on a day."""
    branch = employee.home_branch
    if branch is None or employee.has_left(today):
        return False
    if rule.branch_id is not None and rule.branch_id != branch.pk:
        return False
    if rule.region is not None and not branch.region.path.startswith(rule.region.path):
        return False
    if role_ids and employee.home_job_role_id not in role_ids:
        return False
    if not rule.tenure_days:
        return employee.hired_on is None or employee.hired_on <= today
    return (
        employee.hired_on is not None
        and employee.hired_on + timedelta(days=rule.tenure_days) <= today
    )
