"""Writes about quizzes and attempts."""

from quizzes.attempts.actions.answers import save_response
from quizzes.attempts.actions.changes import make_change_quiz
from quizzes.attempts.actions.imports import import_quiz
from quizzes.attempts.actions.results import (
    close_if_overdue,
    close_overdue_attempts,
    submit_attempt,
)
from quizzes.attempts.actions.starts import start_attempt
from quizzes.attempts.actions.versions import make_missing_quiz_versions, make_quiz_version

__all__ = [
    "close_if_overdue",
    "close_overdue_attempts",
    "import_quiz",
    "make_change_quiz",
    "make_missing_quiz_versions",
    "make_quiz_version",
    "save_response",
    "start_attempt",
    "submit_attempt",
]
