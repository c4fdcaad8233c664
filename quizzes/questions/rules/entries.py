"""Keys of questions answered by typing: short text with wildcards, and numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from typing import Any

from quizzes.questions.rules.grades import (
    INVALID,
    ONE,
    ZERO,
    Grade,
    QuestionError,
    flag_at,
    fraction_at,
    grade_of,
    has_unstorable,
    require_full_credit,
    rows_at,
    text_at,
)
from quizzes.questions.rules.numbers import read_number

# Bounds are worked out once, with room for every digit; a key that needs more is refused.
_EXACT = Context(prec=4000, traps=[Inexact, InvalidOperation, Overflow])


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """One accepted wording; ``segments`` are the literal parts between wildcards."""

    pattern: str
    segments: tuple[str, ...]
    fraction: Fraction
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class TextKey:
    """Accepted wordings in order; the first that matches counts."""

    answers: tuple[TextAnswer, ...]
    case_sensitive: bool

    def mark(self, response: object) -> Grade:
        """Return the grade of typed text; what is no text or cannot be stored is invalid."""
        if not isinstance(response, str) or has_unstorable(response):
            return INVALID
        text = fold_text(response, case_sensitive=self.case_sensitive)
        for answer in self.answers:
            if matches(answer.segments, text):
                return grade_of(answer.fraction)
        return grade_of(ZERO)


@dataclass(frozen=True, slots=True)
class NumberAnswer:
    """One accepted range; a missing bound is open-ended."""

    low: Decimal | None
    high: Decimal | None
    low_open: bool
    high_open: bool
    fraction: Fraction
    shown: str
    feedback: str = ""

    def accepts(self, number: Decimal) -> bool:
        """Return whether the number lies in the range; bounds belong to it unless open."""
        above = self.low is None or number > self.low or (number == self.low and not self.low_open)
        below = (
            self.high is None or number < self.high or (number == self.high and not self.high_open)
        )
        return above and below


@dataclass(frozen=True, slots=True)
class NumberKey:
    """Accepted ranges in order; the first that holds the number counts."""

    answers: tuple[NumberAnswer, ...]

    def mark(self, response: object) -> Grade:
        """Return the grade of a typed or JSON number; what is no number is invalid."""
        number = read_number(response)
        if number is None:
            return INVALID
        for answer in self.answers:
            if answer.accepts(number):
                return grade_of(answer.fraction)
        return grade_of(ZERO)


def fold_text(text: str, *, case_sensitive: bool) -> str:
    """Return text as it is compared: NFC, trimmed, runs of white space as one space."""
    folded = unicodedata.normalize("NFC", text)
    if not case_sensitive:
        folded = unicodedata.normalize("NFC", folded.casefold())
    return " ".join(folded.split())


def matches(segments: tuple[str, ...], text: str) -> bool:
    """Return whether the text is the segments in order with any runs between them.

    Every segment is searched once, from where the one before ended, so the work grows with the
    length of the text and never with the ways to split it.
    """
    first, last = segments[0], segments[-1]
    if len(segments) == 1:
        return text == first
    end = len(text) - len(last)
    if not text.startswith(first) or not text.endswith(last) or end < len(first):
        return False
    position = len(first)
    for segment in segments[1:-1]:
        found = text.find(segment, position, end)
        if found < 0:
            return False
        position = found + len(segment)
    return True


def split_pattern(pattern: str) -> tuple[str, ...]:
    r"""Return the literal parts between ``*``; ``\*`` and ``\\`` stand for themselves."""
    segments: list[list[str]] = [[]]
    position = 0
    while position < len(pattern):
        letter = pattern[position]
        if letter == "*":
            segments.append([])
        elif letter == "\\" and pattern[position + 1 : position + 2] in {"*", "\\"}:
            position += 1
            segments[-1].append(pattern[position])
        else:
            segments[-1].append(letter)
        position += 1
    return tuple("".join(segment) for segment in segments)


def read_short_text(source: Mapping[str, Any]) -> TextKey:
    """Return the key of a ``short_text`` question. Raises: QuestionError."""
    case_sensitive = flag_at(source, "case_sensitive")
    answers = []
    for row in rows_at(source, "answers"):
        pattern = text_at(row, "pattern")
        folded = fold_text(pattern, case_sensitive=case_sensitive)
        if not folded:
            raise QuestionError("empty_pattern", "An accepted answer is empty.")
        fraction = fraction_at(row, "fraction", ONE)
        answers.append(
            TextAnswer(pattern, split_pattern(folded), fraction, text_at(row, "feedback"))
        )
    require_full_credit([answer.fraction for answer in answers])
    return TextKey(tuple(answers), case_sensitive)


def read_numeric(source: Mapping[str, Any]) -> NumberKey:
    """Return the key of a ``numeric`` question. Raises: QuestionError."""
    try:
        answers = tuple(_read_range(row) for row in rows_at(source, "answers"))
    except (Inexact, InvalidOperation, Overflow) as error:
        raise QuestionError("too_many_digits", "A number has too many digits.") from error
    require_full_credit([answer.fraction for answer in answers])
    return NumberKey(answers)


def _read_range(row: Mapping[str, Any]) -> NumberAnswer:
    value = _number_at(row, "value")
    if value is None:
        low, high = _number_at(row, "min"), _number_at(row, "max")
        shown = f"{'' if low is None else low} – {'' if high is None else high}".strip()
    else:
        margin = _read_tolerance(row.get("tolerance"), value)
        low, high = _EXACT.subtract(value, margin), _EXACT.add(value, margin)
        shown = str(row["value"]).strip()
    _require_range(row, low, high)
    return NumberAnswer(
        low=low,
        high=high,
        low_open=flag_at(row, "min_open"),
        high_open=flag_at(row, "max_open"),
        fraction=fraction_at(row, "fraction", ONE),
        shown=shown,
        feedback=text_at(row, "feedback"),
    )


def _require_range(row: Mapping[str, Any], low: Decimal | None, high: Decimal | None) -> None:
    if low is None and high is None:
        raise QuestionError("no_range", "An accepted answer needs a value, or min and max.")
    if row.get("value") is not None and (row.get("min") is not None or row.get("max") is not None):
        raise QuestionError("two_ranges", "Give either a value or min and max, not both.")
    if low is not None and high is not None and low > high:
        raise QuestionError("empty_range", "min is above max.")


def _number_at(row: Mapping[str, Any], name: str) -> Decimal | None:
    value = row.get(name)
    if value is None:
        return None
    number = read_number(value)
    if number is None:
        raise QuestionError("not_a_number", f"{name} must be a number.")
    return number


def _read_tolerance(tolerance: object, value: Decimal) -> Decimal:
    """Return how far an answer may lie from the value; "10%" is a share of its size."""
    if tolerance is None:
        return Decimal(0)
    percent = isinstance(tolerance, str) and tolerance.strip().endswith("%")
    number = read_number(str(tolerance).strip()[:-1] if percent else tolerance)
    if number is None or number < 0:
        raise QuestionError("not_a_tolerance", "Tolerance must be a number of 0 or more, or 10%.")
    if not percent:
        return number
    return _EXACT.multiply(_EXACT.abs(value), _EXACT.scaleb(number, -2))
