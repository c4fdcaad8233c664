"""Celery's door to counting previews."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from certification.rulemaking.actions.previews import count_waiting


@shared_task(name="certification.count_impacts")
def count_impacts() -> None:
    """Count whom the waiting drafts reach. Safe to run twice or in parallel."""
    count_waiting(now=timezone.now())
