"""The author's form of a quiz."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quizzes.attempts.models import CHANGE_QUIZ_PREFIX
from quizzes.attempts.reads import find_quiz_fault
from quizzes.questions.forms import OwnedForm


class QuizForm(OwnedForm):
    """A quiz that can be taken, or words about why it cannot."""

    def clean_code(self) -> str:
        """Keep off the codes of the quizzes that the system makes after a change."""
        code: str = self.cleaned_data["code"]
        if code.startswith(CHANGE_QUIZ_PREFIX):
            words = _("Codes that begin with “%(prefix)s” are kept for short quizzes on changes.")
            raise ValidationError(words % {"prefix": CHANGE_QUIZ_PREFIX})
        return code

    def find_fault(self) -> tuple[str, str] | None:
        """Try a draw."""
        return find_quiz_fault(self.instance.to_body())
