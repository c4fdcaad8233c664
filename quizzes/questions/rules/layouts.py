"""Keys of questions answered by arranging: matching, ordering, gaps; and open answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from quizzes.questions.rules.choices import SingleKey, read_scoring, read_single
from quizzes.questions.rules.entries import NumberKey, TextKey, read_numeric, read_short_text
from quizzes.questions.rules.grades import (
    BLANK,
    INVALID,
    NEEDS_MARKING,
    ONE,
    ZERO,
    Grade,
    QuestionError,
    fraction_at,
    grade_of,
    has_unstorable,
    is_blank,
    require_ids,
    rows_at,
    text_at,
)

# What the editor can keep; nobody writes more into a quiz.
MOST_WORDS = 10_000
ORDERINGS = ("all_or_nothing", "position", "neighbours")
MARKER = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A labelled part: a choice to match, or an item to put in order."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Stem:
    """The left side of a pair; ``match`` is the id of its right side."""

    id: str
    text: str
    match: str


@dataclass(frozen=True, slots=True)
class MatchingKey:
    """Stems, each with the one choice that belongs to it."""

    stems: tuple[Stem, ...]
    choices: tuple[Piece, ...]

    def mark(self, response: object) -> Grade:
        """Return right stems / stems; an unknown stem or choice makes it invalid."""
        if not isinstance(response, Mapping):
            return INVALID
        known = {choice.id for choice in self.choices}
        stems = {stem.id: stem.match for stem in self.stems}
        right = 0
        for stem, choice in response.items():
            if not isinstance(stem, str) or stem not in stems:
                return INVALID
            if is_blank(choice):
                continue
            if not isinstance(choice, str) or choice not in known:
                return INVALID
            right += stems[stem] == choice
        return grade_of(Fraction(right, len(self.stems)))


@dataclass(frozen=True, slots=True)
class OrderingKey:
    """Items in their right order."""

    items: tuple[Piece, ...]
    scoring: str

    def mark(self, response: object) -> Grade:
        """Return the grade of a list of item ids; anything but a permutation is invalid."""
        key = [item.id for item in self.items]
        if not isinstance(response, (list, tuple)) or len(response) != len(key):
            return INVALID
        if not all(isinstance(part, str) for part in response) or set(response) != set(key):
            return INVALID
        given = list(response)
        if self.scoring == "position":
            right = sum(x == y for x, y in zip(given, key, strict=True))
            return grade_of(Fraction(right, len(key)))
        if self.scoring == "neighbours":
            pairs = set(pairwise(key))
            right = len(pairs & set(pairwise(given)))
            return grade_of(Fraction(right, len(key) - 1))
        return grade_of(ONE if given == key else ZERO)


GapKey = SingleKey | TextKey | NumberKey


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap of a text, with its share of the mark."""

    id: str
    type: str
    key: GapKey
    weight: Fraction


@dataclass(frozen=True, slots=True)
class GapsKey:
    """A text with gaps."""

    text: str
    gaps: tuple[Gap, ...]

    def mark(self, response: object) -> Grade:
        """Return the weighted mean over the gaps.

        A gap filled with something unreadable earns nothing and spoils no other gap, as when
        somebody types "4 kg" for a number. The whole is invalid when an unknown gap is named or
        when no filled gap could be read.
        """
        if not isinstance(response, Mapping):
            return INVALID
        known = {gap.id for gap in self.gaps}
        if any(not isinstance(name, str) or name not in known for name in response):
            return INVALID
        grades = [(gap.weight, _mark_part(gap.key, response.get(gap.id))) for gap in self.gaps]
        if all(grade.state in {"invalid", "blank"} for _, grade in grades):
            return INVALID
        earned = sum((weight * grade.fraction for weight, grade in grades), ZERO)
        return grade_of(earned / sum((weight for weight, _ in grades), ZERO))


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a rubric with the points of its levels."""

    text: str
    levels: tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A free answer that a person marks by a rubric. The limits are advice: no answer is lost."""

    rubric: tuple[Criterion, ...]
    min_words: int | None = None
    max_words: int | None = None

    def mark(self, response: object) -> Grade:
        """Return ``needs_marking`` for text that can be stored, ``invalid`` for anything else."""
        if not isinstance(response, str) or has_unstorable(response):
            return INVALID
        return NEEDS_MARKING


