"""One question, read and checked; and the one door to marking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quizzes.questions.rules.choices import (
    MultipleKey,
    SingleKey,
    TrueFalseKey,
    read_multiple,
    read_single,
    read_true_false,
)
from quizzes.questions.rules.entries import NumberKey, TextKey, read_numeric, read_short_text
from quizzes.questions.rules.grades import (
    BLANK,
    ONE,
    Grade,
    QuestionError,
    flag_at,
    fraction_at,
    is_blank,
    text_at,
)
from quizzes.questions.rules.layouts import (
    GapsKey,
    MatchingKey,
    OpenKey,
    OrderingKey,
    read_gaps,
    read_matching,
    read_open,
    read_ordering,
)

AnyKey = (
    SingleKey
    | MultipleKey
    | TrueFalseKey
    | TextKey
    | NumberKey
    | MatchingKey
    | OrderingKey
    | GapsKey
    | OpenKey
)

_READERS: dict[str, Callable[[Mapping[str, Any]], AnyKey]] = {
    "single": read_single,
    "multiple": read_multiple,
    "true_false": read_true_false,
    "short_text": read_short_text,
    "numeric": read_numeric,
    "matching": read_matching,
    "ordering": read_ordering,
    "gaps": read_gaps,
    "open": read_open,
}
QUESTION_TYPES = tuple(_READERS)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is said after the answer: always, when right, when not."""

    general: str = ""
    right: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that can be asked and marked."""

    code: str
    type: str
    prompt: str
    key: AnyKey
    max_mark: Fraction
    standards: Mapping[str, Fraction]
    critical: bool
    feedback: Feedback
    tags: tuple[str, ...]


def parse_question(source: object) -> Question:
    """Return the question of its JSON form.

    Raises: QuestionError, whose ``code`` names the first fault found.
    """
    if not isinstance(source, Mapping):
        raise QuestionError("not_an_object", "A question must be an object.")
    kind = text_at(source, "type")
    reader = _READERS.get(kind)
    if reader is None:
        raise QuestionError("unknown_type", f"Type must be one of {', '.join(_READERS)}.")
    max_mark = fraction_at(source, "max_mark", ONE)
    if max_mark <= 0:
        raise QuestionError("not_positive", "The highest mark must be above 0.")
    return Question(
        code=text_at(source, "code"),
        type=kind,
        prompt=text_at(source, "prompt"),
        key=reader(source),
        max_mark=max_mark,
        standards=_read_standards(source.get("standards")),
        critical=flag_at(source, "critical"),
        feedback=_read_feedback(source.get("feedback")),
        tags=_read_tags(source.get("tags")),
    )


def grade(question: Mapping[str, Any] | Question, response: object) -> Grade:
    """Return the exact grade of any response; never raises because of the response.

    Takes the JSON form or a question already parsed. Raises: QuestionError.
    """
    parsed = question if isinstance(question, Question) else parse_question(question)
    return BLANK if is_blank(response) else parsed.key.mark(response)


def _read_standards(standards: object) -> Mapping[str, Fraction]:
    if standards is None:
        return {}
    if not isinstance(standards, Mapping) or not all(isinstance(code, str) for code in standards):
        raise QuestionError("not_an_object", "Standards must be an object of code and weight.")
    weights = {code: fraction_at(standards, code, ONE) for code in standards}
    if any(weight <= 0 for weight in weights.values()):
        raise QuestionError("not_positive", "The weight of a standard must be above 0.")
    return weights


def _read_feedback(feedback: object) -> Feedback:
    if feedback is None:
        return Feedback()
    if not isinstance(feedback, Mapping):
        raise QuestionError("not_an_object", "Feedback must be an object.")
    return Feedback(*(text_at(feedback, name) for name in ("general", "right", "wrong")))


def _read_tags(tags: object) -> tuple[str, ...]:
    if tags is None:
        return ()
    if not isinstance(tags, (list, tuple)) or not all(isinstance(tag, str) for tag in tags):
        raise QuestionError("not_text", "Tags must be a list of text.")
    return tuple(tags)
