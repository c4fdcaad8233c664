"""Writes about questions: versions and imports."""

from quizzes.questions.actions.imports import import_questions
from quizzes.questions.actions.versions import (
    make_missing_question_versions,
    make_question_version,
)

__all__ = ["import_questions", "make_missing_question_versions", "make_question_version"]
