"""What was answered so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from quizzes.attempts.models import Attempt, AttemptItem, ResponseEvent


def read_last_responses(items: Sequence[AttemptItem]) -> dict[int, object]:
    """Return the answer that counts per item id: the one with the highest sequence number."""
    events = ResponseEvent.objects.filter(item__in=items).order_by("item_id", "sequence")
    return dict(events.values_list("item_id", "response"))


def find_items(attempt: Attempt) -> QuerySet[Any]:
    """Return the items of an attempt, each with ``last``: the answer that counts, or None.

    ``last_sequence`` is its number, 0 when nothing was ever saved; ``last_certainty`` how sure
    the person was, empty when not said.
    """
    last = ResponseEvent.objects.filter(item_id=OuterRef("pk")).order_by("-sequence")
    return (
        AttemptItem.objects.filter(attempt=attempt)
        .annotate(
            last=Subquery(last.values("response")[:1]),
            last_certainty=Coalesce(Subquery(last.values("certainty")[:1]), Value("")),
            last_sequence=Coalesce(Subquery(last.values("sequence")[:1]), 0),
        )
        .order_by("number")
    )


def list_answered(attempt: Attempt) -> list[tuple[int, bool]]:
    """Return the number of each question, in order, and whether its last answer says something.

    One query, as small as can be: every page of a question asks it.
    """
    last = ResponseEvent.objects.filter(item_id=OuterRef("pk")).order_by("-sequence")
    items = AttemptItem.objects.filter(attempt=attempt).order_by("number")
    rows = items.values_list("number", Subquery(last.values("response")[:1]))
    return [(number, response is not None) for number, response in rows]


def list_tokens(item: AttemptItem) -> tuple[dict[str, str], list[str]]:
    """Return part → token, and the parts in the order this person sees them."""
    return {part: token for token, part in item.options}, [part for _, part in item.options]
