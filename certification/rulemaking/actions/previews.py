"""Count whom a change reaches: at once in a small company, by a worker in a large one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from celery import current_app
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from certification.catalogue.models import Certification
from certification.rulemaking.models import ImpactPreview
from certification.rulemaking.reads.impact import run_batch, run_preview
from certification.rulemaking.reads.stored import (
    digest_draft,
    impact_of,
    read_change,
    start_of_count,
)
from certification.rulemaking.rules.impact import Impact
from certification.rulemaking.rules.stored import dump_impact
from lms.api import Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

MOST_AT_ONCE: Final = 2_000
"""So many people are counted while somebody waits; more are counted by a worker."""
KEPT: Final = timedelta(days=7)
TASK: Final = "certification.count_impacts"
logger = logging.getLogger(__name__)


def ask_preview(
    *,
    certification: Certification,
    draft: Mapping[str, Any],
    actor: AbstractBaseUser | None,
    now: datetime,
) -> Impact | ImpactPreview:
    """Return whom a draft reaches, or the preview that a worker is counting.

    ``draft`` is what ``describe_version_draft`` and its like return. Asked again for the same
    draft on the same day, the same preview goes on.

    Raises: PolicyError naming the field when the draft cannot work.
    """
    change = read_change(certification, draft)
    total = change.people(now).count()
    if total <= MOST_AT_ONCE:
        return narrow_examples(run_preview(change, now=now), actor)
    with transaction.atomic():
        ImpactPreview.objects.filter(requested_at__lt=now - KEPT).delete()
        preview, made = ImpactPreview.objects.get_or_create(
            certification=certification,
            digest=digest_draft(draft, timezone.localdate(now)),
            defaults={
                "draft": dict(draft),
                "total": total,
                "result": dump_impact(start_of_count(change, now)),
                "requested_by_id": actor.pk if actor is not None else None,
                "requested_at": now,
            },
        )
        if made:
            transaction.on_commit(ring, robust=True)
    if preview.state != ImpactPreview.State.READY:
        return preview
    return narrow_examples(impact_of(preview), actor)


def narrow_examples(impact: Impact, actor: AbstractBaseUser | None) -> Impact:
    """Return an impact that names only people whose records the actor sees. Numbers stay."""
    if actor is None:
        return impact
    named = {example.employee_id for row in impact.rows for example in row.examples}
    people = Employee.objects.visible_to(actor).filter(pk__in=named)
    seen = set(people.values_list("pk", flat=True))
    rows = tuple(
        replace(row, examples=tuple(one for one in row.examples if one.employee_id in seen))
        for row in impact.rows
    )
    return replace(impact, rows=rows)


def ring() -> None:
    """Wake a worker. The row is the record: without a broker, beat finds it within a minute."""
    try:
        current_app.send_task(TASK)
    except (OperationalError, OSError):
        logger.warning("No broker to ring; the preview waits for beat.")


def count_waiting(*, now: datetime) -> int:
    """Count the waiting previews to their ends; return how many batches that took.

    Each batch is a transaction of its own: killed half-way, the next run goes on from there.
    """
    batches = 0
    while count_next_batch(now=now):
        batches += 1
    return batches


def count_next_batch(*, now: datetime) -> bool:
    """Count the next batch of the preview asked for first; return whether there was one."""
    with transaction.atomic():
        rows = ImpactPreview.objects.filter(state=ImpactPreview.State.WAITING)
        skips = connection.features.has_select_for_update_skip_locked
        preview = rows.select_for_update(skip_locked=skips).order_by("requested_at", "pk").first()
        if preview is None:
            return False
        try:
            with transaction.atomic():
                add_batch(preview, now)
        except Exception:
            # Whatever stands against it, the next one must not wait behind it for ever.
            logger.exception("The preview %s cannot be counted.", preview.uuid)
            preview.state = ImpactPreview.State.FAILED
        preview.save()
    return True


def add_batch(preview: ImpactPreview, now: datetime) -> None:
    """Count the next people into a preview, not yet stored; none left: it is ready."""
    change = read_change(preview.certification, preview.draft)
    before = impact_of(preview)
    # All batches see the day on which it was asked for, or it would be two previews in one.
    day = preview.requested_at
    impact, last_id = run_batch(change, before, after=preview.last_id, now=day)
    if last_id is None:
        preview.state = ImpactPreview.State.READY
        preview.done = preview.total
        preview.computed_at = now
        return
    preview.done = min(preview.total, change.people(day).filter(pk__lte=last_id).count())
    preview.last_id = last_id
    preview.result = dump_impact(impact)
