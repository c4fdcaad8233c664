"""The author's form of a quiz."""

from __future__ import annotations

from quizzes.attempts.reads import find_quiz_fault
from quizzes.questions.forms import OwnedForm


class QuizForm(OwnedForm):
    """A quiz that can be taken, or words about why it cannot."""

    def find_fault(self) -> tuple[str, str] | None:
        """Try a draw."""
        return find_quiz_fault(self.instance.to_body())
