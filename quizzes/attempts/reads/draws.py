"""What a quiz draws from, and whether there is enough of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from quizzes.attempts.models import Attempt, AttemptItem
from quizzes.attempts.rules import DrawError, PoolQuestion, Slot, draw, may_ask
from quizzes.questions.models import QuestionVersion

# Enough to spread the questions, and few enough to count at every start.
COUNTED_ATTEMPTS = 500


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
        least_exposed=bool(wanted.get("least_exposed")),
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


def count_exposures(slots: Iterable[Slot], quiz_id: int) -> dict[str, int]:
    """Return how often the last attempts at a quiz drew each question, by uuid.

    No query unless a slot asks; else one, which never counts more than ``COUNTED_ATTEMPTS``.
    """
    if not any(slot.least_exposed for slot in slots):
        return {}
    last = Attempt.objects.filter(quiz_id=quiz_id).order_by("-pk").values("pk")
    rows = AttemptItem.objects.filter(attempt__in=last[:COUNTED_ATTEMPTS])
    name = "question_version__question__uuid"
    return {str(uuid): n for uuid, n in rows.values_list(name).annotate(n=Count("pk")).order_by()}


def count_fitting(body: Mapping[str, Any]) -> list[int]:
    """Return for each slot how many live questions fit it: 1 or 0 for a fixed one. Two queries."""
    slots = read_slots(body)
    pool = read_pool(slots)
    fixed = [slot.code for slot in slots if slot.code]
    live = QuestionVersion.objects.askable().filter(question__uuid__in=fixed)
    there = {str(uuid) for uuid in live.values_list("question__uuid", flat=True)}
    return [
        int(slot.code in there) if slot.code else sum(may_ask([slot], [row]) for row in pool)
        for slot in slots
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
