"""Leave and exemptions that end earlier than they were recorded, and two clocks for that."""

import pytest

from certification.policy.rules import ImpossibleDateError, timeline
from tests.certification.policy.facts import YEARLY, Event, assigned, at, away, day, moment

DUE = YEARLY | {"due": "P30D"}
HIRED = assigned("2026-01-01")
AWAY = away("absent", "2026-01-11", "2026-03-12")
EXEMPT = away("exempted", "2026-01-11", "2026-03-12")


def back(on: str, **more: object) -> Event:
    return {"type": "returned", "on": on, **more}


def over(on: str, **more: object) -> Event:
    return {"type": "exemption_ended", "on": on, **more}


def test_who_comes_back_early_is_asked_again_from_that_day():
    returned = back("2026-01-21")

    assert at(DUE, "2026-01-20", HIRED, AWAY, returned).required == "absent"
    assert at(DUE, "2026-01-21", HIRED, AWAY, returned).required == "required"
    # 30 days after the assignment, moved by ten days of leave instead of sixty.
    assert at(DUE, "2026-01-21", HIRED, AWAY, returned).due_on == day("2026-02-10")
    assert at(DUE, "2026-01-20", HIRED, AWAY, returned).due_on == day("2026-04-01")


def test_the_reason_names_the_end_as_it_was_known_on_the_day():
    reasons = at(DUE, "2026-01-20", HIRED, AWAY, back("2026-01-21")).reasons

    assert "absent from 11 Jan 2026 until 11 Mar 2026" in reasons


def test_an_exemption_that_ends_early_asks_again_from_that_day():
    ended = over("2026-02-01")

    assert at(DUE, "2026-01-31", HIRED, EXEMPT, ended).required == "exempt"
    assert at(DUE, "2026-02-01", HIRED, EXEMPT, ended).required == "required"


@pytest.mark.parametrize("leave", [AWAY, EXEMPT])
def test_leave_taken_back_on_its_first_day_never_was(leave):
    end = (back if leave is AWAY else over)("2026-01-11")

    assert at(DUE, "2026-01-11", HIRED, leave, end).required == "required"
    assert at(DUE, "2026-02-11", HIRED, leave, end).due_on == day("2026-01-31")


def test_what_was_known_before_the_return_was_recorded_stays():
    told_late = back("2026-01-21", recorded_at="2026-03-01T00:00:00+00:00")
    subject = timeline(DUE, [HIRED, AWAY, told_late])

    assert subject.at(day("2026-02-15"), moment("2026-02-28")).required == "absent"
    assert subject.at(day("2026-02-15"), moment("2026-03-01")).required == "required"


def test_of_several_ends_the_one_recorded_last_stands():
    first = back("2026-01-21", recorded_at="2026-01-21T00:00:00+00:00")
    second = back("2026-02-21", absence=1, recorded_at="2026-01-25T00:00:00+00:00")
    subject = timeline(DUE, [HIRED, AWAY, second, first])

    assert subject.at(day("2026-02-01")).required == "absent"
    assert subject.at(day("2026-02-01"), moment("2026-01-22")).required == "required"
    assert subject.at(day("2026-02-21")).required == "required"


def test_leave_is_counted_in_order_of_its_first_day():
    later = away("absent", "2026-06-01", "2026-07-01")
    subject = timeline(DUE, [HIRED, later, AWAY, back("2026-06-10", absence=2)])

    assert subject.at(day("2026-06-09")).required == "absent"
    assert subject.at(day("2026-06-10")).required == "required"
    assert subject.at(day("2026-02-01")).required == "absent"


def test_without_a_number_the_leave_that_covers_the_day_ends():
    later = away("absent", "2026-06-01", "2026-07-01")

    assert at(DUE, "2026-06-10", HIRED, AWAY, later, back("2026-06-10")).required == "required"


def test_leave_without_an_end_gets_one():
    open_end = away("absent", "2026-01-11", None)

    assert at(DUE, "2026-05-01", HIRED, open_end, back("2026-05-01")).required == "required"
    assert at(DUE, "2026-05-01", HIRED, open_end, back("2026-05-01")).due_on == day("2026-05-21")


@pytest.mark.parametrize(
    ("end", "field"),
    [
        (back("2026-01-10", absence=1), "on"),
        (back("2026-03-13", absence=1), "on"),
        (back("2026-02-01", absence=2), "absence"),
        (back("2026-02-01", absence=0), "absence"),
        (back("2026-05-01"), "absence"),
        (over("2026-02-01"), "exemption"),
        (back("soon"), "on"),
    ],
)
def test_an_impossible_end_is_refused(end, field):
    with pytest.raises(ImpossibleDateError) as caught:
        timeline(DUE, [HIRED, AWAY, end])
    assert caught.value.field == field
