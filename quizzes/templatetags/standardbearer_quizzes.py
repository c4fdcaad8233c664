"""Tags of quizzes and role-plays. Only those that ask who the reader is take queries."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lms.api import may
from quizzes.marking.permissions import answers_to_mark

if TYPE_CHECKING:
    from quizzes.scenarios.reads import CurvePoint

register = template.Library()

# The drawing's own units; the page scales it.
_WIDTH, _HEIGHT = 400, 176
_LEFT, _RIGHT, _TOP, _BOTTOM = 38, 14, 12, 148
_MOST_NUMBERS = 12


@register.simple_tag(takes_context=True)
def may_let_in(context: Context) -> bool:
    """Return whether the reader may let people into quizzes that a supervisor opens."""
    return may(context["request"].user, "create", "quiz_release")


@register.simple_tag(takes_context=True)
def count_to_mark(context: Context) -> int:
    """Return how many open answers wait for the reader."""
    return answers_to_mark(context["request"].user).count()


@register.filter
def percent_words(share: Fraction) -> str:
    """Return an exact share as per cent, rounded down: 100 % means all."""
    return _("%(percent)d %%") % {"percent": floor(share * 100)}


@register.simple_tag
def mood_curve(points: Sequence[CurvePoint]) -> SafeString:
    """Return the mood over a play as a drawing that takes the page's colours.

    What it shows must stand beside it as a table; its label sums it up.
    """
    if not points:
        return SafeString()
    places = [
        (_place_across(n, len(points)), _place_down(p.mood.value)) for n, p in enumerate(points)
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    label = _("The customer’s mood went from %(first)d to %(last)d of 100.") % {
        "first": points[0].mood.value,
        "last": points[-1].mood.value,
    }
    return format_html(
        '<svg viewBox="0 0 {} {}" width="480" height="211" role="img" aria-label="{}">'
        '<g fill="currentColor" font-size="14" opacity=".85">{}{}</g>'
        '<g class="bar"><polyline points="{}" fill="none" stroke="currentColor" stroke-width="3"'
        ' stroke-linejoin="round" stroke-linecap="round"/>{}</g></svg>',
        _WIDTH,
        _HEIGHT,
        label,
        _draw_levels(),
        _draw_numbers(points, places),
        path,
        _draw_dots(places),
    )


def _place_across(number: int, count: int) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * number / max(count - 1, 1)


def _place_down(value: int) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * value / 100


def _draw_levels() -> SafeString:
    return format_html_join(
        "",
        '<path d="M{} {}H{}" stroke="currentColor" stroke-opacity=".3"/>'
        '<text x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (_LEFT, _place_down(v), _WIDTH - _RIGHT, _LEFT - 7, _place_down(v) + 4, v)
            for v in (0, 50, 100)
        ),
    )


def _draw_numbers(
    points: Sequence[CurvePoint], places: Sequence[tuple[float, float]]
) -> SafeString:
    every = -(-len(points) // _MOST_NUMBERS)
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (f"{x:.1f}", _BOTTOM + 19, point.number)
            for point, (x, _y) in zip(points, places, strict=True)
            if point.number and point.number % every == 0
        ),
    )


def _draw_dots(places: Sequence[tuple[float, float]]) -> SafeString:
    return format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="5" fill="currentColor"/>',
        ((f"{x:.1f}", f"{y:.1f}") for x, y in places),
    )
