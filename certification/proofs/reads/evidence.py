"""Proofs: what can be handed in, what was, and what waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certification.awards.models import EvidenceReview, EvidenceSubmission
from certification.awards.reads import load_rulebook
from certification.catalogue.models import Certification, Requirement
from certification.policy.rules.policy import parse_policy
from certification.proofs.permissions import proofs_for
from certification.proofs.reads.cycles import OpenNeed, find_own_needs
from certification.rules import add
from certification.standing.models import Standing
from lms import api as lms_api
from lms.api import Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

WAITING = "waiting"


@dataclass(frozen=True)
class ProofChoice:
    """Something that a proof can be handed in for: one requirement, or a whole certification."""

    key: str
    certification: Certification
    label: str
    need: OpenNeed | None = None

    @property
    def target(self) -> UUID | None:
        """The identity of the requirement; None stands for the whole certification."""
        return self.need.requirement.target if self.need is not None else None


def list_choices(employee: Employee, now: datetime) -> list[ProofChoice]:
    """Return what a person may hand in a proof for, what is asked for first. Four queries."""
    needs = find_own_needs(employee, Requirement.Kind.EVIDENCE.value, now)
    asked = [
        ProofChoice(
            key=need.key,
            certification=need.cycle.certification,
            label=f"{need.cycle.certification.title}: {need.requirement.label}",
            need=need,
        )
        for need in needs
    ]
    return [*asked, *list_whole_choices(employee, now)]


def list_whole_choices(employee: Employee, now: datetime) -> list[ProofChoice]:
    """Return the certifications of which a person may prove the whole: asked for or offered."""
    today = lms_api.local_day(now, lms_api.zone_of(employee))
    asked = Standing.objects.filter(employee=employee).exclude(required="not_required")
    rows = Certification.objects.active_on(today).filter(
        Q(in_catalogue=True) | Q(pk__in=asked.values("certification_id")),
        versions__effective_on__lte=today,
    )
    return [
        ProofChoice(
            key=row.code,
            certification=row,
            label=_("%(title)s: the whole certification, earned elsewhere") % {"title": row.title},
        )
        for row in rows.distinct().order_by("title")
    ]


def find_choice(
    employee: Employee, certification: Certification, target: UUID | None, now: datetime
) -> ProofChoice | None:
    """Return the choice that names this certification and requirement, or None."""
    choices = list_choices(employee, now)
    return next(
        (
            choice
            for choice in choices
            if choice.certification.pk == certification.pk and choice.target == target
        ),
        None,
    )


def state_of(submission: EvidenceSubmission) -> str:
    """Return waiting, accepted, refused or withdrawn; the review is loaded with the row."""
    review: EvidenceReview | None = getattr(submission, "review", None)
    return review.kind if review is not None else WAITING


def list_own_proofs(employee: Employee) -> list[EvidenceSubmission]:
    """Return what a person handed in, the latest first. One query."""
    rows = EvidenceSubmission.objects.filter(employee=employee)
    rows = rows.select_related("certification", "review__award", "review__reviewed_by")
    return list(rows.order_by("-submitted_at", "-pk"))


def find_proof(user: User, uuid: UUID) -> EvidenceSubmission:
    """Return a proof that a login may see.

    Raises:
        NotFoundError: unknown, or somebody's whom the login does not see.

    """
    found = (
        proofs_for(user)
        .filter(uuid=uuid)
        .select_related("employee__home_branch", "certification", "review__award")
        .select_related("review__reviewed_by")
        .first()
    )
    if found is None:
        raise lms_api.NotFoundError(_("There is no such proof."))
    return found


def describe_target(submission: EvidenceSubmission) -> str:
    """Return what a proof is for: the requirement's label, or the whole certification."""
    if submission.target is None:
        return _("the whole certification")
    row = Requirement.objects.filter(
        version__certification=submission.certification_id,
        kind=Requirement.Kind.EVIDENCE,
        target=submission.target,
    )
    label = row.order_by("-version__number").values_list("label", flat=True).first()
    return label or _("a requirement that is no longer asked for")


def suggest_dates(submission: EvidenceSubmission) -> tuple[date, date | None]:
    """Return ``[from, until)`` of the award that a proof of a whole certification would earn.

    That is the day of the training and as long as an award of that day holds. Four queries.
    """
    rulebook = load_rulebook([submission.certification_id])
    version = rulebook.version_on(submission.certification_id, submission.done_on)
    active = parse_policy(version.policy).active if version is not None else None
    until = add(submission.done_on, active, 1) if active is not None else None
    return submission.done_on, until


def count_twins(submission: EvidenceSubmission, user: User) -> int:
    """Return how many other people in the reader's scope handed in the very same file."""
    if not submission.file_digest:
        return 0
    same = proofs_for(user).filter(file_digest=submission.file_digest)
    others = same.exclude(employee=submission.employee_id)
    return others.values("employee").distinct().count()


def describe_decision(review: EvidenceReview) -> str:
    """Return by whom and when a proof was decided, in words."""
    words = {"kind": review.get_kind_display(), "day": date_format(review.reviewed_at)}
    if review.reviewed_by is None:
        return _("It was already decided on %(day)s: %(kind)s.") % words
    return _("It was already decided by %(name)s on %(day)s: %(kind)s.") % (
        words | {"name": name_login(review.reviewed_by)}
    )


def name_login(user: AbstractBaseUser) -> str:
    """Return how a login is called: the name if it has one."""
    full_name = getattr(user, "get_full_name", str)() or ""
    return full_name or user.get_username()
