"""What is asked and what is to be done: required, cycles, due days, counting."""

from typing import Any

import pytest

from certification.policy.rules import Cycle, timeline

from .facts import (
    YEARLY,
    Event,
    assigned,
    at,
    awarded,
    away,
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


@pytest.mark.parametrize(
    ("on", "task"),
    [
        ("2025-12-31", "none"),
        ("2026-01-01", "open"),
        ("2026-01-23", "open"),
        ("2026-01-24", "due_soon"),
        ("2026-01-31", "due_soon"),
        ("2026-02-01", "overdue"),
        ("2026-03-31", "overdue"),
        ("2026-04-01", "closed"),
        ("2030-01-01", "closed"),
    ],
)
def test_the_labels_of_a_first_cycle(on: str, task: str) -> None:
    assert at(DUE, on, assigned("2026-01-01")).task == task


@pytest.mark.parametrize(
    ("on", "task"),
    [
        ("2026-04-02", "scheduled"),
        ("2026-04-03", "open"),
        ("2026-04-24", "open"),
        ("2026-04-25", "due_soon"),
        ("2026-05-02", "due_soon"),
        ("2026-05-03", "overdue"),
        ("2026-07-02", "overdue"),
        ("2026-07-03", "closed"),
    ],
)
def test_the_labels_of_a_renewal(on: str, task: str) -> None:
    status = at(DUE, on, ASKED, HELD)
    assert (status.task, status.due_on) == (task, day("2026-05-02"))
    assert status.window_opens_on == day("2026-04-03")


def test_without_a_due_day_a_first_cycle_is_just_open() -> None:
    status = at(YEARLY, "2030-01-01", assigned("2026-01-01"))
    assert (status.task, status.due_on) == ("open", None)


def test_a_closed_cycle_still_awards() -> None:
    assert (
        at(DUE, "2026-06-01", assigned("2026-01-01"), completed("2026-06-01")).standing == "valid"
    )


def test_without_a_window_the_renewal_opens_at_expiry() -> None:
    policy = {**YEARLY, "window": None}
    assert at(policy, "2026-05-02", ASKED, HELD).task == "scheduled"
    assert at(policy, "2026-05-02", ASKED, HELD).badge == "certified"
    assert at(policy, "2026-05-03", ASKED, HELD).task == "overdue"
    assert cycle(policy, "2026-05-02", ASKED, HELD).opens_on == day("2026-05-03")


def test_with_a_tolerance_the_renewal_opens_before_the_baseline() -> None:
    policy = {**YEARLY, "tolerance": "P15D"}
    assert at(policy, "2026-04-17", ASKED, HELD).task == "scheduled"
    assert at(policy, "2026-04-18", ASKED, HELD).task == "due_soon"
    assert cycle(policy, "2026-04-18", ASKED, HELD).opens_on == day("2026-04-18")


def test_what_never_lapses_asks_nothing_more() -> None:
    status = at(YEARLY, "2030-01-01", ASKED, awarded("2025-05-03", None))
    assert (status.task, status.due_on, status.window_opens_on) == ("none", None, None)
    assert (
        timeline(YEARLY, [ASKED, awarded("2025-05-03", None)]).open_cycle(day("2030-01-01")) is None
    )


@pytest.mark.parametrize(
    ("events", "on", "required", "task"),
    [
        ([], "2026-01-10", "not_required", "none"),
        ([assigned("2026-01-01")], "2026-01-10", "required", "open"),
        ([assigned("2026-01-01", optional=True)], "2026-01-10", "optional", "open"),
        ([assigned("2026-01-01", optional=True), assigned("2026-01-10")], "2026-01-10",
         "required", "open"),
        ([assigned("2026-01-01", optional=True), assigned("2026-01-10")], "2026-01-09",
         "optional", "open"),
        ([assigned("2026-01-01"), away("exempted", "2026-01-05", "2026-01-10")], "2026-01-09",
         "exempt", "none"),
        ([assigned("2026-01-01"), away("exempted", "2026-01-05", "2026-01-10")], "2026-01-10",
         "required", "open"),
        ([assigned("2026-01-01"), away("exempted", "2026-01-05", "2026-01-10"),
          away("absent", "2026-01-01", "2026-02-10")], "2026-01-05", "exempt", "none"),
        ([assigned("2026-01-01"), away("absent", "2026-01-05", "2026-01-10")], "2026-01-05",
         "absent", "open"),
        ([assigned("2026-01-01"), away("absent", "2026-01-05", "2026-01-10")], "2026-01-04",
         "required", "open"),
        ([assigned("2026-01-01", optional=True), away("absent", "2026-01-05", "2026-01-10")],
         "2026-01-05", "absent", "open"),
        ([assigned("2026-01-01"), away("exempted", "2026-01-05", None)], "2099-01-05",
         "exempt", "none"),
        ([away("exempted", "2026-01-05", "2026-02-01")], "2026-01-10", "not_required", "none"),
        ([away("absent", "2026-01-05", "2026-02-01")], "2026-01-10", "not_required", "none"),
        ([assigned("2026-01-01"), unassigned("2026-01-10")], "2026-01-09", "required", "open"),
        ([assigned("2026-01-01"), unassigned("2026-01-10")], "2026-01-10", "not_required", "none"),
        ([assigned("2026-01-01"), unassigned("2026-01-01")], "2026-01-01", "not_required", "none"),
    ],
)  # fmt: skip
def test_what_is_asked(events: list[Event], on: str, required: str, task: str) -> None:
    status = at(YEARLY, on, *events)
    assert (status.required, status.task) == (required, task)
    assert status.counted is (required == "required")


def test_who_is_exempt_or_unassigned_has_no_due_day() -> None:
    gone = at(DUE, "2026-04-20", ASKED, HELD, unassigned("2026-01-01"))
    assert (gone.task, gone.due_on, gone.badge) == ("none", None, "certified")
    assert gone.window_opens_on == day("2026-04-03")
    exempt = at(DUE, "2026-04-20", ASKED, HELD, away("exempted", "2026-04-01", "2026-05-01"))
    assert (exempt.task, exempt.due_on) == ("none", None)


@pytest.mark.parametrize(
    ("leaves", "on", "due_on"),
    [
        # Assigned 1 January, due 31 January.
        ([("2026-01-11", "2026-01-21")], "2026-01-10", "2026-01-31"),
        ([("2026-01-11", "2026-01-21")], "2026-01-11", "2026-02-10"),
        ([("2026-01-31", "2026-02-03")], "2026-02-01", "2026-02-03"),
        ([("2026-02-01", "2026-02-03")], "2026-02-02", "2026-01-31"),
        ([("2025-12-20", "2026-01-04")], "2026-01-10", "2026-02-03"),
        ([("2025-12-20", "2026-01-01")], "2026-01-10", "2026-01-31"),
        # The second absence begins before the day the first one moved it to.
        ([("2026-01-11", "2026-01-21"), ("2026-02-10", "2026-02-12")], "2026-02-11", "2026-02-12"),
        ([("2026-01-11", "2026-01-21"), ("2026-02-11", "2026-02-12")], "2026-02-11", "2026-02-10"),
        # Days that two absences share count once.
        ([("2026-01-11", "2026-01-21"), ("2026-01-15", "2026-01-25")], "2026-01-26", "2026-02-14"),
        ([("2026-01-11", "2026-01-21"), ("2026-01-12", "2026-01-15")], "2026-01-26", "2026-02-10"),
        ([("2025-12-01", "2025-12-10"), ("2026-01-12", "2026-01-15")], "2026-01-26", "2026-02-03"),
        ([("2026-01-11", None)], "2026-01-26", None),
    ],
)  # fmt: skip
def test_absent_days_move_the_due_day(
    leaves: list[tuple[str, str | None]], on: str, due_on: str | None
) -> None:
    events = [assigned("2026-01-01"), *(away("absent", *leave) for leave in leaves)]
    assert at(DUE, on, *events).due_on == (day(due_on) if due_on else None)


def test_absence_moves_the_closing_day_with_the_due_day() -> None:
    leave = away("absent", "2026-01-11", "2026-01-21")
    found = cycle(DUE, "2026-01-25", assigned("2026-01-01"), leave)
    assert (found.planned_due_on, found.planned_closes_on) == (day("2026-01-31"), day("2026-03-31"))
    assert (found.due_on, found.closes_on) == (day("2026-02-10"), day("2026-04-10"))
    frozen = opened("2026-01-01", due_on="2026-01-31", closes_on="2026-02-28")
    found = cycle(DUE, "2026-01-25", frozen, leave)
    assert (found.due_on, found.closes_on) == (day("2026-02-10"), day("2026-03-10"))
    assert found.planned_closes_on == day("2026-02-28")
    endless = away("absent", "2026-01-11", None)
    for first in (frozen, assigned("2026-01-01")):
        assert cycle(DUE, "2026-01-25", first, endless).closes_on is None
    never_closes = opened("2026-01-01", due_on="2026-01-31", closes_on=None)
    assert cycle(DUE, "2026-01-25", never_closes, leave).closes_on is None


def test_absence_moves_the_due_day_of_a_renewal_but_not_its_coverage() -> None:
    events = [ASKED, HELD, away("absent", "2026-04-10", "2026-04-20")]
    assert at(DUE, "2026-05-02", *events).standing == "valid"
    status = at(DUE, "2026-05-03", *events)
    assert (status.standing, status.task, status.due_on) == (
        "expired",
        "open",
        day("2026-05-12"),
    )
    assert at(DUE, "2026-05-13", *events).task == "overdue"
    before_opening = away("absent", "2026-03-01", "2026-04-03")
    assert at(DUE, "2026-04-10", ASKED, HELD, before_opening).due_on == day("2026-05-02")


def test_absence_before_a_later_due_giver_does_not_move_its_due_day() -> None:
    events = [assigned("2026-01-01"), assigned("2026-03-01", "2026-03-31"),
              away("absent", "2026-02-01", "2026-02-11")]  # fmt: skip
    assert at(YEARLY, "2026-03-10", *events).due_on == day("2026-03-31")


def test_two_assignments_are_one_cycle_with_the_first_due_day() -> None:
    events = [assigned("2026-01-01", "2026-03-01"), assigned("2026-02-01", "2026-02-15")]
    assert at(YEARLY, "2026-02-10", *events).due_on == day("2026-03-01")
    assert at(YEARLY, "2026-02-10", *events, unassigned("2026-02-05")).due_on == day("2026-03-01")
    assert cycle(YEARLY, "2026-02-10", *events, unassigned("2026-02-05")).opens_on == day(
        "2026-01-01"
    )
    without = [assigned("2026-01-01"), assigned("2026-02-01", "2026-02-15")]
    assert at(YEARLY, "2026-01-31", *without).due_on is None
    assert at(YEARLY, "2026-02-01", *without).due_on == day("2026-02-15")


def test_a_break_in_being_assigned_starts_a_new_cycle() -> None:
    events = [assigned("2026-01-01"), unassigned("2026-02-01"), assigned("2026-02-01"),
              unassigned("2026-03-01", assignment=2), assigned("2026-03-02")]  # fmt: skip
    assert cycle(DUE, "2026-02-10", *events).opens_on == day("2026-01-01")
    assert cycle(DUE, "2026-03-10", *events).opens_on == day("2026-03-02")
    assert at(DUE, "2026-03-10", *events).due_on == day("2026-04-01")
    assert timeline(DUE, events).open_cycle(day("2026-03-01")) is None


def test_a_duty_begins_its_own_cycle_over_an_offer() -> None:
    events = [assigned("2026-01-01", optional=True), assigned("2026-03-01")]
    assert at(DUE, "2026-02-28", *events).due_on == day("2026-01-31")
    assert at(DUE, "2026-03-01", *events).due_on == day("2026-03-31")


def test_a_new_assignment_after_a_lapse_sets_a_new_due_day() -> None:
    events = [ASKED, HELD, unassigned("2026-02-01"), assigned("2026-09-01")]
    found = cycle(DUE, "2026-09-10", *events)
    assert (found.kind, found.opens_on, found.due_on) == (
        "renewal",
        day("2026-09-01"),
        day("2026-10-01"),
    )
    assert found.is_reassigned
    status = at(DUE, "2026-09-10", *events)
    assert (status.standing, status.task, status.window_opens_on) == ("expired", "open", None)
    in_time = [ASKED, HELD, unassigned("2026-02-01"), assigned("2026-05-02")]
    assert at(DUE, "2026-09-10", *in_time).task == "closed"
    on_the_day = [ASKED, HELD, unassigned("2026-02-01"), assigned("2026-05-03")]
    assert at(DUE, "2026-05-10", *on_the_day).due_on == day("2026-06-02")


@pytest.mark.parametrize(
    ("events", "on", "counted", "is_new"),
    [
        ([assigned("2026-01-01")], "2026-01-31", False, True),
        ([assigned("2026-01-01")], "2026-02-01", True, False),
        ([assigned("2026-01-01"), completed("2026-01-10")], "2026-01-10", True, False),
        ([assigned("2026-01-01", optional=True)], "2026-01-10", False, False),
        ([assigned("2026-01-01"), away("absent", "2026-01-05", "2026-01-10")], "2026-01-05",
         False, False),
        ([assigned("2026-01-01"), away("absent", "2026-01-05", "2026-01-15")], "2026-02-10",
         False, True),
        ([ASKED, HELD], "2026-05-03", True, False),
        ([ASKED, HELD, unassigned("2026-02-01"), assigned("2026-09-01")], "2026-10-01",
         False, True),
        ([ASKED, HELD, unassigned("2026-02-01"), assigned("2026-09-01")], "2026-10-02",
         True, False),
        # A revocation is no lapse: the new due day does not take them out of the count.
        ([ASKED, HELD, changed("revoked", "2025-09-01")], "2025-09-10", True, False),
        ([], "2026-01-01", False, False),
    ],
)  # fmt: skip
def test_who_is_counted(events: list[Event], on: str, counted: bool, is_new: bool) -> None:
    status = at(DUE, on, *events)
    assert (status.counted, status.is_new) == (counted, is_new)


def test_without_a_due_day_people_count_from_the_assignment_on() -> None:
    assert at(YEARLY, "2026-01-01", assigned("2026-01-01")).counted


def test_a_revocation_opens_a_cycle_due_after_it() -> None:
    events = [ASKED, HELD, changed("revoked", "2025-09-01")]
    found = cycle(DUE, "2025-09-10", *events)
    assert (found.kind, found.opens_on, found.due_on) == (
        "first",
        day("2025-09-01"),
        day("2025-10-01"),
    )
    status = at(DUE, "2025-09-10", *events)
    assert (status.task, status.window_opens_on) == ("open", None)
    assert at(YEARLY, "2025-09-10", *events).due_on is None
    assert at(DUE, "2025-10-02", *events).task == "overdue"
    back = [*events, changed("reinstated", "2025-09-20")]
    assert at(DUE, "2025-09-20", *back).task == "scheduled"


def test_an_award_lost_on_its_first_day_opens_a_cycle_too() -> None:
    events = [ASKED, completed("2026-06-01"), changed("revoked", "2026-06-01")]
    assert cycle(DUE, "2026-06-10", *events).opens_on == day("2026-06-01")
    after_lapse = [ASKED, HELD, events[1], changed("revoked", "2026-06-01", award=2)]
    assert at(DUE, "2026-06-10", *after_lapse).due_on == day("2026-07-01")


def test_someone_assigned_after_a_revocation_is_due_after_that() -> None:
    events = [HELD, changed("revoked", "2025-09-01"), assigned("2026-01-01")]
    assert at(DUE, "2026-01-10", *events).due_on == day("2026-01-31")


def test_falling_back_to_another_award_follows_its_renewal() -> None:
    events = [ASKED, awarded("2025-01-01", "2026-01-01"), HELD, changed("revoked", "2025-08-01")]
    assert at(DUE, "2025-08-10", *events).due_on == day("2025-12-31")
    assert at(DUE, "2026-01-10", *events).standing == "revoked"
    assert cycle(DUE, "2026-01-10", *events).kind == "renewal"


def test_a_suspension_leaves_the_renewal_where_it_was() -> None:
    events = [ASKED, HELD, changed("suspended", "2025-08-01")]
    assert at(DUE, "2025-08-01", *events).task == "scheduled"
    status = at(DUE, "2026-04-10", *events)
    assert (status.standing, status.task, status.due_on) == ("suspended", "open", day("2026-05-02"))


def test_an_extension_moves_the_due_day_of_the_renewal_not_its_window() -> None:
    events = [ASKED, HELD, extended("2026-03-01", "2026-06-03")]
    status = at(DUE, "2026-04-03", *events)
    assert (status.task, status.due_on) == ("open", day("2026-06-02"))
    assert at(DUE, "2026-02-28", *events).due_on == day("2026-05-02")


def test_a_cycle_keeps_the_rule_it_opened_under() -> None:
    events = [assigned("2026-01-01"), rule("2026-01-10", due="P60D", due_soon="P2D")]
    status = at(DUE, "2026-01-24", *events)
    assert (status.due_on, status.task) == (day("2026-01-31"), "due_soon")
    renewal = [ASKED, HELD, rule("2026-04-10", closes="P1D", due_soon="P2D")]
    assert at(DUE, "2026-04-25", *renewal).task == "due_soon"
    assert at(DUE, "2026-05-20", *renewal).task == "overdue"
    lost = [ASKED, HELD, changed("revoked", "2025-09-01"), rule("2025-09-10", due="P60D")]
    assert at(DUE, "2025-09-20", *lost).due_on == day("2025-10-01")


def test_no_cycle_is_there_for_who_is_not_asked() -> None:
    assert timeline(DUE, [HELD]).open_cycle(day("2026-04-10")) is None
    exempt = [ASKED, HELD, away("exempted", "2026-04-01", "2026-05-01")]
    assert cycle(DUE, "2026-04-10", *exempt).due_on == day("2026-05-02")


def test_revoked_on_the_first_day_no_longer_held_stays_a_renewal() -> None:
    events = [ASKED, HELD, changed("revoked", "2026-05-03")]
    assert cycle(DUE, "2026-05-10", *events).kind == "renewal"


def test_reinstated_on_the_first_day_no_longer_held_brings_nothing_back() -> None:
    events = [ASKED, HELD, changed("revoked", "2025-08-01"), changed("reinstated", "2026-05-03")]
    found = cycle(DUE, "2026-05-10", *events)
    assert (found.kind, found.opens_on) == ("first", day("2025-08-01"))


def test_a_cycle_reopens_on_the_very_day() -> None:
    again = [ASKED, HELD, unassigned("2026-02-01"), assigned("2026-05-03")]
    assert at(DUE, "2026-05-03", *again).due_on == day("2026-06-02")
    lost = [ASKED, HELD, changed("revoked", "2025-08-01")]
    assert at(DUE, "2025-08-01", *lost).due_on == day("2025-08-31")


def test_lapsed_with_a_due_day_moved_by_absence_still_counts() -> None:
    status = at(DUE, "2026-05-05", ASKED, HELD, away("absent", "2026-04-10", "2026-04-20"))
    assert (status.standing, status.counted) == ("expired", True)


def test_no_window_is_told_from_the_day_of_a_revocation() -> None:
    events = [ASKED, HELD, changed("revoked", "2025-09-01")]
    assert at(DUE, "2025-09-01", *events).window_opens_on is None
    assert at(DUE, "2025-08-31", *events).window_opens_on == day("2026-04-03")


def test_work_begun_shows_from_its_day() -> None:
    events = [assigned("2026-01-01"), {"type": "started", "on": "2026-01-05"}]
    assert at(DUE, "2026-01-05", *events).badge == "in_progress"
    assert at(DUE, "2026-01-04", *events).badge == "not_started"
