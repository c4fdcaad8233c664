"""The timeline of a rule's invented person as SVG. The table beside it says the same in words."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from certification.rulemaking.rules.sample import Bar, Story

register = template.Library()

WIDTH, LEFT, RIGHT = 380, 40, 10
LANES = {"held": 58, "task": 92}
BAR = 24
AXIS = 134
HEIGHT = 156
MARK = 8
MOST_TICKS = 5
LETTER = 6.4
"""How wide a letter of a bar's label is, about."""


class Scale:
    """Days to places on the drawing."""

    def __init__(self, story: Story) -> None:
        self.start = story.starts_on
        self.days = max((story.until - story.starts_on).days, 1)

    def __call__(self, day: date) -> float:
        """Return how far right a day is."""
        share = min(max((day - self.start).days / self.days, 0), 1)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


@register.simple_tag
def story_svg(story: Story) -> SafeString:
    """Return the drawing: marks with the numbers of the table, what is held, what is to do."""
    place = Scale(story)
    parts = [f'<svg class="sb-story" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">']
    for lane, words in (("held", _("Held")), ("task", _("To do"))):
        parts.append(
            f'<text class="sb-story__lane" x="0" y="{LANES[lane] + 17}">{escape(words)}</text>'
        )
    parts += [draw_tick(place, day) for day in find_ticks(story)]
    parts += [draw_bar(place, bar) for bar in story.bars]
    parts += draw_marks(place, story)
    parts.append("</svg>")
    return mark_safe("".join(parts))  # noqa: S308 - numbers and escaped words


def find_ticks(story: Story) -> list[date]:
    """Return the first days of months to write below, as many as can be read."""
    months: list[date] = []
    year, month = story.starts_on.year, story.starts_on.month
    while len(months) < 12 * 60:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        if year > 9998 or date(year, month, 1) >= story.until:
            break
        months.append(date(year, month, 1))
    for step in (1, 2, 3, 6, 12, 24, 60, 120):
        kept = [day for day in months if (day.year * 12 + day.month - 1) % step == 0]
        if len(kept) <= MOST_TICKS:
            return kept
    return months[:: max(len(months) // MOST_TICKS, 1)]


def draw_tick(place: Scale, day: date) -> str:
    """Return a line at the first day of a month, with month and year."""
    x = place(day)
    words = escape(date_format(day, "M Y"))
    return (
        f'<line class="sb-story__tick" x1="{x}" x2="{x}" y1="50" y2="{AXIS - 8}"/>'
        f'<text class="sb-story__day" x="{x}" y="{AXIS + 8}">{words}</text>'
    )


def draw_bar(place: Scale, bar: Bar) -> str:
    """Return a stretch; its state is written on it where there is room."""
    x, y = place(bar.starts_on), LANES[bar.lane]
    width = round(max(place(bar.until) - x, 2), 1)
    words = state_words()[bar.state]
    label = ""
    if len(words) * LETTER + 8 < width:
        label = f'<text x="{x + 6}" y="{y + 16}">{escape(words)}</text>'
    return (
        f'<g class="sb-story__bar sb-story__bar--{bar.state}">'
        f'<rect x="{x}" y="{y}" width="{width}" height="{BAR}" rx="3"/>{label}</g>'
    )


def state_words() -> dict[str, str]:
    """Return what is written on the stretches."""
    return {
        "valid": _("held"),
        "grace": _("grace"),
        "expired": _("expired"),
        "suspended": _("suspended"),
        "revoked": _("revoked"),
        "open": _("open"),
        "due_soon": _("due soon"),
        "overdue": _("overdue"),
        "closed": _("closed"),
    }


def draw_marks(place: Scale, story: Story) -> list[str]:
    """Return the numbered marks; two that would touch stand above each other."""
    found: list[str] = []
    taken: dict[int, float] = {}
    for number, moment in enumerate(story.moments, start=1):
        x = place(moment.on)
        row = next((row for row in (0, 1) if x - taken.get(row, -99) >= 2 * MARK + 1), None)
        if row is None:
            row = min(taken, key=lambda one: taken[one])
            shown = max(x, taken[row] + 2 * MARK + 1)
        else:
            shown = x
        shown = round(min(shown, WIDTH - MARK), 1)
        taken[row] = shown
        y = 36 - row * (2 * MARK + 1)
        found.append(
            f'<g class="sb-story__mark"><line x1="{shown}" y1="{y + MARK}" x2="{x}" y2="50"/>'
            f'<circle cx="{shown}" cy="{y}" r="{MARK}"/>'
            f'<text x="{shown}" y="{y + 3.5}">{number}</text></g>'
        )
    return found
