"""Cycles that were frozen when they opened, and how they end."""

from typing import Any

import pytest

from certification.policy.rules import Cycle, timeline

from .facts import (
    YEARLY,
    Event,
    assigned,
    at,
    awarded,
    changed,
    completed,
    day,
    extended,
)

HELD = awarded("2025-05-03", "2026-05-03")
ASKED = assigned("2025-01-01")
DUE = {**YEARLY, "due": "P30D", "closes": "P2M", "due_soon": "P7D"}


def unassigned(on: str, **more: Any) -> Event:
    return {"type": "unassigned", "on": on, **more}


def opened(on: str, kind: str = "first", **more: Any) -> Event:
    return {"type": "cycle_opened", "on": on, "kind": kind, **more}


def rule(on: str, **policy: Any) -> Event:
    return {"type": "policy", "effective_on": on, "policy": {**YEARLY, **policy}}


def cycle(policy: dict[str, Any], on: str, *events: Event) -> Cycle:
    found = timeline(policy, events).open_cycle(day(on))
    assert found is not None
    return found


def test_a_frozen_cycle_wins_over_the_policy() -> None:
    frozen = opened("2026-01-05", due_on="2026-02-20", closes_on="2026-03-01")
    events = [assigned("2026-01-01"), frozen]
    assert at(DUE, "2026-01-04", *events).due_on == day("2026-01-31")
    assert at(DUE, "2026-01-05", *events).due_on == day("2026-02-20")
    assert at(DUE, "2026-03-01", *events).task == "overdue"
    assert at(DUE, "2026-03-02", *events).task == "closed"
    found = cycle(DUE, "2026-01-05", *events)
    assert (found.opens_on, found.is_frozen, found.kind) == (day("2026-01-05"), True, "first")
    again = opened("2026-01-20", due_on="2026-04-01", closes_on=None)
    assert at(DUE, "2026-01-20", *events, again).due_on == day("2026-04-01")


def test_a_frozen_due_day_of_null_means_there_is_none() -> None:
    events = [assigned("2026-01-01"), opened("2026-01-05", due_on=None)]
    assert at(DUE, "2027-01-01", *events).task == "open"


@pytest.mark.parametrize(
    ("events", "on", "due_on"),
    [
        ([assigned("2026-01-01"), opened("2026-01-05")], "2026-01-10", "2026-02-04"),
        ([assigned("2026-01-01", "2026-03-01"), opened("2026-01-05")], "2026-01-10", "2026-03-01"),
        ([assigned("2026-01-01"), assigned("2026-01-07", "2026-03-01"), opened("2026-01-05")],
         "2026-01-10", "2026-02-04"),
        ([assigned("2026-01-05", "2026-03-01"), opened("2026-01-05")], "2026-01-10", "2026-03-01"),
        ([ASKED, HELD, opened("2026-03-01", "renewal")], "2026-03-10", "2026-05-02"),
        ([ASKED, HELD, opened("2026-05-03", "renewal")], "2026-05-10", "2026-05-02"),
        ([ASKED, HELD, opened("2026-05-04", "renewal")], "2026-05-10", "2026-06-03"),
        ([ASKED, HELD, opened("2025-08-01", "delta")], "2025-08-10", "2025-08-31"),
        ([assigned("2025-01-01", "2025-06-01"), HELD, opened("2025-08-01", "delta")],
         "2025-08-10", "2025-08-31"),
        ([ASKED, HELD, opened("2025-08-01", "voluntary")], "2025-08-10", None),
    ],
)  # fmt: skip
def test_a_frozen_cycle_without_a_due_day_takes_the_policys(
    events: list[Event], on: str, due_on: str | None
) -> None:
    assert at(DUE, on, *events).due_on == (day(due_on) if due_on else None)


