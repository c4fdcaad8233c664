"""Pages of quizzes: taking one, letting others in, giving minutes back, reading answers."""

from quizzes.attempts.views.extensions import ExtensionsView
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
    "ExtensionsView",
    "QuestionView",
    "QuizView",
    "ReleasesView",
    "ResultView",
    "ReviewView",
    "StaffAttemptView",
]
