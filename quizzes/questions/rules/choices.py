"""Keys of questions answered by choosing: single, multiple, true or false."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    require_full_credit,
    require_ids,
    rows_at,
    text_at,
)

SCHEMES = (
    "fractions",
    "exact",
    "every_decision",
    "halves",
    "all_right_none_wrong",
    "right_minus_wrong",
)
# errors made -> (credit, fewest options for which that many errors still say something)
_HALVES = {0: (ONE, 1), 1: (Fraction(1, 2), 3), 2: (Fraction(1, 4), 5)}


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose; ``right`` says whether it belongs to the full answer."""

    id: str
    text: str
    fraction: Fraction
    right: bool
    feedback: str = ""
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class SingleKey:
    """Exactly one option may be chosen; it earns its own fraction."""

    options: tuple[Option, ...]

    def mark(self, response: object) -> Grade:
        """Return the chosen option's grade; anything but one known id is invalid."""
        if not isinstance(response, str):
            return INVALID
        for option in self.options:
            if option.id == response:
                return grade_of(option.fraction)
        return INVALID


@dataclass(frozen=True, slots=True)
class MultipleKey:
    """Any number of options may be chosen; ``scoring`` says how errors count."""

    options: tuple[Option, ...]
    scoring: str

    def mark(self, response: object) -> Grade:
        """Return the grade of a list of option ids; unknown or repeated ids are invalid."""
        chosen = self._read(response)
        if chosen is None:
            return INVALID
        if self.scoring == "fractions":
            return grade_of(sum((o.fraction for o in self.options if o.id in chosen), ZERO))
        right = {option.id for option in self.options if option.right}
        return grade_of(_count_credit(self.scoring, len(self.options), right, chosen))

    def _read(self, response: object) -> set[str] | None:
        if not isinstance(response, (list, tuple)) or len(response) > len(self.options):
            return None
        if not all(isinstance(part, str) for part in response):
            return None
        chosen = set(response)
        known = {option.id for option in self.options}
        return chosen if len(chosen) == len(response) and chosen <= known else None


@dataclass(frozen=True, slots=True)
class TrueFalseKey:
    """A statement that is true or false."""

    answer: bool

    def mark(self, response: object) -> Grade:
        """Return right or wrong; anything but a truth value is invalid."""
        if not isinstance(response, bool):
            return INVALID
        return grade_of(ONE if response == self.answer else ZERO)


def _count_credit(scoring: str, count: int, right: set[str], chosen: set[str]) -> Fraction:
    errors = len(right ^ chosen)
    hits = len(right & chosen)
    if scoring == "exact":
        return ZERO if errors else ONE
    if scoring == "every_decision":
        return Fraction(count - errors, count)
    if scoring == "halves":
        credit, fewest = _HALVES.get(errors, (ZERO, 0))
        return credit if count >= fewest else ZERO
    if scoring == "all_right_none_wrong":
        return Fraction(hits, len(right)) if chosen <= right else ZERO
    return Fraction(hits - len(chosen - right), len(right))


def read_single(source: Mapping[str, Any]) -> SingleKey:
    """Return the key of a ``single`` question. Raises: QuestionError."""
    options = read_options(source)
    require_full_credit([option.fraction for option in options])
    return SingleKey(options)


def read_multiple(source: Mapping[str, Any]) -> MultipleKey:
    """Return the key of a ``multiple`` question. Raises: QuestionError."""
    options = read_options(source)
    scoring = read_scoring(source, SCHEMES)
    if not any(option.right for option in options):
        raise QuestionError("no_right_option", "Mark at least one option as right.")
    positive = sum((o.fraction for o in options if o.fraction > 0), ZERO)
    if scoring == "fractions" and positive != ONE:
        raise QuestionError("fractions_do_not_sum", "The positive fractions must sum to 1.")
    return MultipleKey(options, scoring)


def read_true_false(source: Mapping[str, Any]) -> TrueFalseKey:
    """Return the key of a ``true_false`` question. Raises: QuestionError."""
    answer = source.get("answer")
    if not isinstance(answer, bool):
        raise QuestionError("no_right_option", "The answer must be true or false.")
    return TrueFalseKey(answer)


def read_scoring(source: Mapping[str, Any], schemes: Sequence[str]) -> str:
    """Return the scoring scheme, the first one when none is named. Raises: QuestionError."""
    scoring = text_at(source, "scoring") or schemes[0]
    if scoring not in schemes:
        raise QuestionError("unknown_scoring", f"Scoring must be one of {', '.join(schemes)}.")
    return scoring


def read_options(source: Mapping[str, Any]) -> tuple[Option, ...]:
    """Return the options with every fraction filled in. Raises: QuestionError."""
    rows = rows_at(source, "options")
    require_ids([text_at(row, "id") for row in rows], "options")
    shares = _read_shares(rows)
    return tuple(_read_option(row, shares) for row in rows)


def _read_shares(rows: Sequence[Mapping[str, Any]]) -> tuple[Fraction, Fraction] | None:
    """Return what a right and a wrong option earn without a fraction; None if none is marked."""
    if all(row.get("correct") is None for row in rows):
        return None
    right = sum(flag_at(row, "correct") for row in rows)
    wrong = len(rows) - right
    return Fraction(1, right) if right else ZERO, Fraction(-1, wrong) if wrong else ZERO


def _read_option(row: Mapping[str, Any], shares: tuple[Fraction, Fraction] | None) -> Option:
    correct = flag_at(row, "correct")
    default = ZERO if shares is None else shares[0 if correct else 1]
    fraction = fraction_at(row, "fraction", default)
    return Option(
        id=text_at(row, "id"),
        text=text_at(row, "text"),
        fraction=fraction,
        right=fraction > 0 if shares is None else correct,
        feedback=text_at(row, "feedback"),
        pinned=flag_at(row, "pinned"),
    )
