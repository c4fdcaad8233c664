from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.attempts.rules import ItemMark
from quizzes.marking.rules import (
    TOLERANCE,
    Scale,
    decides_pass,
    disagree,
    is_complete,
    score,
    settle,
    write_points,
)

GREETS = Scale("Greets", (("no", Fraction(0)), ("half", Fraction(1)), ("yes", Fraction(2))))
OFFERS = Scale("Offers", (("no", Fraction(0)), ("vague", Fraction(1, 2)), ("clear", Fraction(1))))
BOTH = (GREETS, OFFERS)


@pytest.mark.parametrize(
    ("levels", "share"),
    [
        ((0, 0), Fraction(0)),
        ((2, 2), Fraction(1)),
        ((1, 1), Fraction(1, 2)),
        ((2, 0), Fraction(2, 3)),
        ((0, 1), Fraction(1, 6)),
    ],
)
def test_a_share_is_points_by_the_most_points(levels, share):
    assert score(BOTH, levels) == share


def test_a_rubric_without_points_earns_nothing_and_one_below_nothing_earns_none():
    assert score((Scale("x", (("a", Fraction(0)), ("b", Fraction(0)))),), (1,)) == 0
    assert score((Scale("x", (("a", Fraction(-1)), ("b", Fraction(2)))),), (0,)) == 0


@pytest.mark.parametrize(
    "levels", [(), (0,), (0, 0, 0), (0, 3), (0, -1), (0, True), (0, None), (0, "1")]
)
def test_a_mark_needs_one_level_that_exists_on_every_line(levels):
    assert not is_complete(BOTH, levels)
    assert is_complete(BOTH, (0, 2))


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        ((2, 2), (2, 2), False),
        ((2, 2), (2, 1), False),
        ((2, 1), (2, 2), False),
        ((2, 2), (1, 2), True),  # a third of the mark
        ((0, 0), (0, 2), True),  # two levels
    ],
)
def test_markers_are_apart_beyond_one_level_or_a_quarter_of_the_mark(first, second, apart):
    assert disagree(BOTH, first, second) is apart
    assert disagree(BOTH, second, first) is apart


def test_exactly_a_quarter_of_the_mark_is_still_close():
    scale = (
        Scale(
            "x",
            (
                ("a", Fraction(0)),
                ("b", Fraction(1)),
                ("c", Fraction(2)),
                ("d", Fraction(3)),
                ("e", Fraction(4)),
            ),
        ),
    )
    assert score(scale, (4,)) - score(scale, (3,)) == TOLERANCE
    assert not disagree(scale, (3,), (4,))


def test_levels_with_the_same_points_are_the_same_level():
    scale = Scale(
        "x", (("a", Fraction(0)), ("b", Fraction(0)), ("c", Fraction(0)), ("d", Fraction(9)))
    )
    long = Scale("y", (("a", Fraction(0)), ("d", Fraction(90))))
    assert not disagree((scale, long), (0, 1), (2, 1))


def test_one_mark_counts_two_are_averaged_exactly_and_a_third_decides():
    assert settle(BOTH, [(0, 1)]) == Fraction(1, 6)
    assert settle(BOTH, [(2, 2), (2, 1)]) == Fraction(11, 12)
    assert settle(BOTH, [(2, 2), (0, 0), (1, 1)]) == Fraction(1, 2)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=3))
def test_what_counts_is_a_share_between_the_lowest_and_the_highest_mark(given_levels):
    shares = [score(BOTH, levels) for levels in given_levels]
    assert min(shares) <= settle(BOTH, given_levels) <= max(shares)


def item(share, most=Fraction(1), critical=False, standard="A"):
    return ItemMark({standard: Fraction(1)}, share * most, most, critical, share)


@pytest.mark.parametrize(
    ("others", "pass_percent", "marks", "decides"),
    [
        ([Fraction(1), Fraction(1)], 60, {}, False),  # passed whatever it gets
        ([Fraction(1), Fraction(1)], 70, {}, True),
        ([Fraction(0), Fraction(0)], 70, {}, False),  # failed whatever it gets
        ([Fraction(1), Fraction(1)], 50, {"B": 50}, True),  # its standard has a mark of its own
    ],
)
def test_an_answer_decides_when_it_alone_turns_the_result(others, pass_percent, marks, decides):
    asked = [*(item(share) for share in others), item(Fraction(1, 2), standard="B")]
    assert decides_pass(asked, {2}, pass_percent, marks) is decides


def test_two_answers_decide_together_where_neither_does_alone():
    asked = [item(Fraction(1)), item(Fraction(1)), item(Fraction(1))]
    alone = [decides_pass(asked, {place}, 60, {}) for place in (1, 2)]
    assert alone == [False, False]
    assert decides_pass(asked, {1, 2}, 60, {})


def test_a_critical_answer_decides_whatever_the_total():
    assert decides_pass([item(Fraction(1)), item(Fraction(1), critical=True)], {1}, 50, {})


def test_points_are_written_as_people_write_them():
    written = [write_points(Fraction(p)) for p in ("2", "3/2", "1/4", "1/3")]
    assert written == ["2", "1.5", "0.25", "1/3"]
