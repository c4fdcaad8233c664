from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scenarios.rules import (
    align,
    bounds,
    estimate_minutes,
    find_better,
    find_mood,
    make_token,
    read_bounds,
    read_graph,
    read_share,
    score,
    write_bounds,
    write_score,
)
from tests.quizzes.scenarios.factories import make_graph

PATHS = st.lists(st.sampled_from("abcde"), max_size=12)


@pytest.mark.parametrize(
    ("own", "best", "rows"),
    [
        ("", "", []),
        ("ab", "ab", [(0, 0), (1, 1)]),
        ("axb", "ab", [(0, 0), (1, None), (2, 1)]),
        ("ab", "ayb", [(0, 0), (None, 1), (1, 2)]),
        ("axb", "ayb", [(0, 0), (1, None), (None, 1), (2, 2)]),
        ("abab", "ab", [(0, 0), (1, 1), (2, None), (3, None)]),
        ("x", "y", [(0, None), (None, 0)]),
    ],
)
def test_paths_stand_side_by_side_and_part_where_they_part(own, best, rows):
    assert [(row.own, row.best) for row in align(own, best)] == rows


@given(PATHS, PATHS)
def test_every_place_of_both_paths_appears_once_and_in_order(own, best):
    rows = align(own, best)
    assert [row.own for row in rows if row.own is not None] == list(range(len(own)))
    assert [row.best for row in rows if row.best is not None] == list(range(len(best)))
    assert all(
        own[row.own] == best[row.best]
        for row in rows
        if row.own is not None and row.best is not None
    )


@given(PATHS)
def test_a_path_beside_itself_parts_nowhere(path):
    assert all(row.own == row.best for row in align(path, path))


def test_something_better_is_found_and_nothing_beats_the_best():
    step = read_graph(make_graph()).steps["node-id-canary-3"]
    best, poor, critical = step.choices
    assert find_better(step, best) is None
    assert find_better(step, poor) == best
    assert find_better(step, critical) == best


@pytest.mark.parametrize(
    ("meter", "word"),
    [
        (0, "upset"),
        (24, "upset"),
        (25, "impatient"),
        (45, "patient"),
        (59.5, "patient"),
        (60, "friendly"),
        (79, "friendly"),
        (80, "delighted"),
        (100, "delighted"),
    ],
)
def test_moods_have_words(meter, word):
    assert find_mood(Fraction(meter)) == word


@pytest.mark.parametrize(("steps", "minutes"), [(1, 3), (2, 4), (5, 6), (8, 8), (40, 32)])
def test_minutes_are_guessed_from_the_decisions(steps, minutes):
    assert estimate_minutes(steps) == minutes


def test_bounds_and_scores_survive_storage():
    graph = make_graph()
    found = bounds(graph)
    assert read_bounds(write_bounds(found)) == found
    walk = ["choice-id-canary-pick", "choice-id-canary-hm", "choice-id-canary-time"]
    result = score(graph, walk)
    stored = write_score(result)
    assert read_share(stored["percent"]) == result.percent
    assert stored["percent"]["float"] == pytest.approx(float(result.percent))
    assert {c: read_share(s) for c, s in stored["standards"].items()} == result.standards
    assert [Fraction(value) for value in stored["meter"]] == result.meter
    unfinished = write_score(score(graph, walk[:1]))
    assert unfinished["percent"] is None
    assert read_share(unfinished["percent"]) is None


@given(st.text(min_size=1), st.integers(1, 10**6), st.text())
def test_a_token_depends_on_seed_place_and_choice_and_tells_neither(seed, sequence, choice):
    token = make_token(seed, sequence, choice)
    assert token == make_token(seed, sequence, choice)
    assert len(token) == 16
    assert token != make_token(seed, sequence + 1, choice)
    assert token != make_token(seed + "x", sequence, choice)
    assert token != make_token(seed, sequence, choice + "x")
