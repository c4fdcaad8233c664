"""What somebody should be told, as data. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class NoticeWish:
    """One thing one person should be told: planned once for the same values.

    ``subject`` is text of the provider that knows what it means; its part before the first colon
    names the provider. ``offset_days`` counts from ``target_on``: −30 is 30 days before it.
    ``due_at`` is the earliest moment it may go out; ``urgent`` ones do not wait for the daily mail.
    """

    subject: str
    kind: str
    offset_days: int
    target_on: date
    recipient_id: int
    due_at: datetime
    urgent: bool = False
    channel: str = "email"
