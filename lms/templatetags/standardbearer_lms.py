"""Tags and filters of the learner, manager and public pages. No queries."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from lms.badges import BADGES

register = template.Library()

# Drawn on a 24 x 24 grid with a round stroke of 2.
_ICONS: dict[str, str] = {
    "alert": '<path d="M12 8v5m0 3.5v.01"/><circle cx="12" cy="12" r="9"/>',
    "award": '<circle cx="12" cy="9" r="6"/><path d="m8.5 14-1.5 7 5-2.5 5 2.5-1.5-7"/>',
    "back": '<path d="M19 12H5m6-6-6 6 6 6"/>',
    "ban": '<circle cx="12" cy="12" r="9"/><path d="m6 6 12 12"/>',
    "book": '<path d="M12 6C9 4 6 4 3 4v14c3 0 6 0 9 2 3-2 6-2 9-2V4c-3 0-6 0-9 2zm0 0v14"/>',
    "calendar": '<rect x="3" y="5" width="18" height="16" rx="2"/><path d="M3 10h18M8 3v4m8-4v4"/>',
    "caution": '<path d="M12 4 2.5 20h19zm0 6v4.5m0 2.5v.01"/>',
    "chat": '<path d="M4 5h16v11H11l-5 4v-4H4z"/>',
    "check": '<path d="m4 12.5 5.5 5.5L20 7"/>',
    "circle": '<circle cx="12" cy="12" r="8.5" stroke-dasharray="3.5 3"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "down": '<path d="M12 5v14m-6-6 6 6 6-6"/>',
    "download": '<path d="M12 4v11m-5-5 5 5 5-5M4 20h16"/>',
    "flag": '<path d="M5 21V4m0 0h13l-3 4.5 3 4.5H5"/>',
    "globe": (
        '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c-5 5-5 13 0 18 5-5 5-13 0-18z"/>'
    ),
    "half": (
        '<circle cx="12" cy="12" r="8.5"/><path fill="currentColor" d="M12 4a8 8 0 0 1 0 16z"/>'
    ),
    "home": '<path d="m3 11 9-8 9 8M5.5 9.5V20h13V9.5M10 20v-6h4v6"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5m0-9v.01"/>',
    "lock": '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "mail": '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="m3 8 9 6 9-6"/>',
    "minus": '<path d="M5 12h14"/>',
    "next": '<path d="M5 12h14m-6-6 6 6-6 6"/>',
    "out": '<path d="M10 4H5v16h5m4-12 4 4-4 4m4-4H9"/>',
    "pause": '<path d="M9 6v12m6-12v12"/>',
    "people": (
        '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6"/>'
        '<path d="M16 5a3.5 3.5 0 0 1 0 6.5m2 3c2.5.5 3.5 2.5 3.5 5.5"/>'
    ),
    "play": '<path d="M7 4.5v15l12-7.5z"/>',
    "print": '<path d="M7 9V4h10v5M7 17H4V9h16v8h-3m-10-3h10v6H7z"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>',
    "tip": '<path d="M9.5 18h5m-4 3h3M9 15c-2-1.3-3-3-3-5a6 6 0 0 1 12 0c0 2-1 3.7-3 5z"/>',
    "up": '<path d="M12 19V5m-6 6 6-6 6 6"/>',
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4 21c0-5 3.5-7 8-7s8 2 8 7"/>',
    "wrong": '<circle cx="12" cy="12" r="9"/><path d="m9 9 6 6m0-6-6 6"/>',
}
# Shapes differ too, so that a tone is never told by colour alone.
_ICON_OF_TONE = {"ok": "check", "warn": "caution", "bad": "wrong"}
# Turned round where text runs from right to left.
_POINTING = frozenset({"back", "next", "out"})
_TONE_OF_LEVEL = {"success": "ok", "warning": "warn", "error": "bad"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return a small decorative picture, hidden from screen readers; unknown names draw nothing."""
    shape = _ICONS.get(_ICON_OF_TONE.get(name, name))
    if shape is None:
        return SafeString()
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>',
        " flip" if name in _POINTING else "",
        mark_safe(shape),  # noqa: S308 - drawings above, never input
    )


@register.inclusion_tag("standardbearer/lms/includes/badge.html")
def badge(key: str) -> dict[str, Any]:
    """Show a badge with icon and words; an unknown key is shown as its own words, never hidden."""
    found = BADGES.get(str(key))
    if found is None:
        return {"words": str(key).replace("_", " ").capitalize(), "svg": "", "tone": ""}
    return {"words": found.words, "svg": icon(found.icon), "tone": found.tone}


@register.filter
def note_tone(level: str) -> str:
    """Return ``ok``, ``warn``, ``bad`` or ``info`` for the level of a Django message."""
    return _TONE_OF_LEVEL.get(level, "info")


@register.filter
def last_day(until: date | None) -> date | None:
    """Return the last day something holds, from ``until``, the first day it no longer does."""
    return until - timedelta(days=1) if until else None


@register.filter
def percent(fraction: float | Decimal | None) -> str:
    """Return a fraction 0-1 as whole per cent, rounded down, so that 100 means all; None is "–"."""
    if fraction is None:
        return "–"
    # Through text, so that 0.29 is 29 and not the 28.999… a binary float holds.
    whole = math.floor(Decimal(str(fraction)) * 100)
    return f"{formats.number_format(whole)}\N{NARROW NO-BREAK SPACE}%"


@register.filter
def local_date(value: date | None) -> str:
    """Return a day as the reader's language writes it; an instant is put in the reader's zone."""
    if value is None:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return formats.date_format(value, "DATE_FORMAT")


@register.simple_tag
def first_url(*names: str, **parts: object) -> str:
    """Return the address of the first route that exists, or nothing: hosts mount what they want."""
    for name in names:
        try:
            return reverse(name, kwargs=parts or None)
        except NoReverseMatch:
            continue
    return ""


@register.simple_tag(takes_context=True)
def page_url(context: Context, number: int, param: str = "page") -> str:
    """Return the address of another page of the same list, with every other filter kept."""
    query = context["request"].GET.copy()
    query[param] = number
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def company(context: Context) -> dict[str, str]:
    """Return name, logo_url and home_url, from ``sb_company`` (a name, a dict or an object)."""
    given = context.get("sb_company") or ""
    name = given if isinstance(given, str) else _look_up(given, "name")
    return {
        "name": name or getattr(settings, "WAGTAIL_SITE_NAME", "") or "Standardbearer",
        "logo_url": _look_up(given, "logo_url"),
        "home_url": _look_up(given, "home_url") or first_url("sb_certification:home") or "/",
    }


def _look_up(given: object, name: str) -> str:
    value = given.get(name) if isinstance(given, dict) else getattr(given, name, None)
    return str(value or "")
