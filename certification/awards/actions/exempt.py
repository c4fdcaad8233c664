"""Who is for a while not asked for a certification, and who is asked again earlier."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from certification.awards.actions.assign import require_employed, require_in_use
from certification.awards.actions.derive import refresh_people
from certification.awards.models import Exemption, ExemptionEnd
from certification.awards.permissions import require_fact, require_reason
from certification.catalogue.models import Certification
from lms import api as lms_api
from lms.api import Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def exempt_employee(
    *,
    employee: Employee,
    certification: Certification,
    from_on: date,
    until_on: date,
    reason: str,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> Exemption:
    """Ask a certification of somebody not for some days ``[from_on, until_on)``.

    Raises: NotFoundError and NotAllowedError by the policy table and on oneself;
    InvalidInputError without a reason or when it ends before it starts; RuleError when the
    certification is retired or the person has left by then.
    """
    require_fact(actor, "change", "assignment", employee)
    with transaction.atomic():
        exemption = write_exemption(
            employee=employee,
            certification=certification,
            from_on=from_on,
            until_on=until_on,
            reason=reason,
            actor=actor,
            now=now,
        )
        refresh_people(employee_ids=[employee.pk], now=now)
    return exemption


def write_exemption(
    *,
    employee: Employee,
    certification: Certification,
    from_on: date,
    until_on: date,
    reason: str,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> Exemption:
    """Write the fact alone. The caller asks the policy first and refreshes the person after.

    Raises: InvalidInputError and RuleError as ``exempt_employee``.
    """
    require_reason(reason)
    if until_on <= from_on:
        raise lms_api.InvalidInputError(
            _("The last day must come after the first."), code="impossible_date", field="until_on"
        )
    require_in_use(certification, from_on)
    require_employed(employee, from_on)
    return Exemption.objects.create(
        employee=employee,
        certification=certification,
        from_on=from_on,
        until_on=until_on,
        reason=reason,
        approved_by_id=actor.pk if actor is not None else None,
        recorded_at=now,
    )


def end_exemption(
    *,
    exemption: Exemption,
    on: date,
    reason: str,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> ExemptionEnd:
    """Ask again from ``on``; on or before its first day the exemption never was.

    Raises: as ``exempt_employee``; InvalidInputError for a day after its present end.
    """
    require_fact(actor, "change", "assignment", exemption.employee)
    with transaction.atomic():
        end = write_exemption_end(exemption=exemption, on=on, reason=reason, actor=actor, now=now)
        refresh_people(employee_ids=[exemption.employee_id], now=now)
    return end


def write_exemption_end(
    *,
    exemption: Exemption,
    on: date,
    reason: str,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> ExemptionEnd:
    """Write the fact alone. The caller asks the policy first and refreshes the person after.

    Raises: InvalidInputError and RuleError as ``end_exemption``.
    """
    require_reason(reason)
    if on >= find_exemption_end(exemption):
        raise lms_api.InvalidInputError(
            _("The exemption has already ended by that day."), code="impossible_date", field="on"
        )
    return ExemptionEnd.objects.create(
        exemption=exemption,
        on=max(on, exemption.from_on),
        reason=reason,
        ended_by_id=actor.pk if actor is not None else None,
        recorded_at=now,
    )


def find_exemption_end(exemption: Exemption) -> date:
    """Return the first day on which an exemption no longer holds, as last recorded. One query."""
    last = exemption.ends.order_by("-recorded_at", "-pk").values_list("on", flat=True).first()
    return last or exemption.until_on
