"""Marking by choice: every scheme at its edges, and what makes a question unusable."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from quizzes.questions.rules import QUESTION_TYPES, QuestionError, grade, parse_question

CASES = json.loads(
    (Path(__file__).parents[2] / "acceptance" / "grading.json").read_text(encoding="utf-8")
)["cases"]


def choose(kind: str, options: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"code": "Q", "type": kind, "prompt": "?", "options": options, **more}


def marked(count: int, right: str, **more: Any) -> dict[str, Any]:
    """Return a multiple question with options 0, 1, 2 …, some of them right."""
    options = [{"id": str(n), "text": str(n), "correct": str(n) in right} for n in range(count)]
    return choose("multiple", options, **more)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_worked_cases_are_graded_exactly(case: dict[str, Any]) -> None:
    result = grade(case["question"], case["response"])
    assert (result.fraction, result.state) == (Fraction(case["fraction"]), case["state"])


def test_a_parsed_question_is_graded_like_its_json_form() -> None:
    for case in CASES:
        parsed = parse_question(case["question"])
        assert grade(parsed, case["response"]) == grade(case["question"], case["response"])


@pytest.mark.parametrize(
    ("scoring", "count", "right", "chosen", "fraction"),
    [
        ("exact", 3, "01", "01", "1"),
        ("exact", 3, "01", "012", "0"),
        ("exact", 3, "01", "2", "0"),
        ("every_decision", 4, "01", "012", "3/4"),
        ("every_decision", 4, "01", "23", "0"),
        ("every_decision", 4, "01", "0123", "1/2"),
        ("every_decision", 1, "0", "0", "1"),
        ("halves", 2, "0", "01", "0"),
        ("halves", 2, "0", "0", "1"),
        ("halves", 3, "0", "01", "1/2"),
        ("halves", 3, "0", "12", "0"),
        ("halves", 4, "01", "02", "0"),
        ("halves", 5, "01", "02", "1/4"),
        ("halves", 5, "01", "0234", "0"),
        ("halves", 6, "012", "345", "0"),
        ("halves", 1, "0", "0", "1"),
        ("all_right_none_wrong", 4, "012", "0", "1/3"),
        ("all_right_none_wrong", 4, "012", "03", "0"),
        ("all_right_none_wrong", 4, "012", "013", "0"),
        ("all_right_none_wrong", 4, "012", "012", "1"),
        ("right_minus_wrong", 4, "01", "01", "1"),
        ("right_minus_wrong", 4, "01", "02", "0"),
        ("right_minus_wrong", 4, "01", "0", "1/2"),
        ("right_minus_wrong", 4, "0", "0123", "0"),
        ("fractions", 4, "01", "0", "1/2"),
        ("fractions", 4, "01", "02", "0"),
        ("fractions", 5, "01", "012", "2/3"),
        ("fractions", 5, "01", "01", "1"),
        ("fractions", 2, "01", "01", "1"),
        ("fractions", 2, "01", "1", "1/2"),
    ],
)
def test_each_scheme_counts_errors_its_own_way(
    scoring: str, count: int, right: str, chosen: str, fraction: str
) -> None:
    result = grade(marked(count, right, scoring=scoring), list(chosen))
    expected = Fraction(fraction)
    assert result.fraction == expected
    assert result.state == {0: "wrong", 1: "right"}.get(expected, "partial")


def test_fractions_are_the_default_scheme() -> None:
    assert grade(marked(4, "01"), ["0"]) == grade(marked(4, "01", scoring="fractions"), ["0"])
    assert grade(marked(4, "01"), ["0"]).fraction == Fraction(1, 2)


def test_an_unmarked_option_beside_marked_ones_is_wrong() -> None:
    question = choose("multiple", [{"id": "a", "correct": True}, {"id": "b"}])
    assert grade(question, ["a", "b"]).fraction == 0


def test_a_fraction_of_its_own_wins_over_the_share_of_marked_options() -> None:
    options = [{"id": "a", "correct": True}, {"id": "b", "correct": False, "fraction": "-1/4"}]
    assert grade(choose("multiple", options), ["a", "b"]).fraction == Fraction(3, 4)


def test_right_options_follow_positive_fractions_when_none_is_marked() -> None:
    options = [{"id": "a", "fraction": 0.3}, {"id": "b", "fraction": "0.2"}, {"id": "c"}]
    question = choose("multiple", options, scoring="exact")
    assert grade(question, ["a", "b"]).fraction == 1
    assert grade(question, ["a", "b", "c"]).fraction == 0


def test_a_single_answer_never_falls_below_nothing() -> None:
    question = choose("single", [{"id": "a", "fraction": 1}, {"id": "b", "fraction": "-1/4"}])
    assert grade(question, "b").fraction == 0
    assert grade(question, "b").state == "wrong"


def test_a_single_question_takes_marked_options() -> None:
    question = choose("single", [{"id": "a", "correct": True}, {"id": "b"}])
    assert grade(question, "a").state == "right"
    assert grade(question, "b").state == "wrong"


@pytest.mark.parametrize("blank", [None, "", " \n\u2003", [], {}, [""], [None, " "], {"a": []}])
@pytest.mark.parametrize("kind", QUESTION_TYPES)
def test_nothing_answered_is_blank_for_every_type(kind: str, blank: object) -> None:
    result = grade(EVERY[kind], blank)
    assert (result.fraction, result.state) == (0, "blank")


DEEP: list[Any] = []
for _ in range(100_000):
    DEEP = [DEEP, 1]
JUNK = [
    float("nan"),
    float("inf"),
    -1,
    10**5000,
    0,
    b"a",
    object(),
    {"a": {"b": [1, {"c": float("nan")}]}},
    {1: 2},
    {None: "x"},
    [["a"], ["a"]],
    [{"a": "b"}],
    ["a"] * 100_000,
    [1.5],
    {"unreadable": True},
    {"a"},
    DEEP,
    ["\ud800"],
]
EVERY: dict[str, dict[str, Any]] = {
    "single": choose("single", [{"id": "a", "fraction": 1}, {"id": "b"}]),
    "multiple": choose("multiple", [{"id": "a", "fraction": 1}, {"id": "b"}]),
    "true_false": {"type": "true_false", "answer": True},
    "short_text": {"type": "short_text", "answers": [{"pattern": "a"}]},
    "numeric": {"type": "numeric", "answers": [{"value": "4"}]},
    "matching": {
        "type": "matching",
        "stems": [{"id": "s", "text": "S", "match": "c"}],
        "choices": [{"id": "c", "text": "C"}, {"id": "d", "text": "D"}],
    },
    "ordering": {"type": "ordering", "items": [{"id": "a"}, {"id": "b"}]},
    "gaps": {
        "type": "gaps",
        "text": "{{g}}",
        "gaps": {"g": {"type": "numeric", "answers": [{"value": 1}]}},
    },
    "open": {"type": "open", "rubric": [{"text": "Tone", "levels": [{"text": "ok", "points": 1}]}]},
}


@pytest.mark.parametrize("kind", QUESTION_TYPES)
@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_junk_is_invalid_and_never_an_error(kind: str, junk: object) -> None:
    result = grade(EVERY[kind], junk)
    if kind == "numeric" and isinstance(junk, int):
        assert result.state == "wrong"
    else:
        assert (result.fraction, result.state) == (0, "invalid")


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        ("single", ["a"]),
        ("single", "A"),
        ("multiple", "a"),
        ("multiple", ["a", "a"]),
        ("multiple", ["a", "zz"]),
        ("multiple", ["a", ""]),
        ("multiple", {"a": True}),
        ("true_false", "true"),
        ("true_false", 1),
        ("true_false", 0),
        ("short_text", "\ud800"),
        ("short_text", ["a"]),
        ("short_text", 4),
        ("open", "\udfff"),
        ("open", ["text"]),
    ],
)
def test_malformed_responses_are_invalid(kind: str, response: object) -> None:
    assert grade(EVERY[kind], response).state == "invalid"


def test_a_statement_may_be_true() -> None:
    assert grade(EVERY["true_false"], True).state == "right"
    assert grade(EVERY["true_false"], False).state == "wrong"


def test_an_open_answer_waits_for_a_person() -> None:
    assert grade(EVERY["open"], "My answer").state == "needs_marking"
    assert grade({"type": "open"}, "My answer").fraction == 0


OPTION = {"id": "a", "fraction": 1}


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (None, "not_an_object"),
        ([], "not_an_object"),
        ({}, "unknown_type"),
        ({"type": "essay"}, "unknown_type"),
        ({"type": ["single"]}, "not_text"),
        (choose("single", []), "empty_list"),
        ({"type": "single", "options": "ab"}, "empty_list"),
        (choose("single", ["a"]), "not_an_object"),  # type: ignore[list-item]
        (choose("single", [OPTION, {"id": "a"}]), "id_repeated"),
        (choose("single", [OPTION, {"text": "b"}]), "id_missing"),
        (choose("single", [OPTION, {"id": 3}]), "not_text"),
        (choose("single", [{"id": "a", "fraction": "1/2"}]), "no_full_credit"),
        (choose("single", [OPTION, {"id": "b", "fraction": "1.5"}]), "no_full_credit"),
        (choose("single", [{"id": "a", "fraction": "lots"}]), "not_a_number"),
        (choose("single", [{"id": "a", "fraction": "1/0"}]), "not_a_number"),
        (choose("single", [{"id": "a", "fraction": True}]), "not_a_number"),
        (choose("single", [{"id": "a", "fraction": float("nan")}]), "not_a_number"),
        (choose("single", [{"id": "a", "fraction": "0" * 401}]), "not_a_number"),
        (choose("multiple", [{"id": "a"}]), "no_right_option"),
        (choose("multiple", [{"id": "a", "correct": False}]), "no_right_option"),
        (choose("multiple", [{"id": "a", "correct": "yes"}]), "not_true_or_false"),
        (choose("multiple", [OPTION], scoring="best"), "unknown_scoring"),
        (choose("multiple", [OPTION, {"id": "b", "fraction": "1/2"}]), "fractions_do_not_sum"),
        (choose("multiple", [{"id": "a", "fraction": "99/100"}]), "fractions_do_not_sum"),
        ({"type": "true_false"}, "no_right_option"),
        ({"type": "true_false", "answer": "true"}, "no_right_option"),
        (choose("single", [OPTION], max_mark=0), "not_positive"),
        (choose("single", [OPTION], max_mark="-1"), "not_positive"),
        (choose("single", [OPTION], max_mark=[]), "not_a_number"),
        (choose("single", [OPTION], standards=["S"]), "not_an_object"),
        (choose("single", [OPTION], standards={1: 1}), "not_an_object"),
        (choose("single", [OPTION], standards={"S": 0}), "not_positive"),
        (choose("single", [OPTION], standards={"S": "x"}), "not_a_number"),
        (choose("single", [OPTION], critical="no"), "not_true_or_false"),
        (choose("single", [OPTION], feedback="Well done"), "not_an_object"),
        (choose("single", [OPTION], feedback={"right": 1}), "not_text"),
        (choose("single", [OPTION], tags="phone"), "not_text"),
        (choose("single", [OPTION], tags=[1]), "not_text"),
        ({**choose("single", [OPTION]), "prompt": 5}, "not_text"),
    ],
)
def test_a_malformed_question_says_what_is_wrong(question: Any, code: str) -> None:
    with pytest.raises(QuestionError) as caught:
        grade(question, "a")
    assert caught.value.code == code
    assert str(caught.value).endswith(".")


def test_a_question_keeps_what_the_quiz_needs() -> None:
    question = parse_question(
        choose(
            "single",
            [OPTION],
            max_mark="2.5",
            standards={"PHONE-01": 1, "PHONE-02": "1/2"},
            critical=True,
            feedback={"general": "G", "right": "R", "wrong": "W"},
            tags=["phone"],
        )
    )
    assert question.max_mark == Fraction(5, 2)
    assert question.standards == {"PHONE-01": 1, "PHONE-02": Fraction(1, 2)}
    assert question.critical
    assert (question.feedback.general, question.feedback.right, question.feedback.wrong) == tuple(
        "GRW"
    )
    assert (question.code, question.prompt, question.tags) == ("Q", "?", ("phone",))


def test_defaults_are_one_mark_no_standard_not_critical() -> None:
    question = parse_question({"type": "true_false", "answer": True})
    assert (question.max_mark, question.standards, question.critical) == (1, {}, False)
