"""What a quiz draws from, and whether there is enough of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from quizzes.attempts.rules import DrawError, PoolQuestion, Slot, draw
from quizzes.questions.models import QuestionVersion


def read_slots(body: Mapping[str, Any]) -> list[Slot]:
    """Return the slots of a version, questions and banks by uuid: codes may be mended."""
    return [_read_slot(slot) for slot in body["slots"]]


def _read_slot(slot: Mapping[str, Any]) -> Slot:
    if "draw" not in slot:
        return Slot(code=slot["uuid"])
    wanted = slot["draw"]
    return Slot(
        count=wanted["count"],
        bank=wanted["bank_uuid"],
        tag=wanted["tag"] or None,
        standard=wanted["standard"] or None,
        difficulty=wanted["difficulty"] or None,
    )


def read_pool(slots: Iterable[Slot]) -> list[PoolQuestion]:
    """Return what may be drawn for these slots. One query, without any text of a question."""
    banks = {slot.bank for slot in slots if slot.bank}
    rows = QuestionVersion.objects.askable().filter(question__bank__uuid__in=banks)
    fields = ("question__uuid", "question__bank__uuid", "tags", "standard_codes", "difficulty")
    return [
        PoolQuestion(
            code=str(name),
            bank=str(bank),
            tags=frozenset(tags),
            standards=frozenset(standards),
            difficulty=str(difficulty),
        )
        for name, bank, tags, standards, difficulty in rows.values_list(*fields)
    ]


def find_quiz_fault(body: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the field at fault and words about it, when nobody could take the quiz. One query."""
    if not body["slots"]:
        return "slots", _("Add at least one question, or a draw of questions.")
    for place, slot in enumerate(body["slots"], start=1):
        if not (slot["draw"]["bank_uuid"] if "draw" in slot else slot["question"]):
            return "slots", _("Row %(place)d names nothing to ask.") % {"place": place}
    slots = read_slots(body)
    try:
        draw(slots, read_pool(slots), "check")
    except DrawError as error:
        words = _("Row %(place)d draws %(missing)d more questions than there are live ones.")
        return "slots", words % {"place": error.slot + 1, "missing": error.missing}
    return None
