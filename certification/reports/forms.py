"""Filters of the reports as they stand in the address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.catalogue.models import Certification
from certification.reports.reads import MatrixFilters, PeopleFilters
from certification.reports.rules import Level
from lms.api import BADGES

LEVELS = [
    ("", _("Any")),
    (Level.BAD.value, _("Far below target")),
    (Level.WARN.value, _("Below target")),
    (Level.OK.value, _("On target")),
]
BADGE_CHOICES = [("", _("Any")), *((badge.key, badge.words) for badge in BADGES.values())]
VIEWS = [("", _("Regions")), ("branches", _("All branches"))]


class ColumnsForm(forms.Form):
    """Which certifications to show; what the address names wrongly is said and left out."""

    certification = forms.MultipleChoiceField(
        label=_("Certifications"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sort = forms.CharField(required=False, widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = list(Certification.objects.order_by("title").values_list("code", "title"))
        field = self.fields["certification"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = self.codes
        self.is_valid()

    def value(self, name: str) -> Any:
        """Return a checked value, or nothing where the address made no sense."""
        return self.cleaned_data.get(name) if hasattr(self, "cleaned_data") else None

    @property
    def page_number(self) -> int:
        """The page asked for, the first by default."""
        return self.value("page") or 1

    @property
    def columns(self) -> tuple[str, ...]:
        """The codes asked for; none means all."""
        return tuple(self.value("certification") or ())

    @property
    def sorting(self) -> tuple[str, bool]:
        """What to sort by and whether it falls: "-phone" is ("phone", True)."""
        text = self.value("sort") or "name"
        return text.lstrip("-"), text.startswith("-")


class MatrixForm(ColumnsForm):
    """Filters of the matrix."""

    level = forms.ChoiceField(label=_("Level"), required=False, choices=LEVELS)
    view = forms.ChoiceField(label=_("Rows"), required=False, choices=VIEWS)

    def clean_sort(self) -> str:
        """Refuse a column that does not exist."""
        text: str = self.cleaned_data["sort"]
        known: Iterable[str] = ("", "name", "all", *(code for code, _title in self.codes))
        if text.lstrip("-") not in known:
            raise forms.ValidationError(_("There is no such column to sort by."))
        return text

    def filters(self, region: UUID | None) -> MatrixFilters:
        """Return what was asked for, for a region or the top."""
        sort, descending = self.sorting
        return MatrixFilters(
            region=region,
            certifications=self.columns,
            level=self.value("level") or "",
            sort=sort,
            descending=descending,
            flat=self.value("view") == "branches",
        )


class PeopleForm(ColumnsForm):
    """Filters of a branch's people."""

    badge = forms.ChoiceField(label=_("State"), required=False, choices=BADGE_CHOICES)

    def filters(self) -> PeopleFilters:
        """Return what was asked for."""
        return PeopleFilters(
            certifications=self.columns,
            badge=self.value("badge") or "",
            descending=self.sorting[1],
        )


class RemindForm(forms.Form):
    """Whom to remind: one person, or everybody who is overdue."""

    person = forms.UUIDField(required=False)
    branch = forms.UUIDField(required=False)
