"""How cells, levels and facts read, for pages, exports and the dashboard alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.reports.reads.people import PersonCell
from certification.reports.rules import Counts, Level, Thresholds
from lms.api import BADGES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

NARROW = "\N{NARROW NO-BREAK SPACE}"
NOBODY = "–"

LEVEL_WORDS: dict[str, _StrPromise] = {
    Level.OK: gettext_lazy("on target"),
    Level.WARN: gettext_lazy("below target"),
    Level.BAD: gettext_lazy("far below target"),
    Level.NONE: gettext_lazy("nobody counted"),
}


def share_words(cell: Counts) -> str:
    """Return the share alone: "91 %", or a dash when nobody is counted."""
    return NOBODY if cell.percent is None else f"{cell.percent}{NARROW}%"


def rest_words(cell: Counts) -> str:
    """Return what stands beside the share: "11/12 · +3 new"; empty when there is nothing."""
    parts = [f"{cell.compliant}/{cell.counted}"] if cell.counted else []
    if cell.newcomers:
        parts.append(_("+%(number)d new") % {"number": cell.newcomers})
    if cell.optional:
        parts.append(
            _("optional %(held)d/%(all)d") % {"held": cell.optional_held, "all": cell.optional}
        )
    return " · ".join(parts)


def cell_words(cell: Counts) -> str:
    """Return a whole cell as text: "91 % · 11/12 · +3 new"."""
    rest = rest_words(cell)
    return f"{share_words(cell)} · {rest}" if rest else share_words(cell)


def legend_words(thresholds: Thresholds) -> list[tuple[str, str]]:
    """Return level and meaning of each, the best first."""
    good, fair = thresholds.good, thresholds.fair
    return [
        (Level.OK, _("%(good)d %% and more") % {"good": good}),
        (Level.WARN, _("%(fair)d to %(below)d %%") % {"fair": fair, "below": good - 1}),
        (Level.BAD, _("below %(fair)d %%") % {"fair": fair}),
    ]


def badge_words(badge: str) -> str:
    """Return the words of a badge."""
    found = BADGES.get(badge)
    return str(found.words) if found else badge


def short_day(day: date) -> str:
    """Return a day in the reader's short form."""
    return formats.date_format(day, "SHORT_DATE_FORMAT")


def last_day(until: date) -> date:
    """Return the last day on which something holds that ends with the day ``until``."""
    return until - timedelta(days=1)


def until_words(cell: PersonCell) -> str:
    """Return the one date that matters for a person's cell: until when, or by when."""
    if cell.valid_until is not None:
        return _("until %(day)s") % {"day": short_day(last_day(cell.valid_until))}
    if cell.due_on is not None and cell.required in ("required", "optional", "absent"):
        return _("due %(day)s") % {"day": short_day(cell.due_on)}
    return ""


def person_cell_words(cell: PersonCell | None) -> str:
    """Return a person's cell as text: "Certified, until 14 January 2027"."""
    if cell is None:
        return NOBODY
    return ", ".join(part for part in (badge_words(cell.badge), until_words(cell)) if part)


def join_sentences(parts: Iterable[str]) -> str:
    """Return the parts that say something, one after another."""
    return " · ".join(part for part in parts if part)
