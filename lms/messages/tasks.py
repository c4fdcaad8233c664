"""Celery's door to the sender."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from lms.messages.actions import deliver_due


@shared_task(name="lms.messages.deliver")  # type: ignore[untyped-decorator]
def run_deliver() -> None:
    """Send what is due. Safe to run twice or in parallel: the row is the record."""
    deliver_due(now=timezone.now())
