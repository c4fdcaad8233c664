"""What was answered so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from quizzes.attempts.models import Attempt, AttemptItem, ResponseEvent


def read_last_responses(items: Sequence[AttemptItem]) -> dict[int, object]:
    """Return the answer that counts per item id: the one with the highest sequence number."""
    events = ResponseEvent.objects.filter(item__in=items).order_by("item_id", "sequence")
    return dict(events.values_list("item_id", "response"))


def find_items(attempt: Attempt) -> QuerySet[Any]:
    """Return the items of an attempt, each with ``last``: the answer that counts, or None."""
    last = ResponseEvent.objects.filter(item_id=OuterRef("pk")).order_by("-sequence")
    return (
        AttemptItem.objects.filter(attempt=attempt)
        .annotate(last=Subquery(last.values("response")[:1]))
        .order_by("number")
    )


def list_tokens(item: AttemptItem) -> tuple[dict[str, str], list[str]]:
    """Return part → token, and the parts in the order this person sees them."""
    return {part: token for token, part in item.options}, [part for _, part in item.options]


def find_chosen(tokens: Mapping[str, str], response: object) -> list[str]:
    """Return the tokens of what was chosen, for ticking it again."""
    if isinstance(response, bool):
        return [tokens.get(str(response).lower(), "")]
    parts = response if isinstance(response, list) else [response]
    return [tokens[part] for part in parts if isinstance(part, str) and part in tokens]
