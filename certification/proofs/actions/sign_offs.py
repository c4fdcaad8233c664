"""An assessor signs off that somebody did it well."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certification.awards.actions import count_work
from certification.awards.models import SignOff
from certification.awards.permissions import require_fact
from certification.proofs.reads.evidence import name_login
from certification.proofs.reads.sign_offs import find_last_sign_off, find_need, find_obstacle
from lms import api as lms_api

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from lms.api import Employee


def sign_off_practice(
    *, employee: Employee, target: UUID, remark: str, actor: AbstractBaseUser, now: datetime
) -> SignOff:
    """Sign off what the open cycle of a person asks for; it counts at once.

    Raises: NotFoundError and NotAllowedError by the policy table and for oneself; RuleError when
    nobody asks for it, it is signed already, or the assessor does not hold the certification
    today or owns a course of it.
    """
    require_fact(actor, "create", "sign_off", employee)
    with transaction.atomic():
        # One at a time for a person: two assessors who press at once make one sign-off.
        type(employee).objects.select_for_update().filter(pk=employee.pk).first()
        need = find_need(employee, target, now)
        if need is None:
            raise explain_missing(employee, target)
        obstacle = find_obstacle(actor, need, now)
        if obstacle is not None:
            raise obstacle
        row = SignOff.objects.create(
            employee=employee,
            certification=need.cycle.certification,
            target=target,
            label=need.requirement.label,
            remark=remark,
            assessor_id=actor.pk,
            signed_at=now,
        )
        count_work(employee_uuid=employee.uuid, now=now)
    return row


def explain_missing(employee: Employee, target: UUID) -> lms_api.RuleError:
    """Return the error for what is not asked for: signed by somebody else, or never asked."""
    last = find_last_sign_off(employee, target)
    if last is None:
        return lms_api.RuleError(_("This is not asked of this person now."), code="not_asked")
    return lms_api.RuleError(
        _("%(name)s signed it off on %(day)s.")
        % {"name": name_login(last.assessor), "day": date_format(last.signed_at)},
        code="already_signed",
    )
