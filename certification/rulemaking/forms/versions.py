"""The next version of a certification as HR writes it: when, how long, renewals, what to do."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.catalogue.models import Requirement
from certification.catalogue.rules import OWN_WORDS, RequirementDraft, Target
from certification.coverage.forms import DayInput
from certification.policy.rules.policy import BRANCH_ZONE, Policy
from certification.rulemaking.forms.fields import LengthField, MonthDayField
from certification.rulemaking.rules.typed import GROUPS, LENGTHS, read_rows

METHODS = [
    ("completion", _("From the day it is completed – each renewal starts a new period that day")),
    ("anniversary", _("Always the same day of the year – who renews on time loses no days")),
    ("calendar", _("Fixed days for everybody – for example all until 31 March")),
]
BEFORE_WINDOW = [
    ("extend", _("It counts as on time")),
    ("keep", _("It counts, but the last day stays as it was")),
    ("restart", _("A new period starts on the day it is completed")),
]
LATE = [
    ("renewal", _("What a renewal asks for, however late")),
    ("full", _("Everything, as the first time")),
    ("full_if_lapsed_over", _("What a renewal asks for, but everything after a while")),
]
KIND_HEADINGS = {
    "course": _("Courses"),
    "quiz": _("Quizzes"),
    "scenario": _("Role-plays"),
    "acknowledgement": _("Standards to read and confirm"),
    "certification": _("Other certifications to hold"),
    "evidence": _("Proof from elsewhere"),
    "sign_off": _("Practice, signed off by an assessor"),
}
NEW = "new"
POLICY_FIELDS = {field.name for field in dataclasses.fields(Policy)} | {"never_lapses"}


class VersionForm(forms.Form):
    """When a version takes effect and how its dates run; one sentence of help per field."""

    effective_on = forms.DateField(
        label=_("In force from"),
        widget=DayInput,
        help_text=_("Whoever is under way stays under the rule that was in force when they began."),
    )
    past_is_meant = forms.BooleanField(
        label=_("I mean a day that is over"),
        required=False,
        help_text=_("Past awards keep their dates. Only work that opens from then on follows it."),
    )
    change_note = forms.CharField(
        label=_("What changed"),
        max_length=200,
        required=False,
        help_text=_("One line for colleagues and auditors: what is different, and why."),
    )
    method = forms.ChoiceField(
        label=_("The period counts"),
        choices=METHODS,
        widget=forms.RadioSelect,
        initial="completion",
        help_text=_("From where the last day of each award is counted."),
    )
    active = LengthField(
        label=_("It holds for"),
        help_text=_("How long an award counts. With one fixed day of the year, write 1 year."),
    )
    never_lapses = forms.BooleanField(
        label=_("It never runs out"),
        required=False,
        help_text=_("Earned once, held for good. Then nothing below about renewals matters."),
    )
    min_active = LengthField(
        label=_("At least"),
        help_text=_("Nobody's award is shorter: who completes just before a fixed day skips it."),
    )
    calendar_day = MonthDayField(
        label=_("Last day for everybody"),
        help_text=_("Leave it empty to step in equal periods from each person's first due day."),
    )
    window = LengthField(
        label=_("Renewal opens before the last day"),
        help_text=_("From then on it is on people's list. Empty: they may renew on any day."),
    )
    before_window = forms.ChoiceField(
        label=_("Who renews even earlier"),
        choices=BEFORE_WINDOW,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("What happens to a renewal that is completed before it opened."),
    )
    tolerance = LengthField(
        label=_("Or: a margin around the last day"),
        help_text=_("On time is then from so long before to so long after. Replaces the opening."),
    )
    late = forms.ChoiceField(
        label=_("Who is late must do"),
        choices=LATE,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Late is after the last day. It decides what must be done, not the dates."),
    )
    lapsed_over = LengthField(
        label=_("Everything again after"),
        help_text=_("So long after the last day the short renewal is no longer enough."),
    )
    due = LengthField(
        label=_("Due after it was assigned"),
        help_text=_("Days on leave are added. Empty: only whoever assigns it sets a due day."),
    )
    closes = LengthField(
        label=_("Closes after the due day"),
        help_text=_("A label for reports: late work still counts and is marked as late."),
    )
    due_soon = LengthField(
        label=_("Shown as due soon before the due day"),
        help_text=_("Managers see it coming from then on. 0 days: never."),
    )
    grace = LengthField(
        label=_("Days of grace after the last day"),
        help_text=_("For so long people are shown as in grace instead of expired."),
    )
    counts_grace = forms.BooleanField(
        label=_("In grace they count as certified"),
        required=False,
        help_text=_("For the percentages in reports and for who may work today."),
    )
    look_back = LengthField(
        label=_("Earlier work counts too"),
        help_text=_("What was finished so long before the work opened need not be done again."),
    )
    zone = forms.ChoiceField(
        label=_("Days begin and end"),
        required=False,
        help_text=_("Almost always at each person's branch. One zone for all suits licences."),
    )
    delta_lapses_at_once = forms.BooleanField(
        label=_("Stop counting at once"),
        required=False,
        help_text=_("Otherwise people stay certified until they were to have caught up."),
    )
    delta_questions = forms.IntegerField(
        label=_("Questions about the change"),
        min_value=0,
        max_value=50,
        initial=5,
        help_text=_("How many questions on the changed standard people answer to catch up."),
    )

    def __init__(
        self,
        data: Mapping[str, str],
        *,
        own: UUID,
        targets: Iterable[Target],
        own_words: Iterable[Target],
    ) -> None:
        super().__init__(data)
        self.own = own
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = list_zones()
        choices = list_choices(targets, own_words)
        titles = {value: label for _kind, group in choices for value, label in group}
        self.rows = [
            RequirementRow(data, number=number, choices=choices, titles=titles)
            for number, _row in enumerate(read_rows(data))
        ]
        for group in GROUPS:
            self.fields[f"needs_{group}"] = forms.IntegerField(
                label=_("Enough of group %(group)s") % {"group": group},
                required=False,
                min_value=1,
                max_value=40,
            )

    def is_valid(self) -> bool:
        """Return whether fields and rows can be read at all; whether they work is asked later."""
        return super().is_valid() and self.are_rows_readable

    @property
    def are_rows_readable(self) -> bool:
        """Whether every requirement can be read."""
        return all(row.is_valid() for row in self.rows)

    @property
    def is_policy_readable(self) -> bool:
        """Whether everything about dates can be read; the rest may be unfinished."""
        return not self.errors.keys() & POLICY_FIELDS

    def clean(self) -> dict[str, Any]:
        """Refuse what contradicts itself on the form."""
        values: dict[str, Any] = super().clean() or {}
        for name in self.find_hidden(values):
            # Nobody sees this field now, so nobody could mend it.
            self.errors.pop(name, None)
            values[name] = None
        yearly = values.get("method") == "calendar" and values.get("calendar_day")
        if yearly and values.get("active") not in (None, "P1Y", "P12M"):
            words = _("With one fixed day of the year it holds until that day: write 1 year.")
            self.add_error("active", words)
        told = values.get("never_lapses") or values.get("active") or "active" in self.errors
        if not told:
            self.add_error("active", _("Say how long it holds, or that it never runs out."))
        return values

    def find_hidden(self, values: Mapping[str, Any]) -> set[str]:
        """Return the fields that do not matter by what was chosen."""
        hidden: set[str] = set()
        if values.get("method") != "calendar":
            hidden |= {"min_active", "calendar_day"}
        if values.get("never_lapses"):
            hidden |= {"active", "window", "tolerance", "grace", "lapsed_over"}
        if values.get("late") != "full_if_lapsed_over":
            hidden.add("lapsed_over")
        return hidden

    def read_policy(self) -> dict[str, Any]:
        """Return the policy, only with fields that matter together."""
        values = self.cleaned_data
        policy: dict[str, Any] = {"active": None, "method": values["method"]}
        wanted = set(LENGTHS) - {"active", "lapsed_over", "min_active"}
        if values["never_lapses"]:
            wanted -= {"window", "tolerance", "grace"}
        else:
            policy["active"] = values["active"]
            policy |= self.read_renewal(values)
        if values["method"] == "calendar":
            wanted.add("min_active")
            policy |= {"calendar_day": values["calendar_day"]} if values["calendar_day"] else {}
        policy |= {name: values[name] for name in LENGTHS if name in wanted and values[name]}
        if values["zone"] and values["zone"] != BRANCH_ZONE:
            policy["zone"] = values["zone"]
        return policy

    def read_renewal(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the choices about renewals that change anything."""
        found: dict[str, Any] = {}
        if values["window"] and not values["tolerance"] and values["before_window"]:
            found["before_window"] = values["before_window"]
        if values["late"]:
            found["late"] = values["late"]
        if values["late"] == "full_if_lapsed_over":
            found["lapsed_over"] = values["lapsed_over"]
        if values["grace"]:
            found["counts_grace"] = values["counts_grace"]
        return found

    def read_requirements(self) -> list[RequirementDraft]:
        """Return the requirements that can be read, with the numbers of their groups."""
        return [
            row.read(self.cleaned_data.get(f"needs_{row.cleaned_data['group']}") or 1, self.own)
            for row in self.rows
            if row.is_valid()
        ]

    def group_fields(self) -> Iterator[tuple[str, forms.BoundField]]:
        """Yield the letters of the groups with how many of each are enough."""
        for group in GROUPS:
            yield group, self[f"needs_{group}"]


