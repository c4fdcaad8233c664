"""Plan notices."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

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


def suppress_planned(
    *,
    now: datetime,
    planned_before: datetime | None = None,
    uuids: Collection[UUID] = (),
    reason: str = "history",
) -> int:
    """Settle planned notices without sending them; return how many.

    Those planned before a moment, for history that was loaded: nobody wants to be reminded of
    last year. Or those with these ``uuids``, for what was taken back in time.
    """
    notices = Notice.objects.planned()
    if planned_before is not None:
        notices = notices.filter(planned_at__lt=planned_before)
    else:
        notices = notices.filter(uuid__in=uuids)
    return notices.update(state=Notice.State.SUPPRESSED, reason=reason, settled_at=now)
