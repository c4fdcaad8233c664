"""Take in questions as data, through the same publication as the editor's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.api import InvalidInputError, Standard
from quizzes.questions.actions.drafts import fill_draft, refuse
from quizzes.questions.actions.versions import freeze_question
from quizzes.questions.models import Question, QuestionBank, QuestionVersion, digest_body
from quizzes.questions.rules import QuestionError, parse_question

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


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
    question.bank = bank
    fill_draft(question, row, standards)
    if fault := question.find_fault():
        raise refuse(row["code"], fault[1], fault[0])


def _check_row(row: Mapping[str, Any], standards: Mapping[str, int]) -> None:
    try:
        parsed = parse_question(row)
    except QuestionError as error:
        raise refuse(row["code"], str(error), "") from error
    if row.get("difficulty", 2) not in Question.Difficulty.values:
        raise refuse(row["code"], _("Difficulty is 1, 2 or 3."), "difficulty")
    for code in parsed.standards:
        if code not in standards:
            words = _("There is no standard %(code)s.") % {"code": code}
            raise refuse(row["code"], words, "standards")


def _publish_question(question: Question, actor: AbstractBaseUser | None, now: datetime) -> None:
    if question.pk is None:
        question.save()
    revision = question.save_revision(user=actor, clean=False)
    # Frozen before the publication, so that it carries the moment of this import; the receiver
    # of the publication finds the version of its revision made.
    freeze_question(question=question, revision_id=revision.pk, actor=actor, now=now)
    revision.publish(user=actor, skip_permission_checks=True)
