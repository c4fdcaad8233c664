"""What may be sent of a question before it is answered: an allow-list, built field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizzes.questions.rules.choices import MultipleKey, Option, SingleKey, TrueFalseKey
from quizzes.questions.rules.layouts import (
    MARKER,
    Gap,
    GapsKey,
    MatchingKey,
    OpenKey,
    OrderingKey,
)
from quizzes.questions.rules.numbers import read_number
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
    items, for gaps pieces (text and gaps in turn), for open min_words and max_words.
    Raises: KeyError when a part lacks its token, ValueError when items to put in order come
    without a frozen order.
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
    if isinstance(key, OpenKey):
        return {"min_words": key.min_words, "max_words": key.max_words}
    return _show_layout(key, rows)


def _show_layout(key: AnyKey, rows: _Rows) -> dict[str, Any]:
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


def fill_view(view: Mapping[str, Any], raw: object) -> dict[str, Any]:
    """Return a public view with an answer filled in: ``raw`` in tokens, as a form sends it.

    Adds ``chosen`` to options, the token ``chosen`` to stems, ``value`` to gaps and to the view
    of typed answers, and brings items into the order given. What does not fit is left out.
    """
    given = raw if isinstance(raw, Mapping) else {}
    parts = raw if isinstance(raw, (list, tuple)) else [raw]
    texts = [part for part in parts if isinstance(part, str)]
    filled = dict(view)
    filled["options"] = _tick(view["options"], texts)
    filled["value"] = _as_text(raw)
    if "stems" in view:
        filled["stems"] = [
            row | {"chosen": _as_text(given.get(row["token"]))} for row in view["stems"]
        ]
    if "items" in view:
        filled["items"] = _put_in_order(view["items"], texts)
    if "pieces" in view:
        filled["pieces"] = _fill_pieces(view["pieces"], given)
    return filled


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    number = read_number(value)
    return "" if number is None else str(number)


def _tick(options: Sequence[Mapping[str, Any]], tokens: Sequence[str]) -> list[dict[str, Any]]:
    return [{**option, "chosen": option["token"] in tokens} for option in options]


def _put_in_order(items: Sequence[Any], tokens: Sequence[str]) -> list[Any]:
    known = {item["token"]: item for item in items}
    whole = len(tokens) == len(items) and set(tokens) == set(known)
    return [known[token] for token in tokens] if whole else list(items)


def _fill_pieces(
    pieces: Sequence[Mapping[str, Any]], given: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the pieces with what stands in the gaps, which are numbered from 1."""
    filled: list[dict[str, Any]] = []
    number = 0
    for piece in pieces:
        filled.append(dict(piece))
        if "token" in piece:
            number += 1
            value = _as_text(given.get(piece["token"]))
            options = _tick(piece["options"], [value])
            filled[-1] |= {"number": number, "value": value, "options": options}
    return filled
