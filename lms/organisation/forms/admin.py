"""What HR writes in the admin: leave and roles. People and places are named by their codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from lms.errors import LmsError
from lms.organisation.actions import grant_role, record_absence
from lms.organisation.models import Absence, Branch, Employee, Grant, Region
from lms.organisation.reads import zone_of
from lms.organisation.rules import local_day

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class ActionForm(WagtailAdminModelForm):
    """A form whose saving is an action; what the action refuses stands beside its field.

    The action runs while the form is checked, inside the view's transaction, so that a refusal
    is an ordinary form error and nothing that was typed is lost.
    """

    for_user: AbstractBaseUser

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

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002  (Django's signature)
        """Return what the action has already written."""
        return self.instance


class AbsenceForm(ActionForm):
    """Leave of one person."""

    employee_number = forms.CharField(label=_("Employee number"), max_length=40)

    class Meta:
        model = Absence
        fields = ["kind", "from_on", "until_on", "reason"]
        widgets = {"from_on": AdminDateInput, "until_on": AdminDateInput}
        help_texts = {
            "until_on": _("The first day back at work."),
            "reason": _("Only HR, the person and their managers see it."),
        }

    field_order = ["employee_number", "kind", "from_on", "until_on", "reason"]

    def clean_employee_number(self) -> Employee:
        """Return the person, if they are yours to see."""
        number = self.cleaned_data["employee_number"].strip()
        people = Employee.objects.visible_to(self.for_user).select_related("home_branch")
        person = people.filter(employee_number__iexact=number).first()
        if person is None:
            raise forms.ValidationError(_("Nobody within your scope has this number."))
        return person

    def run_action(self) -> Absence:
        """Record the leave."""
        values = self.cleaned_data
        person, now = values["employee_number"], timezone.now()
        return record_absence(
            employee=person,
            kind=values["kind"],
            from_on=values["from_on"],
            until_on=values["until_on"],
            reason=values["reason"],
            actor=self.for_user,
            now=now,
            today=local_day(now, zone_of(person)),
        )


class GrantForm(ActionForm):
    """A role for a person, for the company, a region or a branch."""

    employee_number = forms.CharField(label=_("Employee number"), max_length=40)
    region_name = forms.CharField(
        label=_("Region"),
        max_length=120,
        required=False,
        help_text=_("With everything below it. Leave both empty for the whole company."),
    )
    branch_code = forms.CharField(label=_("Branch code"), max_length=40, required=False)

    class Meta:
        model = Grant
        fields = ["role"]

    field_order = ["employee_number", "role", "region_name", "branch_code"]

    def clean_employee_number(self) -> Employee:
        """Return the person, if they are yours to see and have a login."""
        number = self.cleaned_data["employee_number"].strip()
        people = Employee.objects.visible_to(self.for_user).select_related("user")
        person = people.filter(employee_number__iexact=number).first()
        if person is None:
            raise forms.ValidationError(_("Nobody within your scope has this number."))
        if person.user is None:
            raise forms.ValidationError(_("This person has no login yet."))
        return person

    def clean_region_name(self) -> Region | None:
        """Return the region, if it is yours to see and the name means one only."""
        name = self.cleaned_data["region_name"].strip()
        if not name:
            return None
        found: list[Region] = list(
            Region.objects.visible_to(self.for_user).filter(name__iexact=name)[:2]
        )
        if len(found) != 1:
            raise forms.ValidationError(_("No region within your scope has just this name."))
        return found[0]

    def clean_branch_code(self) -> Branch | None:
        """Return the branch, if it is yours to see."""
        code = self.cleaned_data["branch_code"].strip()
        if not code:
            return None
        visible = Branch.objects.visible_to(self.for_user).select_related("region")
        branch = visible.filter(Q(code__iexact=code)).first()
        if branch is None:
            raise forms.ValidationError(_("No branch within your scope has this code."))
        return branch

    def run_action(self) -> Grant:
        """Give the role."""
        values = self.cleaned_data
        return grant_role(
            user=values["employee_number"].user,
            role=values["role"],
            region=values["region_name"],
            branch=values["branch_code"],
            actor=self.for_user,
            now=timezone.now(),
        )
