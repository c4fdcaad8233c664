"""Cells of the reports as HTML. Joined strings: a template loop over a thousand cells is slow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.reports.reads import BranchPeople, Matrix, PersonRow
from certification.reports.reads.band import Band
from certification.reports.reads.people import PersonCell
from certification.reports.reads.words import (
    LEVEL_WORDS,
    badge_words,
    last_day,
    rest_words,
    share_words,
    short_day,
    until_words,
)
from certification.reports.rules import Counts, Level, Thresholds
from lms.api import BADGES

register = template.Library()

LEVEL_ICONS = {Level.OK: "check", Level.WARN: "time", Level.BAD: "warning", Level.NONE: "minus"}
_ADMIN_ICONS = {
    "alert": "warning",
    "ban": "no-view",
    "circle": "radio-empty",
    "clock": "time",
    "half": "resubmit",
    "pause": "calendar-alt",
}
HISTORY_ICONS = {
    "posting": "home",
    "absence": "calendar-alt",
    "assigned": "clipboard-list",
    "ended": "cross",
    "exempt": "minus",
    "cycle": "rotate",
    "done": "tasks",
    "attempt": "help",
    "play": "comment",
    "award": "success",
    "event": "info-circle",
    "notice": "mail",
    "left": "logout",
}


def svg(name: str) -> str:
    """Return one of the admin's icons, hidden from screen readers."""
    return f'<svg class="icon icon-{name}" aria-hidden="true"><use href="#icon-{name}"></use></svg>'


def cell_html(cell: Counts, thresholds: Thresholds, url: str = "") -> str:
    """Return one cell of the matrix; the level is told by icon and words besides colour.

    ``url`` leads to those who are counted and not certified, where there are any.
    """
    level = cell.level(thresholds)
    rest = rest_words(cell)
    share = f"{svg(LEVEL_ICONS[level])}{share_words(cell)}"
    if url and cell.missing:
        share = f'<a href="{escape(url)}">{share}</a>'
    return (
        f'<td class="sb-cell sb-cell--{level}"><b>{share}'
        f'<span class="w-sr-only"> {escape(LEVEL_WORDS[level])}</span></b>'
        f"{f'<span>{escape(rest)}</span>' if rest else ''}</td>"
    )


@register.simple_tag
def matrix_rows(matrix: Matrix, keep: str = "") -> SafeString:
    """Return the rows of the matrix; ``keep`` is the part of the address that links carry on."""
    parts: list[str] = []
    more = f"&{keep}" if keep else ""
    index, everybody = reverse("sb_matrix:index"), reverse("sb_people:index")
    for row in matrix.rows:
        place = row.place
        if place.kind == "region":
            url, icon = f"{index}?region={place.uuid}{more}", "folder-inverse"
        else:
            url = reverse("sb_matrix:branch", args=[place.uuid]) + (f"?{keep}" if keep else "")
            icon = "home"
        parts.append(
            f'<tr><th scope="row"><a href="{escape(url)}">{svg(icon)}{escape(place.label)}</a></th>'
        )
        parts.append(cell_html(row.overall, matrix.thresholds))
        where = {"region": place.uuid} if place.kind == "region" else {"branch": place.code}
        parts += [
            cell_html(
                cell,
                matrix.thresholds,
                f"{everybody}?{urlencode({'lacking': 1, 'certification': shown.code, **where})}",
            )
            for shown, cell in zip(matrix.certifications, row.cells, strict=True)
        ]
        parts.append("</tr>")
    return mark_safe("".join(parts))  # noqa: S308 - every value is escaped above


@register.simple_tag
def matrix_cell(cell: Counts, thresholds: Thresholds) -> SafeString:
    """Return one cell, for the totals."""
    return mark_safe(cell_html(cell, thresholds))  # noqa: S308 - escaped there


def person_cell_html(cell: PersonCell | None) -> str:
    """Return how one certification stands for one person."""
    if cell is None:
        return '<td class="sb-cell sb-cell--none"><span>–</span></td>'
    day = until_words(cell)
    return (
        f'<td class="sb-cell sb-cell--person">{badge_html(cell.badge)}'
        f"{f'<span>{escape(day)}</span>' if day else ''}</td>"
    )


def badge_html(key: str) -> str:
    """Return a badge as the admin shows it: icon and words."""
    found = BADGES.get(key)
    tone = (found.tone if found else "") or "none"
    icon = _ADMIN_ICONS.get(found.icon, found.icon) if found else "info-circle"
    return f'<b class="sb-badge sb-badge--{tone}">{svg(icon)}{escape(badge_words(key))}</b>'


@register.simple_tag
def admin_badge(key: str) -> SafeString:
    """Return a badge in the admin's look."""
    return mark_safe(badge_html(key))  # noqa: S308 - escaped there


