"""Freeze what a quiz demands when it goes live."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef

from quizzes.attempts.models import Quiz, QuizVersion
from quizzes.attempts.reads import find_quiz_fault
from quizzes.questions.models import digest_body

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

logger = logging.getLogger(__name__)


def make_quiz_version(
    *, quiz: Quiz, revision_id: int | None, actor: AbstractBaseUser | None, now: datetime
) -> QuizVersion | None:
    """Freeze a live quiz; the same revision gives the same version, however often asked.

    Returns None for a quiz that is not live, and for one that cannot be taken: publishing must
    not fail here, the editor's form has already said so to whoever published by hand.
    """
    if not quiz.live:
        return None
    if fault := find_quiz_fault(quiz.to_body()):
        logger.warning("Quiz %s went live unused: %s", quiz.code, fault[1])
        return None
    return freeze_quiz(quiz=quiz, revision_id=revision_id, actor=actor, now=now)


@transaction.atomic
def freeze_quiz(
    *, quiz: Quiz, revision_id: int | None, actor: AbstractBaseUser | None, now: datetime
) -> QuizVersion:
    """Write the next version of a quiz that is known to be whole, unless it exists."""
    # The row of the quiz queues everybody who would take the same number.
    Quiz.objects.select_for_update(no_key=True).filter(pk=quiz.pk).values_list("pk").first()
    versions = QuizVersion.objects.filter(quiz_id=quiz.pk)
    found = versions.filter(revision_id=revision_id, revision_id__isnull=False).first()
    if found is not None:
        return found
    last = versions.order_by("-number").first()
    material = last is None or quiz.change == Quiz.Change.MATERIAL
    body = quiz.to_body()
    return QuizVersion.objects.create(
        quiz_id=quiz.pk,
        number=(last.number if last else 0) + 1,
        material_number=(last.material_number if last else 0) + int(material),
        revision_id=revision_id,
        body=body,
        digest=digest_body(body),
        password_hash=quiz.password_hash,
        published_at=now,
        published_by_id=actor.pk if actor else None,
    )


def make_missing_quiz_versions(*, now: datetime) -> int:
    """Make the versions of live quizzes whose live revision has none; return how many."""
    versions = QuizVersion.objects.filter(
        quiz_id=OuterRef("pk"), revision_id=OuterRef("live_revision_id")
    )
    waiting = Quiz.objects.filter(~Exists(versions), live=True, live_revision_id__isnull=False)
    made = [
        make_quiz_version(quiz=quiz, revision_id=quiz.live_revision_id, actor=None, now=now)
        for quiz in waiting
    ]
    return sum(version is not None for version in made)
