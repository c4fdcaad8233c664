"""Which reminders are planned on which days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.reminders.rules import (
    OVERDUE_DAYS,
    dated_reminders,
    next_reminder_after,
    plan_reminders,
)
from certification.standing.rules import Derived

DUE = date(2026, 4, 1)
DAY = timedelta(days=1)
WITHIN = (30, 7, 1)


def row(on, **fields):
    values = {
        "employee_id": 1,
        "certification_id": 1,
        "branch_id": 1,
        "standing": "never",
        "task": "open",
        "required": "required",
        "badge": "not_started",
        "valid_from": None,
        "valid_until": None,
        "due_on": DUE,
        "window_opens_on": None,
        "counted": True,
        "compliant": False,
        "is_new": False,
        "derived_on": on,
        "next_change_at": None,
        "spans": (),
    }
    return Derived(**(values | fields))


def lapsed(on, **fields):
    """A row whose coverage ended on the due day."""
    spans = ((DUE - 365 * DAY, DUE),)
    return row(on, standing="expired", task="overdue", spans=spans, **fields)


def plan(found, since=None, **options):
    values = {"reminder_days": WITHIN, "opened": False, "awarded": False} | options
    return [
        (one.kind, one.offset_days)
        for one in plan_reminders(row=found, since=since or found.derived_on, **values)
    ]


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        (-31, []),
        (-30, [("due_in", -30)]),
        (-29, []),
        (-7, [("due_in", -7)]),
        (-1, [("due_in", -1)]),
        (0, [("due", 0)]),
        (1, [("overdue", 1)]),
        (2, []),
        (7, [("overdue", 7)]),
        (30, [("overdue", 30)]),
        (31, []),
    ],
)
def test_each_day_has_its_reminder(days, kinds):
    assert plan(row(DUE + days * DAY)) == kinds


@pytest.mark.parametrize(
    ("days", "kinds"),
    [(0, [("due", 0), ("expired", 0)]), (1, []), (7, [("overdue", 7)]), (30, [("overdue", 30)])],
)
def test_whoever_has_just_lapsed_is_told_that_and_not_overdue_the_day_after(days, kinds):
    assert plan(lapsed(DUE + days * DAY)) == kinds


def test_days_that_were_missed_are_all_planned_for_the_sender_to_thin_out():
    assert plan(row(DUE), since=DUE - 10 * DAY) == [("due_in", -7), ("due_in", -1), ("due", 0)]


def test_days_before_the_row_was_last_derived_are_not():
    assert plan(row(DUE + 60 * DAY), since=DUE + 60 * DAY) == []
    assert plan(row(DUE + 8 * DAY), since=DUE + 7 * DAY) == [("overdue", 7)]


@pytest.mark.parametrize("days", [-30, -7, -1])
def test_an_assignment_says_the_due_day_and_the_same_days_reminder_is_left_out(days):
    on = DUE + days * DAY
    assert plan(row(on), opened=True, assigned_on=on) == [("assigned", 0)]
    # Derived again later that day, and the next morning from that day on.
    assert plan(row(on), assigned_on=on) == []
    later = plan(row(on + DAY), since=on, assigned_on=on)
    assert ("due_in", days) not in later


def test_an_assignment_without_a_due_day_names_its_own_day():
    found = plan_reminders(
        row=row(DUE, due_on=None), since=DUE, reminder_days=WITHIN, opened=True, awarded=False
    )
    assert [(one.kind, one.target_on, one.urgent) for one in found] == [("assigned", DUE, True)]


@pytest.mark.parametrize("required", ["optional", "exempt", "absent", "not_required"])
def test_only_what_is_required_reminds_but_an_award_is_always_told(required):
    held = row(DUE, required=required, valid_from=DUE)
    assert plan(held) == []
    assert plan(held, opened=True) == []
    assert plan(held, awarded=True) == [("certified", 0)]


@pytest.mark.parametrize("task", ["none", "closed"])
def test_what_is_done_or_closed_is_not_due(task):
    assert plan(row(DUE, task=task)) == []


reminder_days = st.lists(st.integers(1, 90), unique=True, max_size=5)
days = st.integers(-100, 60).map(lambda n: DUE + n * DAY)


@given(days, st.integers(0, 40), st.integers(0, 40), reminder_days)
def test_planning_in_two_steps_plans_what_one_step_plans(since, first, second, within):
    middle, last = since + first * DAY, since + (first + second) * DAY
    steps = plan(row(middle), since, reminder_days=within)
    steps += plan(row(last), middle, reminder_days=within)
    assert set(steps) == set(plan(row(last), since, reminder_days=within))


@given(days, reminder_days)
def test_the_sweep_comes_back_on_the_day_of_the_next_reminder(on, within):
    following = next_reminder_after(row(on), within)
    ahead = [one.on for one in dated_reminders(row(on), within) if one.on > on]
    assert following == min(ahead, default=None)
    if following is not None:
        assert plan(row(following), following, reminder_days=within)


def test_nothing_lies_ahead_for_what_is_not_asked():
    assert next_reminder_after(row(DUE - 60 * DAY, required="exempt"), WITHIN) is None
    assert next_reminder_after(row(DUE + max(OVERDUE_DAYS) * DAY), WITHIN) is None
