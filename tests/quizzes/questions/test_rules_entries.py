"""Marking what people type: short text with wildcards, and numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Self

import pytest

from quizzes.questions.rules import QuestionError, grade
from quizzes.questions.rules.entries import matches, split_pattern


def text(pattern: str, *, case_sensitive: bool = False) -> dict[str, Any]:
    return {
        "type": "short_text",
        "case_sensitive": case_sensitive,
        "answers": [{"pattern": pattern}],
    }


def number(*answers: dict[str, Any]) -> dict[str, Any]:
    return {"type": "numeric", "answers": list(answers)}


@pytest.mark.parametrize(
    ("pattern", "response", "right"),
    [
        ("frog", "FROG", True),
        ("straße", "STRASSE", True),
        ("café", "cafe\u0301", True),
        ("cafe\u0301", "café", True),
        ("two  words", "\u00a0two\u2003\n words ", True),
        ("two words", "twowords", False),
        ("*", "anything", True),
        ("F*og", "fog", True),
        ("F*og", "Fo", False),
        ("F*og", "Frogs", False),
        ("F*og", "aFog", False),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("a*b*c", "abc", True),
        ("a*b*c", "aXbYc", True),
        ("a*b*c", "acb", False),
        ("a*bb*b", "abb", False),
        ("a*bb*b", "abbb", True),
        ("*og", "frog", True),
        ("fr*", "frog", True),
        ("fr*", "f", False),
        ("**", "x", True),
        (r"5 \* 3", "5 * 3", True),
        (r"5 \* 3", "5 x 3", False),
        (r"a\\b", r"a\b", True),
        (r"a\\*", r"a\bc", True),
        (r"a\n", r"a\n", True),
        ("a\\", "a\\", True),
        (r"\**", "*x", True),
        (r"\**", "x", False),
    ],
)
def test_wildcards_and_folding(pattern: str, response: str, right: bool) -> None:
    assert grade(text(pattern), response).state == ("right" if right else "wrong")


def test_case_counts_only_when_asked() -> None:
    assert grade(text("Frog", case_sensitive=True), "frog").state == "wrong"
    assert grade(text("Frog", case_sensitive=True), " Frog ").state == "right"


def test_the_first_match_wins_even_when_a_later_one_is_worth_more() -> None:
    question = {
        "type": "short_text",
        "answers": [{"pattern": "f*", "fraction": "1/4"}, {"pattern": "frog", "fraction": 1}],
    }
    assert grade(question, "frog").fraction == Fraction(1, 4)


class Counted(str):
    """Text that counts how many characters each search is allowed to look at."""

    __slots__ = ()
    searched = 0

    def find(self, *span: Any) -> int:
        found = super().find(*span)
        end = span[2] if found < 0 else found + len(span[0])
        Counted.searched += end - span[1]
        return found

    @classmethod
    def of(cls, plain: str) -> Self:
        Counted.searched = 0
        return cls(plain)


@pytest.mark.parametrize("size", [100, 1_000, 10_000])
def test_wildcard_work_grows_with_the_text_not_with_the_splits(size: int) -> None:
    segments = split_pattern("*a" * 30 + "*b*c")
    hopeless = Counted.of("a" * size + "c")
    assert not matches(segments, hopeless)
    assert 0 < Counted.searched <= size + 1


def test_every_segment_is_searched_once_from_where_the_last_ended() -> None:
    found = Counted.of("xayazabc")
    assert matches(split_pattern("*a*a*a*c"), found)
    assert Counted.searched <= len(found)


@pytest.mark.parametrize(
    "question",
    [
        text(""),
        text("  "),
        {"type": "short_text", "answers": []},
        {"type": "short_text", "answers": [{"pattern": "a", "fraction": "1/2"}]},
        {"type": "short_text", "answers": [{"pattern": "a", "fraction": 2}]},
        {"type": "short_text", "answers": [{"pattern": 4}]},
        {"type": "short_text", "answers": [{"pattern": "a"}], "case_sensitive": "no"},
    ],
)
def test_text_questions_without_a_full_answer_are_refused(question: dict[str, Any]) -> None:
    with pytest.raises(QuestionError):
        grade(question, "a")


@pytest.mark.parametrize(
    ("response", "state"),
    [
        ("4", "right"),
        (" 4 ", "right"),
        ("\u20034\n", "right"),
        ("+4", "right"),
        ("4.", "right"),
        ("4,0", "right"),
        ("0004.000", "right"),
        (".4e1", "right"),
        (",4E+1", "right"),
        ("40e-1", "right"),
        (4, "right"),
        (4.0, "right"),
        ("4" + "." + "0" * 50_000, "right"),
        ("4." + "0" * 50_000 + "1", "wrong"),
        ("-4", "wrong"),
        ("1e308", "wrong"),
        ("1e-999", "wrong"),
        (5e-324, "wrong"),
        ("9" * 50_000, "wrong"),
        ("1e309", "invalid"),
        ("1e999", "invalid"),
        ("1e1000", "invalid"),
        ("nan", "invalid"),
        ("-inf", "invalid"),
        ("Infinity", "invalid"),
        ("4 kg", "invalid"),
        ("4 0", "invalid"),
        ("1.000,5", "invalid"),
        ("--4", "invalid"),
        (".", "invalid"),
        ("4e", "invalid"),
        ("0x4", "invalid"),
        ("4_0", "invalid"),
        ("\u0664", "invalid"),
        ("\uff14", "invalid"),
        (True, "invalid"),
        (["4"], "invalid"),
        ({"g": "4"}, "invalid"),
        (float("nan"), "invalid"),
        (float("-inf"), "invalid"),
    ],
)
def test_numbers_are_read_as_people_type_them(response: object, state: str) -> None:
    assert grade(number({"value": "4"}), response).state == state


def test_a_typographic_minus_is_a_minus() -> None:
    assert grade(number({"value": "-4"}), "\u22124").state == "right"


@pytest.mark.parametrize(
    ("answer", "right", "wrong"),
    [
        ({"value": "4", "tolerance": "0.1"}, ["3.9", "4.1"], ["3.8999", "4.1001"]),
        ({"value": "4", "tolerance": 0.1}, ["3.9", "4.1"], ["4.11"]),
        ({"value": "-4", "tolerance": "10%"}, ["-4.4", "-3.6"], ["-4.41", "-3.59"]),
        ({"value": "4", "tolerance": " 2,5 % "}, ["4.1", "3.9"], ["4.11"]),
        ({"value": "0", "tolerance": "50%"}, ["0"], ["0.001"]),
        ({"value": "4", "tolerance": 0}, ["4"], ["4.0001"]),
        ({"value": "4", "tolerance": "0%"}, ["4"], ["4.0001"]),
        ({"value": "0.1"}, ["0,1", 0.1], ["0.10000001"]),
        ({"min": "5", "max": "7"}, ["5", "7", "6"], ["4.99", "7.01"]),
        ({"min": "5", "max": "7", "min_open": True}, ["5.01", "7"], ["5"]),
        ({"min": "5", "max": "7", "max_open": True}, ["5", "6.99"], ["7"]),
        ({"min": "5"}, ["5", "1e300"], ["4"]),
        ({"max": "5"}, ["5", "-1e300"], ["6"]),
        ({"value": "1e308", "tolerance": "1e-308"}, ["1e308"], ["0.9e308"]),
    ],
)
def test_ranges_and_tolerances_are_exact(
    answer: dict[str, Any], right: list[object], wrong: list[object]
) -> None:
    question = number(answer)
    assert {grade(question, response).state for response in right} == {"right"}
    assert {grade(question, response).state for response in wrong} == {"wrong"}


def test_a_wider_range_may_earn_less() -> None:
    question = number({"value": "10"}, {"value": "10", "tolerance": "1", "fraction": "1/2"})
    assert grade(question, "10").fraction == 1
    assert grade(question, "9").fraction == Fraction(1, 2)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({}, "no_range"),
        ({"value": "four"}, "not_a_number"),
        ({"value": "1e999"}, "not_a_number"),
        ({"value": "4", "tolerance": "-1"}, "not_a_tolerance"),
        ({"value": "4", "tolerance": "some"}, "not_a_tolerance"),
        ({"value": "4", "tolerance": "%"}, "not_a_tolerance"),
        ({"value": "4", "tolerance": []}, "not_a_tolerance"),
        ({"value": "4", "min": "3"}, "two_ranges"),
        ({"value": "4", "max": "5"}, "two_ranges"),
        ({"min": "7", "max": "5"}, "empty_range"),
        ({"min": "1", "max": "2", "max_open": 1}, "not_true_or_false"),
        ({"value": "4", "fraction": "1/2"}, "no_full_credit"),
        ({"value": "4", "fraction": "3/2"}, "no_full_credit"),
        ({"value": "1." + "3" * 5000, "tolerance": "1"}, "too_many_digits"),
    ],
)
def test_unusable_number_keys_are_refused(answer: dict[str, Any], code: str) -> None:
    with pytest.raises(QuestionError) as caught:
        grade(number(answer), "4")
    assert caught.value.code == code
