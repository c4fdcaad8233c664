"""An award by hand: one person proposes it, another one confirms it, neither earns it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certification.awards.actions.assign import require_employed, require_in_use
from certification.awards.actions.derive import lock_people, refresh_people, zone_of
from certification.awards.models import Award, AwardName, AwardProposal, ProposalDecision
from certification.awards.permissions import require_fact, require_reason
from certification.awards.reads import frozen_wording, load_rulebook
from certification.catalogue.models import Certification
from lms import api as lms_api
from lms.api import Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

BASES: Final = (Award.Basis.MANUAL, Award.Basis.WAIVED)


def propose_award(
    *,
    employee: Employee,
    certification: Certification,
    basis: str,
    valid_from: date,
    valid_until: date | None,
    reason: str,
    actor: AbstractBaseUser,
    now: datetime,
) -> AwardProposal:
    """Propose to grant a certification for ``[valid_from, valid_until)`` without work done here.

    Raises: NotFoundError and NotAllowedError by the policy table and for oneself;
    InvalidInputError without a reason, for an impossible day or another basis; RuleError when the
    certification is retired, the person has left, or a proposal already waits.
    """
    require_fact(actor, "propose", "award", employee)
    require_reason(reason)
    check_basis(basis)
    check_days(employee, valid_from, valid_until, now)
    check_possible(employee, certification, now)
    with transaction.atomic():
        lock_people([employee.pk])
        waiting = AwardProposal.objects.filter(
            employee=employee, certification=certification, decision__isnull=True
        )
        if waiting.exists():
            raise lms_api.RuleError(
                _("A proposal for this certification already waits for a decision."),
                code="already_proposed",
            )
        return AwardProposal.objects.create(
            employee=employee,
            certification=certification,
            basis=basis,
            valid_from=valid_from,
            valid_until=valid_until,
            reason=reason,
            proposed_by_id=actor.pk,
            proposed_at=now,
        )


def check_basis(basis: str) -> None:
    """Refuse a basis that two persons cannot give. Raises: InvalidInputError."""
    if basis not in BASES:
        raise lms_api.InvalidInputError(
            _("Choose whether it is granted or waived."), code="unknown_basis", field="basis"
        )


def check_days(
    employee: Employee, valid_from: date, valid_until: date | None, now: datetime
) -> None:
    """Refuse days that an award by hand cannot have. Raises: InvalidInputError."""
    if valid_until is not None and valid_until <= valid_from:
        raise lms_api.InvalidInputError(
            _("An award must end after it starts."), code="impossible_date", field="valid_until"
        )
    if valid_from < lms_api.local_day(now, zone_of(employee)):
        raise lms_api.InvalidInputError(
            _(
                "A granted award covers no days before it is made. "
                "For training taken elsewhere, hand in the proof."
            ),
            code="impossible_date",
            field="valid_from",
        )


def check_possible(employee: Employee, certification: Certification, now: datetime) -> None:
    """Refuse leavers and retired certifications. Raises: RuleError."""
    today = lms_api.local_day(now, zone_of(employee))
    require_in_use(certification, today)
    require_employed(employee, today)


def confirm_proposal(
    *, proposal: AwardProposal, reason: str = "", actor: AbstractBaseUser, now: datetime
) -> Award:
    """Grant what another person proposed; the award counts from the day it is confirmed at most.

    Raises: NotFoundError and NotAllowedError by the policy table, for oneself, and for one's own
    proposal; RuleError when it was decided, the certification is retired, the person has left, or
    its days have passed.
    """
    employee = proposal.employee
    require_fact(actor, "confirm", "award", employee)
    if proposal.proposed_by_id == actor.pk:
        raise lms_api.NotAllowedError(
            _("Somebody else must confirm what you proposed."), code="second_person"
        )
    check_possible(employee, proposal.certification, now)
    with transaction.atomic():
        lock_undecided(proposal)
        award = make_granted_award(proposal, actor, now)
        award.save()
        AwardName.objects.create(award=award, full_name=employee.full_name)
        decide(proposal, ProposalDecision.Kind.CONFIRMED, reason, actor, now, award)
        refresh_people(employee_ids=[employee.pk], now=now)
    return award


def refuse_proposal(
    *, proposal: AwardProposal, reason: str, actor: AbstractBaseUser, now: datetime
) -> ProposalDecision:
    """Decide that a proposal makes no award.

    Raises: as ``confirm_proposal``; who proposed it withdraws it instead.
    """
    require_fact(actor, "confirm", "award", proposal.employee)
    require_reason(reason)
    if proposal.proposed_by_id == actor.pk:
        raise lms_api.NotAllowedError(
            _("Take back what you proposed; somebody else may refuse it."), code="second_person"
        )
    with transaction.atomic():
        lock_undecided(proposal)
        return decide(proposal, ProposalDecision.Kind.REFUSED, reason, actor, now)


def withdraw_proposal(
    *, proposal: AwardProposal, reason: str = "", actor: AbstractBaseUser, now: datetime
) -> ProposalDecision:
    """Take back what one proposed oneself.

    Raises: NotFoundError and NotAllowedError by the policy table and for other people's
    proposals; RuleError when it was decided.
    """
    require_fact(actor, "propose", "award", proposal.employee)
    if proposal.proposed_by_id != actor.pk:
        raise lms_api.NotAllowedError(
            _("Only who proposed it takes it back."), code="not_your_proposal"
        )
    with transaction.atomic():
        lock_undecided(proposal)
        return decide(proposal, ProposalDecision.Kind.WITHDRAWN, reason, actor, now)


def lock_undecided(proposal: AwardProposal) -> None:
    """Hold a proposal, so that two decisions wait for each other. Raises: RuleError if decided."""
    AwardProposal.objects.select_for_update().get(pk=proposal.pk)
    if ProposalDecision.objects.filter(proposal=proposal).exists():
        raise lms_api.RuleError(_("This proposal was already decided."), code="already_decided")


def decide(
    proposal: AwardProposal,
    kind: str,
    reason: str,
    actor: AbstractBaseUser,
    now: datetime,
    award: Award | None = None,
) -> ProposalDecision:
    """Write the decision."""
    return ProposalDecision.objects.create(
        proposal=proposal,
        kind=kind,
        reason=reason,
        award=award,
        decided_by_id=actor.pk,
        decided_at=now,
    )


def make_granted_award(proposal: AwardProposal, actor: AbstractBaseUser, now: datetime) -> Award:
    """Return the award, not yet stored, that a proposal asks for.

    Raises: RuleError when nothing of its days is left, or the certification has no rule yet.
    """
    employee = proposal.employee
    zone = zone_of(employee)
    today = lms_api.local_day(now, zone)
    if proposal.valid_until is not None and proposal.valid_until <= today:
        raise lms_api.RuleError(_("The proposed days have passed."), code="days_passed")
    version = load_rulebook([proposal.certification_id]).version_on(
        proposal.certification_id, today
    )
    if version is None:
        raise lms_api.RuleError(_("This certification has no rule yet."), code="no_version")
    valid_from = max(proposal.valid_from, today)
    return Award(
        employee=employee,
        certification=proposal.certification,
        version=version,
        basis=proposal.basis,
        awarded_at=now,
        zone=zone,
        valid_from=valid_from,
        valid_until=proposal.valid_until,
        anchor_on=proposal.valid_until,
        branch_id=employee.home_branch_id,
        frozen=frozen_wording(employee, version) | {"evidence": []},
        evaluator_id=actor.pk,
        evidence_note=proposal.reason,
        trace=trace_of(proposal, actor, now, zone),
        idempotency_key=f"proposal:{proposal.uuid}",
        recorded_at=now,
    )


def trace_of(
    proposal: AwardProposal, actor: AbstractBaseUser, now: datetime, zone: str
) -> list[str]:
    """Return who proposed and who confirmed an award, and on which days."""
    return [
        _("%(basis)s: dates as proposed") % {"basis": Award.Basis(proposal.basis).label},
        _("proposed by %(who)s on %(day)s: %(reason)s")
        % {
            "who": proposal.proposed_by.get_username(),
            "day": date_format(lms_api.local_day(proposal.proposed_at, zone)),
            "reason": proposal.reason,
        },
        _("confirmed by %(who)s on %(day)s")
        % {
            "who": actor.get_username(),
            "day": date_format(lms_api.local_day(now, zone)),
        },
    ]
