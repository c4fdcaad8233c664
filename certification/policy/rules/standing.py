"""Deriving the status of one day from a History."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from certification.policy.rules.coverage import (
    Span,
    coverage_on,
    expiry_as_of,
    holding_on,
    is_within,
    span_begun_by,
    state_on,
)
from certification.policy.rules.cycles import Cycle, cycle_on, renewal_of, stretch_on
from certification.policy.rules.history import Held, History, Leave, Step
from certification.policy.rules.intervals import add
from certification.policy.rules.status import Status, badge_of

ONE_DAY = timedelta(days=1)


class Standing(NamedTuple):
    """What is held on a day and why; ``span`` where it is valid, ``grace_until`` in grace."""

    name: str
    step: Step
    span: Span | None = None
    grace_until: date | None = None
    counts_grace: bool = False


def status_on(history: History, on: date) -> Status:
    """Return the status on a day, by the facts in effect on it."""
    awards = history.awards_on(on)
    covered = coverage_on(awards, on)
    held_spans = holding_on(awards, on) if any(held.changes for held in awards) else covered
    last = span_begun_by(held_spans, on)
    cycle = cycle_on(history, on, awards=awards, last=last)
    standing = _standing_on(history, on, awards, covered)
    required, required_step = required_on(history, on)
    task = _task_on(cycle, required, on)
    is_due = cycle is not None and task != "none"
    due_on = cycle.due_on if cycle is not None and is_due else None
    window_on = _window_of(history, cycle, last, on)
    span = standing.span
    badge = badge_of(
        standing=standing.name,
        task=task,
        required=required,
        is_renewal=cycle is not None and cycle.kind == "renewal",
        has_begun=history.started_on is not None and history.started_on <= on,
    )
    return Status(
        standing=standing.name,
        task=task,
        required=required,
        badge=badge,
        valid_from=span.starts_on if span else None,
        valid_until=span.until if span else None,
        due_on=due_on,
        window_opens_on=window_on,
        counts_grace=standing.counts_grace,
        is_new=_is_new(standing.name, required, cycle, due_on, on),
        steps=(*_standing_steps(standing, on), required_step, *_task_steps(task, cycle)),
        turns=_turns(standing, cycle, window_on, last),
    )


def _standing_on(history: History, on: date, awards: list[Held], covered: list[Span]) -> Standing:
    last = span_begun_by(covered, on)
    if last is not None and is_within(last, on):
        return Standing("valid", _valid_step(last), last)
    decider = _last_begun(awards, on)
    if decider is None:
        return Standing("never", ("standing_never", {}))
    made = {"made": decider.made_on}
    state = state_on(decider, on)
    if state == "revoked":
        return Standing("revoked", ("standing_revoked", made))
    expiry = expiry_as_of(decider, on)
    if state == "suspended" and (expiry is None or on < expiry):
        return Standing("suspended", ("standing_suspended", made), grace_until=expiry)
    return _grace_on(history, on, last) or Standing("expired", ("standing_expired", made))


def _valid_step(span: Span) -> Step:
    if span.until is None:
        return ("standing_valid_for_good", {"start": span.starts_on})
    return ("standing_valid", {"start": span.starts_on, "until": span.until - ONE_DAY})


def _last_begun(awards: list[Held], on: date) -> Held | None:
    for held in reversed(awards):
        if held.starts_on <= on:
            return held
    return None


def _grace_on(history: History, on: date, last: Span | None) -> Standing | None:
    if last is None or last.until is None or not last.is_natural:
        return None
    renewal = renewal_of(history, last.held, on)
    if renewal is None or renewal.policy.grace is None:
        return None
    until = add(last.until, renewal.policy.grace)
    if on >= until:
        return None
    step = ("standing_grace", {"until": last.until - ONE_DAY, "last": until - ONE_DAY})
    return Standing("grace", step, None, until, renewal.policy.counts_grace)


def required_on(history: History, on: date) -> tuple[str, Step]:
    """Return whether it is asked on a day, and the reason."""
    stretch = stretch_on(history.assignments, on)
    if not stretch:
        return "not_required", ("required_not_required", {})
    for name, leaves in (("exempt", history.exemptions), ("absent", history.absences)):
        leave = _leave_on(leaves, on)
        if leave is not None:
            return name, _leave_step(name, leave, on)
    name = "optional" if stretch[0].is_optional else "required"
    return name, (f"required_{name}", {"start": stretch[0].on})


def _leave_on(leaves: list[Leave], on: date) -> Leave | None:
    for leave in leaves:
        until = leave.until_as_of(on)
        if leave.starts_on <= on and (until is None or on < until):
            return leave
    return None


def _leave_step(name: str, leave: Leave, on: date) -> Step:
    until = leave.until_as_of(on)
    if until is None:
        return (f"required_{name}_open", {"start": leave.starts_on})
    return (f"required_{name}", {"start": leave.starts_on, "until": until - ONE_DAY})


def _task_on(cycle: Cycle | None, required: str, on: date) -> str:
    if cycle is None or required in {"not_required", "exempt"}:
        return "none"
    if on < cycle.opens_on:
        return "scheduled"
    if cycle.closes_on is not None and on > cycle.closes_on:
        return "closed"
    if cycle.due_on is None:
        return "open"
    if on > cycle.due_on:
        return "overdue"
    return "due_soon" if on >= _soon_from(cycle, cycle.due_on) else "open"


def _soon_from(cycle: Cycle, due_on: date) -> date:
    return add(due_on, cycle.policy.due_soon, -1)


def _window_of(history: History, cycle: Cycle | None, last: Span | None, on: date) -> date | None:
    if last is None or (cycle is not None and cycle.is_reassigned):
        return None
    if last.until is None or (not last.is_natural and on >= last.until):
        return None
    if cycle is not None and cycle.kind == "renewal":
        return cycle.opens_on
    renewal = renewal_of(history, last.held, on)
    return renewal.opens_on if renewal is not None else None


def _is_new(
    standing: str, required: str, cycle: Cycle | None, due_on: date | None, on: date
) -> bool:
    if required != "required" or cycle is None or due_on is None or due_on < on:
        return False
    return standing == "never" or (standing == "expired" and cycle.is_reassigned)


def _standing_steps(standing: Standing, on: date) -> tuple[Step, ...]:
    if standing.span is None:
        return (standing.step,)
    held = standing.span.held
    return (*held.validity.steps, *happened_steps(held, on), standing.step)


def happened_steps(held: Held, on: date) -> list[Step]:
    """Return what happened to an award by a day, one step each."""
    steps: list[Step] = []
    for extended_on, until in held.extensions:
        if extended_on <= on:
            steps.append(("extended", {"on": extended_on, "until": until - ONE_DAY}))
    steps += [(change.kind, {"on": change.on}) for change in held.changes if change.on <= on]
    return steps


def _task_steps(task: str, cycle: Cycle | None) -> list[Step]:
    if task == "none" or cycle is None:
        return [("task_none", {})]
    named: dict[str, Any] = {
        "opens": cycle.opens_on,
        "due": cycle.due_on,
        "closes": cycle.closes_on,
    }
    steps: list[Step] = [(f"task_{task}", named)]
    if cycle.due_on != cycle.planned_due_on:
        code = "due_moved" if cycle.due_on is not None else "due_waits"
        steps.append((code, {"planned": cycle.planned_due_on, "due": cycle.due_on}))
    return steps


def _turns(
    standing: Standing, cycle: Cycle | None, window_on: date | None, last: Span | None
) -> tuple[date | None, ...]:
    ends_on = standing.span.until if standing.span is not None else standing.grace_until
    lapses_on = last.until if last is not None else None
    if cycle is None:
        return (ends_on, window_on, lapses_on)
    due_on, closes_on = cycle.due_on, cycle.closes_on
    return (
        ends_on,
        window_on,
        lapses_on,
        cycle.opens_on,
        _soon_from(cycle, due_on) if due_on is not None else None,
        due_on + ONE_DAY if due_on is not None else None,
        closes_on + ONE_DAY if closes_on is not None else None,
    )
