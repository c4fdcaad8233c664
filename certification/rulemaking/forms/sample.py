"""What the invented person of a preview does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.coverage.forms import DayInput
from certification.rulemaking.rules.sample import Sample

COMPLETES_AFTER = timedelta(days=14)
FARTHEST = timedelta(days=36_500)


class SampleForm(forms.Form):
    """When they are asked, when they complete it, and when they renew."""

    assigned_on = forms.DateField(label=_("Assigned on"), widget=DayInput, required=False)
    completed_on = forms.DateField(label=_("Completed on"), widget=DayInput, required=False)
    days = forms.IntegerField(
        label=_("Renews, days"),
        required=False,
        min_value=0,
        max_value=3650,
        help_text=_("Empty: they never renew."),
    )
    when = forms.ChoiceField(
        label=_("Counted"),
        required=False,
        choices=[("before", _("before last day")), ("after", _("after it, late"))],
    )

    def __init__(self, data: Mapping[str, str], *, today: date) -> None:
        self.today = today
        super().__init__(data)

    def add_prefix(self, field_name: str) -> str:
        """Return the name the browser sends."""
        return f"sample_{field_name}"

    def clean(self) -> dict[str, Any]:
        """Refuse completing before it was asked, and days beyond a lifetime."""
        values: dict[str, Any] = super().clean() or {}
        assigned_on = values.get("assigned_on") or self.today
        if abs(assigned_on - self.today) > FARTHEST:
            self.add_error("assigned_on", _("Choose a day within a hundred years."))
            return values
        completed_on = values.get("completed_on") or assigned_on + COMPLETES_AFTER
        if not timedelta() <= completed_on - assigned_on < FARTHEST:
            self.add_error("completed_on", _("Choose a day on or after the assignment."))
        return {**values, "assigned_on": assigned_on, "completed_on": completed_on}

    def read(self) -> Sample:
        """Return what they do; call after ``is_valid``."""
        values = self.cleaned_data
        days = values.get("days")
        if days is not None and values.get("when") != "after":
            days = -days
        return Sample(values["assigned_on"], values["completed_on"], days)
