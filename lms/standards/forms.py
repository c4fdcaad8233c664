"""Forms of standards: the look-up, the confirmation, and the author's form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from lms.organisation.models import Branch
from lms.standards.actions import find_publish_problems
from lms.standards.blocks import translate_choices
from lms.standards.rules import CHANNELS, NEEDS

_LONGEST_QUERY = 200


class StandardSearchForm(forms.Form):
    """Words, channel and category of the look-up."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=_LONGEST_QUERY,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    category = forms.ChoiceField(label=_("Subject"), required=False)

    def __init__(self, *args: Any, categories: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channels = [(code, str(label).capitalize()) for code, label in translate_choices(CHANNELS)]
        self.fields["channel"].choices = [("", _("All channels")), *channels]  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", _("All subjects")), *categories]  # type: ignore[attr-defined]


class AcknowledgementForm(forms.Form):
    """The reader's name, and the version that was on the screen."""

    name_as_written = forms.CharField(
        label=_("Your name"),
        max_length=240,
        help_text=_("Write your name as you would sign."),
        error_messages={"required": _("Write your name to confirm.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    number = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


def list_branch_kinds() -> list[tuple[str, str]]:
    """Return the kinds of branch that exist, as choices. One query."""
    kinds = Branch.objects.exclude(kind="").order_by("kind").values_list("kind", flat=True)
    return [(kind, kind.replace("_", " ").capitalize()) for kind in kinds.distinct()]


class StandardForm(WagtailAdminModelForm):
    """The author's form: lists as check boxes, and questions that are asked on publishing only."""

    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        choices=translate_choices(CHANNELS),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    needs = forms.MultipleChoiceField(
        label=_("Customer needs it serves"),
        choices=translate_choices(NEEDS),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    branch_kinds = forms.MultipleChoiceField(
        label=_("Kinds of branch"),
        choices=list_branch_kinds,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A kind that no branch has any more stays a choice where it was chosen.
        kept = [(kind, kind) for kind in self.instance.branch_kinds]
        field = self.fields.get("branch_kinds")
        if field is not None:
            field.choices = list(dict([*list_branch_kinds(), *kept]).items())

    def clean(self) -> dict[str, Any]:
        """Ask what kind of change this is, once it shall go live; drafts and autosave never."""
        cleaned: dict[str, Any] = super().clean()
        if not self.is_deferred_validation:
            self.instance.change = cleaned.get("change", "")
            self.instance.change_note = cleaned.get("change_note", "")
            for name, message in find_publish_problems(self.instance).items():
                if name in self.fields and name not in self.errors:
                    self.add_error(name, message)
        return cleaned

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Make the author the owner of a new standard that names none."""
        if self.instance.pk is None and self.instance.owner_id is None:
            self.instance.owner = self.for_user
        return super().save(commit=commit)
