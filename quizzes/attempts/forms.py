"""The author's form of a quiz."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes.attempts.models import CHANGE_QUIZ_PREFIX, Quiz
from quizzes.attempts.reads import find_quiz_fault
from quizzes.attempts.rules import PHASES, SHOWN
from quizzes.questions.forms import OwnedForm

PHASE_LABELS = {
    "during": gettext_lazy("As soon as a question is answered (the answer then stays)"),
    "right_after": gettext_lazy("In the first hour after handing in"),
    "later": gettext_lazy("Later"),
    "after_close": gettext_lazy("After the quiz has closed"),
}
SHOWN_LABELS = {
    "mark": gettext_lazy("The mark"),
    "right_answer": gettext_lazy("The right answer"),
    "feedback": gettext_lazy("The feedback"),
}
SHORTEST_PASSWORD = 4


class TicksWidget(forms.Widget):
    """A table to tick: when by what."""

    template_name = "standardbearer/quizzes/admin/ticks.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Return the rows of the table."""
        context = super().get_context(name, value, attrs)
        ticked: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        context["widget"] |= {
            "columns": SHOWN_LABELS.values(),
            "rows": [
                {
                    "label": PHASE_LABELS[phase],
                    "boxes": [
                        {
                            "name": f"{name}-{phase}-{shown}",
                            "label": SHOWN_LABELS[shown],
                            "ticked": shown in (ticked.get(phase) or ()),
                        }
                        for shown in SHOWN
                    ],
                }
                for phase in PHASES
            ],
        }
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Return what was ticked, by phase."""
        return {
            phase: [shown for shown in SHOWN if f"{name}-{phase}-{shown}" in data]
            for phase in PHASES
        }

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Say that it is always there: boxes left empty are not sent."""
        return False

    def id_for_label(self, id_: str) -> str:
        """Return nothing: each box has a label of its own."""
        return ""


class TicksField(forms.Field):
    """Phase → what is shown in it. Any of it may be empty."""

    widget = TicksWidget

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what is ticked, whatever its order."""
        before = initial if isinstance(initial, Mapping) else {}
        return any(set(before.get(phase) or ()) != set(data[phase]) for phase in PHASES)


class QuizForm(OwnedForm):
    """A quiz that can be taken, or words about why it cannot."""

    feedback = TicksField(label=gettext_lazy("What is shown when"), required=False)
    new_password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        strip=True,
        min_length=SHORTEST_PASSWORD,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "Only for a start with a password. It cannot be read again: leave it empty to keep "
            "the one there is."
        ),
    )

    def clean_code(self) -> str:
        """Keep off the codes of the quizzes that the system makes after a change."""
        code: str = self.cleaned_data["code"]
        if code.startswith(CHANGE_QUIZ_PREFIX):
            words = _("Codes that begin with “%(prefix)s” are kept for short quizzes on changes.")
            raise ValidationError(words % {"prefix": CHANGE_QUIZ_PREFIX})
        return code

    def clean(self) -> dict[str, Any]:
        """Check what belongs together; keep the digest of a new password."""
        password = self.cleaned_data.get("new_password")
        if password:
            self.instance.password_hash = make_password(password)
        cleaned = super().clean()
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", _("It must close after it opens."))
        needs = cleaned.get("admission") == Quiz.Admission.PASSWORD
        if needs and not self.instance.password_hash:
            self.add_error("new_password", _("Say which password people are told."))
        return cleaned

    def find_fault(self) -> tuple[str, str] | None:
        """Try a draw."""
        return find_quiz_fault(self.instance.to_body())
