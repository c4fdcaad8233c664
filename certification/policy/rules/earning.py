"""What a completion earns, by the policy and the awards made before it."""

from datetime import date, timedelta
from typing import Any

from certification.policy.rules.coverage import (
    expiry_as_of,
    holding_on,
    span_begun_by,
    state_on,
)
from certification.policy.rules.cycles import Cycle, Renewal, cycle_on, renewal_of
from certification.policy.rules.history import Held, History, Step, Validity
from certification.policy.rules.intervals import add, is_same_length
from certification.policy.rules.policy import Policy

ONE_DAY = timedelta(days=1)

LATE, ON_TIME, BEFORE, OUTSIDE = "late", "on_time", "before", "outside"


class Completion:
    """A completion being valued: its day, the cycle it closes, and the award it follows."""

    __slots__ = ("baseline", "cycle", "done_on", "expiry", "policy", "previous", "renewal")

    def __init__(self, history: History, done_on: date, awards: list[Held]) -> None:
        self.done_on = done_on
        self.previous = previous_award(awards, done_on)
        last = span_begun_by(holding_on(awards, done_on), done_on)
        self.cycle: Cycle | None = cycle_on(history, done_on, awards=awards, last=last)
        is_open = self.cycle is not None and self.cycle.opens_on <= done_on
        # Completed before the cycle opened: the rule of that day governs.
        self.policy: Policy = (
            self.cycle.policy if self.cycle and is_open else history.policy_on(done_on)
        )
        self.renewal: Renewal | None = None
        self.expiry: date | None = None
        self.baseline: date | None = None
        if self.previous is not None:
            self.renewal = renewal_of(history, self.previous, done_on)
            self.expiry = expiry_as_of(self.previous, done_on)
            self.baseline = self.previous.validity.baseline_until

    @property
    def timing(self) -> str:
        """When a renewal was done: late, on_time, before the window or outside the tolerance."""
        if self.renewal is None or self.expiry is None or self.baseline is None:
            return LATE
        tolerance = self.policy.tolerance
        if tolerance is not None:
            last_day = add(self.baseline, tolerance)
            return ON_TIME if self.renewal.is_open and self.done_on <= last_day else OUTSIDE
        if self.done_on >= self.expiry:
            return LATE
        return ON_TIME if self.renewal.is_open or self.policy.window is None else BEFORE

    def named(self, until: date | None, **more: Any) -> dict[str, Any]:
        """Return the values a trace line may name; ends as the last day held."""
        values: dict[str, Any] = {"done": self.done_on, "until": until and until - ONE_DAY, **more}
        if self.expiry is not None:
            values["held"] = self.expiry - ONE_DAY
        if self.renewal is not None:
            values["window"] = self.renewal.opens_on
        return values


def previous_award(awards: list[Held], on: date) -> Held | None:
    """Return the award a renewal follows: not revoked by that day, with the latest baseline.

    One that never lapses counts as none; of equal baselines the one made last is taken.
    """
    found: Held | None = None
    latest = date.min
    for held in awards:
        baseline = held.validity.baseline_until
        if baseline is None or baseline < latest or held.made_on > on:
            continue
        if held.changes and state_on(held, on) == "revoked":
            continue
        found, latest = held, baseline
    return found


def earn(history: History, done_on: date, awards: list[Held]) -> Validity:
    """Return what completing on a day earns: first day, first day no longer valid, and why.

    Days are local to the branch. ``awards`` are those made before.
    """
    completion = Completion(history, done_on, awards)
    policy = completion.policy
    if policy.active is None:
        step = ("never_lapses", {"method": policy.method, "done": done_on})
        return Validity(done_on, None, None, None, None, 0, (step,))
    previous = completion.previous
    if policy.before_window == "keep" and previous and completion.timing == BEFORE:
        return _keep(completion, previous)
    if policy.method == "completion":
        return _count_from_done(completion, policy.active, "completion")
    if policy.method == "calendar":
        return _step_calendar(completion, policy.active)
    if previous is None:
        return _start_anniversary(completion, policy.active)
    return _renew_anniversary(completion, previous, policy.active)


def _keep(completion: Completion, previous: Held) -> Validity:
    was = previous.validity
    values = completion.named(completion.expiry, method=completion.policy.method)
    return Validity(
        completion.done_on,
        completion.expiry,
        was.baseline_until,
        was.anchor_on,
        was.anchor_active,
        was.intervals,
        (("kept", values),),
    )


def _count_from_done(completion: Completion, active: str, code: str) -> Validity:
    done_on = completion.done_on
    until = add(done_on, active)
    return _validity(completion, until, done_on, active, 1, code)


