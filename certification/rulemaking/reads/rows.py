"""One person's part in a preview."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from certification.awards.reads import Case
from certification.catalogue.models import Certification
from certification.policy.rules.timeline import Timeline
from certification.rulemaking.rules.impact import (
    BranchImpact,
    Effect,
    Numbers,
    Outlook,
    choose_completion,
    compare,
    count_effect,
    find_outlook,
    pick_example,
)
from lms.api import Employee

NOBODYS: Final = Outlook(required="not_required", compliant=False)
"""The outlook of somebody about whom nothing is known."""
NOTHING: Final = Effect()


def weigh_lines(before: Timeline, after: Timeline, on: date) -> Effect:
    """Return what a change does to one person, seen from the day it counts."""
    completed_on = choose_completion(before, on) or choose_completion(after, on)
    return compare(find_outlook(before, on, completed_on), find_outlook(after, on, completed_on))


def to_row(
    case: Case, effect: Effect, *, open_cycles: int = 0, blocked: int = 0, moved: Effect = NOTHING
) -> BranchImpact:
    """Return one person as a row of his or her branch; ``moved`` is what moving the cycle does."""
    branch = case.employee.home_branch
    person = case.employee
    example = pick_example(person.pk, person.full_name, effect)
    if example is None and moved.is_any:
        example = pick_example(person.pk, person.full_name, moved)
        example = replace(example, if_moved=True) if example is not None else None
    return BranchImpact(
        branch_id=case.employee.home_branch_id,
        branch=str(branch) if branch is not None else "",
        numbers=count_effect(effect),
        open_cycles=open_cycles,
        migrated=count_effect(moved) if open_cycles else Numbers(),
        blocked=blocked,
        examples=(example,) if example is not None else (),
    )


def empty_case(employee: Employee, certification: Certification) -> Case:
    """Return the case of somebody about whom nothing is recorded."""
    branch = employee.home_branch
    return Case(employee, certification.pk, branch.time_zone if branch is not None else "UTC")
