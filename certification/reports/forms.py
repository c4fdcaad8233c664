"""Filters of the reports as they stand in the address."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.catalogue.models import Certification
from certification.reports.reads import MatrixFilters, PeopleFilters
from certification.reports.reads.as_of import Question
from certification.reports.reads.places import read_forest
from certification.reports.rules import Level
from lms.api import BADGES, Branch, Region, local_day

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

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


FIRST_YEAR: Final = 1950
FIRST_TO_BEGIN: Final = "Pacific/Kiritimati"
"""Where every day begins first: a day that has not begun there lies in the future everywhere."""
SHOWN = [
    ("", _("Everybody concerned")),
    ("held", _("Certified")),
    ("missing", _("Required, not certified")),
]
SORTED = [
    ("", _("Branch, then name")),
    ("name", _("Name")),
    ("until", _("Last valid day")),
]


class AsOfForm(forms.Form):
    """Who was certified on a day, as known at a moment; and how the answer is shown."""

    certification = forms.MultipleChoiceField(
        label=_("Certifications"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one certification."),
            "invalid_choice": _("There is no certification with the code “%(value)s”."),
        },
    )
    on = forms.DateField(
        label=_("On the day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    known = forms.DateTimeField(
        label=_("As known at"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=_("Leave it empty for what is known now."),
    )
    branch = forms.CharField(label=_("Branch code"), required=False, max_length=40)
    region = forms.ChoiceField(
        label=_("Region"),
        required=False,
        error_messages={"invalid_choice": _("There is no such region, or it is not yours to see.")},
    )
    show = forms.ChoiceField(label=_("Show"), required=False, choices=SHOWN)
    text = forms.CharField(label=_("Name or number"), required=False, max_length=80)
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=SORTED)
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)
    missing = forms.IntegerField(required=False, min_value=1, max_value=10_000)
    after_branch = forms.CharField(required=False, max_length=40)
    after_number = forms.CharField(required=False, max_length=40)

    def __init__(self, *args: Any, user: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", local_day(now, "UTC"))
        self.user, self.now = user, now
        self.certifications = list(Certification.objects.order_by("title", "code"))
        self.choose("certification", [(row.code, row.title) for row in self.certifications])
        nodes = read_forest(user).nodes
        regions = [(str(node.uuid), indent(node.name, node.path)) for node in nodes]
        self.choose("region", [("", _("Any")), *regions])

    def choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """Offer these choices in a field."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_branch(self) -> Branch | None:
        """Return the branch, if it is the reader's to see."""
        code = self.cleaned_data["branch"].strip()
        if not code:
            return None
        rows = Branch.objects.visible_to(self.user).select_related("region")
        found = rows.filter(code__iexact=code).first()
        if found is None:
            raise forms.ValidationError(_("There is no such branch, or it is not yours to see."))
        return found

    def clean_region(self) -> Region | None:
        """Return the region; its choices are the reader's."""
        uuid = self.cleaned_data["region"]
        return Region.objects.filter(uuid=uuid).first() if uuid else None

    def clean_on(self) -> date:
        """Refuse a day long before anything was recorded."""
        on: date = self.cleaned_data["on"]
        if on.year < FIRST_YEAR:
            raise forms.ValidationError(_("This day is too long ago."))
        return on

    def clean_known(self) -> datetime | None:
        """Refuse what nobody can know yet."""
        known: datetime | None = self.cleaned_data["known"]
        if known is None:
            return None
        if not FIRST_YEAR <= known.year <= self.now.year + 1 or known > self.now:
            raise forms.ValidationError(_("This moment must not lie in the future."))
        return known

    def clean(self) -> dict[str, Any]:
        """Refuse two places, and a day that has not come there yet."""
        values: dict[str, Any] = super().clean() or {}
        branch, on = values.get("branch"), values.get("on")
        if branch is not None and values.get("region") is not None:
            self.add_error("region", _("Choose a region or a branch, not both."))
        zone = branch.time_zone if branch is not None else FIRST_TO_BEGIN
        if on is not None and on > local_day(self.now, zone):
            self.add_error("on", _("This day lies in the future. Choose today or an earlier day."))
        return values

    def value(self, name: str) -> str:
        """Return a checked text, empty where it is missing."""
        return str(self.cleaned_data.get(name) or "")

    def page_of(self, name: str) -> int:
        """Return the page of a list, the first by default."""
        return self.cleaned_data.get(name) or 1

    @property
    def after(self) -> tuple[str, str] | None:
        """Behind whom a page starts, where holders are listed by page."""
        number = self.value("after_number")
        return (self.value("after_branch"), number) if number else None

    def question(self) -> Question:
        """Return what is asked."""
        values = self.cleaned_data
        codes = values["certification"]
        return Question(
            certifications=tuple(row for row in self.certifications if row.code in codes),
            on=values["on"],
            known_at=values["known"] or self.now,
            branch=values["branch"],
            region=values["region"],
            is_present=values["known"] is None,
        )


def indent(name: str, path: str) -> str:
    """Return a region's name under those above it; each step of a path has four signs."""
    return "\N{NO-BREAK SPACE}" * (len(path) - 4) + name
