"""Write a certification's own fields, and retire it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certification.catalogue.actions.versions import refuse_retired, require_rule_making
from certification.catalogue.models import Certification
from lms import api as lms_api

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from certification.certificates.models import CertificateDesign


def create_certification(
    *,
    code: str,
    title: str,
    summary: str = "",
    reminder_days: Sequence[int] = (),
    name_as_initials: bool = False,
    in_catalogue: bool = False,
    needs_approval: bool = True,
    assessor_may_train: bool = False,
    design: CertificateDesign | None = None,
    actor: AbstractBaseUser | None,
) -> Certification:
    """Write a certification without any rule yet; whoever writes it owns it.

    Raises: NotAllowedError; InvalidInputError when the code is taken, in whatever case.
    """
    require_rule_making(actor, "create")
    with transaction.atomic():
        if Certification.objects.filter(code__iexact=code).exists():
            raise lms_api.InvalidInputError(
                _("There is already a certification of this code."),
                code="code_taken",
                field="code",
            )
        return Certification.objects.create(
            code=code,
            title=title,
            summary=summary,
            reminder_days=order_days(reminder_days),
            name_as_initials=name_as_initials,
            in_catalogue=in_catalogue,
            needs_approval=needs_approval,
            assessor_may_train=assessor_may_train,
            design=design,
            owner_id=actor.pk if actor is not None else None,
        )


def change_certification(
    *,
    certification: Certification,
    title: str,
    summary: str,
    reminder_days: Sequence[int],
    name_as_initials: bool,
    in_catalogue: bool,
    needs_approval: bool,
    assessor_may_train: bool,
    design: CertificateDesign | None = None,
    actor: AbstractBaseUser | None,
) -> Certification:
    """Change what a certification is called and how it is handled; its code stays for good.

    Past certificates keep the title they were made with.

    Raises: NotAllowedError.
    """
    require_rule_making(actor, "change")
    with transaction.atomic():
        row = Certification.objects.select_for_update().get(pk=certification.pk)
        row.title, row.summary = title, summary
        row.reminder_days = order_days(reminder_days)
        row.name_as_initials, row.in_catalogue = name_as_initials, in_catalogue
        row.needs_approval, row.assessor_may_train = needs_approval, assessor_may_train
        row.design = design
        row.save()
    return row


def order_days(days: Sequence[int]) -> list[int]:
    """Return days before the due day, each once, the earliest reminder first."""
    return sorted(set(days), reverse=True)


def retire_certification(
    *, certification: Certification, on: date, actor: AbstractBaseUser | None, now: datetime
) -> Certification:
    """Ask it of nobody from a day on: no new cycles, no reminders; awards run out by themselves.

    ``advance`` ends what rules assigned on that day. A coming retirement may be moved.

    Raises: NotAllowedError; InvalidInputError for a day that is over; RuleError ``retired`` when
    it is retired already.
    """
    require_rule_making(actor, "change")
    with transaction.atomic():
        row = Certification.objects.select_for_update().get(pk=certification.pk)
        refuse_retired(row, now)
        if on < timezone.localdate(now):
            raise lms_api.InvalidInputError(
                _("This day is over. Choose today or a coming day."), code="past", field="on"
            )
        row.retired_on = on
        row.save(update_fields=["retired_on"])
    return row


def keep_certification(
    *, certification: Certification, actor: AbstractBaseUser | None, now: datetime
) -> Certification:
    """Take back a retirement that has not come yet; without one nothing changes.

    Raises: NotAllowedError; RuleError ``retired`` when the day has come.
    """
    require_rule_making(actor, "change")
    with transaction.atomic():
        row = Certification.objects.select_for_update().get(pk=certification.pk)
        refuse_retired(row, now)
        row.retired_on = None
        row.save(update_fields=["retired_on"])
    return row
