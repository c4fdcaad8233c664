"""What follows when Wagtail publishes a question."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from wagtail.signals import published

from quizzes.questions.actions import make_question_version
from quizzes.questions.models import Question


def receive_published_question(instance: Question, revision: Any = None, **_signal: object) -> None:
    """Make the version of what went live. A scheduled publication tells of it twice."""
    make_question_version(
        question=instance,
        revision_id=revision.pk if revision else None,
        actor=revision.user if revision else None,
        now=timezone.now(),
    )


def connect() -> None:
    """Listen to publications; called once when the app is ready."""
    published.connect(
        receive_published_question, sender=Question, dispatch_uid="sb_quizzes.question"
    )
