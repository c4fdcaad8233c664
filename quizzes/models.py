"""Django looks for models only here: the rooms' models, nothing else."""

from quizzes.attempts.models import (
    Accommodation,
    Attempt,
    AttemptItem,
    AttemptResult,
    ItemGrade,
    Quiz,
    QuizOverride,
    QuizVersion,
    Release,
    ResponseEvent,
)
from quizzes.questions.models import Question, QuestionBank, QuestionVersion
from quizzes.scenarios.models import Play, PlayStep, Scenario, ScenarioVersion

__all__ = [
    "Accommodation",
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
    "QuizOverride",
    "QuizVersion",
    "Release",
    "ResponseEvent",
    "Scenario",
    "ScenarioVersion",
]
