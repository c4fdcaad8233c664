"""What HR types about coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certification.catalogue.models import Certification
from lms.api import Branch, Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class DayInput(forms.DateInput):
    """The browser's own field for a day: nothing pops up over the fields that follow."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class CoverageRuleForm(forms.Form):
    """At least so many certified people, where, from when, and why."""

    certification = forms.ModelChoiceField(
        Certification.objects.none(), label=_("Certification"), to_field_name="code"
    )
    at_least = forms.IntegerField(
        label=_("At least"),
        min_value=1,
        max_value=500,
        initial=2,
        help_text=_(
            "Certified people at each branch, on every day. Who is on leave is not counted."
        ),
    )
    region = forms.ModelChoiceField(
        Region.objects.none(),
        label=_("Region"),
        required=False,
        to_field_name="uuid",
        empty_label=_("All regions"),
    )
    branch = forms.CharField(
        label=_("Only one branch"),
        required=False,
        max_length=40,
        help_text=_("Its code, for example 0412. Leave it empty for all branches of the region."),
    )
    from_on = forms.DateField(label=_("From"), widget=DayInput())
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("Branch managers read it, for example: two tills are open at any time."),
    )

    def __init__(self, *args: Any, user: AbstractBaseUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        today = timezone.localdate()
        fields: dict[str, Any] = self.fields
        fields["certification"].queryset = Certification.objects.active_on(today)
        fields["region"].queryset = Region.objects.visible_to(user)
        fields["from_on"].initial = today

    def clean_branch(self) -> Branch | None:
        """Return the branch of a code, one that the reader sees."""
        code = self.cleaned_data["branch"].strip()
        if not code:
            return None
        branch = (
            Branch.objects.visible_to(self.user).select_related("region").filter(code=code).first()
        )
        if branch is None:
            raise ValidationError(_("There is no branch with this code."), code="unknown_branch")
        return branch

    def clean(self) -> dict[str, Any] | None:
        """Let a branch win over the region it lies in; refuse one that lies elsewhere."""
        found = super().clean() or self.cleaned_data
        branch, region = found.get("branch"), found.get("region")
        if branch is not None and region is not None:
            if not branch.region.path.startswith(region.path):
                self.add_error("branch", _("This branch does not lie in that region."))
            found["region"] = None
        return found


class EndRuleForm(forms.Form):
    """From when a rule no longer holds, and why."""

    on = forms.DateField(label=_("No longer from"), widget=DayInput())
    reason = forms.CharField(label=_("Why"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()
