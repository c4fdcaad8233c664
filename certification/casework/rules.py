"""What can be done to one person or to many, and how much it moves. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True)
class Verb:
    """One thing to do: what the policy table calls it, and what it is done to.

    ``target`` is what the address names besides the person: a certification, an award, an
    assignment, an exemption, an absence, or nothing.
    """

    key: str
    resource: str
    verb: str
    target: str = ""


VERBS: Final = {
    verb.key: verb
    for verb in (
        Verb("assign", "assignment", "create", "certification"),
        Verb("unassign", "assignment", "change", "assignment"),
        Verb("exempt", "assignment", "change", "certification"),
        Verb("unexempt", "assignment", "change", "exemption"),
        Verb("absence", "absence", "create"),
        Verb("back", "absence", "change", "absence"),
        Verb("extend", "award", "revoke", "award"),
        Verb("suspend", "award", "revoke", "award"),
        Verb("reinstate", "award", "revoke", "award"),
        Verb("revoke", "award", "revoke", "award"),
        Verb("void", "award", "revoke", "award"),
        Verb("correct", "award", "revoke", "award"),
        Verb("propose", "award", "propose", "certification"),
        Verb("remind", "reminder", "create"),
    )
}

BULK_VERBS: Final = {
    "assign": VERBS["assign"],
    "unassign": VERBS["unassign"],
    "exempt": VERBS["exempt"],
    "extend": VERBS["extend"],
    "remind": VERBS["remind"],
    "revoke": VERBS["revoke"],
}
"""What can be done to many people at once, by the kind of ``BulkAction``."""


@dataclass(frozen=True, slots=True)
class Glance:
    """How a certification stands for a person on a day, as one line. ``until`` is exclusive."""

    on: date
    badge: str
    required: str
    valid_from: date | None
    valid_until: date | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """How it stands today, and what comes next without any further fact; None: nothing."""

    now: Glance
    later: Glance | None

    def differs(self, other: Outlook | None) -> bool:
        """Return whether another outlook says something else."""
        return self != other


@dataclass(frozen=True, slots=True)
class Effect:
    """What one certification says before and after; before is None where nothing was known."""

    title: str
    before: Outlook | None
    after: Outlook


@dataclass(frozen=True, slots=True)
class Moved:
    """How many people of a branch had a badge before, and have it after."""

    branch: str
    badge: str
    before: int
    after: int


def count_moves(rows: Iterable[tuple[str, str, str]]) -> list[Moved]:
    """Return counts by branch and badge of (branch, badge before, badge after), by name.

    What stays as it is in number is left out.
    """
    before: Counter[tuple[str, str]] = Counter()
    after: Counter[tuple[str, str]] = Counter()
    for branch, old, new in rows:
        before[branch, old] += 1
        after[branch, new] += 1
    return [
        Moved(branch, badge, before[branch, badge], after[branch, badge])
        for branch, badge in sorted({*before, *after})
        if badge and before[branch, badge] != after[branch, badge]
    ]
