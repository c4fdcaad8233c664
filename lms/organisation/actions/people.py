"""What happens to people at work: joining, moving, leave, leaving, coming back.

History stays: a change closes a posting and opens another; nothing is overwritten.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lms.errors import InvalidInputError, NotAllowedError, RuleError
from lms.organisation.actions.homes import derive_homes, tell_followers
from lms.organisation.actions.logins import create_login
from lms.organisation.models import Absence, Branch, Employee, JobRole, Posting
from lms.organisation.permissions import require

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    User = AbstractBaseUser

EARLIEST: Final = date(1950, 1, 1)
LONGEST_AHEAD: Final = timedelta(days=5 * 366)


def hire(
    *,
    employee_number: str,
    given_name: str,
    family_name: str,
    branch: Branch,
    job_role: JobRole,
    hired_on: date,
    actor: User | None,
    now: datetime,
    today: date,
    email: str = "",
    manager: Employee | None = None,
    locale: str = "en",
    invite: bool = True,
) -> Employee:
    """Put somebody on the roster and at a branch; with an e-mail address also make a login.

    Raises:
        InvalidInputError: the number or the address is somebody else's.

    """
    require(actor, "create", "person", branch)
    with transaction.atomic():
        check_unused(employee_number=employee_number, email=email)
        employee = Employee.objects.create(
            employee_number=employee_number,
            given_name=given_name,
            family_name=family_name,
            email=email,
            manager=manager,
            hired_on=hired_on,
            locale=locale,
        )
        if invite and email:
            create_login(employee=employee)
            employee.save(update_fields=["user"])
        open_posting(employee=employee, branch=branch, job_role=job_role, from_on=hired_on, now=now)
        settle(employee, today=today, now=now)
    return employee


def transfer_employee(
    *,
    employee: Employee,
    branch: Branch,
    job_role: JobRole,
    from_on: date,
    actor: User | None,
    now: datetime,
    today: date,
) -> Posting:
    """Move somebody's main posting from a day on. The earlier one ends there and stays.

    Moving to where somebody already is on that day changes nothing.

    Raises:
        RuleError: the person has left by then, or a later posting is already planned.

    """
    require(actor, "change", "person", employee)
    require(actor, "create", "person", branch)
    with transaction.atomic():
        lock(employee)
        if employee.left_on is not None and employee.left_on <= from_on:
            raise RuleError(_("This person has left by that day."), code="has_left")
        current = employee.postings.primary().on(from_on).first()
        if current and (current.branch_id, current.job_role_id) == (branch.pk, job_role.pk):
            return current
        until_on = current.until_on if current else employee.left_on
        if current and current.from_on == from_on:
            # Planned for the same day and never begun: the later word counts.
            current.delete()
        elif current:
            current.until_on = from_on
            current.save(update_fields=["until_on"])
        posting = open_posting(
            employee=employee,
            branch=branch,
            job_role=job_role,
            from_on=from_on,
            until_on=until_on,
            now=now,
        )
        settle(employee, today=today, now=now)
    return posting


def add_secondary_posting(
    *,
    employee: Employee,
    branch: Branch,
    job_role: JobRole,
    from_on: date,
    until_on: date | None,
    actor: User | None,
    now: datetime,
    today: date,
) -> Posting:
    """Let somebody help out at another branch; the home branch stays as it is."""
    require(actor, "change", "person", employee)
    if until_on is not None and until_on <= from_on:
        raise InvalidInputError(_("A posting must end after it starts."), field="until_on")
    with transaction.atomic():
        posting = Posting.objects.create(
            employee=employee,
            branch=branch,
            job_role=job_role,
            kind=Posting.Kind.SECONDARY,
            from_on=from_on,
            until_on=until_on,
            recorded_at=now,
        )
        tell_followers(employee_ids=[employee.pk], today=today, now=now)
    return posting


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
    if actor is not None and employee.user_id == actor.pk:
        # Leave moves due days: nobody moves his or her own.
        raise NotAllowedError(_("Nobody records leave for himself or herself."), code="own_record")
    if until_on <= from_on:
        raise InvalidInputError(_("Leave must end after it starts."), field="until_on")
    if from_on < (employee.hired_on or EARLIEST) or until_on > today + LONGEST_AHEAD:
        raise InvalidInputError(_("These days lie outside of the employment."), field="from_on")
    if kind not in Absence.Kind.values:
        raise InvalidInputError(_("Choose one of the kinds of leave."), field="kind")
    with transaction.atomic():
        lock(employee)
        if employee.absences.filter(from_on__lt=until_on, until_on__gt=from_on).exists():
            # The same days would move what is due twice.
            raise RuleError(
                _("Leave is already recorded for some of these days."), code="absence_overlaps"
            )
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


def end_employment(
    *, employee: Employee, left_on: date, actor: User | None, now: datetime, today: date
) -> Employee:
    """Record that somebody leaves; ``left_on`` is the first day they no longer work here.

    Open postings end then; planned ones that would begin later are taken back. Records stay.

    Raises:
        InvalidInputError: the day does not come after the first day of work.

    """
    require(actor, "change", "person", employee)
    with transaction.atomic():
        lock(employee)
        if employee.hired_on is not None and left_on <= employee.hired_on:
            raise InvalidInputError(
                _("The leaving day must come after the first day."), field="left_on"
            )
        employee.postings.filter(from_on__gte=left_on).delete()
        for posting in employee.postings.all():
            if posting.until_on is None or posting.until_on > left_on:
                posting.until_on = left_on
                posting.save(update_fields=["until_on"])
        employee.left_on = left_on
        employee.save(update_fields=["left_on"])
        settle(employee, today=today, now=now)
    return employee


def rehire(
    *,
    employee: Employee,
    branch: Branch,
    job_role: JobRole,
    hired_on: date,
    actor: User | None,
    now: datetime,
    today: date,
) -> Employee:
    """Take somebody back who had left: the same person, with all history.

    Raises:
        RuleError: the person has not left, or is still here on that day.

    """
    require(actor, "change", "person", employee)
    require(actor, "create", "person", branch)
    with transaction.atomic():
        lock(employee)
        if employee.left_on is None or employee.left_on > hired_on:
            raise RuleError(_("This person has not left by that day."), code="has_not_left")
        employee.hired_on, employee.left_on = hired_on, None
        employee.save(update_fields=["hired_on", "left_on"])
        open_posting(employee=employee, branch=branch, job_role=job_role, from_on=hired_on, now=now)
        settle(employee, today=today, now=now)
    return employee


def open_posting(
    *,
    employee: Employee,
    branch: Branch,
    job_role: JobRole,
    from_on: date,
    now: datetime,
    until_on: date | None = None,
) -> Posting:
    """Write a main posting. Inside the caller's transaction, with the person locked.

    Raises:
        RuleError: another main posting covers some of these days.

    """
    overlapping = employee.postings.primary().exclude(until_on__lte=from_on)
    if until_on is not None:
        overlapping = overlapping.filter(from_on__lt=until_on)
    if overlapping.exists():
        raise RuleError(
            _("Another main posting covers some of these days."), code="posting_overlaps"
        )
    return Posting.objects.create(
        employee=employee,
        branch=branch,
        job_role=job_role,
        from_on=from_on,
        until_on=until_on,
        recorded_at=now,
    )


def lock(employee: Employee) -> None:
    """Read a person again under the write lock, so that two changes queue.

    On SQLite the transaction already holds the only write lock.
    """
    Employee.objects.select_for_update().get(pk=employee.pk)
    employee.refresh_from_db()


def settle(employee: Employee, *, today: date, now: datetime) -> None:
    """Derive where a person is at home and tell upper apps."""
    derive_homes(employee_ids=[employee.pk], today=today)
    employee.refresh_from_db()
    tell_followers(employee_ids=[employee.pk], today=today, now=now)


def check_unused(*, employee_number: str, email: str) -> None:
    """Refuse a number or an address that somebody else has, whatever its case."""
    if Employee.objects.filter(employee_number__iexact=employee_number).exists():
        raise InvalidInputError(
            _("Somebody else has this employee number."), field="employee_number"
        )
    if email and Employee.objects.filter(email__iexact=email).exists():
        raise InvalidInputError(_("Somebody else has this e-mail address."), field="email")
