"""Writes about quizzes and attempts."""

from quizzes.attempts.actions.admissions import release_start
from quizzes.attempts.actions.answers import explain_invalid, leave_question, save_response
from quizzes.attempts.actions.arrangements import (
    end_arrangement,
    extend_attempt,
    grant_extra_time,
    make_override,
)
from quizzes.attempts.actions.cards import show_quiz_cards
from quizzes.attempts.actions.changes import make_change_quiz
from quizzes.attempts.actions.imports import import_quiz
from quizzes.attempts.actions.results import (
    build_grade,
    build_result,
    close_if_overdue,
    close_overdue_attempts,
    decide_attempt,
    submit_attempt,
    write_fraction,
    write_grade,
)
from quizzes.attempts.actions.starts import GRACE_SECONDS, start_attempt
from quizzes.attempts.actions.versions import make_missing_quiz_versions, make_quiz_version

__all__ = [
    "GRACE_SECONDS",
    "build_grade",
    "build_result",
    "close_if_overdue",
    "close_overdue_attempts",
    "decide_attempt",
    "end_arrangement",
    "explain_invalid",
    "extend_attempt",
    "grant_extra_time",
    "import_quiz",
    "leave_question",
    "make_change_quiz",
    "make_missing_quiz_versions",
    "make_override",
    "make_quiz_version",
    "release_start",
    "save_response",
    "show_quiz_cards",
    "start_attempt",
    "submit_attempt",
    "write_fraction",
    "write_grade",
]
