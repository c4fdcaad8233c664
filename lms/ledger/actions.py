"""Record domain events and hand them to the apps that act on them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.db import connection, transaction
from django.db.models import F

from lms import registry
from lms.ledger.models import DomainEvent

logger = logging.getLogger(__name__)


def record_event(*, kind: str, payload: Mapping[str, object], now: datetime) -> DomainEvent:
    """Write an event in the caller's transaction and have it consumed right after commit.

    ``payload`` holds plain JSON: ids as text, instants in ISO form.
    """
    event = DomainEvent.objects.create(kind=kind, payload=dict(payload), occurred_at=now)
    transaction.on_commit(partial(consume_event, event_id=event.pk, now=now), robust=True)
    return event


def consume_event(*, event_id: int, now: datetime) -> bool:
    """Let every consumer of the event's kind act on it, once; return whether it was consumed.

    A consumer that raises leaves the event waiting, with the error beside it: ``advance`` tries
    again. Consumers write in the same transaction, so an event is never half consumed.
    """
    try:
        with transaction.atomic():
            waiting = DomainEvent.objects.waiting().filter(pk=event_id)
            if connection.features.has_select_for_update_skip_locked:
                waiting = waiting.select_for_update(skip_locked=True)
            event = waiting.first()
            if event is None:
                return False
            for consume in registry.event_consumers.of(event.kind):
                consume(event, now)
            event.consumed_at = now
            event.save(update_fields=["consumed_at"])
    except Exception as error:
        # The fact itself is safe: only the consequence waits. Nothing else may be told apart here.
        logger.exception("Event %s was not consumed", event_id)
        DomainEvent.objects.filter(pk=event_id).update(
            tries=F("tries") + 1, last_error=f"{type(error).__name__}: {error}"[:2000]
        )
        return False
    return True


def consume_waiting_events(*, now: datetime, limit: int = 10_000) -> int:
    """Consume what earlier processes left behind, oldest first; return how many were consumed."""
    ids = list(DomainEvent.objects.waiting().values_list("pk", flat=True)[:limit])
    return sum(consume_event(event_id=pk, now=now) for pk in ids)
