"""The totals of an answer about a day, in words."""

from __future__ import annotations

from django import template

from certification.reports.reads.as_of import Total
from certification.reports.reads.as_of import total_words as words_of_total

register = template.Library()


@register.simple_tag
def total_words(total: Total) -> str:
    """Return the numbers of one certification as sentences."""
    return words_of_total(total)
