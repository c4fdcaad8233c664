"""One employee and one certification over time: every date derived from facts, with why."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from certification.policy.rules.coverage import (
    coverage_on,
    expiry_as_of,
    holding_on,
    is_within,
    span_begun_by,
)
from certification.policy.rules.cycles import Cycle, cycle_on, move_cycle, renewal_of
from certification.policy.rules.deriving import check_extensions, check_moves, derive_history
from certification.policy.rules.earning import earn
from certification.policy.rules.facts import Fact, read_facts, read_instant
from certification.policy.rules.history import Held, History, Step, Validity
from certification.policy.rules.policy import Policy, parse_policy
from certification.policy.rules.standing import happened_steps, required_on, status_on
from certification.policy.rules.status import Status
from certification.policy.rules.targets import number_facts
from certification.policy.rules.words import tell


@dataclass(frozen=True, slots=True)
class Award:
    """An award as the facts finally stand; ``valid_until`` is exclusive, extensions included.

    ``number`` counts from 1 in order of moment, voided awards included. ``baseline_until`` is
    the end later renewals count from. A revocation does not shorten ``valid_until``.
    """

    number: int
    basis: str
    made_on: date
    valid_from: date
    valid_until: date | None
    baseline_until: date | None
    anchor_on: date | None
    anchor_active: str | None
    intervals: int
    window_opens_on: date | None
    steps: tuple[Step, ...] = field(default=(), repr=False, compare=False)

    @property
    def trace(self) -> tuple[str, ...]:
        """Why the dates are what they are, one line each."""
        return tell(self.steps)


class Timeline:
    """Answers about any day, as known at any moment. Build it with ``timeline()``."""

    def __init__(self, policy: Policy, facts: list[Fact]) -> None:
        self._policy = policy
        self._facts = facts
        self._history = derive_history(policy, facts)
        self._known: dict[int, History] = {}
        self._seen: dict[date, Status] = {}

    @cached_property
    def _recorded(self) -> list[datetime]:
        return sorted(fact.recorded for fact in self._facts)

    def _history_at(self, known_at: datetime | None) -> History:
        if known_at is None:
            return self._history
        moment = read_instant(known_at, "known_at")
        count = bisect_right(self._recorded, moment)
        if count == len(self._facts):
            return self._history
        # So many facts known means these facts known: one history each is enough.
        if count not in self._known:
            known = [fact for fact in self._facts if fact.recorded <= moment]
            self._known[count] = derive_history(self._policy, known)
        return self._known[count]

    def at(self, on: date, known_at: datetime | None = None) -> Status:
        """Return the status on a local day, as known at a moment (by default, all there is)."""
        if known_at is not None:
            return status_on(self._history_at(known_at), on)
        # Opening, settling and caching a case all ask for the same day or two.
        if on not in self._seen:
            self._seen[on] = status_on(self._history, on)
        return self._seen[on]

    @cached_property
    def awards(self) -> tuple[Award, ...]:
        """The awards in the order they were made, voided ones left out."""
        return self.awards_known()

    def awards_known(self, known_at: datetime | None = None) -> tuple[Award, ...]:
        """Return the awards as the facts known at a moment give them (by default, all facts)."""
        history = self._history_at(known_at)
        return tuple(_describe_award(history, held) for held in history.awards)

    def spans(self, known_at: datetime | None = None) -> list[tuple[date, date | None]]:
        """Return the days covered, as ``(from, until)`` in order, neither touching nor crossing.

        A day is in a span exactly when ``at`` says that it is valid on it.
        """
        history = self._history_at(known_at)
        spans = coverage_on(history.awards, date.max)
        return [(span.starts_on, span.until) for span in spans]

    def open_cycle(self, on: date, known_at: datetime | None = None) -> Cycle | None:
        """Return the cycle that is open or scheduled on a day; None where nothing is assigned.

        A cycle frozen by a ``cycle_opened`` fact is there without an assignment too. Freeze its
        ``planned_due_on``, not ``due_on``: days absent are added again each time.
        """
        history = self._history_at(known_at)
        awards = history.awards_on(on)
        last = span_begun_by(holding_on(awards, on), on)
        cycle = cycle_on(history, on, awards=awards, last=last)
        if cycle is None or cycle.is_frozen:
            return cycle
        return None if required_on(history, on)[0] == "not_required" else cycle

    def moved_cycle(self, on: date, policy: Mapping[str, Any] | Policy) -> Cycle | None:
        """Return the cycle open on a day as it would be under another policy; None without one.

        What a change of a standard opened, or somebody for himself, is moved by no policy.

        Raises: PolicyError naming the field at fault.
        """
        rules = parse_policy(policy)
        cycle = self.open_cycle(on)
        if cycle is None or cycle.opens_on > on or cycle.kind in ("delta", "voluntary"):
            return None
        return move_cycle(self._history, cycle, rules, on)

    def award_on(self, on: date, known_at: datetime | None = None) -> int | None:
        """Return the number of the award that a valid day rests on: the one reaching furthest.

        None where nothing is valid.
        """
        history = self._history_at(known_at)
        span = span_begun_by(coverage_on(history.awards_on(on), on), on)
        return span.held.number if span is not None and is_within(span, on) else None

    def what_if(self, completed_on: date, known_at: datetime | None = None) -> Validity:
        """Return what completing on a day would earn: dates, anchor and the reasons."""
        history = self._history_at(known_at)
        awards = [held for held in history.awards if held.made_on <= completed_on]
        return earn(history, completed_on, awards)

    def next_change_after(self, on: date, known_at: datetime | None = None) -> date | None:
        """Return the next day on which anything but the reasons differs; None: never again."""
        now = seen = self.at(on, known_at)
        day = on
        while (following := self._next_turn(seen, day)) is not None:
            day = following
            seen = self.at(day, known_at)
            if seen != now:
                return day
        return None

    def _next_turn(self, status: Status, on: date) -> date | None:
        days = self._fact_days
        index = bisect_right(days, on)
        later = [day for day in status.turns if day is not None and day > on]
        if index < len(days):
            later.append(days[index])
        return min(later, default=None)

    @cached_property
    def _fact_days(self) -> list[date]:
        days: set[date | None] = set()
        for fact in self._facts:
            days.update((fact.day, fact.until, fact.starts_on))
        return sorted(day for day in days if day is not None)


def timeline(
    policy: Mapping[str, Any] | Policy, events: Sequence[Mapping[str, Any]], zone: str = "UTC"
) -> Timeline:
    """Derive the timeline of one employee and one certification.

    ``zone`` is the branch's time zone; a zone named by the policy wins over it.

    Raises: PolicyError and ImpossibleDateError naming the field at fault.
    """
    rules = parse_policy(policy)
    facts = number_facts(read_facts(rules, events, zone))
    if any(fact.kind == "extended" for fact in facts):
        check_extensions(rules, facts)
    if any(fact.kind == "cycle_moved" for fact in facts):
        check_moves(facts)
    return Timeline(rules, facts)


def _describe_award(history: History, held: Held) -> Award:
    validity = held.validity
    renewal = renewal_of(history, held, date.max)
    return Award(
        number=held.number,
        basis=held.basis,
        made_on=held.made_on,
        valid_from=held.starts_on,
        valid_until=expiry_as_of(held, date.max),
        baseline_until=validity.baseline_until,
        anchor_on=validity.anchor_on,
        anchor_active=validity.anchor_active,
        intervals=validity.intervals,
        window_opens_on=renewal.opens_on if renewal is not None else None,
        steps=(*validity.steps, *happened_steps(held, date.max)),
    )
