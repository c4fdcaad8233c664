"""What waits for the reader, for pages of rooms below that do not know of it."""

from __future__ import annotations

from django import template
from django.template.context import Context

from certification.proofs.reads.wishes import count_wishes_to_decide

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting_wishes(context: Context) -> int:
    """Return how many wishes wait for the reader's decision. Two queries."""
    return count_wishes_to_decide(context["request"].user)
