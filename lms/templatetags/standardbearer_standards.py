"""Tags for templates that are handed a draft instead of a text."""

from __future__ import annotations

from django import template

from lms.standards.models import Standard
from lms.standards.reads import StandardText, describe_draft

register = template.Library()


@register.simple_tag
def describe_standard(draft: Standard) -> StandardText:
    """Return a draft as its staff page would show it. At most two queries."""
    return describe_draft(draft)
