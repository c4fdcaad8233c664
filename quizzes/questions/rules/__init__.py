"""Marking of questions, exact, pure and total on any response; and what of them may be shown."""

from quizzes.questions.rules.grades import Grade, QuestionError, is_blank
from quizzes.questions.rules.numbers import read_fraction
from quizzes.questions.rules.parts import (
    LONGEST_TEXT,
    decode_response,
    encode_response,
    list_parts,
    shuffle_parts,
)
from quizzes.questions.rules.public import fill_view, public_view
from quizzes.questions.rules.question import QUESTION_TYPES, Question, grade, parse_question
from quizzes.questions.rules.review import PHASES, SHOWN, review_view
from quizzes.questions.rules.solutions import solve

__all__ = [
    "LONGEST_TEXT",
    "PHASES",
    "QUESTION_TYPES",
    "SHOWN",
    "Grade",
    "Question",
    "QuestionError",
    "decode_response",
    "encode_response",
    "fill_view",
    "grade",
    "is_blank",
    "list_parts",
    "parse_question",
    "public_view",
    "read_fraction",
    "review_view",
    "shuffle_parts",
    "solve",
]
