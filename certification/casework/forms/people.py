"""Who is looked for, and what is to be done to all of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.casework.forms.person import (
    FIELDS_OF_ERRORS,
    ONE_DAY,
    CertificationField,
    DayField,
    ReasonField,
)
from certification.casework.reads.people import PeopleQuery
from certification.catalogue.models import Certification
from lms import api as lms_api
from lms.api import BADGES, Branch, JobRole, Region, Standard

ANY = ("", _("Any"))


class PeopleFilterForm(forms.Form):
    """Filters of the people as they stand in the address; nonsense is said and left out."""

    q = forms.CharField(
        label=_("Name or number"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    certification = forms.ChoiceField(label=_("Certification"), required=False)
    badge = forms.ChoiceField(label=_("State"), required=False)
    due = forms.IntegerField(
        label=_("Due within days"), required=False, min_value=0, max_value=3650
    )
    expiring = forms.IntegerField(
        label=_("Expiring within days"), required=False, min_value=0, max_value=3650
    )
    region = forms.ChoiceField(label=_("Region"), required=False)
    branch = forms.CharField(label=_("Branch code"), required=False, max_length=40)
    role = forms.ChoiceField(label=_("Job role"), required=False)
    standard = forms.CharField(label=_("Standard code"), required=False, max_length=60)
    lacking = forms.BooleanField(label=_("Counted, not certified"), required=False)
    left = forms.BooleanField(label=_("Also who has left"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        certifications = Certification.objects.order_by("title").values_list("code", "title")
        regions = Region.objects.visible_to(user).order_by("path")
        choices: Mapping[str, list[tuple[Any, Any]]] = {
            "certification": [ANY, *certifications],
            "badge": [ANY, *((badge.key, badge.words) for badge in BADGES.values())],
            "region": [ANY, *((str(row.uuid), row.name) for row in regions)],
            "role": [ANY, *JobRole.objects.order_by("name").values_list("code", "name")],
        }
        for name, values in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = values
        self.is_valid()

    def clean_branch(self) -> str:
        """Refuse a code that no branch in reach has."""
        code: str = self.cleaned_data["branch"].strip()
        mine = Branch.objects.visible_to(self.user)
        if code and not mine.filter(code__iexact=code).exists():
            raise forms.ValidationError(_("No branch has this code."))
        return code

    def clean_standard(self) -> str:
        """Refuse a code that no standard has."""
        code: str = self.cleaned_data["standard"].strip()
        if code and not Standard.objects.filter(code__iexact=code).exists():
            raise forms.ValidationError(_("No standard has this code."))
        return code

    def query(self) -> PeopleQuery:
        """Return what was asked for, without what made no sense."""
        given = {
            name: value for name, value in self.cleaned_data.items() if value not in ("", None)
        }
        return PeopleQuery(**given)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        return self.query() != PeopleQuery()


class BulkForm(forms.Form):
    """What all actions on many have in common: one reason."""

    title: ClassVar[Any] = ""
    is_danger = False

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("from_on", "effective_on", "on"):
            if name in self.fields:
                self.fields[name].initial = today

    def values(self) -> dict[str, Any]:
        """Return what the action needs, as plain values; last days become first days after."""
        found: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if name == "reason":
                continue
            if name == "last_on":
                found["until_on"] = (value + ONE_DAY if value < date.max else value).isoformat()
            elif isinstance(value, Certification):
                found[name] = value.code
            else:
                found[name] = value.isoformat() if isinstance(value, date) else value
        return found

    def add_refusal(self, error: lms_api.LmsError) -> None:
        """Show a refusal at the field it names, else above the form."""
        names = FIELDS_OF_ERRORS.get(error.field, (error.field,))
        self.add_error(next((name for name in names if name in self.fields), None), error.message)


class BulkAssignForm(BulkForm):
    """Ask a certification of many."""

    title = _("Assign")
    certification = CertificationField()
    from_on = DayField(label=_("From"))
    due_on = DayField(
        label=_("Due on"), required=False, help_text=_("Empty: as the certification's rule says.")
    )
    optional = forms.BooleanField(label=_("Offered, not required"), required=False)
    reason = ReasonField()


class BulkUnassignForm(BulkForm):
    """Stop asking many."""

    title = _("End the assignment")
    certification = CertificationField()
    on = DayField(label=_("First day it is no longer asked for"))
    reason = ReasonField()


class BulkExemptForm(BulkForm):
    """For some days not asked."""

    title = _("Exempt")
    certification = CertificationField()
    from_on = DayField(label=_("From"))
    last_on = DayField(label=_("Last day"))
    reason = ReasonField()


class BulkExtendForm(BulkForm):
    """Held longer."""

    title = _("Extend")
    certification = CertificationField()
    last_on = DayField(label=_("New last day"))
    reason = ReasonField()


class BulkRevokeForm(BulkForm):
    """Taken back."""

    title = _("Revoke")
    is_danger = True
    certification = CertificationField()
    effective_on = DayField(label=_("From"))
    reason = ReasonField()


class BulkRemindForm(BulkForm):
    """A mail."""

    title = _("Remind")
    reason = ReasonField()


BULK_FORMS: Mapping[str, type[BulkForm]] = {
    "assign": BulkAssignForm,
    "unassign": BulkUnassignForm,
    "exempt": BulkExemptForm,
    "extend": BulkExtendForm,
    "remind": BulkRemindForm,
    "revoke": BulkRevokeForm,
}
