"""Whom a change of rules reaches: who gains, who loses, whose days move. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from certification.policy.rules.timeline import Timeline

EXAMPLES_PER_BRANCH: Final = 3
"""How many people of a branch are named."""

MOST_EXAMPLES: Final = 600
"""How many people are named altogether: a preview is read, not searched."""

_WEIGHT: Final = {"not_required": 0, "optional": 1, "exempt": 2, "absent": 2, "required": 2}


@dataclass(frozen=True)
class Outlook:
    """How somebody stands on a day, and where the present go leads.

    ``next_until`` is the first day the next award would no longer hold when the go is completed
    on ``completed_on``; it is None without a go (``completed_on`` is None) and when it never
    lapses.
    """

    required: str
    compliant: bool
    due_on: date | None = None
    has_task: bool = False
    completed_on: date | None = None
    next_until: date | None = None
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shift:
    """A day that moves. ``before`` and ``after`` are None where there is no such day."""

    what: str
    before: date | None
    after: date | None
    why: tuple[str, ...] = ()

    @property
    def is_later(self) -> bool:
        """Whether it moves away; no day at all is later than any."""
        return (self.after or date.max) > (self.before or date.max)

    @property
    def days(self) -> int:
        """By how many days, without sign; 0 where one of the two is missing."""
        if self.before is None or self.after is None:
            return 0
        return abs((self.after - self.before).days)


@dataclass(frozen=True)
class Effect:
    """What a change does to one person."""

    gains: bool = False
    loses: bool = False
    shifts: tuple[Shift, ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether anything changes at all."""
        return self.gains or self.loses or bool(self.shifts)


@dataclass(frozen=True)
class Numbers:
    """People counted: ``moves`` have a due day or a next expiry on another day.

    Somebody with one day earlier and another later is in both ``earlier`` and ``later``.
    ``widest_days`` is the widest shift of anybody, in days.
    """

    reached: int = 0
    gains: int = 0
    loses: int = 0
    moves: int = 0
    earlier: int = 0
    later: int = 0
    widest_days: int = 0

    def plus(self, other: Numbers) -> Numbers:
        """Return both together."""
        return Numbers(
            self.reached + other.reached,
            self.gains + other.gains,
            self.loses + other.loses,
            self.moves + other.moves,
            self.earlier + other.earlier,
            self.later + other.later,
            max(self.widest_days, other.widest_days),
        )


@dataclass(frozen=True)
class Example:
    """One person by name: what kind of change, the day before and after, and why.

    Days are as stored: an ``expiry`` is the first day it no longer holds. ``if_moved``: only if
    the open cycle is moved.
    """

    employee_id: int
    name: str
    kind: str
    what: str = ""
    before: date | None = None
    after: date | None = None
    why: str = ""
    if_moved: bool = False


@dataclass(frozen=True)
class BranchImpact:
    """One branch. ``numbers`` hold by the change alone.

    ``open_cycles`` are under way and stay under their rule; ``migrated`` says what moving them
    would do on top. ``blocked`` are under way because a standard changed: they are not moved.
    """

    branch_id: int | None
    branch: str
    numbers: Numbers = Numbers()
    open_cycles: int = 0
    migrated: Numbers = Numbers()
    blocked: int = 0
    examples: tuple[Example, ...] = ()

    def plus(self, other: BranchImpact, *, most: int = EXAMPLES_PER_BRANCH) -> BranchImpact:
        """Return both together, under this one's name."""
        return replace(
            self,
            numbers=self.numbers.plus(other.numbers),
            open_cycles=self.open_cycles + other.open_cycles,
            migrated=self.migrated.plus(other.migrated),
            blocked=self.blocked + other.blocked,
            examples=(self.examples + other.examples)[:most],
        )


@dataclass(frozen=True)
class Impact:
    """Whom a change reaches, by branch, as it was on ``computed_at``."""

    effective_on: date
    computed_at: datetime
    rows: tuple[BranchImpact, ...] = ()
    totals: BranchImpact = field(default_factory=lambda: BranchImpact(None, ""))


def find_outlook(line: Timeline, on: date, completed_on: date | None) -> Outlook:
    """Return how somebody stands on a day and what finishing on ``completed_on`` would earn."""
    status = line.at(on)
    cycle = line.open_cycle(on)
    found = Outlook(
        required=status.required,
        compliant=status.compliant,
        due_on=cycle.due_on if cycle is not None else None,
        has_task=cycle is not None,
        why=status.reasons,
    )
    if cycle is None or completed_on is None:
        return found
    earned = line.what_if(completed_on)
    return replace(
        found, completed_on=completed_on, next_until=earned.valid_until, why=earned.trace
    )


def choose_completion(line: Timeline, on: date) -> date | None:
    """Return the day on which somebody is taken to finish: the due day, at the earliest ``on``.

    None without anything to do.
    """
    cycle = line.open_cycle(on)
    if cycle is None:
        return None
    return max(on, cycle.due_on or on)


def compare(before: Outlook, after: Outlook) -> Effect:
    """Return what a change does to somebody.

    Who is newly asked gets days for the first time, and who is no longer asked has none any
    more: these are no moves.
    """
    was, is_now = _WEIGHT[before.required], _WEIGHT[after.required]
    gains = is_now > was or (after.compliant and not before.compliant)
    loses = is_now < was or (before.compliant and not after.compliant)
    if not (before.has_task and after.has_task):
        return Effect(gains, loses)
    shifts = []
    if before.due_on != after.due_on:
        shifts.append(Shift("due", before.due_on, after.due_on, after.why))
    if after.completed_on is not None and before.next_until != after.next_until:
        shifts.append(Shift("expiry", before.next_until, after.next_until, after.why))
    return Effect(gains, loses, tuple(shifts))


def count_effect(effect: Effect) -> Numbers:
    """Return one person's effect as numbers."""
    return Numbers(
        reached=1,
        gains=int(effect.gains),
        loses=int(effect.loses),
        moves=int(bool(effect.shifts)),
        earlier=int(any(not shift.is_later for shift in effect.shifts)),
        later=int(any(shift.is_later for shift in effect.shifts)),
        widest_days=max((shift.days for shift in effect.shifts), default=0),
    )


def pick_example(employee_id: int, name: str, effect: Effect) -> Example | None:
    """Return a person as an example; None when nothing changes."""
    kind = "loses" if effect.loses else "gains" if effect.gains else "moves"
    if not effect.is_any:
        return None
    if not effect.shifts:
        return Example(employee_id, name, kind)
    shift = max(effect.shifts, key=lambda one: (one.what == "expiry", one.days))
    why = shift.why[-1] if shift.why else ""
    return Example(employee_id, name, kind, shift.what, shift.before, shift.after, why)


def sum_rows(impact: Impact, found: Iterable[BranchImpact]) -> Impact:
    """Return an impact with further rows counted in, one row a branch, branches by name."""
    rows = {row.branch_id: row for row in impact.rows}
    named = sum(len(row.examples) for row in impact.rows)
    totals = impact.totals
    for row in found:
        known = rows.get(row.branch_id, BranchImpact(row.branch_id, row.branch))
        most = EXAMPLES_PER_BRANCH if named < MOST_EXAMPLES else len(known.examples)
        rows[row.branch_id] = known.plus(row, most=most)
        named += len(rows[row.branch_id].examples) - len(known.examples)
        totals = totals.plus(row, most=0)
    ordered = sorted(rows.values(), key=lambda row: (row.branch, row.branch_id or 0))
    return replace(impact, rows=tuple(ordered), totals=totals)
