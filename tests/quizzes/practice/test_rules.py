from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.practice.rules import (
    AGAIN,
    EASY,
    FEWEST,
    GOOD,
    HARD,
    MOST,
    Candidate,
    DueStandard,
    choose_questions,
    rate,
    schedule,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("share", "certainty", "rating"),
    [
        (0, "sure", AGAIN),
        (0, "", AGAIN),
        (Fraction(1, 2), "sure", AGAIN),
        (1, "unsure", HARD),
        (1, "", GOOD),
        (1, "sure", EASY),
    ],
)
def test_what_was_known_is_rated_by_outcome_and_certainty(share, certainty, rating):
    assert rate(Fraction(share), certainty) == rating


def test_the_better_it_was_known_the_later_it_comes_again():
    moments = [schedule(None, rating, NOW)[1] for rating in (AGAIN, HARD, GOOD, EASY)]
    assert moments == sorted(moments)
    assert moments[0] >= NOW + timedelta(days=1)
    assert moments[2] < moments[3]


def test_distances_grow_while_it_is_known_and_fall_when_it_is_not():
    state, moment, distances = None, NOW, []
    for rating in (GOOD, GOOD, GOOD, AGAIN):
        state, due_at = schedule(state, rating, moment)
        distances.append(due_at - moment)
        moment = due_at
    assert distances[0] < distances[1] < distances[2]
    assert distances[3] < distances[2]


def test_a_schedule_is_plain_data_and_the_same_every_time():
    assert schedule(None, GOOD, NOW) == schedule(None, GOOD, NOW)
    state, _due = schedule(None, GOOD, NOW)
    assert schedule(state, EASY, NOW + timedelta(days=3)) == schedule(
        dict(state), EASY, NOW + timedelta(days=3)
    )
    assert all(isinstance(value, str | int | float | type(None)) for value in state.values())


def due(*codes):
    return [DueStandard(code, NOW - timedelta(days=9 - n)) for n, code in enumerate(codes)]


def pool(**standards):
    return [
        Candidate(f"{code}{n}", frozenset({code}))
        for code, count in standards.items()
        for n in range(count)
    ]


def test_the_longest_due_come_first_with_one_question_each():
    chosen = choose_questions(due(*"ABCDEFG"), pool(**dict.fromkeys("ABCDEFG", 3)), "s")
    assert [standard for standard, _question in chosen] == list("ABCDE")


def test_few_standards_get_further_questions_up_to_three():
    assert [s for s, _ in choose_questions(due("A"), pool(A=9), "s")] == ["A", "A", "A"]
    assert sorted(s for s, _ in choose_questions(due(*"AB"), pool(A=9, B=9), "s")) == list("AAB")
    assert len(choose_questions(due("A"), pool(A=2), "s")) == 2


def test_a_standard_without_a_question_is_passed_over():
    assert [s for s, _ in choose_questions(due(*"AB"), pool(B=1), "s")] == ["B"]
    assert choose_questions(due("A"), [], "s") == []
    assert choose_questions([], pool(A=3), "s") == []


def test_what_was_never_asked_comes_before_what_was_asked_longest_ago():
    asked = [
        Candidate("new", frozenset("A")),
        Candidate("late", frozenset("A"), NOW),
        Candidate("early", frozenset("A"), NOW - timedelta(days=9)),
    ]
    assert [q for _, q in choose_questions(due("A"), asked, "s")] == ["new", "early", "late"]


@given(
    st.integers(0, 8),
    st.lists(
        st.tuples(st.integers(0, 40), st.sets(st.sampled_from("ABCDEFGH"), min_size=1)),
        unique_by=lambda row: row[0],
        max_size=30,
    ),
    st.text(max_size=8).filter(lambda text: text.isprintable()),
)
def test_a_shift_is_short_repeats_nothing_and_depends_on_the_seed_alone(number, rows, seed):
    candidates = [Candidate(f"q{code}", frozenset(names)) for code, names in rows]
    wanted = due(*"ABCDEFGH"[:number])
    chosen = choose_questions(wanted, candidates, seed)
    questions = [question for _standard, question in chosen]
    assert len(set(questions)) == len(questions) <= MOST
    assert chosen == choose_questions(list(reversed(wanted)), list(reversed(candidates)), seed)
    possible = {c.code for c in candidates if c.standards & {row.code for row in wanted}}
    assert len(chosen) >= min(FEWEST, len(possible))
    by_code = {candidate.code: candidate for candidate in candidates}
    assert all(standard in by_code[question].standards for standard, question in chosen)
