"""Forms of proofs, sign-offs and wishes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.coverage.forms import DayInput
from certification.proofs.rules import MAX_BYTES
from lms import api as lms_api

if TYPE_CHECKING:
    from certification.proofs.reads.evidence import ProofChoice

ACCEPT = ".pdf,.jpg,.jpeg,.png,.webp,application/pdf,image/jpeg,image/png,image/webp"
LONGEST_REASON = 400


class ErrorsOfActions(forms.Form):
    """A form that says what an action refused, beside the field it names."""

    def take_error(self, error: lms_api.LmsError) -> None:
        """Show an error of the domain as the form's own."""
        self.add_error(error.field if error.field in self.fields else None, error.message)


class ProofForm(ErrorsOfActions):
    """What a person hands in. The file's kind is told by the file, not by its name."""

    what = forms.ChoiceField(label=_("What it is for"))
    title = forms.CharField(
        label=_("What it is"),
        max_length=160,
        help_text=_("For example: first-aid course, 9 hours."),
    )
    issuer = forms.CharField(label=_("Who issued it"), max_length=160, required=False)
    done_on = forms.DateField(label=_("Finished on"), widget=DayInput())
    file = forms.FileField(
        label=_("File or picture"),
        help_text=_("PDF, JPEG, PNG or WebP, at most 10 MB. HR and your managers can see it."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, choices: Iterable[ProofChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = {choice.key: choice for choice in choices}
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(choice.key, choice.label) for choice in self.choices.values()]

    @property
    def chosen(self) -> ProofChoice:
        """What the proof is for; the form is valid."""
        return self.choices[self.cleaned_data["what"]]

    def read_file(self) -> bytes:
        """Return the file's bytes, one more than allowed at most: the rest is not read."""
        content: bytes = self.cleaned_data["file"].read(MAX_BYTES + 1)
        return content


class ReasonForm(ErrorsOfActions):
    """Why not; shown to the person."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        help_text=_("The person reads this."),
        error_messages={"required": _("Say why.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AwardDaysForm(ErrorsOfActions):
    """The days of the award that a proof of a whole certification earns."""

    valid_from = forms.DateField(label=_("Holds from"), widget=DayInput())
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: it never lapses."),
    )

    def take_error(self, error: lms_api.LmsError) -> None:
        """Show an error about the end beside the last day."""
        field = "last_day" if error.field == "valid_until" else error.field
        self.add_error(field if field in self.fields else None, error.message)

    @property
    def valid_until(self) -> date | None:
        """The first day on which it no longer holds."""
        last: date | None = self.cleaned_data["last_day"]
        return last + timedelta(days=1) if last is not None and last < date.max else last


class WishForm(ErrorsOfActions):
    """Why somebody wants a certification."""

    reason = forms.CharField(
        label=_("Why you would like it"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SignOffForm(ErrorsOfActions):
    """What an assessor saw."""

    remark = forms.CharField(
        label=_("Remark"),
        max_length=2_000,
        required=False,
        help_text=_("What went well, and what to practise. The person reads this."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    seen = forms.BooleanField(
        label=_("I saw this myself, and it was done well."),
        error_messages={"required": _("Confirm that you saw it. Otherwise do not sign.")},
    )


class AwardFileForm(ErrorsOfActions):
    """A file of past awards."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV in UTF-8, at most 20 MB. Nothing is written before you confirm."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
