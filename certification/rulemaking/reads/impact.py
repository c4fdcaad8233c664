"""Whom a new version or audience rule reaches, before it counts: derived from the real facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Protocol

from django.db.models import QuerySet

from certification.catalogue.models import AudienceRule, Certification
from certification.catalogue.rules import RequirementDraft
from certification.rulemaking.reads.audiences import RuleChange
from certification.rulemaking.reads.versions import VersionChange
from certification.rulemaking.rules.impact import BranchImpact, Impact, sum_rows
from lms.api import Branch, Employee, JobRole, Region

BATCH: Final = 500
"""How many people are looked at together."""


class Change(Protocol):
    """A change of rules: from when it counts, whom it may reach, and what it does to them."""

    @property
    def effective_on(self) -> date:
        """From when it counts."""

    def people(self, now: datetime) -> QuerySet[Employee]:
        """Return everybody whom it may reach."""

    def weigh(self, people: Collection[Employee], now: datetime) -> Iterable[BranchImpact]:
        """Return what it does to these people, one row each."""


def preview_version(
    *,
    certification: Certification,
    policy: Mapping[str, Any],
    requirements: Sequence[RequirementDraft],
    effective_on: date,
    now: datetime,
) -> Impact:
    """Return whom a version would reach if it were published now.

    Open cycles stay under their rule; ``migrated`` says what moving them on that day would do.
    The number of queries grows with batches of 500 people only.

    Raises: PolicyError naming the field when the policy cannot work.
    """
    return run_preview(VersionChange(certification, policy, requirements, effective_on), now=now)


def preview_audience_rule(
    *,
    certification: Certification,
    region: Region | None,
    branch: Branch | None,
    job_roles: Iterable[JobRole],
    tenure_days: int,
    optional: bool,
    from_on: date,
    until_on: date | None,
    now: datetime,
    replaces: AudienceRule | None = None,
) -> Impact:
    """Return whom a rule would reach by the roster as it is now.

    ``replaces`` ends on the same day: who is reached by both keeps being asked.
    """
    rule = AudienceRule(
        certification=certification,
        region=region,
        branch=branch,
        tenure_days=tenure_days,
        optional=optional,
        from_on=from_on,
        until_on=until_on,
    )
    roles = frozenset(role.pk for role in job_roles)
    change = RuleChange(certification, from_on, begins=rule, role_ids=roles, ends=replaces)
    return run_preview(change, now=now)


def preview_rule_end(*, rule: AudienceRule, on: date, now: datetime) -> Impact:
    """Return who would no longer be asked if a rule ended on a day."""
    return run_preview(RuleChange(rule.certification, on, ends=rule), now=now)


def run_preview(change: Change, *, now: datetime) -> Impact:
    """Return the impact of a change on everybody, batch by batch."""
    impact = Impact(effective_on=change.effective_on, computed_at=now)
    after: int | None = 0
    while after is not None:
        impact, after = run_batch(change, impact, after=after, now=now)
    return impact


def run_batch(
    change: Change, impact: Impact, *, after: int, now: datetime
) -> tuple[Impact, int | None]:
    """Return the impact with the people after an id counted in, and the last id; None: the end."""
    people = list(change.people(now).filter(pk__gt=after).order_by("pk")[:BATCH])
    if not people:
        return impact, None
    return sum_rows(impact, change.weigh(people, now)), people[-1].pk