class RequirementRow(forms.Form):
    """One thing that must be done."""

    cleaned_data: dict[str, Any]

    what = forms.ChoiceField(label=_("What"))
    label = forms.CharField(
        label=_("Called"),
        max_length=160,
        required=False,
    )
    since = forms.CharField(label=_("Version"), required=False, widget=forms.Select)
    path = forms.ChoiceField(label=_("When"), choices=Requirement.Path.choices, initial="both")
    group = forms.ChoiceField(
        label=_("Alternatives"),
        required=False,
        choices=[("", _("must be done")), *((g, _("group %(g)s") % {"g": g}) for g in GROUPS)],
    )

    def __init__(
        self,
        data: Mapping[str, str],
        *,
        number: int,
        choices: Sequence[Any],
        titles: Mapping[str, str],
    ) -> None:
        super().__init__(data, prefix=f"rows-{number}")
        self.number = number
        self.titles = titles
        what, since = self.fields["what"], self.fields["since"]
        assert isinstance(what, forms.ChoiceField)
        what.choices = [("", _("Choose …")), *choices]
        what.error_messages["invalid_choice"] = _("This no longer exists. Choose something else.")
        since.widget.choices = list_versions(data.get(f"rows-{number}-since", ""))

    def clean_since(self) -> int | None:
        """Return the lowest version; None is the present one."""
        text = self.cleaned_data["since"]
        if text in ("", "present"):
            return None if text else 1
        if not (text.isascii() and text.isdigit() and len(text) <= 4):
            raise forms.ValidationError(_("Choose which version counts."))
        return int(text)

    def read(self, group_needs: int, own: UUID) -> RequirementDraft:
        """Return the requirement of the certification ``own``.

        The present version is filled in where the targets are known.
        """
        values = self.cleaned_data
        kind, _colon, identity = values["what"].partition(":")
        since = values["since"]
        return RequirementDraft(
            kind=kind,
            target=UUID(identity) if identity != NEW else name_new(own, kind, values["label"]),
            label=values["label"] or self.own_label(kind),
            lowest_material_number=since if since is not None else 0,
            path=values["path"],
            group=values["group"],
            group_needs=group_needs if values["group"] else 1,
        )

    def own_label(self, kind: str) -> str:
        """Return the title of what was chosen, where it has one."""
        return "" if kind in OWN_WORDS else self.titles[self.cleaned_data["what"]][:160]


