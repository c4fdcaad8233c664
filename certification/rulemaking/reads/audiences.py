"""What an audience rule that begins or ends would do to people."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import QuerySet

from certification.awards.models import Assignment, AssignmentEnd
from certification.awards.reads import (
    Case,
    Rulebook,
    load_cases,
    load_rulebook,
    local_today,
    narrow_to_rule,
    rule_applies,
)
from certification.awards.reads.cases import derive_anew
from certification.catalogue.models import AudienceRule, Certification
from certification.rulemaking.reads.rows import NOBODYS, empty_case, to_row, weigh_lines
from certification.rulemaking.rules.impact import BranchImpact, compare
from lms.api import Employee


@dataclass(frozen=True)
class RuleChange:
    """A rule that begins, one that ends, or both on one day."""

    certification: Certification
    effective_on: date
    begins: AudienceRule | None = None
    role_ids: frozenset[int] = frozenset()
    ends: AudienceRule | None = None

    def people(self, now: datetime) -> QuerySet[Employee]:
        """Return everybody whom the new rule is about or whom the old one asks."""
        everybody = Employee.objects.select_related("home_branch__region", "home_job_role")
        found: QuerySet[Employee] = everybody.none()
        if self.begins is not None:
            day = max(self.effective_on, now.date())
            found = narrow_to_rule(everybody, self.begins, self.role_ids, day)
        if self.ends is not None:
            asked = Assignment.objects.filter(rule=self.ends, end__isnull=True)
            found = found | everybody.filter(pk__in=asked.values("employee_id"))
        return found

    def weigh(self, people: Collection[Employee], now: datetime) -> Iterator[BranchImpact]:
        """Return what it does to these people, one row each."""
        rulebook = load_rulebook([self.certification.pk])
        cases = load_cases(people, [self.certification.pk])
        for person in people:
            pair = (person.pk, self.certification.pk)
            case = cases.get(pair) or empty_case(person, self.certification)
            on = max(self.effective_on, local_today(case, now))
            if not person.has_left(on):
                yield from self.weigh_one(case, rulebook, on, now)

    def weigh_one(
        self, case: Case, rulebook: Rulebook, on: date, now: datetime
    ) -> Iterator[BranchImpact]:
        """Return what it does to one person; nothing for somebody whom it does not reach."""
        rule = self.begins
        begins = rule is not None and rule_applies(rule, self.role_ids, case.employee, on)
        ended = {
            row.pk for row in case.assignments if self.ends and row.rule_id == self.ends.pk
        } - {row.pk for row in case.assignments if has_end(row)}
        if not begins and not ended:
            return
        following = with_assignments(
            case, begins=rule if begins else None, ended=ended, on=on, now=now
        )
        if not rulebook.versions.get(case.certification_id):
            effect = compare(NOBODYS, replace(NOBODYS, required=asked_by(following.assignments)))
            yield to_row(case, effect)
            return
        yield to_row(
            case, weigh_lines(derive_anew(case, rulebook), derive_anew(following, rulebook), on)
        )


def asked_by(assignments: Collection[Assignment]) -> str:
    """Return how a certification without any version is asked of somebody."""
    live = [row for row in assignments if not has_end(row)]
    if not live:
        return "not_required"
    return "optional" if all(row.optional for row in live) else "required"


def has_end(row: Assignment) -> bool:
    """Return whether an assignment has been ended, on whatever day."""
    return getattr(row, "end", None) is not None


def with_assignments(
    case: Case, *, begins: AudienceRule | None, ended: Collection[int], on: date, now: datetime
) -> Case:
    """Return a case as it would be with an assignment by a rule begun and others ended on a day.

    Nothing is stored.
    """
    rows = [end_row(row, on, now) if row.pk in ended else row for row in case.assignments]
    if begins is not None:
        rows.append(
            Assignment(
                employee=case.employee,
                certification_id=case.certification_id,
                source=Assignment.Source.RULE,
                optional=begins.optional,
                from_on=on,
                recorded_at=now,
            )
        )
    rows.sort(key=lambda row: row.from_on)
    return replace(case, assignments=rows, timeline=None)


def end_row(row: Assignment, on: date, now: datetime) -> Assignment:
    """Return an assignment as it would be when it ended on a day."""
    ended = copy(row)
    ended.end = AssignmentEnd(on=max(on, row.from_on), recorded_at=now)
    return ended