def test_an_extension_moves_a_frozen_renewal_and_nothing_shortens_it() -> None:
    frozen = opened("2026-04-03", "renewal", due_on="2026-05-02")
    events = [ASKED, HELD, frozen, extended("2026-04-20", "2026-06-03")]
    assert at(DUE, "2026-04-19", *events).due_on == day("2026-05-02")
    assert at(DUE, "2026-04-20", *events).due_on == day("2026-06-02")
    longer = [ASKED, HELD, opened("2026-04-03", "renewal", due_on="2026-08-01"), events[3]]
    assert at(DUE, "2026-04-20", *longer).due_on == day("2026-08-01")
    earlier = [ASKED, HELD, extended("2026-04-01", "2026-06-03"), frozen]
    assert at(DUE, "2026-04-20", *earlier).due_on == day("2026-05-02")


def test_a_frozen_renewal_knows_its_baseline() -> None:
    frozen = opened("2026-04-03", "renewal", due_on="2026-05-02")
    assert cycle(DUE, "2026-04-10", ASKED, HELD, frozen).baseline_until == day("2026-05-03")
    assert cycle(DUE, "2026-04-10", ASKED, HELD).baseline_until == day("2026-05-03")
    delta = opened("2026-03-01", "delta", due_on="2026-05-02")
    assert cycle(DUE, "2026-03-10", ASKED, HELD, delta).baseline_until is None


def test_an_award_made_afterwards_ends_a_frozen_cycle() -> None:
    frozen = opened("2026-04-03", "renewal", due_on="2026-05-02")
    events = [ASKED, HELD, frozen, completed("2026-04-10")]
    assert at(DUE, "2026-04-09", *events).due_on == day("2026-05-02")
    assert at(DUE, "2026-04-10", *events).due_on == day("2027-05-02")
    same_day = [ASKED, HELD, frozen, completed("2026-04-03")]
    assert at(DUE, "2026-04-03", *same_day).task == "scheduled"
    voided = [*events, changed("voided", "2026-04-12")]
    assert at(DUE, "2026-04-12", *voided).due_on == day("2026-05-02")


def test_a_frozen_cycle_ends_when_nobody_asks_any_more() -> None:
    frozen = opened("2026-01-05", due_on="2026-02-20")
    left = [assigned("2026-01-01"), frozen, unassigned("2026-01-20")]
    assert timeline(DUE, left).open_cycle(day("2026-01-20")) is None
    back = [*left, assigned("2026-06-01")]
    assert at(DUE, "2026-06-10", *back).due_on == day("2026-07-01")
    touching = [*left, assigned("2026-01-20")]
    assert at(DUE, "2026-01-25", *touching).due_on == day("2026-02-20")
    before = [assigned("2025-11-01"), unassigned("2026-01-05"), frozen]
    assert cycle(DUE, "2026-01-10", *before).is_frozen
    for_themselves = opened("2026-01-05", "voluntary")
    assert cycle(
        DUE, "2026-02-01", assigned("2026-01-01"), for_themselves, unassigned("2026-01-20")
    )


def test_a_frozen_renewal_outlives_a_break_only_while_it_is_held() -> None:
    frozen = opened("2026-04-03", "renewal", due_on="2026-05-02")
    left = [ASKED, HELD, frozen, unassigned("2026-04-10")]
    assert cycle(DUE, "2026-04-20", *left).is_frozen
    assert timeline(DUE, left).open_cycle(day("2026-05-03")) is None
    in_time = [*left, assigned("2026-05-02")]
    assert at(DUE, "2026-05-10", *in_time).due_on == day("2026-05-02")
    late = [*left, assigned("2026-05-03")]
    assert at(DUE, "2026-05-10", *late).due_on == day("2026-06-02")


def test_a_frozen_cycle_is_there_without_an_assignment() -> None:
    frozen = opened("2026-01-05", "voluntary", due_on="2026-02-20")
    assert cycle(DUE, "2026-01-10", frozen).kind == "voluntary"
    assert at(DUE, "2026-01-10", frozen).task == "none"
    kept = opened("2026-01-05", "delta", due_on="2026-02-20")
    for_good = awarded("2025-05-03", None)
    assert cycle(DUE, "2026-01-10", ASKED, for_good, kept, unassigned("2026-01-08")).kind == "delta"


