"""Publications and expiries whose moment has come, one by one."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import swapper
from django.apps import apps
from django.db import connection, transaction
from django.db.models import QuerySet
from wagtail.models import DraftStateMixin, Revision

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ScheduledWork:
    """What one run did: published, taken down, and left for the next run because it failed."""

    published: int
    expired: int
    failed: int


def publish_scheduled_revisions(*, now: datetime) -> ScheduledWork:
    """Publish what is due and take down what has expired, pages and snippets alike.

    Each in a transaction of its own: Wagtail's command has none, so that one failing receiver
    leaves an object half published and everything behind it waiting. What fails here is rolled
    back whole, logged, and tried again by the next run.
    """
    published = [_publish(revision_id=pk, now=now) for pk in _find_due(now)]
    expired = [_take_down(thing) for thing in _find_expired(now)]
    done = [*published, *expired]
    return ScheduledWork(
        published=published.count(True), expired=expired.count(True), failed=done.count(False)
    )


def _find_due(now: datetime) -> list[int]:
    due = Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at")
    return list(due.values_list("pk", flat=True))


def _publish(*, revision_id: int, now: datetime) -> bool | None:
    """Return whether the revision was published; None when another process was quicker."""
    try:
        with transaction.atomic():
            due = Revision.objects.filter(pk=revision_id, approved_go_live_at__lte=now)
            revision = _lock(due).first()
            if revision is None:
                return None
            revision.publish(log_action="wagtail.publish.scheduled")
    except Exception:
        # Any receiver of any app may fail in any way: the others in the queue must not wait for it.
        logger.exception("Revision %s was not published on time", revision_id)
        return False
    return True


def _find_expired(now: datetime) -> list[Any]:
    page = swapper.load_model("wagtailcore", "Page")
    models = [
        model
        for model in apps.get_models()
        if issubclass(model, DraftStateMixin) and not issubclass(model, page)
    ]
    return [
        thing
        for model in [page, *models]
        for thing in model.objects.filter(live=True, expire_at__lt=now)
    ]


def _take_down(thing: Any) -> bool:
    try:
        with transaction.atomic():
            thing.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    except Exception:
        # As above: one that cannot be taken down must not keep the others up.
        logger.exception("%s was not taken down on time", thing)
        return False
    return True


def _lock(rows: QuerySet[Any]) -> QuerySet[Any]:
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True)
    return rows
