"""What is known of one employee and one certification, arranged for asking.

The small tuples are NamedTuples rather than frozen dataclasses: the sweep makes millions.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from certification.policy.rules.policy import Policy
from certification.policy.rules.words import tell

Step: TypeAlias = "tuple[str, dict[str, Any]]"
"""One line of a trace before it is put into words: the message and what it names."""

RETROACTIVE_BASES = frozenset({"imported", "evidence", "corrected"})


class Assignment(NamedTuple):
    """Asked of them from ``on`` up to, not including, ``ends_on``."""

    on: date
    ends_on: date | None
    due_on: date | None
    is_optional: bool


class Leave(NamedTuple):
    """An exemption or absence; without ``until`` its end is not known.

    ``ended_on`` is the day it ended earlier: known from that day on, as every fact.
    """

    starts_on: date
    until: date | None
    ended_on: date | None = None

    def until_as_of(self, on: date) -> date | None:
        """Return the first day after it, by the facts in effect on a day."""
        return self.ended_on if self.ended_on is not None and self.ended_on <= on else self.until


CLOSED = "closed"


class Opening(NamedTuple):
    """A frozen cycle. ``has_*`` tell a due day left out from one that is null.

    A cycle that was moved has a further one of these: in force from ``since`` and under a
    ``policy`` of its own, opened and ordered as before. One of the kind ``closed`` says that the
    cycle before it ended without an award: from then on it is not there.
    """

    on: date
    order: int
    kind: str
    has_due: bool
    due_on: date | None
    has_closes: bool
    closes_on: date | None
    since: date
    policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class Validity:
    """What a completion earns: first day, first day no longer valid, and why.

    ``baseline_until`` is the end that later renewals count from, ``anchor_on`` plus
    ``intervals`` times ``anchor_active`` where an interval is known. Null: never lapses.
    """

    valid_from: date
    valid_until: date | None
    baseline_until: date | None
    anchor_on: date | None
    anchor_active: str | None
    intervals: int
    steps: tuple[Step, ...] = field(default=(), repr=False)

    @property
    def trace(self) -> tuple[str, ...]:
        """The reasons in words."""
        return tell(self.steps)


class Change(NamedTuple):
    """An award revoked, suspended or reinstated from a day on."""

    on: date
    kind: str


class Held:
    """An award with all that happened to it, every day included, known facts only."""

    __slots__ = (
        "basis",
        "changes",
        "extensions",
        "known_on",
        "made_on",
        "moves",
        "number",
        "order",
        "starts_on",
        "validity",
        "windows",
    )

    def __init__(
        self, *, number: int, order: int, made_on: date, basis: str, validity: Validity
    ) -> None:
        self.number = number
        self.order = order
        self.made_on = made_on
        self.basis = basis
        self.validity = validity
        start = validity.valid_from
        is_retroactive = basis in RETROACTIVE_BASES
        # No award covers days before it was made, unless it records what was true already.
        self.starts_on = start if is_retroactive or start > made_on else made_on
        self.known_on = min(start, made_on) if is_retroactive else made_on
        self.changes: list[Change] = []
        self.extensions: list[tuple[date, date]] = []
        self.windows: list[date] = []
        # The policies that its renewal was moved to while it was open, each from a day on.
        self.moves: list[tuple[date, Policy]] = []


@dataclass(slots=True)
class History:
    """The facts of one timeline as known at one moment, lists sorted by day."""

    policies: list[tuple[date, Policy]]
    assignments: list[Assignment] = field(default_factory=list)
    exemptions: list[Leave] = field(default_factory=list)
    absences: list[Leave] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    started_on: date | None = None
    awards: list[Held] = field(default_factory=list)

    def policy_on(self, on: date) -> Policy:
        """Return the policy in force on a day."""
        found = self.policies[0][1]
        for effective_on, policy in self.policies[1:]:
            if effective_on > on:
                break
            found = policy
        return found

    def awards_on(self, on: date) -> list[Held]:
        """Return the awards that are facts on a day, in the order they were made."""
        awards = self.awards
        if not awards or all(held.known_on <= on for held in awards):
            return awards
        return [held for held in awards if held.known_on <= on]
