"""What is told of decisions on proofs and wishes, and whether it is still true."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certification.awards.models import AssignmentRequest, EvidenceSubmission
from lms import api as lms_api
from lms.api import Employee, Notice, registry

PROVIDER: Final = "proof"
EVIDENCE_ACCEPTED: Final = "evidence_accepted"
EVIDENCE_REFUSED: Final = "evidence_refused"
WISH_APPROVED: Final = "wish_approved"
WISH_REFUSED: Final = "wish_refused"
OF_EVIDENCE: Final = frozenset({EVIDENCE_ACCEPTED, EVIDENCE_REFUSED})


def wish_notice(kind: str, uuid: UUID, employee: Employee, now: datetime) -> None:
    """Plan to tell a person of a decision, in the caller's transaction."""
    lms_api.plan_notices(
        wanted=[
            lms_api.NoticeWish(
                subject=f"{PROVIDER}:{uuid}",
                kind=kind,
                offset_days=0,
                target_on=lms_api.local_day(now, lms_api.zone_of(employee)),
                recipient_id=employee.pk,
                due_at=now,
                urgent=True,
            )
        ],
        now=now,
    )


def uuid_of(notice: Notice) -> str:
    """Return which proof or wish a notice is about."""
    return notice.subject.partition(":")[2]


class ProofNotices:
    """Answers for notices whose subject begins with ``proof:``."""

    def check(self, notices: Sequence[Notice], now: datetime) -> dict[int, registry.NoticeVerdict]:
        """Return that a decision stays true: it is made once and never edited."""
        del now
        found = load_subjects(notices)
        return {
            notice.pk: registry.NoticeVerdict(still_true=True)
            if uuid_of(notice) in found
            else registry.NoticeVerdict(still_true=False, reason="unknown")
            for notice in notices
        }

    def write(self, notices: Sequence[Notice]) -> dict[int, registry.NoticeText]:
        """Return the text per notice id, in the active language. Two queries."""
        found = load_subjects(notices)
        texts = {}
        for notice in notices:
            row = found.get(uuid_of(notice))
            if isinstance(row, EvidenceSubmission):
                texts[notice.pk] = word_evidence(notice.kind, row)
            elif row is not None:
                texts[notice.pk] = word_wish(notice.kind, row)
        return texts


def load_subjects(notices: Sequence[Notice]) -> dict[str, EvidenceSubmission | AssignmentRequest]:
    """Return the decided proofs and wishes that notices are about, by uuid. Two queries at most."""
    proofs = [uuid_of(notice) for notice in notices if notice.kind in OF_EVIDENCE]
    wishes = [uuid_of(notice) for notice in notices if notice.kind not in OF_EVIDENCE]
    found: dict[str, EvidenceSubmission | AssignmentRequest] = {}
    if proofs:
        for proof in EvidenceSubmission.objects.filter(
            uuid__in=proofs, review__isnull=False
        ).select_related("certification", "review__award"):
            found[str(proof.uuid)] = proof
    if wishes:
        for wish in AssignmentRequest.objects.filter(
            uuid__in=wishes, decision__isnull=False
        ).select_related("certification", "decision"):
            found[str(wish.uuid)] = wish
    return found


def word_evidence(kind: str, proof: EvidenceSubmission) -> registry.NoticeText:
    """Return what a person is told of a proof."""
    award = proof.review.award
    words = {
        "proof": proof.title,
        "title": proof.certification.title,
        "reason": proof.review.reason,
        "day": "",
    }
    if kind == EVIDENCE_REFUSED:
        title = _("Your proof was not accepted: %(proof)s")
        body = _("For “%(title)s”. The reason: %(reason)s")
    elif award is None:
        title = _("Your proof was accepted: %(proof)s")
        body = _("It counts for “%(title)s”. Nothing more is asked of you for this step.")
    elif award.valid_until is None:
        title = _("You are certified: %(title)s")
        body = _("Your proof “%(proof)s” was accepted. It does not run out.")
    else:
        words["day"] = date_format(award.valid_until - timedelta(days=1), "DATE_FORMAT")
        title = _("You are certified: %(title)s")
        body = _("Your proof “%(proof)s” was accepted. You hold it until %(day)s.")
    return registry.NoticeText(
        title=title % words,
        body=body % words,
        action_label=_("See your proof"),
        action_path=reverse("sb_certification:proof", args=[proof.uuid]),
        why=_("You get this mail because you handed in a proof of training."),
    )


def word_wish(kind: str, wish: AssignmentRequest) -> registry.NoticeText:
    """Return what a person is told of a wish."""
    words = {"title": wish.certification.title, "reason": wish.decision.reason}
    if kind == WISH_REFUSED:
        title, body = _("Not this time: %(title)s"), _("The reason: %(reason)s")
    else:
        title = _("You may start: %(title)s")
        body = _("What you asked for was approved. You can learn in small pieces.")
    return registry.NoticeText(
        title=title % words,
        body=body % words,
        action_label=_("Open my training"),
        action_path=reverse("sb_certification:home"),
        why=_("You get this mail because you asked for this certification."),
    )
