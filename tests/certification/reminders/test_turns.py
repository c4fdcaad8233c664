"""What a fact changed of what is held or of a date, and what is told of it."""

from datetime import date, timedelta

import pytest

from certification.reminders.rules import (
    Before,
    find_turn,
    merge_turns,
    plan_reminders,
    read_subject,
    write_subject,
)
from tests.certification.factories import NOW
from tests.certification.reminders.test_rules import row

TODAY = date(2026, 3, 10)
END = date(2026, 9, 1)
LATER = END + timedelta(days=30)
SOONER = END - timedelta(days=30)
PAST = TODAY - timedelta(days=5)
NEVER = {"due_on": None, "task": "none"}


def state(standing, until=None, **fields):
    """Return what is so of a row that holds until a day, with nothing to do."""
    spans = ((date(2025, 9, 1), until),) if standing != "never" else ()
    valid_until = until if standing == "valid" else None
    return row(TODAY, standing=standing, valid_until=valid_until, spans=spans, **NEVER | fields)


def turn(old, new, **said):
    before = Before(
        old.standing, old.task, old.required, old.valid_until, old.covered_until, old.due_on
    )
    flags = {"opened": False, "recorded": False, "resumed": False} | said
    found = find_turn(before, new, **flags)
    return found and (found.kind, found.target_on, found.urgent, found.before, found.after)


def work(due_on, task="open", **fields):
    return row(TODAY, due_on=due_on, task=task, **fields)


HELD = "standing-held"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # What is held
        (state("valid", END), state("revoked"), ("revoked", TODAY, True, HELD, "standing-revoked")),
        (
            state("grace", PAST),
            state("revoked"),
            ("revoked", TODAY, True, HELD, "standing-revoked"),
        ),
        (
            state("valid", END, required="not_required"),
            state("revoked", required="not_required"),
            ("revoked", TODAY, True, HELD, "standing-revoked"),
        ),
        (
            state("valid", END),
            state("suspended"),
            ("suspended", TODAY, True, HELD, "standing-suspended"),
        ),
        (
            state("suspended"),
            state("revoked"),
            ("revoked", TODAY, True, "standing-suspended", "standing-revoked"),
        ),
        (
            state("suspended"),
            state("valid", END),
            ("reinstated", TODAY, True, "standing-suspended", HELD),
        ),
        (state("revoked"), state("revoked"), None),
        (state("suspended"), state("expired", PAST), None),
        # How long it is held
        (
            state("valid", END),
            state("valid", LATER),
            ("date_moved", LATER, False, f"end-{END}", f"end-{LATER}"),
        ),
        (
            state("valid", END),
            state("valid", SOONER),
            ("date_moved", SOONER, False, f"end-{END}", f"end-{SOONER}"),
        ),
        (
            state("valid", END),
            state("valid", None),
            ("date_moved", TODAY, False, f"end-{END}", "end-never"),
        ),
        (
            state("valid", None),
            state("valid", END),
            ("date_moved", END, False, "end-never", f"end-{END}"),
        ),
        (
            state("expired", PAST),
            state("valid", END),
            ("date_moved", END, False, f"end-{PAST}", f"end-{END}"),
        ),
        (
            state("valid", END),
            state("expired", PAST),
            ("date_moved", PAST, True, f"end-{END}", f"end-{PAST}"),
        ),
        (
            state("valid", END),
            state("never"),
            ("date_moved", TODAY, True, f"end-{END}", "end-none"),
        ),
        (
            state("valid", None),
            state("never"),
            ("date_moved", TODAY, True, "end-never", "end-none"),
        ),
        # The days pass
        (state("valid", TODAY), state("grace", LATER), None),
        (state("valid", END), state("valid", END), None),
        (state("valid", PAST), state("grace", PAST), None),
        (state("valid", PAST), state("expired", PAST), None),
        (state("grace", PAST), state("expired", PAST), None),
        (state("valid", PAST), state("expired", LATER), None),
        (state("never"), state("valid", END), None),
        # By when it is due
        (work(END), work(LATER), ("date_moved", LATER, False, f"due-{END}", f"due-{LATER}")),
        (
            work(END),
            work(LATER, required="absent"),
            ("date_moved", LATER, False, f"due-{END}", f"due-{LATER}"),
        ),
        (work(None), work(END), ("date_moved", END, False, "due-none", f"due-{END}")),
        (work(END), work(None), None),
        (work(END), work(END, task="overdue"), None),
        (work(END), work(LATER, required="optional"), None),
        (work(END, task="scheduled"), work(LATER), None),
        (work(END), work(LATER, task="scheduled"), None),
    ],
)
def test_what_is_told_of_a_change(old, new, expected):
    assert turn(old, new) == expected


