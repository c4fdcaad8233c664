"""Keep in the log who read somebody's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wagtail.log_actions import log

from quizzes.attempts.models import Attempt

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

READ_ANSWERS: Final = "sb_quizzes.read_answers"


def note_reading(*, attempt: Attempt, actor: AbstractBaseUser) -> None:
    """Add a line to the log that ``actor`` read the answers of an attempt."""
    log(instance=attempt, action=READ_ANSWERS, user=actor, title=str(attempt.uuid))
