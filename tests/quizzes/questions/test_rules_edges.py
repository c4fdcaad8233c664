"""Every scheme at every edge: nothing, everything, the key, unknown, repeated, the wrong shape."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from quizzes.questions.rules import (
    QUESTION_TYPES,
    QuestionError,
    encode_response,
    grade,
    parse_question,
    shuffle_parts,
    solve,
)
from quizzes.questions.rules.choices import SCHEMES
from quizzes.questions.rules.layouts import ORDERINGS

OPTIONS = [{"id": name, "text": name, "correct": name in "ab"} for name in "abcde"]
ITEMS = [{"id": name, "text": name} for name in "abcd"]
QUESTIONS: dict[str, dict[str, Any]] = {
    "single": {"type": "single", "options": [{"id": "a", "fraction": 1}, {"id": "b"}]},
    "true_false": {"type": "true_false", "answer": False},
    "short_text": {"type": "short_text", "answers": [{"pattern": "at once"}]},
    "numeric": {"type": "numeric", "answers": [{"value": "4", "tolerance": "1"}]},
    "matching": {
        "type": "matching",
        "stems": [
            {"id": "s", "text": "S", "match": "c"},
            {"id": "t", "text": "T", "match": "d"},
            {"id": "u", "text": "U", "match": "c"},
        ],
        "choices": [{"id": name, "text": name} for name in "cde"],
    },
    "gaps": {
        "type": "gaps",
        "text": "{{g}} {{h}}",
        "gaps": {
            "g": {"type": "single", "options": [{"id": "a", "fraction": 1}, {"id": "b"}]},
            "h": {"type": "numeric", "weight": 3, "answers": [{"value": 1}]},
        },
    },
    "open": {"type": "open"},
    **{
        f"multiple {name}": {"type": "multiple", "scoring": name, "options": OPTIONS}
        for name in SCHEMES
    },
    **{
        f"ordering {name}": {"type": "ordering", "scoring": name, "items": ITEMS}
        for name in ORDERINGS
    },
}
SHAPES = [
    0,
    1.5,
    True,
    "a",
    b"a",
    ["a"],
    {"a": "b"},
    {"s": {"c": 1}},
    [["a"]],
    ["a", None],
    object(),
]
"""What a client may send instead; whatever a type takes is left out below."""


def ways(empty: Any, full: Any, everything: Any, unknown: Any, repeated: Any) -> dict[str, Any]:
    """Return the edges of a type, each with what it is worth as fraction and state."""
    return {
        "empty": (empty, "0", "blank"),
        "key": full,
        "all": everything,
        "unknown": (unknown, "0", "invalid"),
        "repeated": (repeated, "0", "invalid"),
    }


ALL = list("abcde")
EVERYTHING = {
    "fractions": ("0", "wrong"),
    "exact": ("0", "wrong"),
    "every_decision": ("2/5", "partial"),
    "halves": ("0", "wrong"),
    "all_right_none_wrong": ("0", "wrong"),
    "right_minus_wrong": ("0", "wrong"),
}
REVERSED = {
    "all_or_nothing": ("0", "wrong"),
    "position": ("0", "wrong"),
    "neighbours": ("0", "wrong"),
}
EDGES: dict[str, dict[str, Any]] = {
    "single": ways("", ("a", "1", "right"), (["a", "b"], "0", "invalid"), "z", ["a", "a"]),
    "true_false": ways(
        None, (False, "1", "right"), ([True, False], "0", "invalid"), "maybe", [False, False]
    ),
    "short_text": ways(
        " \t", ("At  ONCE", "1", "right"), ("*", "0", "wrong"), "\ud800", ["at once"]
    ),
    "numeric": ways("", ("3,0", "1", "right"), (10**400, "0", "wrong"), "four", "4 4"),
    "matching": ways(
        {"s": "", "t": None},
        ({"s": "c", "t": "d", "u": "c"}, "1", "right"),
        ({"s": "c", "t": "c", "u": "c"}, "2/3", "partial"),
        {"s": "c", "zz": "c"},
        {"s": ["c", "d"]},
    ),
    "gaps": ways(
        {"g": " ", "h": None},
        ({"g": "a", "h": "1"}, "1", "right"),
        ({"g": "b", "h": "1"}, "3/4", "partial"),
        {"g": "a", "zz": "1"},
        {"g": ["a", "a"]},
    ),
    "open": ways(
        "", ("Words.", "0", "needs_marking"), ("x" * 30_000, "0", "needs_marking"), "\0", ["Words."]
    ),
    **{
        f"multiple {name}": ways(
            [], (["b", "a"], "1", "right"), (ALL, *worth), ["a", "z"], ["a", "b", "a"]
        )
        for name, worth in EVERYTHING.items()
    },
    **{
        f"ordering {name}": ways(
            [], (list("abcd"), "1", "right"), (list("dcba"), *worth), list("abcz"), list("abcc")
        )
        for name, worth in REVERSED.items()
    },
}
ROWS = [(name, edge) for name, edges in EDGES.items() for edge in edges]


def test_the_table_leaves_out_no_type_no_scheme_and_no_edge() -> None:
    assert set(EDGES) == set(QUESTIONS)
    assert {question["type"] for question in QUESTIONS.values()} == set(QUESTION_TYPES)
    assert set(EVERYTHING) == set(SCHEMES)
    assert set(REVERSED) == set(ORDERINGS)
    assert len(ROWS) == 5 * len(QUESTIONS)


@pytest.mark.parametrize(("name", "edge"), ROWS)
def test_every_scheme_says_what_every_edge_is_worth(name: str, edge: str) -> None:
    response, fraction, state = EDGES[name][edge]
    found = grade(QUESTIONS[name], response)
    assert (found.fraction, found.state) == (Fraction(fraction), state)


def takes(kind: str, shape: object) -> bool:
    """Return whether a shape is one that a type of question reads."""
    texts = {"single": "a", "short_text": "a", "open": "a"}
    if kind == "numeric":
        return isinstance(shape, int | float) and not isinstance(shape, bool)
    if kind == "true_false":
        return isinstance(shape, bool)
    return shape == (["a"] if kind == "multiple" else texts.get(kind))


@pytest.mark.parametrize("shape", SHAPES, ids=range(len(SHAPES)))
@pytest.mark.parametrize("name", QUESTIONS)
def test_the_wrong_shape_is_invalid_under_every_scheme(name: str, shape: object) -> None:
    found = grade(QUESTIONS[name], shape)
    expected = takes(QUESTIONS[name]["type"], shape)
    assert (found.state == "invalid") is not expected
    assert found.fraction == 0 or expected


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("junk", [["a", 1], ["a", ["b"]], [None, "a"], ["a", {}]])
def test_one_part_that_is_no_id_spoils_the_answer(scheme: str, junk: object) -> None:
    assert grade(QUESTIONS[f"multiple {scheme}"], junk).state == "invalid"


@pytest.mark.parametrize("scheme", ORDERINGS)
def test_one_item_that_is_no_id_spoils_the_order(scheme: str) -> None:
    assert grade(QUESTIONS[f"ordering {scheme}"], ["a", "b", "c", ["d"]]).state == "invalid"


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        (r"a*\*b", "a long way *b", "a long way b"),
        (r"\*a*b", "*a to b", "a to b"),
        (r"a*\\b", r"a to \b", "a to b"),
        (r"*\*", "five *", "five"),
        ("a*b*c", "a b c", "a c b"),
    ],
)
def test_an_escaped_letter_stands_where_it_was_written(
    pattern: str, matching: str, other: str
) -> None:
    question = {"type": "short_text", "answers": [{"pattern": pattern}]}
    assert grade(question, matching).state == "right"
    assert grade(question, other).state == "wrong"


OPTION = {"id": "a", "fraction": 1}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"standards": {"A": 1, "B": 0}}, "not_positive"),
        ({"standards": {"A": 1, 2: 1}}, "not_an_object"),
        ({"tags": ["phone", 1]}, "not_text"),
    ],
)
def test_one_bad_entry_among_good_ones_is_refused(more: dict[str, Any], code: str) -> None:
    with pytest.raises(QuestionError) as caught:
        grade({"type": "single", "options": [OPTION], **more}, "a")
    assert caught.value.code == code


def test_a_fraction_may_have_four_hundred_letters_and_no_more() -> None:
    longest = {"id": "a", "fraction": "1".rjust(400, "0")}
    assert grade({"type": "single", "options": [longest]}, "a").fraction == 1


def test_a_question_without_tags_has_none() -> None:
    assert parse_question({"type": "single", "options": [OPTION]}).tags == ()


@pytest.mark.parametrize("scheme", ORDERINGS)
def test_an_order_is_solved_by_its_items(scheme: str) -> None:
    assert solve(QUESTIONS[f"ordering {scheme}"]) == list("abcd")


@pytest.mark.parametrize("answer", [True, False])
def test_a_statement_is_solved_by_its_answer(answer: object) -> None:
    assert solve({"type": "true_false", "answer": answer}) is answer


def test_parts_that_no_database_keeps_are_shuffled_all_the_same() -> None:
    options = [{"id": "\ud800", "fraction": 1}, {"id": "b"}]
    assert sorted(shuffle_parts({"type": "single", "options": options}, 1)) == ["b", "\ud800"]


def test_a_pair_that_was_left_open_goes_back_into_the_form_as_nothing() -> None:
    tokens = {"stem:s": "T1", "stem:t": "T2", "choice:c": "C1"}
    response = {"s": "c", "t": None}
    assert encode_response(QUESTIONS["matching"], tokens, response) == {"T1": "C1", "T2": ""}


def test_a_gap_that_was_left_open_goes_back_into_the_form_as_nothing() -> None:
    tokens = {"gap:g": "T1", "gap:h": "T2", "gap:g:a": "A1"}
    assert encode_response(QUESTIONS["gaps"], tokens, {"g": None}) == {"T1": ""}
    assert encode_response(QUESTIONS["gaps"], tokens, {"g": "a", "h": "1"}) == {
        "T1": "A1",
        "T2": "1",
    }
