"""Quizzes and what people did with them."""

from quizzes.attempts.models.attempts import (
    Attempt,
    AttemptItem,
    AttemptResult,
    ItemGrade,
    ResponseEvent,
)
from quizzes.attempts.models.quizzes import Quiz, QuizVersion

__all__ = [
    "Attempt",
    "AttemptItem",
    "AttemptResult",
    "ItemGrade",
    "Quiz",
    "QuizVersion",
    "ResponseEvent",
]