@register.simple_tag
def people_rows(people: BranchPeople) -> SafeString:
    """Return the rows of a branch's people."""
    return mark_safe("".join(person_rows(people.rows)))  # noqa: S308 - escaped there


def person_rows(rows: Iterable[PersonRow]) -> Iterable[str]:
    """Return a table row per person, with a link to the record."""
    for row in rows:
        url = reverse("sb_matrix:person", args=[row.uuid])
        role = escape(f"{row.employee_number} · {row.job_role}")
        yield (
            f'<tr><th scope="row"><a href="{url}">{escape(row.name)}</a>'
            f"<span>{role}</span></th>"
            f"{''.join(person_cell_html(cell) for cell in row.cells)}</tr>"
        )


@register.simple_tag
def history_icon(kind: str) -> SafeString:
    """Return the admin's icon for a line of history."""
    return mark_safe(svg(HISTORY_ICONS.get(kind, "info-circle")))  # noqa: S308 - names above


@register.simple_tag
def level_icon(level: str) -> SafeString:
    """Return the admin's icon for a level."""
    return mark_safe(svg(LEVEL_ICONS[Level(level)]))  # noqa: S308 - names above


@register.simple_tag(takes_context=True)
def sort_link(context: Context, key: str, label: str) -> SafeString:
    """Return a column's heading as a link that sorts by it, and the other way round next."""
    query = context["request"].GET.copy()
    now = query.get("sort", "name")
    query.pop("page", None)
    query["sort"] = f"-{key}" if now == key else key
    icon = {key: "arrow-up", f"-{key}": "arrow-down"}.get(now)
    return format_html(
        '<a href="?{}">{}{}</a>',
        query.urlencode(),
        label,
        mark_safe(svg(icon)) if icon else "",  # noqa: S308 - names above
    )


@register.simple_tag(takes_context=True)
def aria_sort(context: Context, key: str) -> SafeString:
    """Return the attribute that tells which way a column is sorted."""
    now = context["request"].GET.get("sort", "name")
    way = {key: "ascending", f"-{key}": "descending"}.get(now)
    return format_html(' aria-sort="{}"', way) if way else SafeString()


def keep_columns(codes: Iterable[str], **more: str) -> str:
    """Return the part of the address that names the columns, for links that keep them."""
    pairs = [("certification", code) for code in codes]
    return urlencode([*pairs, *((key, value) for key, value in more.items() if value)])


@register.simple_tag
def glance_words(glance: Any) -> str:
    """Return the dates of an outlook as text: "until 14 January 2027, due 1 March 2027"."""
    parts = []
    if glance.valid_until is not None:
        parts.append(_("until %(day)s") % {"day": short_day(last_day(glance.valid_until))})
    elif glance.valid_from is not None:
        parts.append(_("never lapses"))
    if glance.due_on is not None and glance.required != "not_required":
        parts.append(_("due %(day)s") % {"day": short_day(glance.due_on)})
    return ", ".join(parts)


BAND_WORDS = {
    "held": gettext_lazy("held"),
    "grace": gettext_lazy("days of grace"),
    "suspended": gettext_lazy("suspended"),
    "revoked": gettext_lazy("revoked"),
    "exempt": gettext_lazy("exempt"),
}


@register.simple_tag
def band_words(kind: str) -> str:
    """Return what a piece of a band is, in words."""
    return str(BAND_WORDS.get(kind, kind))


@register.simple_tag
def band_key(band: Band) -> SafeString:
    """Return what the colours of a band mean, as far as it has them."""
    kinds = dict.fromkeys(piece.kind for piece in band.pieces)
    return format_html_join("", '<li class="{}">{}</li>', ((k, band_words(k)) for k in kinds))


@register.simple_tag
def band_svg(band: Band) -> SafeString:
    """Return a band of time as a drawing. A table beside it says the same to screen readers."""
    days = (band.until_on - band.from_on).days

    def x(day: date) -> float:
        return round((day - band.from_on).days * 500 / days, 1)

    parts = ['<rect class="ground" x="0" y="14" width="500" height="4"/>']
    parts += [
        f'<rect class="{piece.kind}" x="{x(piece.from_on)}" y="8" rx="2" '
        f'width="{max(round(x(piece.until_on) - x(piece.from_on), 1), 2)}" height="16"/>'
        for piece in band.pieces
    ]
    for year in range(band.from_on.year + 1, band.until_on.year + 1):
        at = x(date(year, 1, 1))
        parts.append(f'<line class="year" x1="{at}" x2="{at}" y1="6" y2="26"/>')
        parts.append(f'<text x="{at}" y="40">{year}</text>')
    now = x(band.today)
    parts.append(f'<line class="today" x1="{now}" x2="{now}" y1="2" y2="30"/>')
    return mark_safe(  # noqa: S308 - numbers and names of ours only
        '<svg class="sb-band" viewBox="0 0 500 44" aria-hidden="true" focusable="false">'
        + "".join(parts)
        + "</svg>"
    )
