"""A certification's own fields, and the day it retires. Saving them is an action."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.catalogue.models import Certification
from certification.coverage.forms import DayInput
from certification.rulemaking.forms.fields import DaysField


class CertificationForm(forms.ModelForm):  # type: ignore[type-arg]
    """What it is called and how it is handled. Its code stays for good once it is written."""

    reminder_days = DaysField(
        label=_("Remind so many days before"),
        required=False,
        help_text=_("Days before the due day, with commas, for example: 30, 7, 1"),
    )

    class Meta:
        model = Certification
        fields = [
            "code",
            "title",
            "summary",
            "reminder_days",
            "in_catalogue",
            "needs_approval",
            "design",
            "name_as_initials",
            "assessor_may_train",
        ]
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "code": _("Short and lasting, for example COUNTER. Files and reports name it."),
            "title": _("As people and certificates say it: “Counter service”."),
            "summary": _("One or two sentences for learners: what they may do once they hold it."),
            "design": _("Empty: the first look, a double frame in pine green."),
            "name_as_initials": _("Whoever checks a certificate by its code then sees “A. N.”."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]

    def _post_clean(self) -> None:
        """Leave the instance alone: an action writes it."""


class RetireForm(forms.Form):
    """From which day it is asked of nobody."""

    on = forms.DateField(
        label=_("Retired from"),
        widget=DayInput,
        help_text=_("The first day on which it is asked of nobody."),
    )
    understood = forms.BooleanField(
        label=_("I have read what this does"),
    )
