"""What marking answers: a grade; and what a malformed question raises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from quizzes.questions.rules.numbers import read_fraction

ZERO = Fraction(0)
ONE = Fraction(1)


class QuestionError(ValueError):
    """A question cannot be used as it is written. ``code`` is stable, the message is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Grade:
    """A mark between 0 and 1 and its state.

    ``state`` is one of right, partial, wrong, blank, invalid, needs_marking.
    """

    fraction: Fraction
    state: str


class Key(Protocol):
    """The right answer to one question, able to mark any response without raising."""

    def mark(self, response: object) -> Grade:
        """Return the grade of a response that is not blank."""


BLANK = Grade(ZERO, "blank")
INVALID = Grade(ZERO, "invalid")
NEEDS_MARKING = Grade(ZERO, "needs_marking")


def grade_of(fraction: Fraction) -> Grade:
    """Return the grade of a raw fraction, clamped to 0..1; the state follows the fraction."""
    if fraction >= ONE:
        return Grade(ONE, "right")
    if fraction <= ZERO:
        return Grade(ZERO, "wrong")
    return Grade(fraction, "partial")


def is_blank(response: object) -> bool:
    """Return whether nothing was answered: null, white space, or containers of only that.

    Walks with a stack, not by recursion, so that deeply nested junk cannot exhaust it.
    """
    waiting: list[object] = [response]
    seen: set[int] = set()
    while waiting:
        part = waiting.pop()
        if part is None or (isinstance(part, str) and not part.strip()):
            continue
        if not isinstance(part, (list, tuple, Mapping)):
            return False
        if id(part) not in seen:
            seen.add(id(part))
            waiting.extend(part.values() if isinstance(part, Mapping) else part)
    return True


def has_unstorable(text: str) -> bool:
    """Return whether text holds half a character or NUL, which no database can store."""
    return any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in text)


def text_at(source: Mapping[str, Any], name: str) -> str:
    """Return a text field, empty when absent. Raises: QuestionError on anything but text."""
    value = source.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise QuestionError("not_text", f"{name} must be text.")
    return value


def flag_at(source: Mapping[str, Any], name: str) -> bool:
    """Return a true/false field, false when absent. Raises: QuestionError on anything else."""
    value = source.get(name)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise QuestionError("not_true_or_false", f"{name} must be true or false.")
    return value


def fraction_at(source: Mapping[str, Any], name: str, default: Fraction) -> Fraction:
    """Return an exact number field. Raises: QuestionError when it cannot be read."""
    value = source.get(name)
    if value is None:
        return default
    number = read_fraction(value)
    if number is None:
        raise QuestionError("not_a_number", f"{name} must be a number such as 1/2 or 0.5.")
    return number


def rows_at(source: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return a non-empty list of objects. Raises: QuestionError on any other shape."""
    rows = source.get(name)
    if not isinstance(rows, (list, tuple)) or not rows:
        raise QuestionError("empty_list", f"{name} must be a list with at least one entry.")
    for row in rows:
        if not isinstance(row, Mapping):
            raise QuestionError("not_an_object", f"Each entry of {name} must be an object.")
    return list(rows)


def require_ids(ids: Sequence[str], name: str) -> None:
    """Raise QuestionError unless every id is there and none comes twice."""
    if not all(ids):
        raise QuestionError("id_missing", f"Each entry of {name} needs an id.")
    if len(set(ids)) != len(ids):
        raise QuestionError("id_repeated", f"{name} holds the same id twice.")


def require_full_credit(fractions: Sequence[Fraction]) -> None:
    """Raise QuestionError unless one answer earns exactly 1 and none more."""
    if max(fractions) != ONE:
        raise QuestionError("no_full_credit", "One answer must be worth 1, and none more.")
