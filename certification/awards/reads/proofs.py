"""Proof from outside a course as finished work: accepted evidence and practice signed off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from certification.awards.models import EvidenceReview, EvidenceSubmission, SignOff
from certification.awards.rules import start_of_day
from certification.catalogue.models import Requirement
from lms import api as lms_api


def read_proven_work(
    *, employee_ids: Sequence[int], since: datetime | None = None
) -> list[lms_api.FinishedWork]:
    """Return accepted evidence and sign-offs of these people as finished work, oldest first.

    Evidence was done on a day, not at an instant: it counts from the first moment of that day at
    the person's branch, like everything dated by the day. So it serves a cycle that opens on the
    same day, and it is the day of the training that earns the award, not that of the review. A
    proof of a whole certification is an award of its own and not listed. ``since`` is inclusive.
    Two queries.
    """
    works = [*read_accepted_evidence(employee_ids, since), *read_signed_practice(employee_ids)]
    return sorted(
        (work for work in works if since is None or work.done_at >= since),
        key=lambda work: work.done_at,
    )


def read_accepted_evidence(
    employee_ids: Sequence[int], since: datetime | None
) -> list[lms_api.FinishedWork]:
    """Return the accepted proofs of single requirements. One query."""
    rows = EvidenceSubmission.objects.filter(
        employee_id__in=employee_ids,
        target__isnull=False,
        review__kind=EvidenceReview.Kind.ACCEPTED,
    )
    if since is not None:
        # No zone is a day from UTC; the instants are compared by the caller.
        rows = rows.filter(done_on__gte=since.astimezone(UTC).date() - timedelta(days=1))
    return [
        lms_api.FinishedWork(
            employee_id=row.employee_id,
            kind=Requirement.Kind.EVIDENCE.value,
            work_uuid=row.target,
            evidence_uuid=row.uuid,
            done_at=start_of_day(row.done_on, lms_api.zone_of(row.employee)),
            material_number=1,
        )
        for row in rows.select_related("employee__home_branch").order_by("done_on", "pk")
        if row.target is not None
    ]


def read_signed_practice(employee_ids: Sequence[int]) -> list[lms_api.FinishedWork]:
    """Return what assessors signed off for these people. One query."""
    rows = SignOff.objects.filter(employee_id__in=employee_ids).order_by("signed_at", "pk")
    return [
        lms_api.FinishedWork(
            employee_id=row.employee_id,
            kind=Requirement.Kind.SIGN_OFF.value,
            work_uuid=row.target,
            evidence_uuid=row.uuid,
            done_at=row.signed_at,
            material_number=1,
        )
        for row in rows
    ]
