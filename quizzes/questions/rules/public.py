"""What may be sent of a question before it is answered: an allow-list, built field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizzes.questions.rules.choices import MultipleKey, Option, SingleKey, TrueFalseKey
from quizzes.questions.rules.layouts import MARKER, Gap, GapsKey, MatchingKey, OrderingKey
from quizzes.questions.rules.parts import Source, as_question, list_parts
from quizzes.questions.rules.question import AnyKey, Question

Pieces = list[dict[str, str] | Gap]


def public_view(
    question: Source, option_tokens: Mapping[str, str], order: Sequence[str] = ()
) -> dict[str, Any]:
    """Return all that may be sent of a question before it is answered.

    ``option_tokens`` maps every part of ``list_parts`` to its token (true and false may do
    without); ``order`` is the frozen order of the parts, the author's when empty. Always: type,
    prompt, multiple, options [{token, text}]; for matching also stems and choices, for ordering
    items, for gaps pieces (text and gaps in turn). Raises: KeyError when a part lacks its token,
    ValueError when items to put in order come without a frozen order.
    """
    parsed = as_question(question)
    rows = _Rows(option_tokens, _place_parts(parsed, order))
    view: dict[str, Any] = {
        "type": parsed.type,
        "prompt": prompt_of(parsed),
        "multiple": isinstance(parsed.key, MultipleKey),
        "options": [],
    }
    return view | _show_parts(parsed.key, rows)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Turns parts into rows of token and text, in the frozen order."""

    tokens: Mapping[str, str]
    places: Mapping[str, int]

    def show(self, parts: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
        ordered = sorted(parts, key=lambda part: self.places[part[0]])
        return [{"token": self.tokens[part], "text": text} for part, text in ordered]


def _show_parts(key: AnyKey, rows: _Rows) -> dict[str, Any]:
    if isinstance(key, (SingleKey, MultipleKey)):
        return {"options": rows.show((option.id, option.text) for option in key.options)}
    if isinstance(key, TrueFalseKey):
        truths = ("true", "false")
        return {"options": [{"token": rows.tokens.get(t, t), "text": t} for t in truths]}
    if isinstance(key, MatchingKey):
        return {
            "stems": rows.show((f"stem:{stem.id}", stem.text) for stem in key.stems),
            "choices": rows.show((f"choice:{part.id}", part.text) for part in key.choices),
        }
    if isinstance(key, OrderingKey):
        return {"items": rows.show((item.id, item.text) for item in key.items)}
    if isinstance(key, GapsKey):
        return {"pieces": [_show_piece(piece, rows) for piece in split_gaps(key)]}
    return {}


def _show_piece(piece: dict[str, str] | Gap, rows: _Rows) -> dict[str, Any]:
    if isinstance(piece, dict):
        return piece
    options = rows.show((f"gap:{piece.id}:{o.id}", o.text) for o in gap_options(piece))
    return {"token": rows.tokens[f"gap:{piece.id}"], "type": piece.type, "options": options}


def _place_parts(question: Question, order: Sequence[str]) -> dict[str, int]:
    parts = list_parts(question)
    if isinstance(question.key, OrderingKey) and set(order) != set(parts):
        raise ValueError("Items need a frozen order: the author's order is the answer.")
    # A part that the frozen order does not name comes last.
    return {part: n for n, part in enumerate(dict.fromkeys((*order, *parts)))}


def gap_options(gap: Gap) -> tuple[Option, ...]:
    """Return the options of a gap to choose from, none for one to type into."""
    return gap.key.options if isinstance(gap.key, SingleKey) else ()


def prompt_of(question: Question) -> str:
    """Return the prompt, empty when it is itself the text with the gaps."""
    key = question.key
    return "" if isinstance(key, GapsKey) and key.text == question.prompt else question.prompt


def split_gaps(key: GapsKey) -> Pieces:
    """Return the text around the gaps as {"text"}, and the gaps, in turn."""
    gaps = {gap.id: gap for gap in key.gaps}
    pieces: Pieces = []
    for number, part in enumerate(MARKER.split(key.text)):
        if number % 2:
            pieces.append(gaps[part])
        elif part:
            pieces.append({"text": part})
    return pieces
