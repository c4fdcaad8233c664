"""Write who needs a certification: rules begin and end, none is ever edited."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certification.catalogue.actions.versions import refuse_retired, require_rule_making
from certification.catalogue.models import AudienceRule, AudienceRuleEnd, Certification
from lms import api as lms_api
from lms.api import Branch, JobRole, Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def add_audience_rule(
    *,
    certification: Certification,
    reason: str,
    from_on: date,
    region: Region | None = None,
    branch: Branch | None = None,
    job_roles: Iterable[JobRole] = (),
    tenure_days: int = 0,
    optional: bool = False,
    until_on: date | None = None,
    replaces: AudienceRule | None = None,
    actor: AbstractBaseUser | None = None,
    now: datetime,
) -> AudienceRule:
    """Ask a certification of everybody in a place and with a job role, from a day on.

    ``advance`` gives the assignments on that day at each branch. ``replaces`` ends on the same
    day: whoever is reached by both goes on without a break.

    Raises: NotAllowedError by the policy table; InvalidInputError naming ``reason``, ``branch``
    or ``until_on``; RuleError ``retired``, ``already_ended`` for the rule to replace.
    """
    require_rule_making(actor, "create")
    if actor is not None:
        refuse_retired(certification, now)
    refuse_impossible(reason=reason, region=region, branch=branch, days=(from_on, until_on))
    with transaction.atomic():
        if replaces is not None:
            end_audience_rule(rule=replaces, on=from_on, reason=reason, actor=actor, now=now)
        rule = AudienceRule.objects.create(
            certification=certification,
            reason=reason,
            from_on=from_on,
            until_on=until_on,
            region=region,
            branch=branch,
            tenure_days=tenure_days,
            optional=optional,
            recorded_at=now,
            recorded_by_id=actor.pk if actor is not None else None,
        )
        rule.job_roles.set(job_roles)
    return rule


def refuse_impossible(
    *,
    reason: str,
    region: Region | None,
    branch: Branch | None,
    days: tuple[date, date | None],
) -> None:
    """Raise InvalidInputError naming the field for what cannot be true of a rule."""
    from_on, until_on = days
    if not reason.strip():
        raise lms_api.InvalidInputError(
            _("Say why: people read it as the reason."), code="reason_missing", field="reason"
        )
    if region is not None and branch is not None:
        raise lms_api.InvalidInputError(
            _("Choose a region or a branch, not both."), code="two_places", field="branch"
        )
    if until_on is not None and until_on <= from_on:
        raise lms_api.InvalidInputError(
            _("The last day cannot come before the first."),
            code="impossible_date",
            field="until_on",
        )


def end_audience_rule(
    *,
    rule: AudienceRule,
    on: date,
    reason: str,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> AudienceRuleEnd:
    """Let a rule ask nobody from a day on. Who is asked by something else too stays asked.

    ``advance`` ends its assignments on that day at each branch. It is written once.

    Raises: NotAllowedError by the policy table; InvalidInputError naming ``reason``, or ``on``
    for a day that is over; RuleError ``already_ended``.
    """
    require_rule_making(actor, "change")
    if not reason.strip():
        raise lms_api.InvalidInputError(_("Say why."), code="reason_missing", field="reason")
    if actor is not None and on < timezone.localdate(now):
        raise lms_api.InvalidInputError(
            _("This day is over. Choose today or a coming day."), code="past", field="on"
        )
    with transaction.atomic():
        row = AudienceRule.objects.select_for_update().get(pk=rule.pk)
        is_over = row.until_on is not None and row.until_on <= on
        if is_over or AudienceRuleEnd.objects.filter(rule=row).exists():
            raise lms_api.RuleError(_("This rule has its end already."), code="already_ended")
        return AudienceRuleEnd.objects.create(
            rule=row,
            on=on,
            reason=reason,
            ended_by_id=actor.pk if actor is not None else None,
            recorded_at=now,
        )
