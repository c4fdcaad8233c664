"""A full answer to a question, for its author and for checks of a key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.questions.rules.choices import MultipleKey, SingleKey, TrueFalseKey
from quizzes.questions.rules.entries import NumberAnswer, NumberKey, TextKey
from quizzes.questions.rules.grades import ONE, is_blank
from quizzes.questions.rules.layouts import GapKey, GapsKey, MatchingKey, OrderingKey
from quizzes.questions.rules.parts import Source, as_question


def solve(question: Source) -> Any:
    """Return a response that earns the full mark; None when only a person can tell.

    None too when an earlier answer takes every response that a later, fully right one would.
    """
    key = as_question(question).key
    if isinstance(key, MatchingKey):
        return {stem.id: stem.match for stem in key.stems}
    if isinstance(key, OrderingKey):
        return [item.id for item in key.items]
    if isinstance(key, MultipleKey):
        by_share = key.scoring == "fractions"
        return [o.id for o in key.options if (o.fraction > 0 if by_share else o.right)]
    if isinstance(key, TrueFalseKey):
        return key.answer
    if isinstance(key, GapsKey):
        return _solve_gaps(key)
    return _solve_one(key) if isinstance(key, (SingleKey, TextKey, NumberKey)) else None


def _solve_gaps(key: GapsKey) -> Mapping[str, Any] | None:
    answers = {gap.id: _solve_one(gap.key) for gap in key.gaps}
    return None if None in answers.values() else answers


def _solve_one(key: GapKey) -> str | None:
    """Return the first candidate that the key itself finds right."""
    fitting = (c for c in _list_candidates(key) if not is_blank(c) and key.mark(c).fraction == ONE)
    return next(fitting, None)


def _list_candidates(key: GapKey) -> Iterator[str]:
    if isinstance(key, SingleKey):
        yield from (option.id for option in key.options)
    elif isinstance(key, TextKey):
        for answer in key.answers:
            yield "".join(answer.segments)
            yield "…".join(answer.segments)
    else:
        for accepted in key.answers:
            yield from _list_numbers(accepted)


def _list_numbers(answer: NumberAnswer) -> Iterator[str]:
    """Return the middle of a range, its ends, and what lies just beyond an open end."""
    low, high = answer.low, answer.high
    if low is not None and high is not None:
        yield f"{(low + high) / 2:f}"
    for end in (low, high):
        if end is not None:
            yield f"{end:f}"
            yield from (f"{end + 1:f}", f"{end - 1:f}")