def name_new(own: UUID, kind: str, label: str) -> UUID:
    """Return the identity of a new proof or practice: the same for one label, however often read.

    A preview that is counted for minutes must still be about the same draft.
    """
    return uuid5(own, f"{kind}:{label.strip()}")


def list_versions(typed: str) -> list[tuple[str, Any]]:
    """Return which versions may count: any, from the present one, and one typed before."""
    choices: list[tuple[str, Any]] = [
        ("1", _("any version")),
        ("present", _("from the present version on")),
    ]
    if typed.isascii() and typed.isdigit() and typed != "1":
        choices.append((typed, _("version %(number)s or later") % {"number": typed}))
    return choices


def list_choices(targets: Iterable[Target], own_words: Iterable[Target]) -> list[Any]:
    """Return everything that can be asked, grouped by kind."""
    groups: dict[str, list[tuple[str, Any]]] = {kind: [] for kind in KIND_HEADINGS}
    for target in (*targets, *own_words):
        label = target.title
        if not target.is_open:
            label = _("%(title)s – retired or not published") % {"title": target.title}
        groups[target.kind].append((f"{target.kind}:{target.uuid}", label))
    groups["evidence"].append((f"evidence:{NEW}", _("new: a proof, called as beside")))
    groups["sign_off"].append((f"sign_off:{NEW}", _("new: a practice, called as beside")))
    return [(KIND_HEADINGS[kind], rows) for kind, rows in groups.items() if rows]


@cache
def list_zones() -> list[tuple[str, Any]]:
    """Return the branch's own zone, then every named one."""
    named = sorted(zone for zone in available_timezones() if "/" in zone and "Etc/" not in zone)
    return [
        (BRANCH_ZONE, _("at each person's branch")),
        ("UTC", "UTC"),
        *((zone, zone.replace("_", " ")) for zone in named),
    ]
