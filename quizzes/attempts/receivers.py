"""What follows when Wagtail publishes a quiz."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from wagtail.signals import published

from quizzes.attempts.actions import make_quiz_version
from quizzes.attempts.models import Quiz


def receive_published_quiz(instance: Quiz, revision: Any = None, **_signal: object) -> None:
    """Make the version of what went live. A scheduled publication tells of it twice."""
    make_quiz_version(
        quiz=instance,
        revision_id=revision.pk if revision else None,
        actor=revision.user if revision else None,
        now=timezone.now(),
    )


def connect() -> None:
    """Listen to publications; called once when the app is ready."""
    published.connect(receive_published_quiz, sender=Quiz, dispatch_uid="sb_quizzes.quiz")