def test_someone_reassigned_with_a_frozen_cycle_is_new_as_well() -> None:
    events = [ASKED, HELD, unassigned("2026-02-01"), assigned("2026-09-01"),
              opened("2026-09-01", "renewal", due_on="2026-10-15")]  # fmt: skip
    status = at(DUE, "2026-10-15", *events)
    assert (status.is_new, status.due_on) == (True, day("2026-10-15"))
    assert at(DUE, "2026-10-16", *events).counted


def test_valid_with_a_delta_open_is_certified_with_an_open_task() -> None:
    status = at(DUE, "2025-08-10", ASKED, HELD, opened("2025-08-01", "delta"))
    assert (status.task, status.badge) == ("open", "certified")
    assert status.window_opens_on == day("2026-04-03")


def test_of_two_recorded_windows_the_earlier_counts() -> None:
    windows = [{"type": "window_opened", "on": on} for on in ("2026-03-15", "2026-03-20")]
    status = at(DUE, "2026-04-10", ASKED, HELD, *windows)
    assert status.window_opens_on == day("2026-03-15")
    assert at(DUE, "2026-03-14", ASKED, HELD, *windows).window_opens_on == day("2026-04-03")


def test_every_end_after_the_opening_is_looked_at() -> None:
    frozen = opened("2026-01-05", due_on="2026-02-20")
    old = [assigned("2025-01-01"), unassigned("2025-06-01", assignment=1)]
    left = [assigned("2026-01-01"), frozen, unassigned("2026-01-20", assignment=2)]
    assert timeline(DUE, [*old, *left]).open_cycle(day("2026-01-20")) is None
    both = [assigned("2026-01-01"), assigned("2026-01-02"), frozen,
            unassigned("2026-01-20"), unassigned("2026-01-25")]  # fmt: skip
    assert cycle(DUE, "2026-01-24", *both).is_frozen
    assert timeline(DUE, both).open_cycle(day("2026-01-25")) is None


def test_coming_back_in_time_is_not_undone_by_a_later_assignment() -> None:
    frozen = opened("2026-04-03", "renewal", due_on="2026-05-02")
    events = [ASKED, HELD, frozen, unassigned("2026-04-10"), assigned("2026-05-01"),
              assigned("2026-06-01")]  # fmt: skip
    assert cycle(DUE, "2026-06-10", *events).is_frozen


def test_one_extension_after_the_opening_is_enough_to_move_it() -> None:
    frozen = opened("2026-04-03", "renewal", due_on="2026-05-02")
    events = [ASKED, HELD, extended("2026-03-01", "2026-05-10"), frozen,
              extended("2026-04-20", "2026-06-03")]  # fmt: skip
    assert at(DUE, "2026-04-20", *events).due_on == day("2026-06-02")


def test_someone_reassigned_on_the_day_it_lapsed_is_new() -> None:
    events = [ASKED, HELD, unassigned("2026-02-01"), assigned("2026-05-03"),
              opened("2026-05-03", "renewal", due_on="2026-06-15")]  # fmt: skip
    assert at(DUE, "2026-06-15", *events).is_new


def test_a_cycle_closed_without_an_award_is_open_until_then_and_not_after() -> None:
    frozen = opened("2025-08-01", "delta", due_on="2025-08-31")
    closed = {"type": "cycle_closed", "on": "2025-08-10"}
    events = [ASKED, HELD, frozen, closed]
    assert at(DUE, "2025-08-09", *events).task == "open"
    assert at(DUE, "2025-08-10", *events) == at(DUE, "2025-08-10", ASKED, HELD)
    again = opened("2025-08-10", "delta", due_on="2025-09-09")
    assert at(DUE, "2025-08-12", *events, again).due_on == day("2025-09-09")
