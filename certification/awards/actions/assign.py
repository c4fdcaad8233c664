"""Who needs a certification: by rule or by a person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from certification.awards.actions.derive import lock_people, refresh_people
from certification.awards.models import Assignment, AssignmentEnd
from certification.awards.permissions import require_fact, require_reason
from certification.awards.reads import load_rules, rule_applies
from certification.catalogue.models import AudienceRule, Certification
from lms import api as lms_api
from lms.api import Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

NO_BRANCH_ZONE = "UTC"
"""Whose day counts for somebody without a branch."""


def assign_certification(
    *,
    employee: Employee,
    certification: Certification,
    from_on: date,
    due_on: date | None = None,
    optional: bool = False,
    reason: str,
    source: str = Assignment.Source.PERSON,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> Assignment:
    """Ask a certification of somebody from a day on.

    Raises: NotFoundError and NotAllowedError by the policy table and on oneself;
    InvalidInputError without a reason or when the due day is before the first day; RuleError when
    the certification is retired by then, or the person has left.
    """
    require_fact(actor, "create", "assignment", employee)
    with transaction.atomic():
        assignment = write_assignment(
            employee=employee,
            certification=certification,
            from_on=from_on,
            due_on=due_on,
            optional=optional,
            reason=reason,
            source=source,
            actor=actor,
            now=now,
        )
        refresh_people(employee_ids=[employee.pk], now=now)
    return assignment


def write_assignment(
    *,
    employee: Employee,
    certification: Certification,
    from_on: date,
    due_on: date | None = None,
    optional: bool = False,
    reason: str,
    source: str = Assignment.Source.PERSON,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> Assignment:
    """Write the fact alone. The caller asks the policy first and refreshes the person after.

    Raises: InvalidInputError and RuleError as ``assign_certification``.
    """
    require_reason(reason)
    if due_on is not None and due_on < from_on:
        raise lms_api.InvalidInputError(
            _("The due day cannot be before the first day."), code="impossible_date", field="due_on"
        )
    require_in_use(certification, from_on)
    require_employed(employee, from_on)
    return Assignment.objects.create(
        employee=employee,
        certification=certification,
        source=source,
        optional=optional,
        from_on=from_on,
        due_on=due_on,
        reason=reason,
        assigned_by_id=actor.pk if actor is not None else None,
        recorded_at=now,
    )


def require_in_use(certification: Certification, day: date) -> None:
    """Refuse what would ask for or grant a retired certification. Raises: RuleError."""
    if certification.retired_on is not None and certification.retired_on <= day:
        raise lms_api.RuleError(_("This certification is retired."), code="retired")


def require_employed(employee: Employee, day: date) -> None:
    """Refuse what makes sense only for people who work here. Raises: RuleError."""
    if employee.has_left(day):
        raise lms_api.RuleError(_("This person has left by that day."), code="has_left")


def end_assignment(
    *,
    assignment: Assignment,
    on: date,
    reason: str,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> AssignmentEnd:
    """Stop asking: from ``on`` the assignment no longer holds. Ending twice keeps the first end.

    Raises: as ``assign_certification``; RuleError for an assignment by rule, which the rule would
    give again at once: exempt the person, or end the rule.
    """
    require_fact(actor, "change", "assignment", assignment.employee)
    with transaction.atomic():
        end = write_assignment_end(
            assignment=assignment, on=on, reason=reason, actor=actor, now=now
        )
        refresh_people(employee_ids=[assignment.employee_id], now=now)
    return end


def write_assignment_end(
    *,
    assignment: Assignment,
    on: date,
    reason: str,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> AssignmentEnd:
    """Write the fact alone. The caller asks the policy first and refreshes the person after.

    Raises: InvalidInputError and RuleError as ``end_assignment``.
    """
    require_reason(reason)
    if actor is not None and assignment.source == Assignment.Source.RULE:
        raise lms_api.RuleError(
            _("A rule asks this of the person. Exempt the person, or change the rule."),
            code="by_rule",
        )
    end, _made = AssignmentEnd.objects.get_or_create(
        assignment=assignment,
        defaults={
            "on": max(on, assignment.from_on),
            "reason": reason,
            "ended_by_id": actor.pk if actor is not None else None,
            "recorded_at": now,
        },
    )
    return end


def apply_audience_rules(
    *, employee_ids: Collection[int], today: date, now: datetime
) -> list[Assignment]:
    """Give and end the assignments by rule that the roster now asks for; return the new ones.

    Five statements, whatever the number of people. Does not touch the caches: the caller
    refreshes the people in the same transaction.
    """
    rules = load_rules(today)
    with transaction.atomic():
        employees = lock_people(employee_ids)
        held: dict[tuple[int, int], Assignment] = {
            (row.employee_id, row.rule_id): row
            for row in Assignment.objects.filter(
                employee_id__in=[employee.pk for employee in employees],
                source=Assignment.Source.RULE,
                end__isnull=True,
            ).select_related("rule__end", "rule__certification")
            if row.rule_id is not None
        }
        wanted = {
            (employee.pk, rule.pk): (employee, rule)
            for employee in employees
            for rule, roles in rules
            if rule_applies(rule, roles, employee, today)
        }
        ended = [row for key, row in held.items() if key not in wanted]
        write_ends(ended, today, now)
        return write_assignments(
            [pair for key, pair in wanted.items() if key not in held], today, now
        )


def write_ends(rows: Iterable[Assignment], today: date, now: datetime) -> None:
    """End assignments by rule that no longer apply: today, or when the rule was over before.

    A sweep that comes days late writes the day that the rule says.
    """
    AssignmentEnd.objects.bulk_create(
        [
            AssignmentEnd(
                assignment=row,
                on=max(row.from_on, min([today, *list_ends(row.rule)])),
                reason=_("The rule no longer applies."),
                recorded_at=now,
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )


def list_ends(rule: AudienceRule | None) -> list[date]:
    """Return the days from which a rule asks nothing, as far as any is known."""
    if rule is None:
        return []
    end = getattr(rule, "end", None)
    days = (rule.until_on, end and end.on, rule.certification.retired_on)
    return [day for day in days if day]


def write_assignments(
    pairs: Iterable[tuple[Employee, AudienceRule]], today: date, now: datetime
) -> list[Assignment]:
    """Write new assignments by rule, from today."""
    return Assignment.objects.bulk_create(
        [
            Assignment(
                employee=employee,
                certification=rule.certification,
                source=Assignment.Source.RULE,
                rule=rule,
                optional=rule.optional,
                from_on=today,
                reason=rule.reason,
                recorded_at=now,
            )
            for employee, rule in pairs
        ]
    )


def follow_roster_change(employee_ids: Collection[int], today: date, now: datetime) -> None:
    """Apply audience rules to the people whom a roster change touched, and refresh them.

    Called inside the transaction of the change, with the employee ids it touched.
    """
    del today  # each branch has its own day
    with transaction.atomic():
        for day, ids in group_by_local_day(employee_ids, now).items():
            apply_audience_rules(employee_ids=ids, today=day, now=now)
        refresh_people(employee_ids=employee_ids, now=now)


def group_by_local_day(employee_ids: Collection[int], now: datetime) -> dict[date, list[int]]:
    """Return the people by the day it is at their branch: two days at most, seldom three."""
    rows = Employee.objects.filter(pk__in=employee_ids).values_list("pk", "home_branch__time_zone")
    groups: dict[date, list[int]] = {}
    for pk, zone in rows.order_by("pk"):
        groups.setdefault(lms_api.local_day(now, zone or NO_BRANCH_ZONE), []).append(pk)
    return groups
