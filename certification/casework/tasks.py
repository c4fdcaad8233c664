"""Celery's door to actions on many people. The rows are the record, the task only a bell."""

from __future__ import annotations

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from certification.awards.models import BulkAction
from certification.casework.actions import continue_bulk


@shared_task(name="certification.continue_bulk_actions")
def continue_bulk_actions() -> None:
    """Go on with every action on many that is not through. Safe to kill and to run twice."""
    waiting = Q(undone_at=None, items__fact_uuid=None, items__refusal="")
    undoing = Q(undone_at__isnull=False) & ~Q(values__has_key="undone_all")
    for bulk in BulkAction.objects.filter(waiting | undoing).distinct().order_by("pk"):
        while continue_bulk(bulk=bulk, now=timezone.now()):
            pass
