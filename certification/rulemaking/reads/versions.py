"""What a version that is not yet published would do to people."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q, QuerySet

from certification.awards.models import Assignment, Award
from certification.awards.reads import Case, Rulebook, load_cases, load_rulebook, local_today
from certification.awards.reads.cases import derive_anew
from certification.awards.rules import Need
from certification.catalogue.models import Certification, CertificationVersion
from certification.policy.rules.policy import parse_policy
from certification.rulemaking.reads.rows import NOBODYS, to_row, weigh_lines
from certification.rulemaking.rules.impact import (
    BranchImpact,
    choose_completion,
    compare,
    find_outlook,
)
from lms.api import Employee

NOT_STORED = -1
"""The key of a version that exists only in a preview."""
HELD = ("valid", "grace", "suspended")


class RequirementLike(Protocol):
    """One requirement of a version, published or not."""

    kind: str
    target: UUID
    lowest_material_number: int
    path: str
    group: str
    group_needs: int


@dataclass(frozen=True)
class VersionChange:
    """A version as it would be published."""

    certification: Certification
    policy: Mapping[str, Any]
    requirements: Sequence[RequirementLike]
    effective_on: date

    def people(self, now: datetime) -> QuerySet[Employee]:
        """Return everybody who was ever asked for the certification or holds it."""
        del now
        return find_people(self.certification)

    def weigh(self, people: Collection[Employee], now: datetime) -> Iterator[BranchImpact]:
        """Return what it does to these people, one row each."""
        present = load_rulebook([self.certification.pk])
        planned = add_draft(present, self, now)
        cases = load_cases(people, [self.certification.pk])
        for case in cases.values():
            on = max(self.effective_on, local_today(case, now))
            if not case.employee.has_left(on):
                yield from weigh_version(case, present, planned, on)


def find_people(certification: Certification) -> QuerySet[Employee]:
    """Return everybody who was ever asked for a certification or holds it."""
    asked = Assignment.objects.filter(certification=certification).values("employee_id")
    holding = Award.objects.filter(certification=certification).values("employee_id")
    return Employee.objects.filter(Q(pk__in=asked) | Q(pk__in=holding)).select_related(
        "home_branch__region", "home_job_role"
    )


def add_draft(present: Rulebook, change: VersionChange, now: datetime) -> Rulebook:
    """Return the rules as they would be with the draft published.

    Raises: PolicyError naming the field when its policy cannot work.
    """
    parse_policy(change.policy)
    pk = change.certification.pk
    versions = present.versions.get(pk, [])
    draft = CertificationVersion(
        pk=NOT_STORED,
        certification=change.certification,
        number=len(versions) + 1,
        effective_on=change.effective_on,
        policy=dict(change.policy),
        recorded_at=now,
    )
    ordered = sorted([*versions, draft], key=lambda row: (row.effective_on, row.number))
    needs = [to_draft_need(n, row) for n, row in enumerate(change.requirements, start=1)]
    return Rulebook(present.certifications, {pk: ordered}, {**present.needs, NOT_STORED: needs})


def to_draft_need(number: int, row: RequirementLike) -> Need:
    """Return a requirement that has no key yet as the rules take it."""
    return Need(
        id=-number,
        kind=row.kind,
        target=row.target,
        lowest_material_number=row.lowest_material_number,
        path=row.path,
        group=row.group,
        group_needs=row.group_needs,
    )


def weigh_version(
    case: Case, present: Rulebook, planned: Rulebook, on: date
) -> Iterator[BranchImpact]:
    """Return what a version does to one person; nothing for somebody whom it does not reach."""
    after = derive_anew(case, planned)
    status = after.at(on)
    if status.required == "not_required" and status.standing not in HELD:
        return
    if not present.versions.get(case.certification_id):
        effect = compare(NOBODYS, find_outlook(after, on, choose_completion(after, on)))
    else:
        effect = weigh_lines(derive_anew(case, present), after, on)
    yield to_row(case, effect)
