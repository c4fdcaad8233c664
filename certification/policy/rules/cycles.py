"""Cycles: when one opens, when it is due and closes, and under which policy."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from certification.policy.rules.coverage import Span, expiry_as_of
from certification.policy.rules.history import CLOSED, Assignment, Held, History, Leave, Opening
from certification.policy.rules.intervals import add
from certification.policy.rules.policy import Policy

ONE_DAY = timedelta(days=1)


class Renewal(NamedTuple):
    """When an award's renewal opens, whether it has opened, and the policy that governs it."""

    opens_on: date
    is_open: bool
    policy: Policy


@dataclass(frozen=True, slots=True)
class Cycle:
    """One go at a certification as it stands on a day.

    ``planned_*`` are the days frozen at the opening; ``due_on`` and ``closes_on`` have the days
    absent added. ``is_reassigned``: a new assignment opened it after a lapse. ``is_frozen``: a
    fact opened it, not the policy.
    """

    kind: str
    opens_on: date
    due_on: date | None
    closes_on: date | None
    baseline_until: date | None
    planned_due_on: date | None
    planned_closes_on: date | None
    policy: Policy
    is_reassigned: bool
    is_frozen: bool


def renewal_of(history: History, held: Held, on: date) -> Renewal | None:
    """Return the renewal of an award as of a day; None if the award never lapses.

    It opens at the first day on which the rule in force says so and stays open under that rule,
    or earlier if it was opened under a rule no longer known.
    """
    expiry = expiry_as_of(held, on)
    if expiry is None:
        return None
    renewal = _opened_by_rule(history.policies, held, expiry, on)
    frozen_on = min((day for day in held.windows if day <= on), default=None)
    if frozen_on is not None and not (renewal.is_open and renewal.opens_on <= frozen_on):
        renewal = Renewal(frozen_on, is_open=True, policy=history.policy_on(frozen_on))
    moved_to = [policy for day, policy in held.moves if day <= on]
    return renewal._replace(policy=moved_to[-1]) if moved_to else renewal


def _opened_by_rule(
    policies: list[tuple[date, Policy]], held: Held, expiry: date, on: date
) -> Renewal:
    baseline = held.validity.baseline_until or expiry
    for following, (effective_on, policy) in enumerate(policies, 1):
        if effective_on > on:
            break
        rule_ends_on = policies[following][0] if following < len(policies) else None
        opens_on = max(effective_on, _window_day(policy, baseline, expiry))
        begins_on = max(opens_on, held.starts_on)
        if begins_on <= on and (rule_ends_on is None or begins_on < rule_ends_on):
            return Renewal(opens_on, is_open=True, policy=policy)
        scheduled = Renewal(opens_on, is_open=False, policy=policy)
    return scheduled


def _window_day(policy: Policy, baseline: date, expiry: date) -> date:
    length = policy.tolerance if policy.tolerance is not None else policy.window
    return expiry if length is None else add(baseline, length, -1)


def stretch_on(assignments: list[Assignment], on: date) -> list[Assignment]:
    """Return the assignments, earliest first, that have asked without a break up to a day.

    Those that oblige come before offers: an offer's stretch counts only where nothing obliges.
    """
    if len(assignments) == 1:  # as most people have it
        return assignments if _is_live(assignments[0], on) else []
    live = [one for one in assignments if _is_live(one, on)]
    if not live:
        return []
    is_offer = all(one.is_optional for one in live)
    same = [one for one in assignments if one.is_optional == is_offer and one.on <= on]
    start = min(one.on for one in live if one.is_optional == is_offer)
    for one in reversed(same):
        if one.on < start and one.ends_on != one.on and _reaches(one, start):
            start = min(one.on, start)
    return [one for one in same if one.on >= start and one.ends_on != one.on]


def _is_live(one: Assignment, on: date) -> bool:
    return one.on <= on and (one.ends_on is None or on < one.ends_on)


def _reaches(one: Assignment, day: date) -> bool:
    return one.ends_on is None or one.ends_on >= day


