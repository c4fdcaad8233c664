"""Background work about attempts."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from quizzes.attempts.actions import close_overdue_attempts


@shared_task(name="quizzes.close_overdue_attempts")
def close_overdue() -> int:
    """Close attempts whose time is over; whoever looks at one closes it too."""
    return close_overdue_attempts(now=timezone.now())