def _mark_part(key: GapKey, response: object) -> Grade:
    return BLANK if is_blank(response) else key.mark(response)


def _read_pieces(source: Mapping[str, Any], name: str) -> tuple[Piece, ...]:
    rows = rows_at(source, name)
    require_ids([text_at(row, "id") for row in rows], name)
    return tuple(Piece(text_at(row, "id"), text_at(row, "text")) for row in rows)


def read_matching(source: Mapping[str, Any]) -> MatchingKey:
    """Return the key of a ``matching`` question. Raises: QuestionError."""
    choices = _read_pieces(source, "choices")
    rows = rows_at(source, "stems")
    require_ids([text_at(row, "id") for row in rows], "stems")
    known = {choice.id for choice in choices}
    stems = tuple(Stem(*(text_at(row, name) for name in ("id", "text", "match"))) for row in rows)
    if any(stem.match not in known for stem in stems):
        raise QuestionError("unknown_match", "A stem matches a choice that is not there.")
    return MatchingKey(stems, choices)


def read_ordering(source: Mapping[str, Any]) -> OrderingKey:
    """Return the key of an ``ordering`` question. Raises: QuestionError."""
    items = _read_pieces(source, "items")
    if len(items) < 2:
        raise QuestionError("too_few_items", "Putting in order needs at least two items.")
    return OrderingKey(items, read_scoring(source, ORDERINGS))


_GAP_READERS: dict[str, Callable[[Mapping[str, Any]], GapKey]] = {
    "single": read_single,
    "short_text": read_short_text,
    "numeric": read_numeric,
}


def read_gaps(source: Mapping[str, Any]) -> GapsKey:
    """Return the key of a ``gaps`` question. Raises: QuestionError.

    The text stands in ``text`` (or in ``prompt``); the gaps in ``gaps``, as an object by id or as
    a list with ids. Every ``{{id}}`` of the text names one gap, and every gap comes once.
    """
    gaps = tuple(_read_gap(row) for row in _gap_rows(source.get("gaps")))
    require_ids([gap.id for gap in gaps], "gaps")
    text = text_at(source, "text") or text_at(source, "prompt")
    if sorted(MARKER.findall(text)) != sorted(gap.id for gap in gaps):
        raise QuestionError("gaps_do_not_fit", "The text must name every gap exactly once.")
    return GapsKey(text, gaps)


def _gap_rows(gaps: object) -> list[Mapping[str, Any]]:
    if isinstance(gaps, Mapping):
        if not all(isinstance(gap, Mapping) for gap in gaps.values()):
            raise QuestionError("not_an_object", "Each gap must be an object.")
        gaps = [{**gap, "id": name} for name, gap in gaps.items()]
    return rows_at({"gaps": gaps}, "gaps")


def _read_gap(row: Mapping[str, Any]) -> Gap:
    kind = text_at(row, "type")
    reader = _GAP_READERS.get(kind)
    if reader is None:
        raise QuestionError("unknown_type", f"A gap must be one of {', '.join(_GAP_READERS)}.")
    weight = fraction_at(row, "weight", ONE)
    if weight <= 0:
        raise QuestionError("not_positive", "The weight of a gap must be above 0.")
    return Gap(text_at(row, "id"), kind, reader(row), weight)


def read_open(source: Mapping[str, Any]) -> OpenKey:
    """Return the key of an ``open`` question; the rubric may be missing. Raises: QuestionError."""
    fewest, most = _words_at(source, "min_words"), _words_at(source, "max_words")
    if fewest is not None and most is not None and fewest > most:
        raise QuestionError("word_limits", "min_words is above max_words.")
    rows = rows_at(source, "rubric") if source.get("rubric") else []
    return OpenKey(tuple(_read_criterion(row) for row in rows), fewest, most)


def _words_at(source: Mapping[str, Any], name: str) -> int | None:
    value = source.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_WORDS:
        raise QuestionError("word_limits", f"{name} must be a whole number from 1.")
    return value


def _read_criterion(row: Mapping[str, Any]) -> Criterion:
    levels = tuple(
        (text_at(level, "text"), fraction_at(level, "points", ZERO))
        for level in rows_at(row, "levels")
    )
    return Criterion(text_at(row, "text"), levels)
