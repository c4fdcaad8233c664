"""From facts to a History: awards in the order they were made, each with what happened to it."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from operator import attrgetter

from certification.policy.rules.coverage import coverage_on, expiry_as_of, is_within
from certification.policy.rules.earning import earn
from certification.policy.rules.errors import ImpossibleDateError
from certification.policy.rules.facts import Fact
from certification.policy.rules.history import (
    CLOSED,
    RETROACTIVE_BASES,
    Assignment,
    Change,
    Held,
    History,
    Leave,
    Opening,
    Step,
    Validity,
)
from certification.policy.rules.intervals import add
from certification.policy.rules.policy import Policy

ONE_DAY = timedelta(days=1)

_Grouped = dict[str, list[Fact]]


def derive_history(policy: Policy, facts: list[Fact]) -> History:
    """Arrange the facts known at one moment, in order, and derive every award."""
    grouped: _Grouped = defaultdict(list)
    for fact in facts:
        grouped[fact.kind].append(fact)
    history = History([(date.min, policy), *_policies(grouped)])
    history.assignments = _assignments(grouped)
    history.exemptions = _leaves(grouped, "exempted", "exemption_ended")
    history.absences = _leaves(grouped, "absent", "returned")
    history.started_on = grouped["started"][0].day if grouped["started"] else None
    happened = _happened_to_awards(grouped)
    voided = {fact.number for fact in grouped["voided"]}
    for order, fact in enumerate(facts):
        step = _IN_ORDER.get(fact.kind)
        if step is not None and not (fact.kind in _MAKES and fact.number in voided):
            step(history, fact, order)
            if fact.kind in _MAKES:
                _attach(history.awards[-1], happened.get(fact.number or 0, ()))
    return history


def _policies(grouped: _Grouped) -> list[tuple[date, Policy]]:
    # Of several on one day the last one stands.
    by_day = {fact.day: fact.policy for fact in grouped["policy"]}
    return [(day, policy) for day, policy in by_day.items() if policy is not None]


def _assignments(grouped: _Grouped) -> list[Assignment]:
    ends: dict[int | None, date] = {}
    for fact in grouped["unassigned"]:
        ends[fact.number] = min(ends.get(fact.number, fact.day), fact.day)
    return [
        Assignment(fact.day, ends.get(fact.number), fact.due_on, fact.is_optional)
        for fact in grouped["assigned"]
    ]


def _leaves(grouped: _Grouped, kind: str, ending: str) -> list[Leave]:
    # Of several ends the one recorded last stands.
    ends = sorted(grouped[ending], key=attrgetter("recorded", "position"))
    ended = {fact.number: fact.day for fact in ends}
    return [Leave(fact.day, fact.until, ended.get(fact.number)) for fact in grouped[kind]]


def _happened_to_awards(grouped: _Grouped) -> dict[int, list[Fact]]:
    happened: dict[int, list[Fact]] = defaultdict(list)
    for kind in ("revoked", "suspended", "reinstated", "extended"):
        for fact in grouped[kind]:
            happened[fact.number or 0].append(fact)
    for facts in happened.values():
        facts.sort(key=attrgetter("moment", "position"))
    return happened


def _attach(held: Held, happened: list[Fact] | tuple[()]) -> None:
    for fact in happened:
        if fact.kind != "extended":
            held.changes.append(Change(fact.day, fact.kind))
        elif fact.label == "back" and fact.until is not None:
            # Extensions that reach further were taken back: they never were.
            held.extensions = [pair for pair in held.extensions if pair[1] <= fact.until]
        elif fact.until is not None:
            held.extensions.append((fact.day, fact.until))


def _add_opening(history: History, fact: Fact, order: int) -> None:
    history.openings.append(
        Opening(
            fact.day,
            order,
            fact.label,
            fact.has_due,
            fact.due_on,
            fact.has_closes,
            fact.closes_on,
            since=fact.day,
        )
    )
    if fact.label == "renewal":
        _open_window(history, fact, order)


def _move_opening(history: History, fact: Fact, order: int) -> None:
    """Put the cycle opened last under another policy from a day on; before that day it stays."""
    opening = next((one for one in reversed(history.openings) if _is_moved(fact, one.on)), None)
    if opening is None:  # what it moves was not known yet
        return
    history.openings.append(
        opening._replace(
            has_due=True,
            due_on=fact.due_on,
            has_closes=True,
            closes_on=fact.closes_on,
            since=fact.day,
            policy=fact.policy,
        )
    )
    if opening.kind == "renewal" and fact.policy is not None:
        for held in history.awards:
            if opening.on in held.windows:
                held.moves.append((fact.day, fact.policy))


def _close_opening(history: History, fact: Fact, order: int) -> None:
    """Note that the cycle opened last ended without an award; before that day it stays."""
    history.openings.append(
        Opening(
            fact.day,
            order,
            CLOSED,
            has_due=False,
            due_on=None,
            has_closes=False,
            closes_on=None,
            since=fact.day,
        )
    )


def _is_moved(move: Fact, opened_on: date) -> bool:
    return opened_on <= move.day and move.starts_on in (None, opened_on)


def check_moves(facts: list[Fact]) -> None:
    """Refuse a move of a cycle that never opened.

    Raises: ImpossibleDateError with field ``on``.
    """
    opened = [fact.day for fact in facts if fact.kind == "cycle_opened"]
    for fact in facts:
        if fact.kind == "cycle_moved" and not any(_is_moved(fact, day) for day in opened):
            raise ImpossibleDateError("on", f"no cycle is open on {fact.day} that could be moved")


def _open_window(history: History, fact: Fact, order: int) -> None:
    """Note the opened window on the award that reaches furthest among those covering the day."""
    for span in coverage_on(history.awards_on(fact.day), fact.day):
        if is_within(span, fact.day):
            span.held.windows.append(fact.day)


def _add_completed(history: History, fact: Fact, order: int) -> None:
    validity = _stored(fact) or earn(history, fact.day, history.awards)
    _add_award(history, fact, order, validity)


def _stored(fact: Fact) -> Validity | None:
    """Return the dates an award was stored with, where the caller passes them."""
    if fact.stored is None:
        return None
    until, anchor_on, active, intervals = fact.stored
    code = "stored" if until is not None else "stored_for_good"
    step: Step = (code, {"done": fact.day, "until": until and until - ONE_DAY})
    baseline = until
    if until is not None and anchor_on is not None and active is not None:
        baseline = add(anchor_on, active, intervals)
    return Validity(fact.day, until, baseline, anchor_on, active, intervals, (step,))


def _add_recorded(history: History, fact: Fact, order: int) -> None:
    start, until = fact.starts_on or fact.day, fact.until
    active = history.policy_on(fact.day).active
    steps = _recorded_steps(fact, start, until)
    validity = Validity(start, until, until, until, active if until else None, 0, steps)
    _add_award(history, fact, order, validity)


def _recorded_steps(fact: Fact, start: date, until: date | None) -> tuple[Step, ...]:
    named = {"basis": fact.label, "made": fact.day, "start": start}
    steps: list[Step] = [("recorded_for_good", named)]
    if until is not None:
        steps = [("recorded", {**named, "until": until - ONE_DAY})]
    if start < fact.day:
        is_retroactive = fact.label in RETROACTIVE_BASES
        steps.append(("covers_earlier_days" if is_retroactive else "not_before_made", named))
    return tuple(steps)


def _add_award(history: History, fact: Fact, order: int, validity: Validity) -> None:
    history.awards.append(
        Held(
            number=fact.number or 0,
            order=order,
            made_on=fact.day,
            basis=fact.label,
            validity=validity,
        )
    )


_IN_ORDER: dict[str, Callable[[History, Fact, int], None]] = {
    "cycle_opened": _add_opening,
    "cycle_moved": _move_opening,
    "cycle_closed": _close_opening,
    "window_opened": _open_window,
    "completed": _add_completed,
    "awarded": _add_recorded,
}
_MAKES = frozenset({"completed", "awarded"})


def check_extensions(policy: Policy, facts: list[Fact]) -> None:
    """Refuse an extension that moves an expiry backwards, by what was known when recorded.

    Raises: ImpossibleDateError with field ``until``.
    """
    for fact in facts:
        if fact.kind != "extended" or fact.until is None or fact.label == "back":
            continue
        before = [one for one in facts if _is_before(one, fact)]
        history = derive_history(policy, before)
        for held in history.awards:
            if held.number == fact.number:
                _check_extension(fact.until, expiry_as_of(held, fact.day))


def _is_before(one: Fact, fact: Fact) -> bool:
    return one is not fact and (one.recorded, one.moment, one.position) <= (
        fact.recorded,
        fact.moment,
        fact.position,
    )


def _check_extension(until: date, expiry: date | None) -> None:
    if expiry is None:
        raise ImpossibleDateError("until", "the award never lapses; it cannot be extended")
    if until < expiry:
        raise ImpossibleDateError("until", f"{until} is before the present end {expiry}")
