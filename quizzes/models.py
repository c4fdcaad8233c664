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
from quizzes.scenarios.models import Play, PlayStep, Scenario, ScenarioVersion

__all__ = [
    "Attempt",
    "AttemptItem",
    "AttemptResult",
    "ItemGrade",
    "Play",
    "PlayStep",
    "Question",
    "QuestionBank",
    "QuestionVersion",
    "Quiz",
    "QuizVersion",
    "ResponseEvent",
    "Scenario",
    "ScenarioVersion",
]
