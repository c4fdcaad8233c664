"""Freeze what a question says when it goes live."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from quizzes.questions.models import Question, QuestionVersion, digest_body

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

logger = logging.getLogger(__name__)


def make_question_version(
    *, question: Question, revision_id: int | None, actor: AbstractBaseUser | None, now: datetime
) -> QuestionVersion | None:
    """Freeze a live question; the same revision gives the same version, however often asked.

    Returns None for a question that is not live, and for one that cannot be marked: publishing
    must not fail here, the editor's form has already said so to whoever published by hand.
    """
    if not question.live:
        return None
    if fault := question.find_fault():
        logger.warning("Question %s went live unasked: %s", question.code, fault[1])
        return None
    return freeze_question(question=question, revision_id=revision_id, actor=actor, now=now)


@transaction.atomic
def freeze_question(
    *, question: Question, revision_id: int | None, actor: AbstractBaseUser | None, now: datetime
) -> QuestionVersion:
    """Write the next version of a question that is known to be whole, unless it exists."""
    # The row of the question queues everybody who would take the same number.
    Question.objects.select_for_update(no_key=True).filter(pk=question.pk).values_list("pk").first()
    versions = QuestionVersion.objects.filter(question_id=question.pk)
    found = versions.filter(revision_id=revision_id, revision_id__isnull=False).first()
    if found is not None:
        return found
    last = versions.aggregate(last=Max("number"))["last"] or 0
    body = question.to_body()
    return QuestionVersion.objects.create(
        question_id=question.pk,
        number=last + 1,
        revision_id=revision_id,
        body=body,
        digest=digest_body(body),
        tags=body["tags"],
        standard_codes=sorted(body["standards"]),
        difficulty=question.difficulty,
        published_at=now,
        published_by_id=actor.pk if actor else None,
    )


def make_missing_question_versions(*, now: datetime) -> int:
    """Make the versions of live questions whose live revision has none; return how many.

    Mends what a process left behind that died between going live and its receiver.
    """
    versions = QuestionVersion.objects.filter(
        question_id=OuterRef("pk"), revision_id=OuterRef("live_revision_id")
    )
    waiting = Question.objects.filter(~Exists(versions), live=True, live_revision_id__isnull=False)
    made = [
        make_question_version(
            question=question, revision_id=question.live_revision_id, actor=None, now=now
        )
        for question in waiting
    ]
    return sum(version is not None for version in made)
