"""Pages of quizzes: taking one, and letting others in, reading others' answers."""

from quizzes.attempts.views.releases import ReleasesView
from quizzes.attempts.views.staff import StaffAttemptView
from quizzes.attempts.views.taking import (
    AttemptView,
    QuestionView,
    QuizView,
    ResultView,
    ReviewView,
)

__all__ = [
    "AttemptView",
    "QuestionView",
    "QuizView",
    "ReleasesView",
    "ResultView",
    "ReviewView",
    "StaffAttemptView",
]
