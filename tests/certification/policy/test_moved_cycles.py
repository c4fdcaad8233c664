"""An open cycle that was moved to another policy: from that day on, and not before."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.policy.rules import ImpossibleDateError, timeline

from .facts import YEARLY, Event, assigned, at, awarded, completed, day, moment
from .test_properties import QUICK

DUE = {**YEARLY, "due": "P30D"}
TWO_YEARS = {**DUE, "active": "P2Y", "due": "P60D", "closes": "P1M"}
ASKED = assigned("2026-01-05")
OPENED: Event = {
    "type": "cycle_opened", "on": "2026-01-05", "kind": "first", "due_on": "2026-02-04",
    "closes_on": None,
}  # fmt: skip
HELD = awarded("2025-05-03", "2026-05-03")
RENEWING: Event = {**OPENED, "on": "2026-04-03", "kind": "renewal", "due_on": "2026-05-02"}


def moved(on: str, due_on: str | None, policy: dict[str, Any] = TWO_YEARS, **more: Any) -> Event:
    return {"type": "cycle_moved", "on": on, "due_on": due_on, "policy": policy, **more}


def test_a_move_counts_from_its_day_on() -> None:
    events = [ASKED, OPENED, moved("2026-01-20", "2026-03-06", closes_on="2026-04-06")]
    assert at(DUE, "2026-01-19", *events).due_on == day("2026-02-04")
    assert at(DUE, "2026-01-20", *events).due_on == day("2026-03-06")
    assert at(DUE, "2026-04-06", *events).task == "overdue"
    assert at(DUE, "2026-04-07", *events).task == "closed"
    cycle = timeline(DUE, events).open_cycle(day("2026-01-20"))
    assert cycle is not None
    assert (cycle.opens_on, cycle.is_frozen, cycle.policy.active) == (
        day("2026-01-05"),
        True,
        "P2Y",
    )


def test_what_was_known_before_the_move_keeps_the_old_day() -> None:
    move = moved("2026-01-20", "2026-03-06", recorded_at="2026-01-20T09:00:00+00:00")
    line = timeline(DUE, [ASKED, OPENED, move])
    assert line.at(day("2026-02-01"), moment("2026-01-20")).due_on == day("2026-02-04")
    assert line.at(day("2026-02-01"), moment("2026-01-21")).due_on == day("2026-03-06")


def test_a_move_taken_back_restores_day_and_policy() -> None:
    events = [ASKED, OPENED, moved("2026-01-20", "2026-03-06"),
              moved("2026-01-25", "2026-02-04", DUE)]  # fmt: skip
    assert at(DUE, "2026-01-24", *events).due_on == day("2026-03-06")
    assert at(DUE, "2026-01-25", *events).due_on == day("2026-02-04")
    done = timeline(DUE, [*events, completed("2026-01-26")])
    assert done.awards[0].valid_until == day("2027-02-04")


def test_a_moved_cycle_earns_by_the_policy_it_was_moved_to() -> None:
    events = [ASKED, HELD, RENEWING, moved("2026-04-10", "2026-05-02")]
    line = timeline(DUE, events)
    assert line.what_if(day("2026-04-09")).valid_until == day("2027-05-03")
    assert line.what_if(day("2026-04-10")).valid_until == day("2028-05-03")
    made = timeline(DUE, [*events, completed("2026-04-20")]).awards[-1]
    assert made.valid_until == day("2028-05-03")


def test_a_moved_renewal_has_the_grace_of_its_new_policy() -> None:
    kind = {**TWO_YEARS, "grace": "P30D"}
    events = [ASKED, HELD, RENEWING, moved("2026-05-10", "2026-05-02", kind)]
    assert at(DUE, "2026-05-09", *events).standing == "expired"
    assert at(DUE, "2026-05-10", *events).standing == "grace"
    assert at(DUE, "2026-06-02", *events).standing == "expired"


def test_the_opening_stays_and_the_window_with_it() -> None:
    short = {**DUE, "window": "P3D"}
    events = [ASKED, HELD, RENEWING, moved("2026-04-10", "2026-05-02", short)]
    assert at(DUE, "2026-04-15", *events).window_opens_on == day("2026-04-03")
    assert at(DUE, "2026-04-15", *events).task == "open"


def test_a_later_cycle_is_not_the_one_that_was_moved() -> None:
    events = [ASKED, OPENED, moved("2026-01-20", "2026-03-06", opened_on="2026-01-05"),
              completed("2026-01-25"),
              {**RENEWING, "on": "2027-12-25", "due_on": "2028-01-24"}]  # fmt: skip
    line = timeline(DUE, events)
    cycle = line.open_cycle(day("2027-12-26"))
    assert cycle is not None
    assert cycle.policy.active == "P1Y"


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (moved("2026-01-04", None), "on"),
        (moved("2026-01-20", None, opened_on="2026-01-06"), "on"),
        (moved("2026-01-20", None, opened_on="2026-01-21"), "opened_on"),
        (moved("2026-01-20", "2026-03-06", closes_on="2026-03-05"), "closes_on"),
        ({"type": "cycle_moved", "on": "2026-01-20"}, "policy"),
    ],
)
def test_a_move_that_cannot_be_is_refused(event: Event, field: str) -> None:
    with pytest.raises(ImpossibleDateError) as caught:
        timeline(DUE, [ASKED, OPENED, event])
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("events", "on", "due_on", "closes_on"),
    [
        # A first go counts its days from the opening again, by the new policy.
        ([ASKED, OPENED], "2026-01-20", "2026-03-06", "2026-04-06"),
        # Somebody named a day: it stays.
        ([assigned("2026-01-05", "2026-02-20"), {**OPENED, "due_on": "2026-02-20"}],
         "2026-01-20", "2026-02-20", "2026-03-20"),
        # A renewal is due on the last day held, whatever the policy says.
        ([ASKED, HELD, RENEWING], "2026-04-10", "2026-05-02", "2026-06-02"),
        # Days of leave come on top.
        ([ASKED, OPENED, {"type": "absent", "from": "2026-01-10", "until": "2026-01-15"}],
         "2026-01-20", "2026-03-11", "2026-04-11"),
    ],
)  # fmt: skip
def test_the_days_a_move_would_give(
    events: list[Event], on: str, due_on: str, closes_on: str
) -> None:
    found = timeline(DUE, events).moved_cycle(day(on), TWO_YEARS)
    assert found is not None
    assert (found.due_on, found.closes_on) == (day(due_on), day(closes_on))


def test_only_what_is_open_can_be_moved() -> None:
    assert timeline(DUE, [ASKED, HELD]).moved_cycle(day("2026-04-02"), TWO_YEARS) is None
    assert timeline(DUE, []).moved_cycle(day("2026-04-02"), TWO_YEARS) is None
    change = {**OPENED, "kind": "delta", "on": "2026-04-01", "due_on": "2026-05-01"}
    assert timeline(DUE, [ASKED, HELD, change]).moved_cycle(day("2026-04-02"), TWO_YEARS) is None


@QUICK
@given(
    st.integers(0, 200),
    st.integers(0, 400),
    st.sampled_from([DUE, TWO_YEARS, {**DUE, "method": "completion"}]),
    st.sampled_from([None, "2026-02-10", "2026-07-01"]),
)
def test_no_move_changes_what_is_said_of_earlier_days_or_known_earlier(
    offset: int, asked_offset: int, policy: dict[str, Any], due_on: str | None
) -> None:
    on = day("2026-01-05") + timedelta(days=offset)
    asked = day("2026-01-05") + timedelta(days=asked_offset)
    plain = [ASKED, HELD, OPENED]
    move = moved(on.isoformat(), due_on, policy)
    before, after = timeline(DUE, plain), timeline(DUE, [*plain, move])
    if asked < on:
        assert after.at(asked) == before.at(asked)
    early = moment(on.isoformat()) - timedelta(seconds=1)
    assert after.at(asked, early) == before.at(asked, early)
