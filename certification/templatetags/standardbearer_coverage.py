"""Coverage as HTML and words."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from certification.coverage.reads import BranchForecast
from certification.coverage.reads.words import LEVEL_TONES, forecast_words, level_words
from certification.templatetags.standardbearer_certification import svg

register = template.Library()

_ICONS = {"below": "warning", "drops": "time", "tight": "minus", "enough": "check"}


@register.simple_tag
def coverage_tone(level: str) -> str:
    """Return the tone of a level: bad, warn or ok."""
    return LEVEL_TONES[level]


@register.simple_tag
def coverage_icon(level: str) -> SafeString:
    """Return the admin's icon for a level."""
    return mark_safe(svg(_ICONS[level]))  # noqa: S308 - names above


@register.simple_tag
def coverage_level(level: str) -> str:
    """Return what a level means."""
    return level_words(level)


@register.simple_tag
def coverage_sentence(row: BranchForecast) -> str:
    """Return how a branch stands against its rule."""
    return forecast_words(row)


@register.simple_tag
def coverage_number(number: int, at_least: int) -> SafeString:
    """Return a number as a cell that says by icon and words whether it is too low."""
    if number >= at_least:
        return format_html('<td class="sb-cell"><b>{}</b></td>', number)
    return format_html(
        '<td class="sb-cell sb-cell--bad"><b>{}{}<span class="w-sr-only"> {}</span></b></td>',
        mark_safe(svg("warning")),  # noqa: S308 - a name
        number,
        _("too few"),
    )


@register.simple_tag
def coverage_person(row: BranchForecast, pk: int) -> SafeString:
    """Return a person of a forecast as a link to the record."""
    person = row.people[pk]
    url = reverse("sb_matrix:person", args=[person.uuid])
    return format_html('<a href="{}">{}</a>', url, person.full_name)
