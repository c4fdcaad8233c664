"""Who needs a certification, the end of such a rule, and moving what is open."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.catalogue.models import Certification
from certification.coverage.forms import DayInput
from lms.api import Branch, JobRole, Region

ONE_DAY = timedelta(days=1)
LONGEST_TENURE = 36_500


class RegionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A region with all below it, indented as in the tree."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name after as many dashes as it lies deep."""
        return f"{'– ' * (obj.depth - 1)}{obj}"


class AudienceForm(forms.Form):
    """A rule as somebody types it. The last day is typed as the last day on which it asks."""

    certification = forms.ModelChoiceField(
        Certification.objects.none(), label=gettext_lazy("Certification")
    )
    region = RegionField(
        Region.objects.all(),
        label=gettext_lazy("Region, with all below"),
        required=False,
        empty_label=gettext_lazy("the whole company"),
    )
    branch = forms.ModelChoiceField(
        Branch.objects.all(),
        label=gettext_lazy("Or one branch"),
        required=False,
        empty_label="–",
    )
    job_roles = forms.ModelMultipleChoiceField(
        JobRole.objects.all(),
        label=gettext_lazy("Job roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked means every role."),
    )
    tenure_days = forms.IntegerField(
        label=gettext_lazy("Days employed at least"),
        min_value=0,
        max_value=LONGEST_TENURE,
        initial=0,
        help_text=gettext_lazy("0 asks from the first day of work."),
    )
    optional = forms.BooleanField(
        label=gettext_lazy("Offer it only, do not require it"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason that people read"),
        max_length=200,
        help_text=gettext_lazy("For example: Everybody who serves at the counter."),
    )
    from_on = forms.DateField(label=gettext_lazy("First day"), widget=DayInput)
    last_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("Empty: until somebody ends it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        choice: Any = self.fields["certification"]
        choice.queryset = Certification.objects.active_on(today).order_by("title")

    def clean_from_on(self) -> date:
        """Refuse a day that is over. Raises: ValidationError."""
        day: date = self.cleaned_data["from_on"]
        if day < timezone.localdate():
            raise ValidationError(_("This day is over. Choose today or a coming day."))
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse two places and a last day before the first. Raises: ValidationError."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("region") and found.get("branch"):
            self.add_error("branch", _("Choose a region or a branch, not both."))
        first, last = found.get("from_on"), found.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day cannot come before the first."))
        return found

    @property
    def until_on(self) -> date | None:
        """The first day on which the rule no longer asks."""
        last: date | None = self.cleaned_data["last_on"]
        return last + ONE_DAY if last else None


class EndRuleForm(forms.Form):
    """From which day a rule asks nobody, and why."""

    on = forms.DateField(label=gettext_lazy("First day on which it asks nobody"), widget=DayInput)
    reason = forms.CharField(label=gettext_lazy("Why it ends"), max_length=200)

    def clean_on(self) -> date:
        """Refuse a day that is over. Raises: ValidationError."""
        day: date = self.cleaned_data["on"]
        if day < timezone.localdate():
            raise ValidationError(_("This day is over. Choose today or a coming day."))
        return day


class MoveForm(forms.Form):
    """Whose open work goes over to the version in force, and why."""

    region = RegionField(
        Region.objects.all(),
        label=gettext_lazy("Region, with all below"),
        required=False,
        empty_label=gettext_lazy("the whole company"),
    )
    branch = forms.ModelChoiceField(
        Branch.objects.all(),
        label=gettext_lazy("Or one branch"),
        required=False,
        empty_label="–",
    )
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=400)

    def clean(self) -> dict[str, Any]:
        """Refuse two places. Raises: ValidationError."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("region") and found.get("branch"):
            self.add_error("branch", _("Choose a region or a branch, not both."))
        return found

    @property
    def branches(self) -> list[Branch] | None:
        """The branches chosen; None: all, and people without a branch as well."""
        region, branch = self.cleaned_data["region"], self.cleaned_data["branch"]
        if branch is not None:
            return [branch]
        if region is not None:
            return list(Branch.objects.filter(region__path__startswith=region.path))
        return None


class UndoForm(forms.Form):
    """Why a migration is taken back."""

    reason = forms.CharField(label=gettext_lazy("Why it is taken back"), max_length=400)
