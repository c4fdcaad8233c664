"""Begin and end postings. What was recorded before stays: an end is a row of its own."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from lms.errors import RuleError
from lms.organisation.models import Branch, Employee, JobRole, Posting, PostingEnd

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    User = AbstractBaseUser


def open_posting(
    *,
    employee: Employee,
    branch: Branch,
    job_role: JobRole,
    from_on: date,
    actor: User | None,
    now: datetime,
    until_on: date | None = None,
    kind: str = Posting.Kind.PRIMARY,
) -> Posting:
    """Write a posting, with its end if there is one. In the caller's transaction, person locked.

    Raises:
        RuleError: another main posting covers some of these days.

    """
    if kind == Posting.Kind.PRIMARY:
        check_free(employee, from_on, until_on)
    posting = Posting.objects.create(
        employee=employee,
        branch=branch,
        job_role=job_role,
        kind=kind,
        from_on=from_on,
        until_on=until_on,
        recorded_at=now,
    )
    if until_on is not None:
        record_end(posting, reason="", actor=actor, now=now)
    return posting


def check_free(employee: Employee, from_on: date, until_on: date | None) -> None:
    """Refuse days that another main posting covers."""
    overlapping = employee.postings.primary().real().exclude(until_on__lte=from_on)
    if until_on is not None:
        overlapping = overlapping.filter(from_on__lt=until_on)
    if overlapping.exists():
        raise RuleError(
            _("Another main posting covers some of these days."), code="posting_overlaps"
        )


def end_posting(
    *, posting: Posting, until_on: date, reason: str, actor: User | None, now: datetime
) -> PostingEnd:
    """Record when a posting ends; on or before its first day, that it never was."""
    posting.until_on = max(until_on, posting.from_on)
    posting.save(update_fields=["until_on"])
    return record_end(posting, reason=reason, actor=actor, now=now)


def record_end(posting: Posting, *, reason: str, actor: User | None, now: datetime) -> PostingEnd:
    """Write the end that a posting now has as a fact."""
    return PostingEnd.objects.create(
        posting=posting,
        until_on=posting.until_on,
        reason=reason,
        ended_by_id=actor.pk if actor else None,
        recorded_at=now,
    )


def lock(employee: Employee) -> None:
    """Read a person again under the write lock, so that two changes queue.

    On SQLite the transaction already holds the only write lock.
    """
    Employee.objects.select_for_update().get(pk=employee.pk)
    employee.refresh_from_db()
