"""What a draft says is right, as the JSON of a question: one builder per type.

A draft is edited in words and ticks; the JSON is exact. ``actions.drafts`` goes the other way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quizzes.questions.models.questions import Question

# How an author writes a gap, and how the JSON does.
GAP_IN_DRAFT = re.compile(r"\[\[\s*([^\[\]\s]+)\s*\]\]")
GAP_IN_BODY = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")
# Two pairs may share one choice, which then is not called like the stem: the id of such a pair's
# block names both.
STEM_AND_CHOICE = "__is__"
# The editor looks blocks up by their ids in selectors, which break on anything else.
_ODD_LETTER = re.compile(r"[^A-Za-z0-9_-]")
_WRITTEN_LETTER = re.compile(r"_x([0-9a-f]{1,6})_")


def write_block_id(name: str) -> str:
    """Return the id of a part as the id of its block."""
    return _ODD_LETTER.sub(lambda found: f"_x{ord(found[0]):x}_", name)


def read_block_id(name: str) -> str:
    """Return the id of a part that the id of its block stands for."""
    return _WRITTEN_LETTER.sub(lambda found: chr(int(found[1], 16) % 0x110000), name)


def read_share(text: str) -> str:
    """Return a share as typed (``1/3``, ``50 %``) in the form the rules read."""
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    if not text.endswith("%"):
        return text
    try:
        return str(Fraction(text[:-1].strip().replace(",", ".")) / 100)
    except (ValueError, ZeroDivisionError):
        return text


def write_number(value: object) -> str:
    """Return a decimal of the editor as the JSON keeps it: exact, without trailing zeros."""
    return str(Fraction(str(value or 0)))


def mark_gaps(text: str) -> str:
    """Return an author's text with its gaps written as in the JSON."""
    return GAP_IN_DRAFT.sub(r"{{\1}}", text)


def unmark_gaps(text: str) -> str:
    """Return the JSON's text with its gaps written as an author does."""
    return GAP_IN_BODY.sub(r"[[\1]]", text)


def build_key(question: Question) -> dict[str, Any]:
    """Return the part of the JSON that differs by type."""
    return _BUILDERS[question.type](question)


def _build_single(question: Question) -> dict[str, Any]:
    return {"options": _list_options(question.options, with_fractions=True)}


def _build_multiple(question: Question) -> dict[str, Any]:
    options = _list_options(question.options, with_fractions=False)
    return {"options": options, "scoring": question.scoring or "fractions"}


def _build_true_false(question: Question) -> dict[str, Any]:
    return {"answer": {"true": True, "false": False}.get(question.answer)}


def _build_short_text(question: Question) -> dict[str, Any]:
    answers = [_text_to_json(block.value) for block in question.texts]
    return {"answers": answers, "case_sensitive": question.case_sensitive}


def _build_numeric(question: Question) -> dict[str, Any]:
    return {"answers": _list_numbers(question.numbers)}


def _build_matching(question: Question) -> dict[str, Any]:
    choices: dict[str, str] = {}
    ids: dict[str, str] = {}
    stems = []
    for name, block in _name_blocks(question.pairs):
        stem, _arrow, choice = name.partition(STEM_AND_CHOICE)
        text = block.value.get("right" if block.block_type == "pair" else "text") or ""
        if text not in ids:
            ids[text] = _free_id(choice or stem, choices)
            choices[ids[text]] = text
        if block.block_type == "pair":
            left = block.value.get("left") or ""
            stems.append({"id": stem, "text": left, "match": ids[text]})
    return {
        "stems": stems,
        "choices": [{"id": name, "text": text} for name, text in choices.items()],
    }


def _build_ordering(question: Question) -> dict[str, Any]:
    items = [
        {"id": name, "text": block.value.get("text") or ""}
        for name, block in _name_blocks(question.items)
    ]
    return {"items": items, "scoring": question.scoring or "all_or_nothing"}


def _build_gaps(question: Question) -> dict[str, Any]:
    key: dict[str, Any] = {"gaps": [_gap_to_json(block) for block in question.gaps]}
    return key


