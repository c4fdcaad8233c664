"""What may be shown of an answered question: an allow-list by phase and by what is released."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizzes.questions.rules.choices import MultipleKey, SingleKey, TrueFalseKey
from quizzes.questions.rules.entries import NumberKey, TextKey, fold_text, matches, split_pattern
from quizzes.questions.rules.grades import ONE, Grade
from quizzes.questions.rules.layouts import Gap, GapsKey, MatchingKey, OpenKey, OrderingKey
from quizzes.questions.rules.numbers import read_number
from quizzes.questions.rules.parts import Source, as_question
from quizzes.questions.rules.public import gap_options, prompt_of, split_gaps
from quizzes.questions.rules.question import AnyKey, Question

PHASES = ("during", "right_after", "later", "after_close")
SHOWN = ("mark", "right_answer", "feedback")


def review_view(
    question: Source,
    response: object,
    grade: Grade,
    phase: str,
    shows: Mapping[str, Collection[str]],
    order: Sequence[str] = (),
) -> dict[str, Any]:
    """Return all that may be shown of an answered question in this phase.

    ``shows`` maps phases to a selection of mark, right_answer and feedback; an unknown phase
    shows none. ``response`` holds ids (see ``decode_response``), ``order`` the frozen order of
    the parts; without it options come by their text, which says nothing.
    Always: type, prompt, phase, and what was answered: options [{text, chosen}], answer, pairs
    [{stem, chosen}], items or pieces. Released: mark {fraction, state, got, max}; ``right`` in
    the rows, or right_answers; feedback [text] and feedback in the rows that were chosen.
    """
    parsed = as_question(question)
    released = set(shows.get(phase, ())) & set(SHOWN)
    page = _Page("right_answer" in released, "feedback" in released, tuple(order))
    view: dict[str, Any] = {"type": parsed.type, "prompt": prompt_of(parsed), "phase": phase}
    view |= _show_answer(parsed.key, response, page)
    if "mark" in released:
        view["mark"] = _show_mark(parsed, grade)
    if page.feedback:
        view["feedback"] = _list_feedback(parsed, response, grade)
    return view


@dataclass(frozen=True, slots=True)
class _Page:
    """What of the key is released, and the order in which the parts were seen."""

    right: bool
    feedback: bool
    order: tuple[str, ...]

    def place(self, part: str, text: str) -> tuple[int, str]:
        return (self.order.index(part) if part in self.order else len(self.order), text)


def _show_mark(question: Question, grade: Grade) -> dict[str, str]:
    return {
        "fraction": str(grade.fraction),
        "state": grade.state,
        "got": str(grade.fraction * question.max_mark),
        "max": str(question.max_mark),
    }


def _list_feedback(question: Question, response: object, grade: Grade) -> list[str]:
    said = [question.feedback.general]
    if grade.state != "needs_marking":
        said.append(question.feedback.right if grade.state == "right" else question.feedback.wrong)
    if isinstance(question.key, (TextKey, NumberKey)):
        said.append(_feedback_of_entry(question.key, response))
    return [text for text in said if text]


def _feedback_of_entry(key: TextKey | NumberKey, response: object) -> str:
    """Return what the accepted answer that matched says."""
    if isinstance(key, NumberKey):
        number = read_number(response)
        fitting = (a.feedback for a in key.answers if number is not None and a.accepts(number))
        return next(fitting, "")
    if not isinstance(response, str):
        return ""
    text = fold_text(response, case_sensitive=key.case_sensitive)
    return next((a.feedback for a in key.answers if matches(a.segments, text)), "")


def _show_answer(key: AnyKey, response: object, page: _Page) -> dict[str, Any]:
    if isinstance(key, (SingleKey, MultipleKey)):
        chosen = _texts_of(response if isinstance(response, (list, tuple)) else [response])
        return {"options": _show_options(key, chosen, page)}
    if isinstance(key, TrueFalseKey):
        return {"options": _show_truths(key, response, page)}
    if isinstance(key, MatchingKey):
        return {"pairs": _show_pairs(key, response, page)}
    if isinstance(key, OrderingKey):
        return _show_items(key, response, page)
    if isinstance(key, GapsKey):
        return {"pieces": [_show_piece(piece, response, page) for piece in split_gaps(key)]}
    view: dict[str, Any] = {"answer": _show_typed(response)}
    if page.right and isinstance(key, (TextKey, NumberKey)):
        view["right_answers"] = _list_right_answers(key)
    if page.right and isinstance(key, OpenKey):
        view["rubric"] = [
            {"text": c.text, "levels": [{"text": t, "points": str(p)} for t, p in c.levels]}
            for c in key.rubric
        ]
    return view


def _texts_of(parts: Sequence[object]) -> set[str]:
    return {part for part in parts if isinstance(part, str)}


def _show_options(
    key: SingleKey | MultipleKey, chosen: set[str], page: _Page
) -> list[dict[str, Any]]:
    full = isinstance(key, SingleKey)
    right = {o.id for o in key.options if (o.fraction == ONE if full else o.right)}
    rows = []
    for option in sorted(key.options, key=lambda o: page.place(o.id, o.text)):
        row: dict[str, Any] = {"text": option.text, "chosen": option.id in chosen}
        if page.right:
            row["right"] = option.id in right
        if page.feedback and option.id in chosen and option.feedback:
            row["feedback"] = option.feedback
        rows.append(row)
    return rows


def _show_truths(key: TrueFalseKey, response: object, page: _Page) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for text, truth in (("true", True), ("false", False)):
        rows.append({"text": text, "chosen": response is truth})
        if page.right:
            rows[-1]["right"] = key.answer is truth
    return rows


def _show_pairs(key: MatchingKey, response: object, page: _Page) -> list[dict[str, Any]]:
    texts = {choice.id: choice.text for choice in key.choices}
    given = response if isinstance(response, Mapping) else {}
    rows = []
    for stem in sorted(key.stems, key=lambda s: page.place(f"stem:{s.id}", s.text)):
        choice = given.get(stem.id)
        row = {
            "stem": stem.text,
            "chosen": texts.get(choice, "") if isinstance(choice, str) else "",
        }
        if page.right:
            row["right"] = texts[stem.match]
        rows.append(row)
    return rows


def _show_items(key: OrderingKey, response: object, page: _Page) -> dict[str, Any]:
    texts = {item.id: item.text for item in key.items}
    given = response if isinstance(response, (list, tuple)) else []
    view = {"items": [texts[part] for part in given if isinstance(part, str) and part in texts]}
    if page.right:
        view["right_answers"] = list(texts.values())
    return view


def _show_piece(piece: dict[str, str] | Gap, response: object, page: _Page) -> dict[str, Any]:
    if isinstance(piece, dict):
        return piece
    given = response.get(piece.id) if isinstance(response, Mapping) else None
    texts = {option.id: option.text for option in gap_options(piece)}
    answer = _show_typed(given)
    view: dict[str, Any] = {"answer": texts.get(answer, "") if texts else answer}
    if page.right:
        view["right_answers"] = _list_right_answers(piece.key)
        view["right"] = piece.key.mark(given).fraction == ONE
    said = _feedback_of_gap(piece, given) if page.feedback else ""
    return view | ({"feedback": said} if said else {})


def _feedback_of_gap(gap: Gap, given: object) -> str:
    if isinstance(gap.key, SingleKey):
        return next((o.feedback for o in gap.key.options if o.id == given), "")
    return _feedback_of_entry(gap.key, given)


def _list_right_answers(key: SingleKey | TextKey | NumberKey) -> list[str]:
    if isinstance(key, SingleKey):
        return [option.text for option in key.options if option.fraction == ONE]
    if isinstance(key, TextKey):
        return ["…".join(split_pattern(a.pattern)) for a in key.answers if a.fraction == ONE]
    return [answer.shown for answer in key.answers if answer.fraction == ONE]


def _show_typed(response: object) -> str:
    """Return what was typed; numbers sent as JSON come back as text, junk as nothing."""
    if isinstance(response, str):
        return response
    number = read_number(response)
    return "" if number is None else str(number)
