"""Quizzes and what people did with them."""

from quizzes.attempts.models.arrangements import (
    RELEASE_LASTS,
    Accommodation,
    AttemptExtension,
    QuizOverride,
    Release,
)
from quizzes.attempts.models.attempts import (
    Attempt,
    AttemptItem,
    AttemptResult,
    Certainty,
    ItemGrade,
    ResponseEvent,
)
from quizzes.attempts.models.quizzes import CHANGE_QUIZ_PREFIX, Quiz, QuizVersion
from quizzes.attempts.models.waiting import OpenAnswer

__all__ = [
    "CHANGE_QUIZ_PREFIX",
    "RELEASE_LASTS",
    "Accommodation",
    "Attempt",
    "AttemptExtension",
    "AttemptItem",
    "AttemptResult",
    "Certainty",
    "ItemGrade",
    "OpenAnswer",
    "Quiz",
    "QuizOverride",
    "QuizVersion",
    "Release",
    "ResponseEvent",
]
