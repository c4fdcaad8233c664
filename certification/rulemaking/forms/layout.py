"""In which order and groups the editor asks, and when a question matters at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from certification.rulemaking.forms.versions import VersionForm


@dataclass(frozen=True)
class Asked:
    """One field. ``when`` names the style that hides it while it does not matter."""

    field: BoundField
    when: str


@dataclass(frozen=True)
class Section:
    """A group of fields under a heading, with a sentence that says what it decides."""

    key: str
    title: Any
    intro: Any
    fields: tuple[Asked, ...]


LAYOUT: tuple[tuple[str, Any, Any, tuple[tuple[str, str], ...]], ...] = (
    (
        "start",
        _("When it takes effect"),
        "",
        (("effective_on", ""), ("past_is_meant", ""), ("change_note", "")),
    ),
    (
        "length",
        _("How long it holds"),
        _("What one award is worth, and from where its last day is counted."),
        (
            ("active", "lapses"),
            ("never_lapses", ""),
            ("method", "lapses"),
            ("calendar_day", "calendar"),
            ("min_active", "calendar"),
        ),
    ),
    (
        "renewal",
        _("Renewing"),
        _("When people may renew, and what happens to whoever is early or late."),
        (
            ("window", "lapses"),
            ("before_window", "window"),
            ("tolerance", "lapses"),
            ("late", "lapses"),
            ("lapsed_over", "lapsed"),
        ),
    ),
    (
        "due",
        _("When it is due"),
        _("For the first time; a renewal is always due on the last day held."),
        (("due", ""), ("closes", "due"), ("due_soon", "")),
    ),
    (
        "after",
        _("After the last day"),
        _("Between running out and being expired there may be days of grace."),
        (("grace", "lapses"), ("counts_grace", "grace")),
    ),
    (
        "counts",
        _("What counts"),
        "",
        (("look_back", ""), ("zone", "")),
    ),
    (
        "delta",
        _("When a standard changes in substance"),
        _("Whoever holds it catches up on what changed, without doing everything again."),
        (("delta_questions", ""), ("delta_lapses_at_once", "")),
    ),
)


def sections_of(form: VersionForm) -> list[Section]:
    """Return the groups of a form."""
    return [
        Section(key, title, intro, tuple(Asked(form[name], when) for name, when in names))
        for key, title, intro, names in LAYOUT
    ]
