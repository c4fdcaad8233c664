"""Wishes for certifications of the catalogue: asked for, taken back, approved, refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certification.awards.actions import assign_certification
from certification.awards.models import Assignment, AssignmentRequest, RequestDecision
from certification.awards.permissions import require_fact, require_reason
from certification.proofs.reads.notices import WISH_APPROVED, WISH_REFUSED, wish_notice
from certification.proofs.reads.wishes import describe_wish_decision, read_spans
from certification.standing.models import Standing
from lms import api as lms_api

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from certification.catalogue.models import Certification
    from lms.api import Employee

LONGEST_ASSIGNMENT_REASON = 200


def ask_for_certification(
    *,
    employee: Employee,
    certification: Certification,
    reason: str = "",
    actor: AbstractBaseUser | None,
    now: datetime,
) -> AssignmentRequest:
    """Wish for an optional certification; asking again is the same wish.

    Where nobody has to approve it is assigned at once.

    Raises: NotFoundError and NotAllowedError by the policy table; RuleError when it is retired,
    not offered, already held or already asked of the person.
    """
    lms_api.require(actor, "create", "assignment_request", employee)
    today = lms_api.local_day(now, lms_api.zone_of(employee))
    with transaction.atomic():
        # One at a time for a person: two presses make one wish.
        type(employee).objects.select_for_update().filter(pk=employee.pk).first()
        known = AssignmentRequest.objects.filter(
            employee=employee, certification=certification, decision__isnull=True
        ).first()
        if known is not None:
            return known
        check_offer(employee, certification, today)
        wish = AssignmentRequest.objects.create(
            employee=employee, certification=certification, reason=reason, requested_at=now
        )
        if not certification.needs_approval:
            approve(wish, actor=None, now=now)
    return wish


def check_offer(employee: Employee, certification: Certification, today: date) -> None:
    """Refuse what cannot be wished for, in words. Raises: RuleError."""
    if certification.retired_on is not None and certification.retired_on <= today:
        raise lms_api.RuleError(_("This certification is retired."), code="retired")
    has_rule = certification.versions.filter(effective_on__lte=today).exists()
    if not certification.in_catalogue or not has_rule:
        raise lms_api.RuleError(_("The catalogue does not offer this."), code="not_offered")
    for span in read_spans(employee, today):
        if span.certification_id == certification.pk:
            raise lms_api.RuleError(describe_held(span.until_on), code="held")
    asked = Standing.objects.filter(employee=employee, certification=certification)
    if asked.exclude(required="not_required").exists():
        raise lms_api.RuleError(
            _("This is already on your page “My training”."), code="already_asked"
        )


def describe_held(until: date | None) -> str:
    """Return that somebody holds a certification, and until when."""
    if until is None:
        return _("You hold this already. It does not run out.")
    last = date.fromordinal(until.toordinal() - 1)
    return _("You hold this already, until %(day)s.") % {"day": date_format(last)}


def withdraw_wish(
    *, wish: AssignmentRequest, actor: AbstractBaseUser | None, now: datetime
) -> RequestDecision:
    """Take a wish back before it is decided. Raises: NotFoundError for others; RuleError."""
    if actor is not None and wish.employee.user_id != actor.pk:
        raise lms_api.NotFoundError(_("There is no such wish."))
    return decide(wish, RequestDecision.Kind.WITHDRAWN, actor=actor, now=now)


def approve_wish(
    *, wish: AssignmentRequest, actor: AbstractBaseUser | None, now: datetime
) -> RequestDecision:
    """Approve a wish: the certification is assigned as optional, from today.

    Raises: NotFoundError and NotAllowedError by the policy table and for oneself; RuleError when
    it was decided, the certification is retired or the person has left.
    """
    require_fact(actor, "decide", "assignment_request", wish.employee)
    with transaction.atomic():
        decision = approve(wish, actor=actor, now=now)
        wish_notice(WISH_APPROVED, wish.uuid, wish.employee, now)
    return decision


def refuse_wish(
    *, wish: AssignmentRequest, reason: str, actor: AbstractBaseUser | None, now: datetime
) -> RequestDecision:
    """Refuse a wish; the reason is shown to the person.

    Raises: as ``approve_wish``; InvalidInputError without a reason.
    """
    require_fact(actor, "decide", "assignment_request", wish.employee)
    require_reason(reason)
    with transaction.atomic():
        decision = decide(wish, RequestDecision.Kind.REFUSED, reason=reason, actor=actor, now=now)
        wish_notice(WISH_REFUSED, wish.uuid, wish.employee, now)
    return decision


def approve(
    wish: AssignmentRequest, *, actor: AbstractBaseUser | None, now: datetime
) -> RequestDecision:
    """Write the assignment and the decision that made it."""
    lock_undecided(wish)
    assignment = assign_certification(
        employee=wish.employee,
        certification=wish.certification,
        from_on=lms_api.local_day(now, lms_api.zone_of(wish.employee)),
        optional=True,
        reason=(wish.reason.strip() or _("Own wish"))[:LONGEST_ASSIGNMENT_REASON],
        source=Assignment.Source.SELF,
        actor=actor,
        now=now,
    )
    return decide(wish, RequestDecision.Kind.APPROVED, assignment=assignment, actor=actor, now=now)


def lock_undecided(wish: AssignmentRequest) -> None:
    """Lock a wish. Raises: RuleError when somebody else was faster; says who and when."""
    AssignmentRequest.objects.select_for_update().get(pk=wish.pk)
    decisions = RequestDecision.objects.filter(request=wish).select_related("decided_by")
    found = decisions.first()
    if found is not None:
        raise lms_api.RuleError(describe_wish_decision(found), code="already_decided")


def decide(
    wish: AssignmentRequest,
    kind: RequestDecision.Kind,
    *,
    reason: str = "",
    assignment: Assignment | None = None,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> RequestDecision:
    """Write the one decision on a wish."""
    with transaction.atomic():
        lock_undecided(wish)
        return RequestDecision.objects.create(
            request=wish,
            kind=kind,
            reason=reason,
            assignment=assignment,
            decided_by_id=actor.pk if actor is not None else None,
            decided_at=now,
        )