def cycle_on(history: History, on: date, *, awards: list[Held], last: Span | None) -> Cycle | None:
    """Return the cycle that is open or scheduled on a day, whoever is exempt or unassigned.

    ``last`` is the last span held (suspensions left out) that has begun by that day.
    """
    stretch = stretch_on(history.assignments, on)
    opening = _opening_on(history, on, awards)
    if opening is not None and not _is_abandoned(history, opening, last, on):
        return _frozen_cycle(history, opening, stretch, last, on)
    if last is None:
        return _assigned_cycle(history, stretch, "first", on) if stretch else None
    if last.until is None:
        return None
    if on >= last.until:
        if stretch and stretch[0].on >= last.until:
            return _assigned_cycle(history, stretch, "renewal", on)
        if not last.is_natural:
            return _lost_cycle(history, last.until, on)
    return _renewal_cycle(history, last, on)


def _opening_on(history: History, on: date, awards: list[Held]) -> Opening | None:
    found = None
    for opening in history.openings:
        if opening.since <= on:
            found = opening
    if found is None or found.kind == CLOSED:
        return None
    if any(held.order > found.order and held.made_on <= on for held in awards):
        return None
    return found


def _is_abandoned(history: History, opening: Opening, last: Span | None, on: date) -> bool:
    """Tell whether every assignment ended after the opening and nothing held when one returned.

    Such a cycle is nobody's any more; the next assignment opens its own.
    """
    if opening.kind == "voluntary" or (last is not None and last.until is None):
        return False
    held_until = last.until if last is not None and last.until is not None else date.min
    for one in history.assignments:
        end = one.ends_on
        if end is None or not opening.on < end <= on:
            continue
        if any(_is_live(other, end) for other in history.assignments):
            continue
        later = (other.on for other in history.assignments if end < other.on <= on)
        if min(later, default=on) >= held_until:
            return True
    return False


def _frozen_cycle(
    history: History, opening: Opening, stretch: list[Assignment], last: Span | None, on: date
) -> Cycle:
    policy = opening.policy or history.policy_on(opening.on)
    held = last.held if last is not None and opening.kind == "renewal" else None
    expiry = expiry_as_of(held, on) if held is not None else None
    if opening.has_due:
        due_on = opening.due_on
    elif expiry is not None and opening.on <= expiry:
        due_on = expiry - ONE_DAY
    else:
        due_on = _due_left_out(opening, policy, stretch)
    if held is not None and expiry is not None and due_on is not None:
        is_extended = any(opening.on < day <= on for day, _ in held.extensions)
        due_on = max(due_on, expiry - ONE_DAY) if is_extended else due_on
    return _build(
        history,
        on,
        kind=opening.kind,
        opens_on=opening.on,
        due_on=due_on,
        frozen=opening,
        baseline_until=held.validity.baseline_until if held is not None else None,
        policy=policy,
        is_reassigned=bool(stretch and last and last.until and stretch[0].on >= last.until),
    )


def move_cycle(history: History, cycle: Cycle, policy: Policy, on: date) -> Cycle:
    """Return an open cycle as it would be under another policy, seen from a day.

    The opening stays. A renewal stays due on the last day held and a due day that somebody named
    stays as well; any other counts from the opening by the new policy.
    """
    due_on = cycle.planned_due_on
    if cycle.kind != "renewal" or cycle.is_reassigned:
        stretch = stretch_on(history.assignments, on)
        named = [one.due_on for one in stretch if one.due_on and one.on <= cycle.opens_on]
        length = policy.due
        due_on = add(cycle.opens_on, length) if length is not None else None
        due_on = named[0] if named else due_on
    return _build(
        history,
        on,
        kind=cycle.kind,
        opens_on=cycle.opens_on,
        due_on=due_on,
        baseline_until=cycle.baseline_until,
        policy=policy,
        is_reassigned=cycle.is_reassigned,
    )


