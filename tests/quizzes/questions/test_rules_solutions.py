"""A full answer found from a key alone; and the limits of free texts."""

from __future__ import annotations

from typing import Any

import pytest

from quizzes.questions.rules import QuestionError, grade, parse_question, public_view, solve

NUMBERS: list[tuple[list[dict[str, Any]], str | None]] = [
    ([{"value": "4"}], "4"),
    ([{"min": "5", "max": "7"}], "6"),
    ([{"min": "5", "max": "7", "min_open": True, "max_open": True}], "6"),
    ([{"min": "5"}], "5"),
    ([{"min": "5", "min_open": True}], "6"),
    ([{"max": "7"}], "7"),
    ([{"max": "7", "max_open": True}], "6"),
    ([{"value": "6", "fraction": "1/2"}, {"min": "5", "max": "7"}], "7"),
    ([{"min": "0", "max": "9", "fraction": 0}, {"value": "4"}], None),
]


@pytest.mark.parametrize(("answers", "found"), NUMBERS)
def test_a_number_is_found_inside_its_range(answers: list[dict[str, Any]], found: str) -> None:
    question = {"type": "numeric", "answers": answers}
    assert solve(question) == found
    assert found is None or grade(question, found).fraction == 1


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([{"pattern": "thank*"}], "thank"),
        ([{"pattern": "*"}], "…"),
        ([{"pattern": "a*b", "fraction": "1/2"}, {"pattern": "a*"}], "a"),
        ([{"pattern": "*", "fraction": 0}, {"pattern": "yes"}], None),
    ],
)
def test_a_text_is_found_that_its_pattern_takes(answers: Any, found: str | None) -> None:
    assert solve({"type": "short_text", "answers": answers}) == found


def test_gaps_are_found_only_together() -> None:
    gaps = [{"id": "a", "type": "numeric", "answers": [{"value": "4"}]}]
    question = {"type": "gaps", "text": "{{a}}", "gaps": gaps}
    assert solve(question) == {"a": "4"}
    gaps[0]["answers"] = [{"min": "0", "fraction": 0}, {"value": "4"}]
    assert solve(question) is None


@pytest.mark.parametrize(("scoring", "found"), [("fractions", ["a", "b"]), ("exact", ["a"])])
def test_what_to_tick_depends_on_the_scheme(scoring: str, found: list[str]) -> None:
    options = [
        {"id": "a", "correct": True, "fraction": "1/2"},
        {"id": "b", "correct": False, "fraction": "1/2"},
        {"id": "c", "correct": False, "fraction": "-1"},
    ]
    question = {"type": "multiple", "scoring": scoring, "options": options}
    assert solve(question) == found
    assert grade(question, found).fraction == 1


@pytest.mark.parametrize(
    "limits", [{}, {"min_words": 1}, {"min_words": 10_000, "max_words": 10_000}]
)
def test_word_limits_are_shown_and_refuse_nothing(limits: dict[str, int]) -> None:
    question = {"type": "open", **limits}
    view = public_view(question, {})
    assert (view["min_words"], view["max_words"]) == (
        limits.get("min_words"),
        limits.get("max_words"),
    )
    assert grade(question, "one").state == "needs_marking"


@pytest.mark.parametrize(
    "limits",
    [
        {"min_words": 0},
        {"max_words": 10_001},
        {"max_words": True},
        {"max_words": "10"},
        {"max_words": 2.5},
        {"min_words": 11, "max_words": 10},
    ],
)
def test_word_limits_that_make_no_sense_are_refused(limits: dict[str, Any]) -> None:
    with pytest.raises(QuestionError) as error:
        parse_question({"type": "open", **limits})
    assert error.value.code == "word_limits"