def _build_open(question: Question) -> dict[str, Any]:
    key: dict[str, Any] = {
        "rubric": [
            {
                "text": block.value.get("text") or "",
                "levels": [
                    {"text": level.get("text") or "", "points": write_number(level.get("points"))}
                    for level in block.value.get("levels") or []
                ],
            }
            for block in question.rubric
        ]
    }
    limits = {"min_words": question.min_words, "max_words": question.max_words}
    return key | {name: limit for name, limit in limits.items() if limit}


_BUILDERS: Mapping[str, Callable[[Question], dict[str, Any]]] = {
    "single": _build_single,
    "multiple": _build_multiple,
    "true_false": _build_true_false,
    "short_text": _build_short_text,
    "numeric": _build_numeric,
    "matching": _build_matching,
    "ordering": _build_ordering,
    "gaps": _build_gaps,
    "open": _build_open,
}


def _name_blocks(blocks: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    """Return blocks with their ids. One that was never saved has none: its place stands for it."""
    return (
        (read_block_id(block.id or str(place)), block)
        for place, block in enumerate(blocks, start=1)
    )


def _free_id(name: str, taken: Mapping[str, str]) -> str:
    """Return the name, or one like it that is not taken: a pair's words were changed."""
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free


def _list_options(blocks: Iterable[Any], *, with_fractions: bool) -> list[dict[str, Any]]:
    return [
        _option_to_json(name, block.value, with_fractions=with_fractions)
        for name, block in _name_blocks(blocks)
    ]


def _option_to_json(name: str, value: Any, *, with_fractions: bool) -> dict[str, Any]:
    option: dict[str, Any] = {
        "id": name,
        "text": value.get("text") or "",
        "feedback": value.get("feedback") or "",
        "pinned": bool(value.get("pinned")),
    }
    if with_fractions:
        return option | {"fraction": _credit(value)}
    option["correct"] = bool(value.get("right"))
    share = read_share(value.get("share") or "")
    return option | {"fraction": share} if share else option


def _credit(value: Any) -> str:
    """Return what an answer earns: its share, else all when it is ticked, else nothing."""
    return read_share(value.get("share") or "") or ("1" if value.get("right") else "0")


def _text_to_json(value: Any) -> dict[str, Any]:
    return {
        "pattern": value.get("pattern") or "",
        "fraction": _credit(value),
        "feedback": value.get("feedback") or "",
    }


def _list_numbers(blocks: Iterable[Any]) -> list[dict[str, Any]]:
    return [_number_to_json(block) for block in blocks]


def _number_to_json(block: Any) -> dict[str, Any]:
    value = block.value
    row = {"fraction": _credit(value), "feedback": value.get("feedback") or ""}
    if block.block_type == "number":
        row["value"] = value.get("value") or ""
        return row | _filled(value, "tolerance")
    row |= _filled(value, "min", "max")
    return row | {name: True for name in ("min_open", "max_open") if value.get(name)}


def _filled(value: Any, *names: str) -> dict[str, str]:
    found = {name: (value.get(name) or "").strip() for name in names}
    return {name: text for name, text in found.items() if text}


def _gap_to_json(block: Any) -> dict[str, Any]:
    value = block.value
    gap = {
        "id": value.get("name") or "",
        "type": block.block_type,
        "weight": write_number(value.get("weight")),
    }
    if block.block_type == "single":
        return gap | {"options": _list_options(_list_rows(value, "options"), with_fractions=True)}
    if block.block_type == "numeric":
        return gap | {"answers": _list_numbers(value.get("answers") or [])}
    answers = [_text_to_json(answer) for answer in value.get("answers") or []]
    return gap | {"answers": answers, "case_sensitive": bool(value.get("case_sensitive"))}


def _list_rows(value: Any, name: str) -> Iterable[Any]:
    """Return the rows of a list within a block, with their ids."""
    rows = value.get(name)
    return rows.bound_blocks if rows else ()
