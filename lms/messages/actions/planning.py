"""Plan notices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lms.messages.models import Notice
from lms.messages.rules import NoticeWish


def plan_notices(*, wanted: Iterable[NoticeWish], now: datetime) -> int:
    """Write the notices that are not planned yet, in the caller's transaction.

    Planning the same wish again makes none. Returns how many were asked for. One statement.
    """
    notices = [
        Notice(
            subject=wish.subject,
            kind=wish.kind,
            offset_days=wish.offset_days,
            target_on=wish.target_on,
            recipient_id=wish.recipient_id,
            channel=wish.channel,
            urgent=wish.urgent,
            due_at=wish.due_at,
            planned_at=now,
        )
        for wish in wanted
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=1000)
    return len(notices)


def suppress_planned(*, planned_before: datetime, now: datetime) -> int:
    """Settle what was planned before a moment without sending it; return how many notices.

    For history that was loaded: nobody wants to be reminded of last year.
    """
    return (
        Notice.objects.planned()
        .filter(planned_at__lt=planned_before)
        .update(state=Notice.State.SUPPRESSED, reason="history", settled_at=now)
    )
