"""Marking of questions: exact, pure and total on any response."""

from quizzes.questions.rules.grades import Grade, QuestionError
from quizzes.questions.rules.numbers import read_fraction
from quizzes.questions.rules.question import QUESTION_TYPES, Question, grade, parse_question

__all__ = [
    "QUESTION_TYPES",
    "Grade",
    "Question",
    "QuestionError",
    "grade",
    "parse_question",
    "read_fraction",
]
