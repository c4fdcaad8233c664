"""The parts of a question (options, stems, items, gaps): their order, and tokens for their ids.

Parts leave the server under tokens that are random per attempt, never under their ids.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from quizzes.questions.rules.choices import MultipleKey, SingleKey, TrueFalseKey
from quizzes.questions.rules.grades import has_unstorable, is_blank
from quizzes.questions.rules.layouts import Gap, GapsKey, MatchingKey, OrderingKey
from quizzes.questions.rules.numbers import read_number
from quizzes.questions.rules.question import AnyKey, Question, parse_question

# What a response becomes when it names an unknown token: invalid under every type of question.
UNREADABLE: Mapping[str, Any] = {"unreadable": True}

# Letters of an answer in words: some ten pages. Every saving keeps the whole of it.
LONGEST_TEXT = 20_000

_TRUTH = {"true": True, "false": False}
Source = Mapping[str, Any] | Question


def as_question(source: Source) -> Question:
    """Return a question, parsing its JSON form when needed. Raises: QuestionError."""
    return source if isinstance(source, Question) else parse_question(source)


def list_parts(question: Source) -> tuple[str, ...]:
    """Return the keys of all parts that need a token, in the author's order.

    Option and item ids as they are, ``true`` and ``false``, ``stem:ID``, ``choice:ID``,
    ``gap:ID`` and ``gap:ID:OPTION``. Typed and open questions have none.
    """
    key = as_question(question).key
    if isinstance(key, (SingleKey, MultipleKey)):
        return tuple(option.id for option in key.options)
    if isinstance(key, TrueFalseKey):
        return tuple(_TRUTH)
    if isinstance(key, OrderingKey):
        return tuple(item.id for item in key.items)
    if isinstance(key, MatchingKey):
        stems = tuple(f"stem:{stem.id}" for stem in key.stems)
        return stems + tuple(f"choice:{choice.id}" for choice in key.choices)
    if isinstance(key, GapsKey):
        return tuple(part for gap in key.gaps for part in _list_gap_parts(gap))
    return ()


def _list_gap_parts(gap: Gap) -> list[str]:
    options = gap.key.options if isinstance(gap.key, SingleKey) else ()
    return [f"gap:{gap.id}", *(f"gap:{gap.id}:{option.id}" for option in options)]


def shuffle_parts(question: Source, seed: int | str) -> tuple[str, ...]:
    """Return the parts in a shuffled order that depends on the seed alone.

    Pinned options keep their place, statements stay true before false, and items to put in order
    never come in the right order.
    """
    parsed = as_question(question)
    parts = list_parts(parsed)
    if isinstance(parsed.key, TrueFalseKey):
        return parts
    pinned = set()
    if isinstance(parsed.key, (SingleKey, MultipleKey)):
        pinned = {option.id for option in parsed.key.options if option.pinned}
    moving = sorted((part for part in parts if part not in pinned), key=lambda p: _roll(seed, p))
    if isinstance(parsed.key, OrderingKey) and tuple(moving) == parts:
        moving = [*moving[1:], moving[0]]
    rest = iter(moving)
    return tuple(part if part in pinned else next(rest) for part in parts)


def _roll(seed: int | str, part: str) -> bytes:
    return hashlib.sha256(f"{seed}\x1f{part}".encode("utf-8", "surrogatepass")).digest()


def decode_response(question: Source, option_tokens: Mapping[str, str], raw: object) -> object:
    """Return a response with ids in place of tokens, ready for ``grade``.

    An unknown token, an id sent as if it were one, or the wrong container gives ``UNREADABLE``,
    which every type grades as invalid. Blank becomes None when its container fits the type.
    """
    key = as_question(question).key
    if is_blank(raw):
        return None if _fits_when_blank(key, raw) else dict(UNREADABLE)
    if isinstance(key, MatchingKey):
        return _decode_pairs(key, option_tokens, raw)
    if isinstance(key, GapsKey):
        return _decode_gaps(key, option_tokens, raw)
    if isinstance(key, (MultipleKey, OrderingKey)):
        return _decode_list(list_parts(question), option_tokens, raw)
    return _decode_one(key, option_tokens, raw)


def _fits_when_blank(key: AnyKey, raw: object) -> bool:
    """Return whether blank stands in the container of a type, one deep; null and "" always do."""
    parts: Iterable[object] = ()
    if isinstance(key, (MatchingKey, GapsKey)) and isinstance(raw, Mapping):
        parts = raw.values()
    elif isinstance(key, (MultipleKey, OrderingKey)) and isinstance(raw, (list, tuple)):
        parts = raw
    elif isinstance(raw, (list, tuple, Mapping)):
        return False
    return not any(isinstance(part, (list, tuple, Mapping)) for part in parts)


def _decode_one(key: AnyKey, tokens: Mapping[str, str], raw: object) -> object:
    if isinstance(key, SingleKey):
        return _look_up({tokens.get(option.id): option.id for option in key.options}, raw)
    if isinstance(key, TrueFalseKey) and not isinstance(raw, bool):
        return _look_up({tokens.get(part, part): truth for part, truth in _TRUTH.items()}, raw)
    return raw


def _look_up(ids: Mapping[str | None, Any] | Mapping[str, Any], token: object) -> object:
    if isinstance(token, str) and token in ids:
        return ids[token]
    return dict(UNREADABLE)


def _decode_list(parts: Sequence[str], tokens: Mapping[str, str], raw: object) -> object:
    if not isinstance(raw, (list, tuple)):
        return dict(UNREADABLE)
    ids = {tokens.get(part): part for part in parts}
    if not all(isinstance(token, str) and token in ids for token in raw):
        return dict(UNREADABLE)
    return [ids[token] for token in raw]


def _decode_pairs(key: MatchingKey, tokens: Mapping[str, str], raw: object) -> object:
    if not isinstance(raw, Mapping):
        return dict(UNREADABLE)
    stems = {tokens.get(f"stem:{stem.id}"): stem.id for stem in key.stems}
    choices = {tokens.get(f"choice:{choice.id}"): choice.id for choice in key.choices}
    pairs: dict[str, str | None] = {}
    for stem, choice in raw.items():
        if not isinstance(stem, str) or stem not in stems:
            return dict(UNREADABLE)
        if is_blank(choice):
            pairs[stems[stem]] = None
        elif isinstance(choice, str) and choice in choices:
            pairs[stems[stem]] = choices[choice]
        else:
            return dict(UNREADABLE)
    return pairs


def _decode_gaps(key: GapsKey, tokens: Mapping[str, str], raw: object) -> object:
    if not isinstance(raw, Mapping):
        return dict(UNREADABLE)
    gaps = {tokens.get(f"gap:{gap.id}"): gap for gap in key.gaps}
    if not all(isinstance(token, str) and token in gaps for token in raw):
        return dict(UNREADABLE)
    return {gaps[token].id: _decode_gap(gaps[token], tokens, raw[token]) for token in raw}


def _decode_gap(gap: Gap, tokens: Mapping[str, str], raw: object) -> object:
    """Return what stands in a gap. What no database can keep is unreadable, and spoils no other."""
    if is_blank(raw):
        return "" if isinstance(raw, str) else None
    if isinstance(gap.key, SingleKey):
        return _look_up({tokens.get(f"gap:{gap.id}:{o.id}"): o.id for o in gap.key.options}, raw)
    kept = not has_unstorable(raw) if isinstance(raw, str) else read_number(raw) is not None
    return raw if kept else dict(UNREADABLE)


def encode_response(question: Source, option_tokens: Mapping[str, str], response: object) -> Any:
    """Return a stored response with tokens in place of ids: what a form was sent with.

    The way back of ``decode_response``. A part without a token is left out.
    """
    key = as_question(question).key
    if isinstance(key, TrueFalseKey):
        part = str(response).lower()
        return option_tokens.get(part, part) if isinstance(response, bool) else None
    if isinstance(key, SingleKey):
        return option_tokens.get(response) if isinstance(response, str) else None
    if isinstance(key, (MultipleKey, OrderingKey)):
        parts = response if isinstance(response, (list, tuple)) else ()
        texts = [part for part in parts if isinstance(part, str)]
        return [option_tokens[part] for part in texts if part in option_tokens]
    if isinstance(key, (MatchingKey, GapsKey)):
        given = response if isinstance(response, Mapping) else {}
        return _encode_parts(key, option_tokens, given)
    return response


def _encode_parts(
    key: MatchingKey | GapsKey, tokens: Mapping[str, str], given: Mapping[str, Any]
) -> dict[str, Any]:
    if isinstance(key, MatchingKey):
        return {
            tokens[f"stem:{stem}"]: tokens.get(f"choice:{choice}", "")
            for stem, choice in given.items()
            if f"stem:{stem}" in tokens
        }
    chosen = {gap.id for gap in key.gaps if isinstance(gap.key, SingleKey)}
    return {
        tokens[f"gap:{gap}"]: tokens.get(f"gap:{gap}:{value}", "") if gap in chosen else value
        for gap, value in given.items()
        if f"gap:{gap}" in tokens
    }
