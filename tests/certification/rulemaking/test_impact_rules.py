"""Gains, losses and moves, as a table; and rows that add up."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from certification.rulemaking.rules.impact import (
    EXAMPLES_PER_BRANCH,
    BranchImpact,
    Effect,
    Impact,
    Numbers,
    Outlook,
    Shift,
    compare,
    count_effect,
    pick_example,
    sum_rows,
)
from certification.rulemaking.rules.stored import dump_impact, load_impact

ASKED = Outlook("required", False, date(2026, 5, 1), True, date(2026, 5, 1), date(2027, 5, 1))
NOBODYS = Outlook("not_required", False)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "after", "gains", "loses", "moved"),
    [
        (ASKED, ASKED, False, False, []),
        (NOBODYS, ASKED, True, False, []),
        (ASKED, NOBODYS, False, True, []),
        (replace(NOBODYS, required="optional"), ASKED, True, False, []),
        (replace(ASKED, required="exempt"), ASKED, False, False, []),
        (replace(ASKED, compliant=True), ASKED, False, True, []),
        (ASKED, replace(ASKED, compliant=True), True, False, []),
        (ASKED, replace(ASKED, due_on=date(2026, 6, 1)), False, False, ["due"]),
        (ASKED, replace(ASKED, next_until=None), False, False, ["expiry"]),
        (ASKED, replace(ASKED, due_on=None, next_until=date(2028, 5, 1)), False, False,
         ["due", "expiry"]),
    ],
)  # fmt: skip
def test_what_a_change_does_to_one_person(before, after, gains, loses, moved):
    effect = compare(before, after)
    assert (effect.gains, effect.loses) == (gains, loses)
    assert [shift.what for shift in effect.shifts] == moved


@pytest.mark.parametrize(
    ("before", "after", "is_later", "days"),
    [
        (date(2026, 5, 1), date(2026, 5, 4), True, 3),
        (date(2026, 5, 4), date(2026, 5, 1), False, 3),
        (None, date(2026, 5, 1), False, 0),
        (date(2026, 5, 1), None, True, 0),
    ],
)
def test_no_day_at_all_is_later_than_any(before, after, is_later, days):
    shift = Shift("due", before, after)
    assert (shift.is_later, shift.days) == (is_later, days)


def test_somebody_with_one_day_earlier_and_one_later_moves_once():
    sooner = Shift("due", date(2026, 5, 4), date(2026, 5, 1))
    later = Shift("expiry", date(2026, 5, 1), date(2027, 5, 1))
    found = count_effect(Effect(shifts=(sooner, later)))
    assert found == Numbers(reached=1, moves=1, earlier=1, later=1, widest_days=365)


def test_a_person_to_whom_nothing_happens_is_no_example():
    assert pick_example(1, "Amara Nwosu", Effect()) is None


def row(branch, number=1):
    moved = Shift("expiry", date(2027, 5, 3), date(2028, 5, 3), ("completion", "why"))
    effect = Effect(shifts=(moved,))
    example = pick_example(number, f"Person {number}", effect)
    return BranchImpact(branch, f"B{branch}", count_effect(effect), examples=(example,))


def test_rows_add_up_by_branch_and_name_only_some():
    empty = Impact(effective_on=date(2026, 4, 1), computed_at=NOW)
    impact = sum_rows(empty, [row(2, n) for n in range(10)])
    impact = sum_rows(impact, [row(1, 11)])
    assert [one.branch for one in impact.rows] == ["B1", "B2"]
    assert [one.numbers.moves for one in impact.rows] == [1, 10]
    assert len(impact.rows[1].examples) == EXAMPLES_PER_BRANCH
    assert impact.totals.numbers == Numbers(11, 0, 0, 11, 0, 11, 366)


def test_an_impact_survives_being_stored():
    empty = Impact(effective_on=date(2026, 4, 1), computed_at=NOW)
    impact = sum_rows(empty, [row(2), row(None, 3)])
    assert load_impact(dump_impact(impact)) == impact
