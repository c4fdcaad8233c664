"""Django looks for models only here: the rooms' models, nothing else."""

from quizzes.attempts.models import (
    Attempt,
    AttemptItem,
    AttemptResult,
    ItemGrade,
    Quiz,
    QuizVersion,
    ResponseEvent,
)
from quizzes.questions.models import Question, QuestionBank, QuestionVersion

__all__ = [
    "Attempt",
    "AttemptItem",
    "AttemptResult",
    "ItemGrade",
    "Question",
    "QuestionBank",
    "QuestionVersion",
    "Quiz",
    "QuizVersion",
    "ResponseEvent",
]
