"""Leave: recorded, and ended earlier than it was planned."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lms.errors import InvalidInputError, NotAllowedError, RuleError
from lms.organisation.actions.homes import tell_followers
from lms.organisation.actions.postings import lock
from lms.organisation.models import Absence, AbsenceEnd, Employee
from lms.organisation.permissions import require

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    User = AbstractBaseUser

EARLIEST: Final = date(1950, 1, 1)
LONGEST_AHEAD: Final = timedelta(days=5 * 366)


def record_absence(
    *,
    employee: Employee,
    kind: str,
    from_on: date,
    until_on: date,
    actor: User | None,
    now: datetime,
    today: date,
    reason: str = "",
) -> Absence:
    """Record leave for ``[from_on, until_on)``; what is due moves by the days absent.

    Raises:
        InvalidInputError: it ends before it starts, or nobody knows this kind of leave.
        RuleError: other leave is already recorded for some of these days.

    """
    require(actor, "create", "absence", employee)
    refuse_own_leave(actor, employee)
    if until_on <= from_on:
        raise InvalidInputError(_("Leave must end after it starts."), field="until_on")
    if from_on < (employee.hired_on or EARLIEST) or until_on > today + LONGEST_AHEAD:
        raise InvalidInputError(_("These days lie outside of the employment."), field="from_on")
    if kind not in Absence.Kind.values:
        raise InvalidInputError(_("Choose one of the kinds of leave."), field="kind")
    with transaction.atomic():
        lock(employee)
        check_no_other_leave(employee, from_on, until_on)
        absence = Absence.objects.create(
            employee=employee,
            kind=kind,
            from_on=from_on,
            until_on=until_on,
            reason=reason,
            approved_by_id=actor.pk if actor else None,
            recorded_at=now,
        )
        tell_followers(employee_ids=[employee.pk], today=today, now=now)
    return absence


def end_absence(
    *,
    absence: Absence,
    on: date,
    reason: str,
    actor: User | None,
    now: datetime,
    today: date,
) -> AbsenceEnd:
    """Record that somebody is back earlier; ``on`` is the first day back.

    A day on or before the first day of leave takes it back altogether. What was recorded before
    stays, and so do the answers given from it. A further end corrects an earlier one.

    Raises:
        InvalidInputError: no reason, or a day after the leave's own end.
        RuleError: the leave already ends on that day, or other leave was recorded meanwhile.

    """
    employee = absence.employee
    require(actor, "change", "absence", employee)
    refuse_own_leave(actor, employee)
    if not reason.strip():
        raise InvalidInputError(_("Say why."), field="reason")
    if on > absence.until_on:
        raise InvalidInputError(
            _("This leave ends before that day. Record further leave instead."), field="on"
        )
    on = max(on, absence.from_on)
    with transaction.atomic():
        lock(employee)
        known = Absence.objects.known_at().get(pk=absence.pk)
        if known.until_known == on:  # type: ignore[attr-defined]  # annotated by known_at
            raise RuleError(_("This leave already ends on that day."), code="same_end")
        check_no_other_leave(employee, absence.from_on, on, apart_from=absence)
        end = AbsenceEnd.objects.create(
            absence=absence,
            on=on,
            reason=reason,
            ended_by_id=actor.pk if actor else None,
            recorded_at=now,
        )
        tell_followers(employee_ids=[employee.pk], today=today, now=now)
    return end


def refuse_own_leave(actor: User | None, employee: Employee) -> None:
    """Refuse the person's own leave: it moves due days, and nobody moves his or her own."""
    if actor is not None and employee.user_id == actor.pk:
        raise NotAllowedError(_("Nobody records leave for himself or herself."), code="own_record")


def check_no_other_leave(
    employee: Employee, from_on: date, until_on: date, apart_from: Absence | None = None
) -> None:
    """Refuse days of other leave: the same days would move what is due twice."""
    others = employee.absences.overlapping(from_on, until_on)
    if apart_from is not None:
        others = others.exclude(pk=apart_from.pk)
    if others.exists():
        raise RuleError(
            _("Leave is already recorded for some of these days."), code="absence_overlaps"
        )
