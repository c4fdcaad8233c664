"""Django looks for models only here: the rooms' models, nothing else."""

from quizzes.attempts.models import (
    Accommodation,
    Attempt,
    AttemptExtension,
    AttemptItem,
    AttemptResult,
    ItemGrade,
    OpenAnswer,
    Quiz,
    QuizOverride,
    QuizVersion,
    Release,
    ResponseEvent,
)
from quizzes.marking.models import Mark
from quizzes.practice.models import PracticeCard, PracticeItem, PracticeReview, PracticeRound
from quizzes.questions.models import Question, QuestionBank, QuestionVersion
from quizzes.scenarios.models import Play, PlayCount, PlayStep, Scenario, ScenarioVersion

__all__ = [
    "Accommodation",
    "Attempt",
    "AttemptExtension",
    "AttemptItem",
    "AttemptResult",
    "ItemGrade",
    "Mark",
    "OpenAnswer",
    "Play",
    "PlayCount",
    "PlayStep",
    "PracticeCard",
    "PracticeItem",
    "PracticeReview",
    "PracticeRound",
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
