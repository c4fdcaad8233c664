"""Proofs of training taken elsewhere: handed in, taken back, accepted, refused."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certification.awards.actions import count_work, refresh_people
from certification.awards.models import Award, AwardName, EvidenceReview, EvidenceSubmission
from certification.awards.permissions import require_fact, require_reason
from certification.awards.reads import frozen_wording, load_rulebook
from certification.awards.rules import start_of_day
from certification.proofs.actions.files import check_file
from certification.proofs.permissions import require_others
from certification.proofs.reads.evidence import describe_decision, find_choice
from certification.proofs.reads.notices import EVIDENCE_ACCEPTED, EVIDENCE_REFUSED, wish_notice
from certification.proofs.rules import MAX_WAITING, clean_name
from lms import api as lms_api

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from certification.catalogue.models import Certification
    from certification.proofs.reads.evidence import ProofChoice
    from lms.api import Employee

EARLIEST = date(1950, 1, 1)


@dataclass(frozen=True)
class Proof:
    """What somebody hands in, as filled in; ``target`` None is the whole certification."""

    certification: Certification
    target: UUID | None
    title: str
    issuer: str
    done_on: date
    content: bytes
    file_name: str
    note: str = ""


def hand_in_evidence(
    *, employee: Employee, proof: Proof, actor: AbstractBaseUser | None, now: datetime
) -> EvidenceSubmission:
    """Keep a proof until somebody decides; the same file for the same thing is the same proof.

    Raises: NotFoundError and NotAllowedError by the policy table; InvalidInputError naming what
    to mend; RuleError when it is not asked for, or too many already wait.
    """
    lms_api.require(actor, "create", "evidence", employee)
    check_day(proof.done_on, employee, now)
    choice = find_choice(employee, proof.certification, proof.target, now)
    if choice is None:
        raise lms_api.RuleError(_("No proof of this is asked of you now."), code="not_asked")
    check_counts(choice, proof.done_on)
    kind = check_file(proof.content)
    digest = hashlib.sha256(proof.content).hexdigest()
    with transaction.atomic():
        waiting = list(lock_waiting(employee))
        same = (proof.certification.pk, proof.target, digest)
        for row in waiting:
            if (row.certification_id, row.target, row.file_digest) == same:
                return row
        if len(waiting) >= MAX_WAITING:
            raise lms_api.RuleError(
                _("Too many of your proofs wait for a decision. Take one back first."),
                code="too_many",
            )
        row = EvidenceSubmission(
            employee=employee,
            certification=proof.certification,
            target=proof.target,
            title=proof.title,
            issuer=proof.issuer,
            done_on=proof.done_on,
            file_name=clean_name(proof.file_name, kind),
            file_digest=digest,
            note=proof.note,
            submitted_by_id=actor.pk if actor is not None else None,
            submitted_at=now,
        )
        store_file(row, proof.content, f"{row.uuid}.{kind.value}")
    return row


def store_file(row: EvidenceSubmission, content: bytes, name: str) -> None:
    """Save a proof with its file; when the row cannot be written, the file does not stay."""
    row.file.save(name, ContentFile(content), save=False)
    try:
        row.save()
    except Exception:
        row.file.storage.delete(row.file.name or "")
        raise


def lock_waiting(employee: Employee) -> list[EvidenceSubmission]:
    """Return a person's proofs without a decision, with the person locked: one at a time."""
    type(employee).objects.select_for_update().filter(pk=employee.pk).first()
    rows = EvidenceSubmission.objects.filter(employee=employee, review__isnull=True)
    return list(rows.order_by("pk"))


def check_day(done_on: date, employee: Employee, now: datetime) -> None:
    """Refuse a training that ends in the future or long before anybody's working life."""
    if done_on > lms_api.local_day(now, lms_api.zone_of(employee)):
        raise lms_api.InvalidInputError(
            _("The day cannot be in the future."), code="future_day", field="done_on"
        )
    if done_on < EARLIEST:
        raise lms_api.InvalidInputError(
            _("Check the year of this day."), code="impossible_date", field="done_on"
        )


def check_counts(choice: ProofChoice, done_on: date) -> None:
    """Refuse a training that is too old for the requirement it is handed in for."""
    if choice.need is not None and done_on < choice.need.counts_from:
        raise lms_api.InvalidInputError(
            _("This time only training from %(day)s on counts.")
            % {"day": date_format(choice.need.counts_from)},
            code="too_early",
            field="done_on",
        )


def withdraw_evidence(
    *, submission: EvidenceSubmission, actor: AbstractBaseUser | None, now: datetime
) -> EvidenceReview:
    """Take a proof back before it is decided: whoever handed it in, or whose it is.

    Raises: NotFoundError for others; RuleError when it was decided.
    """
    employee = submission.employee
    if actor is not None and actor.pk not in (employee.user_id, submission.submitted_by_id):
        raise lms_api.NotFoundError(_("There is no such proof."))
    return decide(submission, EvidenceReview.Kind.WITHDRAWN, actor=actor, now=now)


def refuse_evidence(
    *, submission: EvidenceSubmission, reason: str, actor: AbstractBaseUser | None, now: datetime
) -> EvidenceReview:
    """Refuse a proof; the reason is shown to the person.

    Raises: NotFoundError and NotAllowedError by the policy table, on oneself and on what one
    handed in; InvalidInputError without a reason; RuleError when it was decided.
    """
    require_review(submission, actor)
    require_reason(reason)
    with transaction.atomic():
        review = decide(
            submission, EvidenceReview.Kind.REFUSED, reason=reason, actor=actor, now=now
        )
        wish_notice(EVIDENCE_REFUSED, submission.uuid, submission.employee, now)
    return review


