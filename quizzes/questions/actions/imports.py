"""Take in questions as data, through the same publication as the editor's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.api import InvalidInputError, Standard
from quizzes.questions.actions.versions import freeze_question
from quizzes.questions.models import Question, QuestionBank, QuestionVersion, digest_body
from quizzes.questions.rules import QuestionError, parse_question, read_fraction

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

ANSWERS: dict[object, str] = {True: "true", False: "false"}
MARK_STEP = Decimal("0.01")
WEIGHT_STEP = Decimal("0.001")


@transaction.atomic
def import_questions(
    *,
    bank_code: str,
    questions: Sequence[Mapping[str, Any]],
    actor: AbstractBaseUser | None,
    now: datetime,
    bank_title: str = "",
    owner: AbstractBaseUser | None = None,
) -> list[Question]:
    """Write and publish questions given in the JSON form, by code; return those that changed.

    New questions belong to ``owner``, else to the actor.

    A question that already says the same is left alone, so the same data twice changes nothing.

    Raises:
        InvalidInputError: a question cannot be used; it names the question and the fault, and
            nothing at all was written.

    """
    standards = dict(Standard.objects.values_list("code", "pk"))
    _refuse_repeated(questions)
    bank = _write_bank(bank_code, bank_title)
    known = {
        question.code: question
        for question in Question.objects.filter(code__in=[row.get("code") for row in questions])
    }
    digests = dict(
        QuestionVersion.objects.latest()
        .filter(question__in=known.values())
        .values_list("question__code", "digest")
    )
    changed = []
    author = owner or actor
    for row in questions:
        question = known.get(row["code"]) or Question(
            code=row["code"], live=False, owner_id=author.pk if author else None
        )
        _fill_question(question, row, bank, standards)
        if question.live and digests.get(question.code) == digest_body(question.to_body()):
            continue
        _publish_question(question, actor, now)
        changed.append(question.pk)
    # Publishing worked on copies of its own: read what the rows say now.
    fresh = Question.objects.in_bulk(changed)
    return [fresh[pk] for pk in changed]


def _refuse_repeated(questions: Sequence[Mapping[str, Any]]) -> None:
    for place, row in enumerate(questions, start=1):
        if not isinstance(row.get("code"), str) or not row["code"].strip():
            raise InvalidInputError(
                _("Question %(place)d has no code.") % {"place": place}, field="code"
            )
    for code, count in Counter(row["code"] for row in questions).items():
        if count > 1:
            raise InvalidInputError(
                _("The code %(code)s comes more than once.") % {"code": code}, field="code"
            )


def _write_bank(code: str, title: str) -> QuestionBank:
    bank, created = QuestionBank.objects.get_or_create(code=code, defaults={"title": title or code})
    if title and not created and bank.title != title:
        bank.title = title
        bank.save(update_fields=["title"])
    return bank


def _fill_question(
    question: Question,
    row: Mapping[str, Any],
    bank: QuestionBank,
    standards: Mapping[str, int],
) -> None:
    """Put the row's contents into the question, not yet saved."""
    _check_row(row, standards)
    feedback = row.get("feedback") or {}
    question.bank = bank
    question.type = row["type"]
    question.prompt = row["prompt"]
    question.options = json.dumps([_option_to_raw(option) for option in row.get("options", [])])
    question.answer = ANSWERS.get(row.get("answer"), "")
    question.scoring = row.get("scoring") or ""
    question.max_mark = _read_decimal(row, "max_mark", row.get("max_mark", 1), MARK_STEP)
    question.standards = json.dumps(_standards_to_raw(row, standards))
    question.critical = bool(row.get("critical"))
    question.feedback_general = feedback.get("general", "")
    question.feedback_right = feedback.get("right", "")
    question.feedback_wrong = feedback.get("wrong", "")
    question.tags = ", ".join(row.get("tags") or [])
    question.difficulty = row.get("difficulty") or Question.Difficulty.MEDIUM
    if fault := question.find_fault():
        raise _refuse(row["code"], fault[1], fault[0])


def _check_row(row: Mapping[str, Any], standards: Mapping[str, int]) -> None:
    try:
        parsed = parse_question(row)
    except QuestionError as error:
        raise _refuse(row["code"], str(error), "") from error
    if parsed.type not in Question.Type.values:
        words = _("Questions of type “%(type)s” cannot be taken in.") % {"type": parsed.type}
        raise _refuse(row["code"], words, "type")
    if row.get("difficulty", 2) not in Question.Difficulty.values:
        raise _refuse(row["code"], _("Difficulty is 1, 2 or 3."), "difficulty")
    for code in parsed.standards:
        if code not in standards:
            words = _("There is no standard %(code)s.") % {"code": code}
            raise _refuse(row["code"], words, "standards")


def _refuse(code: str, words: str, field: str) -> InvalidInputError:
    message = _("Question %(code)s: %(words)s") % {"code": code, "words": words}
    return InvalidInputError(message, code="question", field=field)


def _read_decimal(row: Mapping[str, Any], field: str, value: object, step: Decimal) -> Decimal:
    """Return an exact number as the editor keeps it."""
    number = read_fraction(value) or Fraction(0)
    decimal = (Decimal(number.numerator) / Decimal(number.denominator)).quantize(step)
    if Fraction(decimal) != number:
        words = _("Only numbers in steps of %(step)s are kept here.") % {"step": step}
        raise _refuse(row["code"], words, field)
    return decimal


def _option_to_raw(option: Mapping[str, Any]) -> dict[str, Any]:
    fraction = option.get("fraction")
    right = option.get("correct")
    if right is None:
        right = (read_fraction(fraction) or 0) > 0
    return {
        "type": "option",
        "id": option["id"],
        "value": {
            "text": option.get("text", ""),
            "right": bool(right),
            "feedback": option.get("feedback", ""),
            "share": "" if fraction is None else str(fraction),
            "pinned": bool(option.get("pinned")),
        },
    }


def _standards_to_raw(row: Mapping[str, Any], standards: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "type": "standard",
            "id": code,
            "value": {
                "standard": standards[code],
                "weight": str(_read_decimal(row, "standards", weight, WEIGHT_STEP)),
            },
        }
        for code, weight in (row.get("standards") or {}).items()
    ]


def _publish_question(question: Question, actor: AbstractBaseUser | None, now: datetime) -> None:
    if question.pk is None:
        question.save()
    revision = question.save_revision(user=actor, clean=False)
    # Frozen before the publication, so that it carries the moment of this import; the receiver
    # of the publication finds the version of its revision made.
    freeze_question(question=question, revision_id=revision.pk, actor=actor, now=now)
    revision.publish(user=actor, skip_permission_checks=True)
