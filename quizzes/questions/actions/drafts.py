"""Write the JSON form of a question into its draft: the way back of ``models.keys``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from lms.api import InvalidInputError
from quizzes.questions.models import Question
from quizzes.questions.models.keys import STEM_AND_CHOICE, unmark_gaps, write_block_id
from quizzes.questions.rules import read_fraction

ANSWERS: dict[object, str] = {True: "true", False: "false"}
MARK_STEP = Decimal("0.01")
WEIGHT_STEP = Decimal("0.001")
STREAMS = ("options", "texts", "numbers", "pairs", "items", "gaps", "rubric")


def fill_draft(question: Question, row: Mapping[str, Any], standards: Mapping[str, int]) -> None:
    """Put a row that the rules could read into the question, not yet saved.

    ``standards`` gives the keys of standards by code. Raises: InvalidInputError when the editor
    could not keep what the row says.
    """
    feedback = row.get("feedback") or {}
    question.type = row["type"]
    question.prompt = row.get("prompt") or ""
    question.scoring = row.get("scoring") or ""
    question.max_mark = read_decimal(row, "max_mark", row.get("max_mark", 1), MARK_STEP)
    question.standards = json.dumps(_standards_to_raw(row, standards))
    question.critical = bool(row.get("critical"))
    question.feedback_general = feedback.get("general") or ""
    question.feedback_right = feedback.get("right") or ""
    question.feedback_wrong = feedback.get("wrong") or ""
    question.tags = ", ".join(row.get("tags") or [])
    question.difficulty = row.get("difficulty") or Question.Difficulty.MEDIUM
    _fill_key(question, row)


def _fill_key(question: Question, row: Mapping[str, Any]) -> None:
    """Fill what this type keeps and empty what others do."""
    kind = question.type
    filled = _STREAM_WRITERS[kind](row) if kind in _STREAM_WRITERS else {}
    for name in STREAMS:
        setattr(question, name, json.dumps(filled.get(name, [])))
    question.answer = ANSWERS.get(row.get("answer"), "") if kind == "true_false" else ""
    question.case_sensitive = kind == "short_text" and bool(row.get("case_sensitive"))
    question.min_words = row.get("min_words") if kind == "open" else None
    question.max_words = row.get("max_words") if kind == "open" else None
    question.gap_text = ""
    if kind == "gaps":
        question.prompt = unmark_gaps(question.prompt)
        question.gap_text = unmark_gaps(row.get("text") or "")


def refuse(code: str, words: str, field: str) -> InvalidInputError:
    """Return the error that names a question and what is wrong with it."""
    message = _("Question %(code)s: %(words)s") % {"code": code, "words": words}
    return InvalidInputError(message, code="question", field=field)


def read_decimal(row: Mapping[str, Any], field: str, value: object, step: Decimal) -> Decimal:
    """Return an exact number as the editor keeps it. Raises: InvalidInputError."""
    number = read_fraction(value) or Fraction(0)
    decimal = (Decimal(number.numerator) / Decimal(number.denominator)).quantize(step)
    if Fraction(decimal) != number:
        words = _("Only numbers in steps of %(step)s are kept here.") % {"step": step}
        raise refuse(row["code"], words, field)
    return decimal


def _standards_to_raw(row: Mapping[str, Any], standards: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "type": "standard",
            "id": code,
            "value": {
                "standard": standards[code],
                "weight": str(read_decimal(row, "standards", weight, WEIGHT_STEP)),
            },
        }
        for code, weight in (row.get("standards") or {}).items()
    ]


def _write_options(row: Mapping[str, Any]) -> dict[str, Any]:
    single = row["type"] == "single"
    return {
        "options": [_option_to_raw(option, "option", single=single) for option in row["options"]]
    }


def _option_to_raw(option: Mapping[str, Any], kind: str, *, single: bool) -> dict[str, Any]:
    right = option.get("correct")
    if right is None:
        right = (read_fraction(option.get("fraction")) or 0) > 0
    value = {
        "text": option.get("text") or "",
        "right": bool(right),
        "feedback": option.get("feedback") or "",
        "share": _write_share(option, plain=single),
        "pinned": bool(option.get("pinned")),
    }
    return {"type": kind, "id": write_block_id(option["id"]), "value": value}


def _write_share(answer: Mapping[str, Any], *, plain: bool) -> str:
    """Return the share to show beside the tick: none where the tick says it all."""
    fraction = answer.get("fraction")
    if fraction is None:
        # The rules take an accepted answer without a fraction as fully right.
        return ""
    ticked = plain and read_fraction(fraction) in {Fraction(0), Fraction(1)}
    return "" if ticked else str(fraction)


def _credit_to_raw(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "right": (read_fraction(answer.get("fraction", 1)) or 0) > 0,
        "feedback": answer.get("feedback") or "",
        "share": _write_share(answer, plain=True),
    }


def _text_to_raw(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {"pattern": answer["pattern"], **_credit_to_raw(answer)}


def _write_texts(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"texts": [{"type": "answer", "value": _text_to_raw(a)} for a in row["answers"]]}


def _write_numbers(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"numbers": [_number_to_raw(answer) for answer in row["answers"]]}


def _number_to_raw(answer: Mapping[str, Any]) -> dict[str, Any]:
    texts = {
        name: str(answer[name])
        for name in ("value", "tolerance", "min", "max")
        if answer.get(name) is not None
    }
    if "value" in texts:
        return {"type": "number", "value": texts | _credit_to_raw(answer)}
    ends = {name: bool(answer.get(name)) for name in ("min_open", "max_open")}
    return {"type": "range", "value": texts | ends | _credit_to_raw(answer)}


def _write_pairs(row: Mapping[str, Any]) -> dict[str, Any]:
    texts = {choice["id"]: choice.get("text") or "" for choice in row["choices"]}
    pairs = [_pair_to_raw(stem, texts[stem["match"]]) for stem in row["stems"]]
    used = {stem["match"] for stem in row["stems"]}
    extras = [
        {"type": "extra", "id": write_block_id(name), "value": {"text": text}}
        for name, text in texts.items()
        if name not in used
    ]
    return {"pairs": pairs + extras}


def _pair_to_raw(stem: Mapping[str, Any], text: str) -> dict[str, Any]:
    same = stem["id"] == stem["match"]
    name = stem["id"] if same else f"{stem['id']}{STEM_AND_CHOICE}{stem['match']}"
    value = {"left": stem.get("text") or "", "right": text}
    return {"type": "pair", "id": write_block_id(name), "value": value}


def _write_items(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "items": [
            {
                "type": "item",
                "id": write_block_id(item["id"]),
                "value": {"text": item.get("text") or ""},
            }
            for item in row["items"]
        ]
    }


def _write_gaps(row: Mapping[str, Any]) -> dict[str, Any]:
    gaps = row["gaps"]
    if isinstance(gaps, Mapping):
        gaps = [{**gap, "id": name} for name, gap in gaps.items()]
    return {"gaps": [_gap_to_raw(row, gap) for gap in gaps]}


def _gap_to_raw(row: Mapping[str, Any], gap: Mapping[str, Any]) -> dict[str, Any]:
    weight = read_decimal(row, "gaps", gap.get("weight", 1), WEIGHT_STEP)
    value: dict[str, Any] = {"name": gap["id"], "weight": str(weight)}
    if gap["type"] == "single":
        value["options"] = [_option_to_raw(o, "item", single=True) for o in gap["options"]]
    elif gap["type"] == "numeric":
        value["answers"] = [_number_to_raw(answer) for answer in gap["answers"]]
    else:
        value["answers"] = _list_items(map(_text_to_raw, gap["answers"]))
        value["case_sensitive"] = bool(gap.get("case_sensitive"))
    return {"type": gap["type"], "value": value}


def _list_items(values: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"type": "item", "id": str(place), "value": value}
        for place, value in enumerate(values, start=1)
    ]


def _write_rubric(row: Mapping[str, Any]) -> dict[str, Any]:
    criteria = []
    for criterion in row.get("rubric") or []:
        levels = [
            {
                "text": level.get("text") or "",
                "points": str(read_decimal(row, "rubric", level.get("points", 0), MARK_STEP)),
            }
            for level in criterion["levels"]
        ]
        value = {"text": criterion.get("text") or "", "levels": _list_items(levels)}
        criteria.append({"type": "criterion", "value": value})
    return {"rubric": criteria}


_STREAM_WRITERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "single": _write_options,
    "multiple": _write_options,
    "short_text": _write_texts,
    "numeric": _write_numbers,
    "matching": _write_pairs,
    "ordering": _write_items,
    "gaps": _write_gaps,
    "open": _write_rubric,
}
