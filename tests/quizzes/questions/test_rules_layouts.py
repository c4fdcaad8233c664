"""Marking what people arrange: pairs, orders, gaps."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from quizzes.questions.rules import QuestionError, grade

MATCHING: dict[str, Any] = {
    "type": "matching",
    "stems": [
        {"id": "s1", "text": "Dog", "match": "m"},
        {"id": "s2", "text": "Frog", "match": "a"},
        {"id": "s3", "text": "Cat", "match": "m"},
    ],
    "choices": [{"id": "m", "text": "Mammal"}, {"id": "a", "text": "Amphibian"}],
}
ORDERING: dict[str, Any] = {"type": "ordering", "items": [{"id": name} for name in "abcd"]}
GAPS: dict[str, Any] = {
    "type": "gaps",
    "text": "Ring {{who}} within {{ many }} hours: {{say}}.",
    "gaps": {
        "who": {
            "type": "single",
            "weight": 2,
            "options": [{"id": "x", "fraction": 1}, {"id": "y", "fraction": "1/2"}, {"id": "z"}],
        },
        "many": {"type": "numeric", "answers": [{"value": "24"}]},
        "say": {"type": "short_text", "answers": [{"pattern": "please*"}]},
    },
}


@pytest.mark.parametrize(
    ("response", "fraction", "state"),
    [
        ({"s1": "m", "s2": "a", "s3": "m"}, "1", "right"),
        ({"s1": "m", "s2": "m", "s3": "m"}, "2/3", "partial"),
        ({"s1": "a", "s2": "m", "s3": "a"}, "0", "wrong"),
        ({"s2": "a", "s1": "", "s3": None}, "1/3", "partial"),
        ({"s1": "", "s2": None}, "0", "blank"),
        ({"s1": "m", "zz": ""}, "0", "invalid"),
        ({"s1": "m", "zz": "m"}, "0", "invalid"),
        ({"s1": "m", "s2": "zz"}, "0", "invalid"),
        ({"s1": ["m"]}, "0", "invalid"),
        ({"s1": 1}, "0", "invalid"),
        ([["s1", "m"]], "0", "invalid"),
        ("s1", "0", "invalid"),
    ],
)
def test_matching_counts_right_pairs(response: object, fraction: str, state: str) -> None:
    result = grade(MATCHING, response)
    assert (result.fraction, result.state) == (Fraction(fraction), state)


@pytest.mark.parametrize(
    ("scoring", "response", "fraction"),
    [
        ("all_or_nothing", "abcd", "1"),
        ("all_or_nothing", "abdc", "0"),
        ("position", "abdc", "1/2"),
        ("position", "dabc", "0"),
        ("neighbours", "dabc", "2/3"),
        ("neighbours", "dcba", "0"),
        ("neighbours", "cdab", "2/3"),
        ("neighbours", "abcd", "1"),
        ("position", "abcd", "1"),
    ],
)
def test_ordering_counts_places_or_neighbours(scoring: str, response: str, fraction: str) -> None:
    result = grade({**ORDERING, "scoring": scoring}, list(response))
    assert result.fraction == Fraction(fraction)


def test_an_order_is_all_or_nothing_by_default() -> None:
    assert grade(ORDERING, list("abdc")).fraction == 0
    assert grade(ORDERING, list("abcd")).fraction == 1


@pytest.mark.parametrize("response", ["abc", "abcc", "abcde", "abcx"])
def test_what_is_not_a_permutation_is_invalid(response: str) -> None:
    assert grade({**ORDERING, "scoring": "position"}, list(response)).state == "invalid"


@pytest.mark.parametrize(
    "response", ["abcd", {"a": 1}, ["a", "b", "c", ["d"]], ["a", "b", "c", ""]]
)
def test_an_order_must_be_a_list_of_ids(response: object) -> None:
    assert grade(ORDERING, response).state == "invalid"


@pytest.mark.parametrize(
    ("response", "fraction", "state"),
    [
        ({"who": "x", "many": "24", "say": "Please wait"}, "1", "right"),
        ({"who": "y", "many": "24", "say": "Please wait"}, "3/4", "partial"),
        ({"who": "x"}, "1/2", "partial"),
        ({"many": 24}, "1/4", "partial"),
        ({"who": "z", "many": "25", "say": "no"}, "0", "wrong"),
        ({"who": "x", "many": "24 h", "say": ""}, "1/2", "partial"),
        ({"who": "z", "many": "24 h"}, "0", "wrong"),
        ({"many": "24 h"}, "0", "invalid"),
        ({"who": "nobody"}, "0", "invalid"),
        ({"who": "", "many": None, "say": " "}, "0", "blank"),
        ({"who": "x", "other": "1"}, "0", "invalid"),
        ({"who": "x", 3: "1"}, "0", "invalid"),
        (["x", "24"], "0", "invalid"),
        ("x", "0", "invalid"),
    ],
)
def test_gaps_weigh_their_parts(response: object, fraction: str, state: str) -> None:
    result = grade(GAPS, response)
    assert (result.fraction, result.state) == (Fraction(fraction), state)


def test_gaps_may_come_as_a_list_and_in_the_prompt() -> None:
    listed = [{"id": name, **gap} for name, gap in GAPS["gaps"].items()]
    question = {"type": "gaps", "prompt": GAPS["text"], "gaps": listed}
    assert grade(question, {"who": "x"}).fraction == Fraction(1, 2)


def without(name: str, **more: Any) -> dict[str, Any]:
    return {**{key: value for key, value in GAPS.items() if key != name}, **more}


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({**MATCHING, "stems": []}, "empty_list"),
        ({**MATCHING, "choices": []}, "empty_list"),
        ({**MATCHING, "stems": [{"id": "s", "match": "zz"}]}, "unknown_match"),
        ({**MATCHING, "stems": [{"id": "s"}]}, "unknown_match"),
        ({**MATCHING, "stems": MATCHING["stems"] * 2}, "id_repeated"),
        ({**MATCHING, "choices": MATCHING["choices"] * 2}, "id_repeated"),
        ({**ORDERING, "items": [{"id": "a"}]}, "too_few_items"),
        ({**ORDERING, "items": [{"id": "a"}, {"id": "a"}]}, "id_repeated"),
        ({**ORDERING, "scoring": "exact"}, "unknown_scoring"),
        (without("gaps"), "empty_list"),
        (without("gaps", gaps={}), "empty_list"),
        (without("gaps", gaps={"who": "x"}), "not_an_object"),
        (without("text"), "gaps_do_not_fit"),
        (without("text", text="{{who}} {{many}}"), "gaps_do_not_fit"),
        (without("text", text="{{who}} {{many}} {{say}} {{more}}"), "gaps_do_not_fit"),
        (without("text", text="{{who}} {{many}} {{say}} {{say}}"), "gaps_do_not_fit"),
        ({"type": "gaps", "text": "{{g}}", "gaps": {"g": {"type": "open"}}}, "unknown_type"),
        (
            {
                "type": "gaps",
                "text": "{{g}}",
                "gaps": {"g": {"type": "numeric", "weight": 0, "answers": [{"value": 1}]}},
            },
            "not_positive",
        ),
        ({"type": "open", "rubric": "Be kind"}, "empty_list"),
        ({"type": "open", "rubric": [{"text": "Tone", "levels": []}]}, "empty_list"),
        ({"type": "open", "rubric": [{"levels": [{"points": "x"}]}]}, "not_a_number"),
    ],
)
def test_unusable_layouts_are_refused(question: dict[str, Any], code: str) -> None:
    with pytest.raises(QuestionError) as caught:
        grade(question, "x")
    assert caught.value.code == code
