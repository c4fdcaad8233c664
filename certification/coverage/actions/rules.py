"""Say how many certified people a place needs, and stop saying so."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from certification.awards.permissions import require_reason
from certification.catalogue.models import Certification, CoverageRule, CoverageRuleEnd
from certification.coverage.actions.forecasting import refresh_branches
from certification.coverage.permissions import require_place
from lms import api as lms_api
from lms.api import Branch, Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

INLINE = 200
"""Branches whose forecast is made while somebody waits; the sweep makes the others."""
MOST = 500


def add_coverage_rule(
    *,
    certification: Certification,
    at_least: int,
    reason: str,
    from_on: date,
    region: Region | None = None,
    branch: Branch | None = None,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> CoverageRule:
    """Ask for at least so many certified people at each branch of a place, from a day on.

    Neither region nor branch means every branch. Where several rules fit, the highest counts.

    Raises: NotFoundError and NotAllowedError by the policy table; InvalidInputError naming
    ``reason``, ``at_least`` or ``branch``; RuleError for a retired certification.
    """
    require_place(actor, "create", region=region, branch=branch)
    require_reason(reason)
    if not 1 <= at_least <= MOST:
        raise lms_api.InvalidInputError(
            _("Give a number from 1 to %(most)d.") % {"most": MOST},
            code="out_of_range",
            field="at_least",
        )
    if region is not None and branch is not None:
        raise lms_api.InvalidInputError(
            _("Choose a region or a branch, not both."), code="two_places", field="branch"
        )
    if certification.retired_on is not None and certification.retired_on <= from_on:
        raise lms_api.RuleError(_("This certification is retired."), code="retired")
    with transaction.atomic():
        rule = CoverageRule.objects.create(
            certification=certification,
            at_least=at_least,
            reason=reason,
            from_on=from_on,
            region=region,
            branch=branch,
            recorded_by_id=actor.pk if actor is not None else None,
            recorded_at=now,
        )
        refresh_place(rule, now)
    return rule


def end_coverage_rule(
    *, rule: CoverageRule, on: date, reason: str, actor: AbstractBaseUser | None, now: datetime
) -> CoverageRuleEnd:
    """Stop asking from a day on. Ending twice keeps the first end.

    Raises: as ``add_coverage_rule``.
    """
    require_place(actor, "change", region=rule.region, branch=rule.branch)
    require_reason(reason)
    with transaction.atomic():
        end, _made = CoverageRuleEnd.objects.get_or_create(
            rule=rule,
            defaults={
                "on": max(on, rule.from_on),
                "reason": reason,
                "ended_by_id": actor.pk if actor is not None else None,
                "recorded_at": now,
            },
        )
        refresh_place(rule, now)
    return end


def refresh_place(rule: CoverageRule, now: datetime) -> None:
    """Make the forecasts of a rule's first branches at once; the sweep makes the others."""
    branches = Branch.objects.select_related("region").filter(closed_on__isnull=True)
    if rule.branch_id is not None:
        branches = branches.filter(pk=rule.branch_id)
    elif rule.region is not None:
        branches = branches.filter(region__path__startswith=rule.region.path)
    refresh_branches(list(branches.order_by("code")[:INLINE]), now=now)