def _validity(
    completion: Completion,
    until: date,
    anchor_on: date,
    active: str,
    intervals: int,
    code: str,
    more: tuple[Step, ...] = (),
    **named: Any,
) -> Validity:
    step = (code, completion.named(until, **named))
    return Validity(completion.done_on, until, until, anchor_on, active, intervals, (*more, step))


def _start_anniversary(completion: Completion, active: str) -> Validity:
    """Count the first award from the due day if that was met and is not too far off."""
    done_on, cycle = completion.done_on, completion.cycle
    due_on = cycle.planned_due_on if cycle is not None else None
    if cycle is None or due_on is None or due_on > add(done_on, active):
        return _count_from_done(completion, active, "anniversary_first")
    # A due day without end (an absence that goes on) is met as well.
    if cycle.due_on is not None and done_on > cycle.due_on:
        return _count_from_done(completion, active, "anniversary_first")
    until, intervals = _first_after(done_on, due_on, active, 1)
    return _validity(
        completion, until, due_on, active, intervals, "anniversary_from_due", due=due_on
    )


def _renew_anniversary(completion: Completion, previous: Held, active: str) -> Validity:
    timing, policy = completion.timing, completion.policy
    if timing == LATE:
        return _count_from_done(completion, active, "anniversary_late")
    if timing == OUTSIDE:
        return _count_from_done(completion, active, "anniversary_outside")
    if timing == BEFORE and policy.before_window == "restart":
        return _count_from_done(completion, active, "anniversary_restarted")
    anchor_on, passed, more = _base_of(previous, active)
    until, intervals = _first_after(completion.done_on, anchor_on, active, passed + 1)
    code = "anniversary_extended" if timing == BEFORE else "anniversary_in_window"
    named: dict[str, Any] = {}
    if policy.tolerance is not None and completion.baseline is not None:
        code, named = (
            "anniversary_in_tolerance",
            {"last": add(completion.baseline, policy.tolerance)},
        )
    elif timing == ON_TIME and completion.renewal is not None and not completion.renewal.is_open:
        code = "anniversary_any_day"
    return _validity(completion, until, anchor_on, active, intervals, code, more, **named)


def _base_of(previous: Held, active: str) -> tuple[date, int, tuple[Step, ...]]:
    """Return the anchor a renewal counts from and how many intervals the previous is away."""
    was = previous.validity
    baseline = was.baseline_until or was.valid_from
    if was.anchor_on is not None and is_same_length(was.anchor_active, active):
        return was.anchor_on, was.intervals, ()
    values = {"active": active, "before": was.anchor_active, "held_until": baseline - ONE_DAY}
    changed = was.anchor_active is not None
    return baseline, 0, (("length_changed", values),) if changed else ()


def _first_after(done_on: date, anchor_on: date, active: str, intervals: int) -> tuple[date, int]:
    """Return the first step from the anchor, at least ``intervals`` away, after a day."""
    until = add(anchor_on, active, intervals)
    while until <= done_on:
        intervals += 1
        until = add(anchor_on, active, intervals)
    return until, intervals


def _step_calendar(completion: Completion, active: str) -> Validity:
    """Return the first day of the grid that lets the award hold its least time."""
    policy, done_on = completion.policy, completion.done_on
    least = policy.min_active or active
    earliest = add(done_on, least)
    if policy.calendar_day is not None:
        until = _yearly_day(policy.calendar_day, earliest)
        day: dict[str, Any] = {"day": policy.calendar_day, "least": least}
        return _validity(completion, until, until, active, 0, "calendar_day", **day)
    cycle = completion.cycle
    more: tuple[Step, ...] = ()
    named: dict[str, Any] = {"least": least}
    anchor_on, code = done_on, "calendar_from_done"
    if completion.previous is not None:
        anchor_on, _, more = _base_of(completion.previous, active)
        code = "calendar_from_held"
    elif cycle is not None and cycle.planned_due_on is not None:
        anchor_on, code = cycle.planned_due_on, "calendar_from_due"
        named["due"] = anchor_on
    until, intervals = _step_on_or_after(earliest, anchor_on, active)
    return _validity(completion, until, anchor_on, active, intervals, code, more, **named)


def _yearly_day(calendar_day: str, earliest: date) -> date:
    month, day = int(calendar_day[:2]), int(calendar_day[3:])
    year = earliest.year - 1
    while (until := date(year, month, day) + ONE_DAY) < earliest:
        year += 1
    return until


def _step_on_or_after(earliest: date, anchor_on: date, active: str) -> tuple[date, int]:
    """Return the first ``anchor_on`` ± k intervals on or after a day, and k."""
    one = (add(anchor_on, active) - anchor_on).days
    steps = (earliest - anchor_on).days // max(one, 1)
    while add(anchor_on, active, steps) >= earliest:
        steps -= 1
    while (until := add(anchor_on, active, steps)) < earliest:
        steps += 1
    return until, steps
