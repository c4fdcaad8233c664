from datetime import date

import pytest

from lms.organisation.rules import Reason, check_roster, parse_roster
from lms.organisation.rules.roster import KnownPerson, KnownRoster, find_cycles
from lms.organisation.rules.roster_plan import (
    Change,
    ChangeKind,
    PersonState,
    Span,
    plan_absent,
    plan_row,
    replan_postings,
)

TODAY = date(2026, 3, 2)
HIRED = date(2024, 1, 8)
HERE, THERE = (1, 1), (2, 1)
COLUMNS = frozenset({"email", "manager_number", "left_on", "hired_on", "locale"})
HEADER = (
    "employee_number,given_name,family_name,email,branch_code,job_role_code,manager_number,hired_on"
)


def person(number, *, email="", branch="0101", role="cashier", manager="", hired="2024-01-08"):
    return f"{number},Ann,Lee,{email},{branch},{role},{manager},{hired}"


def check(*rows, people=None):
    parsed = parse_roster("\n".join([HEADER, *rows]).encode())
    known = KnownRoster(frozenset({"0101"}), frozenset({"cashier"}), people or {})
    checked = check_roster(parsed, known)
    return (
        [row.employee_number for row in checked.rows],
        [(found.row, found.column, found.reason) for found in checked.rejections],
        checked,
    )


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (person("A1", branch="9999"), "branch_code", Reason.UNKNOWN_BRANCH),
        (person("A1", role="pilot"), "job_role_code", Reason.UNKNOWN_ROLE),
        (person("A1", manager="Z9"), "manager_number", Reason.UNKNOWN_MANAGER),
        (person("A1", manager="a1"), "manager_number", Reason.MANAGER_CYCLE),
    ],
)
def test_what_a_row_names_must_exist(row, column, reason):
    assert check(row)[:2] == ([], [(2, column, reason)])


def test_an_address_goes_to_the_first_row_that_has_it():
    kept, refused, _ = check(person("A1", email="x@e.com"), person("A2", email="X@E.com"))

    assert kept == ["A1"]
    assert refused == [(3, "email", Reason.EMAIL_TWICE)]


def test_whoever_has_an_address_already_keeps_it():
    people = {"a2": KnownPerson("x@e.com", "")}

    kept, refused, _ = check(
        person("A1", email="x@e.com"), person("A2", email="x@e.com"), people=people
    )

    assert (kept, refused) == (["A2"], [(2, "email", Reason.EMAIL_TWICE)])


def test_two_people_may_swap_their_addresses():
    people = {"a1": KnownPerson("x@e.com", ""), "a2": KnownPerson("y@e.com", "")}

    kept, refused, _ = check(
        person("A1", email="y@e.com"), person("A2", email="x@e.com"), people=people
    )

    assert (kept, refused) == (["A1", "A2"], [])


def test_a_refused_row_leaves_its_person_with_the_old_address():
    people = {"a1": KnownPerson("x@e.com", ""), "b9": KnownPerson("taken@e.com", "")}

    kept, refused, _ = check(
        person("A1", email="taken@e.com"), person("A2", email="x@e.com"), people=people
    )

    assert kept == []
    assert [found[0] for found in refused] == [2, 3]


def test_a_circle_of_managers_is_refused_and_the_rest_goes_in():
    kept, refused, _ = check(
        person("A1", manager="A2"),
        person("A2", manager="A3"),
        person("A3", manager="A1"),
        person("A4", manager="A1"),
        people={"a1": KnownPerson("", "")},
    )

    assert kept == ["A4"]
    assert [found[2] for found in refused] == [Reason.MANAGER_CYCLE] * 3


def test_a_circle_through_the_roster_is_found_too():
    people = {"b1": KnownPerson("", "a1")}

    assert check(person("A1", manager="B1"), people=people)[0] == []


def test_people_of_a_refused_manager_go_in_without_one():
    kept, refused, checked = check(person("A1", branch="9999"), person("A2", manager="A1"))

    assert kept == ["A2"]
    assert len(refused) == 1
    assert checked.rows[0].manager_number == ""
    assert checked.warnings[0].reason is Reason.MANAGER_REFUSED


def test_somebody_outside_of_reach_is_not_the_importers_to_write():
    people = {"a1": KnownPerson("", "", within_reach=False)}

    assert check(person("A1"), people=people)[1] == [(2, "employee_number", Reason.OUT_OF_SCOPE)]


def test_cycles_are_found_wherever_one_starts():
    assert find_cycles({"a": "b", "b": "c", "c": "b", "d": "a", "e": ""}) == {"b", "c"}


def state(**fields):
    base = {
        "pk": 7,
        "employee_number": "A1",
        "given_name": "Ann",
        "family_name": "Lee",
        "email": "",
        "manager_key": "",
        "place": HERE,
        "hired_on": HIRED,
        "left_on": None,
        "locale": "en",
    }
    return PersonState(**{**base, **fields})


def change(row="2024-01-08,", *, known=None, place=HERE, columns=COLUMNS):
    hired, left = row.split(",")
    text = f"{HEADER},left_on\n{person('A1', hired=hired)},{left}"
    (found,) = parse_roster(text.encode()).rows
    return plan_row(found, known, place, columns, TODAY)


