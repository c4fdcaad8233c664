"""Plan notices."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import F

from lms.messages.models import Mail, Notice
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
    last year. Or those with these ``uuids``, for what was taken back in time: also out of a mail
    that is written but that no server was given yet.
    """
    if planned_before is not None:
        notices = Notice.objects.planned().filter(planned_at__lt=planned_before)
    else:
        notices = Notice.objects.unsent().filter(uuid__in=uuids)
        # Whoever holds such a mail loses it by the fence, and the next one writes it anew.
        mails = Mail.objects.filter(state=Mail.State.CLOSED, notices__uuid__in=uuids)
        mails.update(fence=F("fence") + 1, lease_until=None)
    return notices.update(state=Notice.State.SUPPRESSED, reason=reason, mail=None, settled_at=now)
