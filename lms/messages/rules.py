"""What somebody should be told, and how notices become one mail. Pure."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

DAILY: Final = "daily"
SERIES: Final = frozenset({"due_in", "due", "overdue"})
"""Kinds that say the same thing on different days: of several missed only the latest goes out."""
TRIES: Final = 5
FIRST_WAIT: Final = timedelta(minutes=2)


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


@dataclass(frozen=True)
class Planned:
    """What of a notice decides whether a later one replaces it."""

    id: int
    subject: str
    kind: str
    due_on: date
    """The target day moved by the offset."""


def slot_of(planned_at: datetime, *, urgent: bool) -> str:
    """Return the slot of a notice's mail: the day's, or one for what became urgent at once.

    Three certifications assigned in one go are one mail, not three.
    """
    return f"urgent:{planned_at.astimezone(UTC):%Y%m%dT%H%M%S.%f}" if urgent else DAILY


def digest_message_id(
    recipient: str, channel: str, local_on: date, slot: str, domain: str = "standardbearer.invalid"
) -> str:
    """Return the Message-ID of a mail: the same for the same recipient, channel, day and slot."""
    key = f"{recipient}\n{channel}\n{local_on.isoformat()}\n{slot}"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def find_superseded(notices: Iterable[Planned]) -> set[int]:
    """Return the ids of the notices that a later one of the same series replaces."""
    series: dict[str, list[Planned]] = defaultdict(list)
    for notice in notices:
        if notice.kind in SERIES:
            series[notice.subject].append(notice)
    return {
        notice.id
        for group in series.values()
        for notice in sorted(group, key=lambda notice: (notice.due_on, notice.id))[:-1]
    }


def wait_before(tries: int) -> timedelta:
    """Return how long to wait before the next try: 2, 4, 8, 16 minutes."""
    doublings: int = 2 ** max(tries - 1, 0)
    return FIRST_WAIT * doublings


def provider_of(subject: str) -> str:
    """Return the name of the provider that knows a subject."""
    return subject.partition(":")[0]


def split(ids: Sequence[int], size: int) -> Iterable[Sequence[int]]:
    """Return the ids in parts of at most ``size``."""
    return (ids[start : start + size] for start in range(0, len(ids), size))