@pytest.mark.parametrize(
    ("row", "known", "place", "kind"),
    [
        ("2026-03-01,", None, HERE, ChangeKind.JOINER),
        ("2024-01-08,", state(), HERE, ChangeKind.UNCHANGED),
        ("2024-01-08,", state(), THERE, ChangeKind.MOVER),
        ("2024-01-08,2026-03-01", state(), HERE, ChangeKind.LEAVER),
        ("2024-01-08,2026-06-01", state(), THERE, ChangeKind.MOVER),
        ("2024-01-08,2025-01-01", state(left_on=date(2025, 1, 1)), THERE, ChangeKind.UNCHANGED),
        ("2026-03-02,", state(left_on=date(2025, 1, 1)), HERE, ChangeKind.RETURNER),
        ("2024-01-08,", state(left_on=date(2026, 9, 1)), HERE, ChangeKind.CHANGED),
        ("2024-01-09,", state(), HERE, ChangeKind.CHANGED),
        ("2024-01-08,", state(given_name="Anne"), HERE, ChangeKind.CHANGED),
        ("2024-01-08,", state(manager_key="b1"), HERE, ChangeKind.CHANGED),
        (",", state(), HERE, ChangeKind.UNCHANGED),
    ],
)
def test_each_row_is_counted_under_one_word(row, known, place, kind):
    assert change(row, known=known, place=place).kind is kind


def test_columns_that_the_file_lacks_keep_what_is_there():
    known = state(email="ann@e.com", manager_key="b1", left_on=date(2026, 9, 1))

    assert change(known=known, columns=frozenset({"hired_on"})).kind is ChangeKind.UNCHANGED


def test_a_leaving_day_before_the_known_first_day_is_refused():
    found = change("2024-01-08,2024-01-09", known=state())
    assert isinstance(found, Change)

    later = state(hired_on=date(2025, 5, 5))
    text = f"{HEADER},left_on\n{person('A1', hired='2024-01-08')},2024-05-05"
    (row,) = parse_roster(text.encode()).rows
    assert isinstance(plan_row(row, later, HERE, COLUMNS, TODAY), Change)


def test_who_is_absent_from_a_full_file_has_left_today():
    people = {
        "a1": state(),
        "a2": state(left_on=date(2025, 1, 1)),
        "a3": state(hired_on=TODAY),
        "a4": state(),
    }

    found = plan_absent(people, {"a4"}, TODAY)

    assert [(c.kind, c.left_on) for c in found] == [
        (ChangeKind.LEAVER, TODAY),
        (ChangeKind.LEAVER, date(2026, 3, 3)),
    ]


OPEN = Span(11, HERE, HIRED, None)


def test_a_joiner_is_posted_from_the_first_day():
    assert replan_postings([], change("2026-04-01,", known=None), TODAY) == [
        Span(None, HERE, date(2026, 4, 1), None)
    ]


def test_a_move_ends_one_posting_and_begins_another_today():
    planned = Span(12, THERE, date(2026, 8, 1), None)
    until_planned = Span(11, HERE, HIRED, planned.from_on)

    found = replan_postings([until_planned, planned], change(known=state(), place=THERE), TODAY)

    assert found == [Span(11, HERE, HIRED, TODAY), Span(None, THERE, TODAY, None)]


def test_leaving_cuts_every_posting_and_drops_what_would_begin_later():
    helping = Span(12, THERE, date(2026, 1, 1), date(2026, 12, 1), primary=False)
    later = Span(13, THERE, date(2026, 7, 1), None)
    main = Span(11, HERE, HIRED, date(2026, 7, 1))
    left = date(2026, 6, 1)

    found = replan_postings(
        [main, helping, later], change("2024-01-08,2026-06-01", known=state()), TODAY
    )

    assert found == [
        Span(11, HERE, HIRED, left),
        Span(12, THERE, date(2026, 1, 1), left, primary=False),
    ]


def test_a_leaving_day_that_is_taken_back_reopens_the_posting():
    known = state(left_on=date(2026, 9, 1))
    ended = Span(11, HERE, HIRED, date(2026, 9, 1))

    assert replan_postings([ended], change(known=known), TODAY) == [OPEN]


def test_somebody_who_comes_back_begins_on_the_new_first_day():
    known = state(left_on=date(2025, 1, 1))
    ended = Span(11, HERE, HIRED, date(2025, 1, 1))

    assert replan_postings([ended], change("2026-02-01,", known=known), TODAY) == [
        ended,
        Span(None, HERE, date(2026, 2, 1), None),
    ]
    assert replan_postings([ended], change("2024-01-08,", known=known), TODAY) == [
        ended,
        Span(None, HERE, TODAY, None),
    ]


def test_an_earlier_first_day_moves_the_posting_that_began_on_the_old_one():
    assert replan_postings([OPEN], change("2023-05-01,", known=state()), TODAY) == [
        Span(11, HERE, date(2023, 5, 1), None)
    ]
