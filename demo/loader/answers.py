"""Answers of people who take a quiz, in the tokens of their attempt: full ones, and wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from quizzes.questions.rules import encode_response, solve

# What is written where only a person can tell whether it is right.
WORDS = "I would say thank you first, and then ask what would help most."
FAR_OFF = "0"
Body = Mapping[str, Any]
Options = Mapping[str, str]


def right_answer(body: Body, options: Options) -> Any:
    """Return the full answer to a question; ``options`` says which part each token stands for."""
    solution = solve(body)
    if solution is None:
        return WORDS
    if isinstance(solution, bool):
        return solution
    return encode_response(body, {part: token for token, part in options.items()}, solution)


def wrong_answer(body: Body, options: Options) -> Any:
    """Return an answer that is not the full one, as somebody may well give it."""
    return _WRONG[body["type"]](options, right_answer(body, options))


def _choose_another(options: Options, right: str) -> str:
    return next(token for token in options if token != right)


def _tick_another(options: Options, right: list[str]) -> list[str]:
    return [token for token in options if token not in right][:1] or right[:1]


def _shift(_options: Options, right: dict[str, str]) -> dict[str, str]:
    """Give every stem what belongs to the next one."""
    choices = list(right.values())
    return dict(zip(right, [*choices[1:], choices[0]], strict=True))


def _fill_otherwise(options: Options, right: dict[str, str]) -> dict[str, str]:
    """Choose another word from the list of a gap; type something that is far off."""
    filled = {}
    for gap, value in right.items():
        others = [
            token
            for token, part in options.items()
            if part.startswith(f"{options[gap]}:") and token != value
        ]
        filled[gap] = others[0] if others else FAR_OFF
    return filled


_WRONG: Mapping[str, Callable[[Options, Any], Any]] = {
    "single": _choose_another,
    "multiple": _tick_another,
    "true_false": lambda _options, right: not right,
    "short_text": lambda _options, _right: FAR_OFF,
    "numeric": lambda _options, _right: FAR_OFF,
    "matching": _shift,
    "ordering": lambda _options, right: right[::-1],
    "gaps": _fill_otherwise,
    "open": lambda _options, _right: "",
}