def test_what_has_a_notice_of_its_own_is_not_told_twice():
    old, new = state("valid", END), state("valid", LATER)
    assert turn(old, new, recorded=True) is None
    assert turn(state("revoked"), new, recorded=True, announced=True) is None
    assert turn(work(END), work(LATER), opened=True) is None
    # A correction may open the renewal: that the end moved is told all the same.
    assert turn(old, state("valid", SOONER), opened=True)[0] == "date_moved"


def test_whoever_was_told_to_stop_is_told_to_go_on_by_an_award_that_nothing_else_tells():
    told = turn(state("revoked"), state("valid", LATER), recorded=True)
    assert told == ("reinstated", TODAY, True, "standing-revoked", HELD)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"due_on": TODAY + timedelta(days=7)}, ["date_moved"]),
        ({"due_on": TODAY}, ["date_moved"]),
        ({"due_on": TODAY - timedelta(days=1)}, ["date_moved", "overdue"]),
    ],
)
def test_news_of_a_day_is_not_followed_by_the_notice_of_that_day(fields, told):
    new = work(**fields)
    before = Before("never", "open", "required", None, None, END)
    found = find_turn(before, new, opened=False, recorded=False, resumed=False)
    planned = plan_reminders(
        row=new, since=TODAY, reminder_days=(7,), opened=False, awarded=False, turn=found
    )
    assert [one.kind for one in planned] == told


def test_what_a_correction_ends_today_is_not_told_as_run_out_too():
    new = state("expired", TODAY)
    before = Before("valid", "none", "required", END, END, None)
    found = find_turn(before, new, opened=False, recorded=False, resumed=False)
    planned = plan_reminders(
        row=new, since=TODAY, reminder_days=(), opened=False, awarded=False, turn=found
    )
    assert [one.kind for one in planned] == ["date_moved"]


def test_whoever_was_exempt_for_a_day_is_told_the_due_day_again():
    exempt = state("never", required="exempt")
    expected = ("date_moved", END, False, "due-none", f"due-{END}")
    assert turn(exempt, work(END), resumed=True) == expected
    assert turn(exempt, work(END)) is None
    assert turn(work(END), work(END), resumed=True) is None


def test_a_turn_is_told_to_people_of_whom_nothing_is_asked():
    old, new = state("valid", END), state("revoked", required="not_required")
    before = Before(old.standing, "none", "required", END, END, None)
    found = find_turn(before, new, opened=False, recorded=False, resumed=False)
    told = plan_reminders(
        row=new, since=TODAY, reminder_days=(), opened=False, awarded=False, turn=found
    )
    assert [one.kind for one in told] == ["revoked"]


def moved(before, after):
    old, new = state("valid", before), state("valid", after)
    held = Before(old.standing, old.task, old.required, before, before, None)
    return find_turn(held, new, opened=False, recorded=False, resumed=False)


@pytest.mark.parametrize(
    ("waiting", "before"),
    [
        ([], f"end-{END}"),
        (["end-2026-08-01"], "end-2026-08-01"),
        (["standing-held", "end-2026-08-01", f"end-{END}"], "end-2026-08-01"),
        ([f"due-{LATER}"], f"end-{END}"),
        ([f"end-{LATER}"], None),
    ],
)
def test_moves_that_nobody_was_told_of_become_one_or_none(waiting, before):
    merged = merge_turns(moved(END, LATER), waiting)
    assert (merged and merged.before) == before


def test_a_subject_names_what_was_so_before_and_when_that_ended():
    change = moved(END, LATER)
    text = write_subject("person", "thing", "cycle", change, NOW)
    assert text == f"certification:person:thing:cycle:end-{END}@20260302T090000.000000"
    assert read_subject(text) == ("person", "thing", "cycle", f"end-{END}")
    (daily,) = plan_reminders(
        row=row(date(2026, 4, 1)), since=date(2026, 4, 1), reminder_days=(),
        opened=False, awarded=False,
    )  # fmt: skip
    assert write_subject("person", "thing", "cycle", daily, NOW) == (
        "certification:person:thing:cycle"
    )
    assert read_subject("certification:person:thing:cycle").before == ""
