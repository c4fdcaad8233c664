"""Answers to the demo's questions, as their files say: the right one, and some that are not."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from tests.demo.content import Json, is_right

UNLIKELY = "zzz"
FAR_OFF = "987654321"


def list_right(question: Json) -> list[str]:
    """Return the ids of the options that belong to the full answer."""
    return [option["id"] for option in question["options"] if is_right(option)]


def list_ids(question: Json, name: str) -> list[str]:
    return [row["id"] for row in question[name]]


def full_answer(question: Json) -> str:
    """Return what to type for the full mark."""
    return next(typed_answer(row) for row in question["answers"] if Fraction(row["fraction"]) == 1)


def typed_answer(row: Json) -> str:
    """Return something to type that fits a row; the stars of a pattern stand for nothing."""
    return str(row["pattern"].replace("*", "") if "pattern" in row else row["value"])


RIGHT: dict[str, Callable[[Json], object]] = {
    "single": lambda question: list_right(question)[0],
    "multiple": list_right,
    "true_false": lambda question: question["answer"],
    "short_text": full_answer,
    "numeric": full_answer,
    "matching": lambda question: {stem["id"]: stem["match"] for stem in question["stems"]},
    "ordering": lambda question: list_ids(question, "items"),
    "gaps": lambda question: {gap["id"]: right_response(gap) for gap in question["gaps"]},
}
WRONG: dict[str, Callable[[Json], list[object]]] = {
    "single": lambda question: [
        option["id"] for option in question["options"] if not is_right(option)
    ],
    "multiple": lambda question: [
        list_ids(question, "options"),
        list_right(question)[:-1],
        [option for option in list_ids(question, "options") if option not in list_right(question)],
    ],
    "true_false": lambda question: [not question["answer"]],
    "short_text": lambda _question: [UNLIKELY],
    "numeric": lambda _question: [FAR_OFF],
    "matching": lambda question: [
        {stem["id"]: question["choices"][-1]["id"] for stem in question["stems"]}
    ],
    "ordering": lambda question: [list_ids(question, "items")[::-1]],
    "gaps": lambda question: [
        {gap["id"]: wrong_responses(gap)[0] for gap in question["gaps"]},
        {gap["id"]: right_response(gap) for gap in question["gaps"][1:]},
    ],
}


def right_response(question: Json) -> object:
    """Return the full answer to a question that a machine marks."""
    return RIGHT[question["type"]](question)


def wrong_responses(question: Json) -> list[object]:
    """Return some answers that fall short of it."""
    return WRONG[question["type"]](question)