def accept_evidence(
    *,
    submission: EvidenceSubmission,
    valid_from: date | None = None,
    valid_until: date | None = None,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> EvidenceReview:
    """Accept a proof: it counts for the open cycles, or is an award from one day until another.

    The days ``[valid_from, valid_until)`` are those of a whole certification; they say nothing
    for a single requirement. No ``valid_until`` never lapses.

    Raises: as ``refuse_evidence``; InvalidInputError when the days cannot be.
    """
    require_review(submission, actor)
    with transaction.atomic():
        award = None
        lock_undecided(submission)
        if submission.target is None:
            start = valid_from or submission.done_on
            check_award_days(submission, start, valid_until)
            award = make_award(submission, start, valid_until, actor=actor, now=now)
        review = decide(submission, EvidenceReview.Kind.ACCEPTED, award=award, actor=actor, now=now)
        wish_notice(EVIDENCE_ACCEPTED, submission.uuid, submission.employee, now)
        if award is not None:
            refresh_people(employee_ids=[submission.employee_id], now=now)
        else:
            count_work(employee_uuid=submission.employee.uuid, now=now)
    return review


def require_review(submission: EvidenceSubmission, actor: AbstractBaseUser | None) -> None:
    """Let reviewers pass who neither are the person nor handed the proof in."""
    require_fact(actor, "review", "evidence", submission.employee)
    require_others(actor, submission)


def lock_undecided(submission: EvidenceSubmission) -> None:
    """Lock a proof. Raises: RuleError when somebody else was faster; says who and when."""
    EvidenceSubmission.objects.select_for_update().get(pk=submission.pk)
    review = EvidenceReview.objects.filter(submission=submission).select_related("reviewed_by")
    found = review.first()
    if found is not None:
        raise lms_api.RuleError(describe_decision(found), code="already_decided")


def decide(
    submission: EvidenceSubmission,
    kind: EvidenceReview.Kind,
    *,
    reason: str = "",
    award: Award | None = None,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> EvidenceReview:
    """Write the one decision on a proof."""
    with transaction.atomic():
        lock_undecided(submission)
        return EvidenceReview.objects.create(
            submission=submission,
            kind=kind,
            reason=reason,
            award=award,
            reviewed_by_id=actor.pk if actor is not None else None,
            reviewed_at=now,
        )


def check_award_days(submission: EvidenceSubmission, start: date, until: date | None) -> None:
    """Refuse days that no training could earn."""
    if start < submission.done_on:
        raise lms_api.InvalidInputError(
            _("It cannot hold before the training was finished."),
            code="impossible_date",
            field="valid_from",
        )
    if until is not None and until <= start:
        raise lms_api.InvalidInputError(
            _("It must end after it starts."), code="impossible_date", field="valid_until"
        )
    if until is not None and until - start > timedelta(days=36_525):
        raise lms_api.InvalidInputError(
            _("Check the year of this day."), code="impossible_date", field="valid_until"
        )


def make_award(
    submission: EvidenceSubmission,
    start: date,
    until: date | None,
    *,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> Award:
    """Write the award of a proof of a whole certification, its dates as the reviewer gave them."""
    employee = submission.employee
    zone = lms_api.zone_of(employee)
    version = load_rulebook([submission.certification_id]).version_on(
        submission.certification_id, submission.done_on
    )
    if version is None:
        raise lms_api.RuleError(
            _("This certification has no rule yet. Publish one first."), code="no_version"
        )
    award = Award.objects.create(
        employee=employee,
        certification_id=submission.certification_id,
        version=version,
        basis=Award.Basis.EVIDENCE,
        awarded_at=start_of_day(submission.done_on, zone),
        zone=zone,
        valid_from=start,
        valid_until=until,
        anchor_on=until,
        branch_id=employee.home_branch_id,
        frozen=frozen_wording(employee, version) | {"evidence": [describe_proof(submission, zone)]},
        evaluator_id=actor.pk if actor is not None else None,
        evidence_note=" · ".join(filter(None, [submission.title, submission.issuer])),
        trace=trace_award(submission, until),
        idempotency_key=f"evidence:{submission.uuid}",
        recorded_at=now,
    )
    AwardName.objects.create(award=award, full_name=employee.full_name)
    return award


def describe_proof(submission: EvidenceSubmission, zone: str) -> dict[str, object]:
    """Return a proof as an award keeps it."""
    return {
        "label": submission.title,
        "kind": "evidence",
        "uuid": str(submission.uuid),
        "material_number": 1,
        "done_at": start_of_day(submission.done_on, zone).isoformat(),
        "digest": submission.file_digest,
    }


def trace_award(submission: EvidenceSubmission, until: date | None) -> list[str]:
    """Return why the award has its dates, line by line."""
    done = _("evidence accepted: training finished on %(day)s") % {
        "day": date_format(submission.done_on)
    }
    if until is None:
        return [done, _("never lapses, as the reviewer decided")]
    last = date_format(until - timedelta(days=1))
    return [done, _("held until %(day)s, as the reviewer decided") % {"day": last}]
