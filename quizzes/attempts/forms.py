"""Forms of the admin: the author's of a quiz, HR's of exceptions and extra time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

from lms.api import Branch, Employee, LmsError
from quizzes.attempts.actions import grant_extra_time, make_override
from quizzes.attempts.models import CHANGE_QUIZ_PREFIX, Accommodation, Quiz, QuizOverride
from quizzes.attempts.reads import find_quiz_fault
from quizzes.attempts.rules import PHASES, SHOWN, Leeway
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


class ArrangementForm(WagtailAdminModelForm):
    """A form whose saving is an action; what the action refuses stands beside its field.

    The action runs while the form is checked, inside the view's transaction.
    """

    for_user: Any

    def _post_clean(self) -> None:
        if self.errors:
            return
        try:
            self.instance = self.run_action()
        except LmsError as error:
            self.add_error(error.field if error.field in self.fields else None, error.message)

    def run_action(self) -> Any:
        """Return what the action made."""
        raise NotImplementedError

    def clean_employee_number(self) -> Employee | None:
        """Return the person, if they are the user's to see."""
        number = self.cleaned_data["employee_number"].strip()
        if not number:
            return None
        people = Employee.objects.visible_to(self.for_user).select_related("home_branch__region")
        person = people.filter(employee_number__iexact=number).first()
        if person is None:
            raise ValidationError(_("Nobody within your scope has this number."))
        return person

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Return what the action has already written."""
        return self.instance


class OverrideForm(ArrangementForm):
    """More tries or time at one quiz, for a person or a branch."""

    employee_number = forms.CharField(
        label=gettext_lazy("Employee number"), max_length=40, required=False
    )
    branch_code = forms.CharField(
        label=gettext_lazy("Or branch code"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("For everybody at home there."),
    )

    class Meta:
        model = QuizOverride
        fields = [
            "quiz",
            "extra_tries",
            "no_cool_down",
            "time_limit_minutes",
            "closes_at",
            "reason",
        ]
        widgets = {"closes_at": AdminDateTimeInput}

    field_order = ["quiz", "employee_number", "branch_code"]

    def clean_branch_code(self) -> Branch | None:
        """Return the branch, if it is the user's to see."""
        code = self.cleaned_data["branch_code"].strip()
        if not code:
            return None
        visible = Branch.objects.visible_to(self.for_user).select_related("region")
        branch = visible.filter(code__iexact=code).first()
        if branch is None:
            raise ValidationError(_("No branch within your scope has this code."))
        return branch

    def clean(self) -> dict[str, Any]:
        """Take a person or a branch."""
        cleaned: dict[str, Any] = super().clean()
        named = [cleaned.get("employee_number"), cleaned.get("branch_code")]
        if not self.errors and named.count(None) != 1:
            self.add_error("employee_number", _("Name a person or a branch, not both."))
        return cleaned

    def run_action(self) -> QuizOverride:
        """Make the exception."""
        values = self.cleaned_data
        return make_override(
            quiz=values["quiz"],
            target=values["employee_number"] or values["branch_code"],
            leeway=Leeway(
                extra_tries=values["extra_tries"] or 0,
                closes_at=values["closes_at"],
                time_limit_minutes=values["time_limit_minutes"],
                no_cool_down=values["no_cool_down"],
            ),
            reason=values["reason"],
            actor=self.for_user,
            now=timezone.now(),
        )


class AccommodationForm(ArrangementForm):
    """Extra time of one person."""

    employee_number = forms.CharField(label=gettext_lazy("Employee number"), max_length=40)

    class Meta:
        model = Accommodation
        fields = ["factor", "until_on", "reason"]
        help_texts = {
            "until_on": gettext_lazy("The first day without it. Left empty: for good."),
            "reason": gettext_lazy("Only HR sees it."),
        }
        widgets = {"until_on": AdminDateInput}

    field_order = ["employee_number", "factor", "until_on", "reason"]

    def run_action(self) -> Accommodation:
        """Grant the time."""
        values = self.cleaned_data
        return grant_extra_time(
            employee=values["employee_number"],
            factor=values["factor"],
            until_on=values["until_on"],
            reason=values["reason"],
            actor=self.for_user,
            now=timezone.now(),
        )