def _due_left_out(opening: Opening, policy: Policy, stretch: list[Assignment]) -> date | None:
    if opening.kind == "voluntary":
        return None
    if opening.kind != "delta":
        explicit = [one.due_on for one in stretch if one.due_on and one.on <= opening.on]
        if explicit:
            return explicit[0]
    return add(opening.on, policy.due) if policy.due is not None else None


def _assigned_cycle(history: History, stretch: list[Assignment], kind: str, on: date) -> Cycle:
    opens_on = stretch[0].on
    giver, due_on = _due_given(history, stretch)
    policy = history.policy_on(opens_on)
    return _build(
        history,
        on,
        kind=kind,
        opens_on=opens_on,
        due_on=due_on,
        baseline_until=None,
        policy=policy,
        is_reassigned=kind == "renewal",
        counts_absence_from=giver,
    )


def _due_given(history: History, stretch: list[Assignment]) -> tuple[date, date | None]:
    for one in stretch:
        if one.due_on is not None:
            return one.on, one.due_on
        length = history.policy_on(one.on).due
        if length is not None:
            return one.on, add(one.on, length)
    return stretch[0].on, None


def _lost_cycle(history: History, lost_on: date, on: date) -> Cycle:
    policy = history.policy_on(lost_on)
    due_on = add(lost_on, policy.due) if policy.due is not None else None
    return _build(
        history,
        on,
        kind="first",
        opens_on=lost_on,
        due_on=due_on,
        baseline_until=None,
        policy=policy,
    )


def _renewal_cycle(history: History, last: Span, on: date) -> Cycle | None:
    renewal = renewal_of(history, last.held, on)
    if renewal is None or last.until is None:
        return None
    due_on = last.until - ONE_DAY
    return _build(
        history,
        on,
        kind="renewal",
        opens_on=renewal.opens_on,
        due_on=due_on,
        baseline_until=last.held.validity.baseline_until,
        policy=renewal.policy,
    )


def _closing(policy: Policy, due_on: date | None) -> date | None:
    if due_on is None or policy.closes is None:
        return None
    return add(due_on, policy.closes)


def _build(
    history: History,
    on: date,
    *,
    kind: str,
    opens_on: date,
    due_on: date | None,
    baseline_until: date | None,
    policy: Policy,
    frozen: Opening | None = None,
    is_reassigned: bool = False,
    counts_absence_from: date | None = None,
) -> Cycle:
    moved_on = due_on
    if history.absences and due_on is not None:
        start = counts_absence_from or opens_on
        moved_on = move_due(history.absences, due_on, opens_on=start, on=on)
    planned_closes_on = closes_on = _closing(policy, due_on)
    if frozen is not None and frozen.has_closes:
        planned_closes_on = closes_on = frozen.closes_on
    if moved_on != due_on:
        closes_on = _moved_closing(policy, frozen, due_on, moved_on)
    return Cycle(
        kind=kind,
        opens_on=opens_on,
        due_on=moved_on,
        closes_on=closes_on,
        baseline_until=baseline_until,
        planned_due_on=due_on,
        planned_closes_on=planned_closes_on,
        policy=policy,
        is_reassigned=is_reassigned,
        is_frozen=frozen is not None,
    )


def _moved_closing(
    policy: Policy, frozen: Opening | None, due_on: date | None, moved_on: date | None
) -> date | None:
    if frozen is None or not frozen.has_closes:
        return _closing(policy, moved_on)
    if frozen.closes_on is None or due_on is None or moved_on is None:
        return None
    return frozen.closes_on + (moved_on - due_on)


def move_due(absences: list[Leave], due_on: date, *, opens_on: date, on: date) -> date | None:
    """Return the due day moved by the days absent from the opening to the moved due day.

    Absences that have not begun by ``on`` are not facts yet. None: the absence has no end.
    """
    due: date = due_on
    counted_until = opens_on
    for leave in absences:
        start = max(leave.starts_on, counted_until)
        if leave.starts_on > on or start > due:
            break
        until = leave.until_as_of(on)
        if until is None:
            return None
        if until > start:
            due += until - start
            counted_until = until
    return due
