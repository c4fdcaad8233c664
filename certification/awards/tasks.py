"""Celery's doors to the sweep."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from certification.awards.actions import advance


@shared_task(name="certification.advance")
def run_advance() -> None:
    """Bring every standing to now. Safe to run twice or in parallel."""
    advance(now=timezone.now())
