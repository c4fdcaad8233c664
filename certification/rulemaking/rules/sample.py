"""What a rule does to a person who does not exist: one first go, one renewal. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from certification.policy.rules.intervals import add
from certification.policy.rules.policy import BRANCH_ZONE, Policy, path_of_late_renewal
from certification.policy.rules.status import Status
from certification.policy.rules.timeline import Award, Timeline, timeline

ONE_DAY: Final = timedelta(days=1)
MOST_TURNS: Final = 80
SHOWN_FOR_GOOD: Final = timedelta(days=365)
"""How much is drawn of what never ends."""

_ORDER: Final = (
    "assigned",
    "completed",
    "renewed",
    "due",
    "closes",
    "opens",
    "due_soon",
    "overdue",
    "grace",
    "expired",
)


@dataclass(frozen=True)
class Sample:
    """What the invented person does. ``renews`` is in days from the last day held.

    Negative is before it, positive after; None: they never renew.
    """

    assigned_on: date
    completed_on: date
    renews: int | None = None


@dataclass(frozen=True)
class Moment:
    """Something that happens on a day. ``last_on`` is the last day of what begins then."""

    on: date
    code: str
    last_on: date | None = None
    path: str = ""
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bar:
    """A stretch ``[starts_on, until)`` of one state: ``held`` or ``task`` is its lane."""

    lane: str
    state: str
    starts_on: date
    until: date


@dataclass(frozen=True)
class Story:
    """What happens to the person, in order, and the stretches ``[starts_on, until)`` of it."""

    starts_on: date
    until: date
    moments: tuple[Moment, ...] = ()
    bars: tuple[Bar, ...] = field(default=())


def tell_story(policy: Policy, sample: Sample) -> Story:
    """Return what a rule does to somebody, derived as it will be for real people.

    Raises: ImpossibleDateError beyond the calendar.
    """
    events = [assigned(sample.assigned_on), completed(sample.completed_on, policy)]
    first = timeline(policy, events).awards[0]
    if sample.renews is not None and first.valid_until is not None:
        day = first.valid_until - ONE_DAY + timedelta(days=sample.renews)
        events.append(completed(max(day, sample.completed_on + ONE_DAY), policy))
    line = timeline(policy, events)
    until = find_end(line, policy)
    turns = list(walk(line, sample.assigned_on, until))
    moments = [*plain_moments(line, policy, sample), *turn_moments(turns)]
    moments.sort(key=lambda moment: (moment.on, _ORDER.index(moment.code)))
    bars = (*merge(turns, until, "held"), *merge(turns, until, "task"))
    return Story(sample.assigned_on, until, tuple(moments), bars)


def assigned(on: date) -> Mapping[str, Any]:
    """Return the event of the assignment."""
    return {"type": "assigned", "on": on}


def completed(on: date, policy: Policy) -> Mapping[str, Any]:
    """Return the event of a completion at noon."""
    zone = ZoneInfo("UTC" if policy.zone == BRANCH_ZONE else policy.zone)
    return {"type": "completed", "at": datetime.combine(on, time(12), tzinfo=zone)}


def find_end(line: Timeline, policy: Policy) -> date:
    """Return the first day that is no longer drawn: some while after all is over."""
    last = line.awards[-1]
    if last.valid_until is None:
        return last.valid_from + SHOWN_FOR_GOOD
    over = add(last.valid_until, policy.grace) if policy.grace else last.valid_until
    start = line.awards[0].made_on
    return over + max(timedelta(days=10), (over - start) / 12)


def walk(line: Timeline, start: date, until: date) -> Iterator[tuple[date, Status]]:
    """Yield each day on which something changes, with how it then stands."""
    day: date | None = start
    for _turn in range(MOST_TURNS):
        if day is None or day >= until:
            return
        yield day, line.at(day)
        day = line.next_change_after(day)


def plain_moments(line: Timeline, policy: Policy, sample: Sample) -> Iterator[Moment]:
    """Yield what the person does and when it is due."""
    yield Moment(sample.assigned_on, "assigned")
    cycle = line.open_cycle(sample.assigned_on)
    if cycle is not None and cycle.due_on is not None:
        yield Moment(cycle.due_on, "due")
        if cycle.closes_on is not None:
            yield Moment(cycle.closes_on, "closes")
    previous: Award | None = None
    for award in line.awards:
        last_on = award.valid_until - ONE_DAY if award.valid_until else None
        path = ""
        if previous is not None and previous.valid_until is not None:
            lapsed_on = previous.valid_until
            path = path_of_late_renewal(policy, lapsed_on=lapsed_on, on=award.made_on)
        code = "renewed" if previous is not None else "completed"
        yield Moment(award.made_on, code, last_on=last_on, path=path, why=award.trace)
        if previous is not None and opens_before(previous, award.made_on):
            yield Moment(previous.window_opens_on or award.made_on, "opens")
        previous = award
    if previous is not None and previous.window_opens_on is not None:
        yield Moment(previous.window_opens_on, "opens")


def opens_before(award: Award, on: date) -> bool:
    """Return whether the renewal of an award was open by a day."""
    return award.window_opens_on is not None and award.window_opens_on <= on


def turn_moments(turns: list[tuple[date, Status]]) -> Iterator[Moment]:
    """Yield what time alone does: due soon, overdue, grace, expired."""
    for number, (day, status) in enumerate(turns):
        before = turns[number - 1][1] if number else None
        if status.task in ("due_soon", "overdue") and (not before or before.task != status.task):
            yield Moment(day, status.task)
        if before is None or status.standing == before.standing:
            continue
        if status.standing == "grace":
            over = next((on for on, at in turns[number:] if at.standing != "grace"), None)
            yield Moment(day, "grace", last_on=over - ONE_DAY if over else None)
        elif status.standing == "expired":
            yield Moment(day, "expired")


def merge(turns: list[tuple[date, Status]], until: date, lane: str) -> Iterator[Bar]:
    """Yield the stretches of one lane, neighbours of one state as one."""
    states = [(day, state_of(status, lane)) for day, status in turns]
    start: date | None = None
    shown = ""
    for day, state in [*states, (until, "")]:
        if state == shown:
            continue
        if shown and start is not None:
            yield Bar(lane, shown, start, day)
        start, shown = day, state


def state_of(status: Status, lane: str) -> str:
    """Return what a lane shows on a day; empty for nothing."""
    if lane == "held":
        return status.standing if status.standing != "never" else ""
    return status.task if status.task in ("open", "due_soon", "overdue", "closed") else ""
