"""Settings, leeway, phases and what several tries come to: tables, no database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from quizzes.attempts.rules import (
    FULL_FEEDBACK,
    Leeway,
    Outcome,
    Terms,
    apply_leeways,
    choose_shown,
    extend_due,
    find_phase,
    find_useless,
    find_weak_standards,
    judge_start,
    read_terms,
    settle_pass,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("settings", "done", "code", "opens_in"),
    [
        ({}, [], "", None),
        ({"attempts_allowed": 2}, [1, 2], "no_attempts_left", None),
        ({"cool_downs": (30, 120)}, [10], "cooling_down", 20),
        ({"cool_downs": (30, 120)}, [30], "", None),
        ({"cool_downs": (30, 120)}, [90, 60], "cooling_down", 60),
        ({"opens_at": NOW + 5 * MINUTE}, [], "not_open_yet", 5),
        ({"opens_at": NOW}, [], "", None),
        ({"opens_at": NOW + 5 * MINUTE, "cool_downs": (30,)}, [10], "cooling_down", 20),
        ({"closes_at": NOW}, [], "quiz_closed", None),
        ({"closes_at": NOW + MINUTE}, [], "", None),
        ({"closes_at": NOW + 19 * MINUTE, "cool_downs": (30,)}, [10], "quiz_closed", None),
        ({"closes_at": NOW, "attempts_allowed": 1}, [1], "quiz_closed", None),
    ],
)
def test_whether_a_try_may_start_and_when(settings, done, code, opens_in):
    start = judge_start(Terms(**settings), NOW, [NOW - ago * MINUTE for ago in done])
    assert (start.code, start.allowed) == (code, not code)
    assert start.opens_at == (None if opens_in is None else NOW + opens_in * MINUTE)


TERMS = Terms(attempts_allowed=2, cool_downs=(5,), time_limit_minutes=20, closes_at=NOW)
BRANCH = Leeway(extra_tries=3, time_limit_minutes=30, closes_at=NOW + MINUTE)


def test_of_what_branch_and_person_are_granted_the_more_generous_holds():
    assert apply_leeways(TERMS, [BRANCH]).attempts_allowed == 5
    person = Leeway(extra_tries=1, time_limit_minutes=60, no_cool_down=True)
    for order in ([BRANCH, person], [person, BRANCH]):
        both = apply_leeways(TERMS, order)
        assert (both.attempts_allowed, both.time_limit_minutes) == (5, 60)
        assert (both.cool_downs, both.closes_at) == ((0,), NOW + MINUTE)
    assert apply_leeways(TERMS, []) == TERMS


@pytest.mark.parametrize("terms", [TERMS, Terms()])
@pytest.mark.parametrize(
    "leeway",
    [
        Leeway(extra_tries=-1),
        Leeway(closes_at=NOW - MINUTE),
        Leeway(time_limit_minutes=19),
        Leeway(time_limit_minutes=1, closes_at=NOW - MINUTE),
        Leeway(),
    ],
)
def test_leeway_never_takes_away(terms, leeway):
    assert apply_leeways(terms, [leeway]) == terms


def test_what_the_quiz_does_not_limit_no_leeway_limits():
    assert apply_leeways(Terms(), [BRANCH]) == Terms()


@pytest.mark.parametrize(
    ("terms", "leeway", "useless"),
    [
        (TERMS, BRANCH, []),
        (TERMS, Leeway(no_cool_down=True), []),
        (TERMS, Leeway(extra_tries=1, time_limit_minutes=20), ["time_limit_minutes"]),
        (TERMS, Leeway(time_limit_minutes=21), []),
        (TERMS, Leeway(closes_at=NOW), ["closes_at"]),
        (Terms(), BRANCH, ["extra_tries", "closes_at", "time_limit_minutes"]),
        (replace(TERMS, counting="first"), Leeway(extra_tries=1), ["extra_tries"]),
        (replace(TERMS, counting="first"), Leeway(no_cool_down=True), ["no_cool_down"]),
    ],
)
def test_what_a_leeway_would_not_give_is_found(terms, leeway, useless):
    assert sorted(find_useless(terms, leeway)) == sorted(useless)


@pytest.mark.parametrize(
    ("ends_in", "minutes", "then"), [(5, 10, 15), (0, 10, 10), (-30, 10, 10), (5, -3, 5)]
)
def test_minutes_given_back_move_the_end_and_never_back(ends_in, minutes, then):
    assert extend_due(NOW + ends_in * MINUTE, minutes, NOW) == NOW + then * MINUTE


GOOD, BAD = Outcome(Fraction(9, 10), passed=True), Outcome(HALF, passed=False)
FLAWED = Outcome(Fraction(9, 10), passed=False, flawed=True)


@pytest.mark.parametrize(
    ("policy", "outcomes", "passed"),
    [
        ("highest", [], False),
        ("highest", [BAD, GOOD, BAD], True),
        ("last", [GOOD, BAD], False),
        ("last", [BAD, GOOD], True),
        ("first", [BAD, GOOD], False),
        ("first", [GOOD, BAD], True),
        ("average", [BAD, GOOD], True),
        ("average", [BAD, BAD, GOOD], False),
        ("average", [GOOD, FLAWED], False),
        ("average", [FLAWED, GOOD], True),
        ("average", [GOOD, GOOD, FLAWED], False),
        ("average", [GOOD, FLAWED, GOOD], True),
    ],
)
def test_what_several_tries_come_to(policy, outcomes, passed):
    assert settle_pass(outcomes, policy, 70) is passed


def test_an_unknown_policy_is_a_mistake():
    with pytest.raises(ValueError, match="Unknown policy"):
        settle_pass([GOOD], "best")


@pytest.mark.parametrize(
    ("minutes", "closes", "phase"),
    [
        (0, None, "right_after"),
        (59, None, "right_after"),
        (60, None, "later"),
        (59, 59, "after_close"),
        (59, 60, "right_after"),
        (600, 599, "after_close"),
    ],
)
def test_phases_end_to_the_minute(minutes, closes, phase):
    closes_at = None if closes is None else NOW + closes * MINUTE
    assert find_phase(NOW + minutes * MINUTE, NOW, closes_at) == phase
    assert find_phase(NOW, None, closes_at) == "during"


def test_right_answers_wait_until_no_try_is_left_unless_chosen_otherwise():
    ticks = {phase: frozenset(shown) for phase, shown in FULL_FEEDBACK.items()}
    shown = {
        (further, early): "right_answer"
        in choose_shown(ticks, "later", further_try=further, reveal_early=early)
        for further in (True, False)
        for early in (True, False)
    }
    assert shown == {
        (True, True): True, (True, False): False, (False, True): True, (False, False): True,
    }  # fmt: skip
    assert choose_shown(ticks, "during", further_try=False, reveal_early=True) == frozenset()


@pytest.mark.parametrize(
    ("release", "reveal", "after", "early"),
    [
        ("right_after", "no_try_left", {"mark", "feedback", "right_answer"}, False),
        ("right_after", "right_after", {"mark", "feedback", "right_answer"}, True),
        ("right_after", "never", {"mark", "feedback"}, False),
        ("mark_only", "no_try_left", {"mark", "right_answer"}, False),
        ("never", "right_after", set(), True),
    ],
)
def test_versions_from_before_the_table_of_ticks_are_read_as_they_were_meant(
    release, reveal, after, early
):
    terms = read_terms({"release": release, "reveal": reveal, "cool_down_minutes": 7})
    assert terms.ticks["right_after"] == terms.ticks["later"] == after
    assert terms.ticks["during"] == frozenset()
    assert (terms.reveal_early, terms.cool_downs) == (early, (7, 7))


def test_weak_standards_are_those_that_failed_else_the_weakest():
    shares = {"A": HALF, "B": Fraction(1, 4), "C": Fraction(1, 4), "D": None, "E": Fraction(1)}
    assert find_weak_standards(shares, ["A", "A"]) == ("A",)
    assert find_weak_standards(shares, []) == ("B", "C")
    assert find_weak_standards({"E": Fraction(1), "D": None}, []) == ()
