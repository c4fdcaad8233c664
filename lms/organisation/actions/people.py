"""What happens to people at work: joining, moving, leaving, coming back.

History stays: a change ends a posting and opens another; nothing is overwritten.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from lms.errors import InvalidInputError, RuleError
from lms.organisation.actions.homes import derive_homes, tell_followers
from lms.organisation.actions.logins import create_login
from lms.organisation.actions.postings import end_posting, lock, open_posting
from lms.organisation.models import Branch, Employee, JobRole, Posting
from lms.organisation.permissions import require

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    User = AbstractBaseUser


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
        open_posting(
            employee=employee,
            branch=branch,
            job_role=job_role,
            from_on=hired_on,
            actor=actor,
            now=now,
        )
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
        if current:
            # Planned for the same day, it never was: the later word counts.
            end_posting(posting=current, until_on=from_on, reason=_("Moved."), actor=actor, now=now)
        posting = open_posting(
            employee=employee,
            branch=branch,
            job_role=job_role,
            from_on=from_on,
            until_on=until_on,
            actor=actor,
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
        posting = open_posting(
            employee=employee,
            branch=branch,
            job_role=job_role,
            kind=Posting.Kind.SECONDARY,
            from_on=from_on,
            until_on=until_on,
            actor=actor,
            now=now,
        )
        tell_followers(employee_ids=[employee.pk], today=today, now=now)
    return posting


def end_employment(
    *, employee: Employee, left_on: date, actor: User | None, now: datetime, today: date
) -> Employee:
    """Record that somebody leaves; ``left_on`` is the first day they no longer work here.

    Open postings end then; those that would begin later never were. Records stay.

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
        for posting in employee.postings.real():
            if posting.until_on is None or posting.until_on > left_on:
                end_posting(
                    posting=posting, until_on=left_on, reason=_("Left."), actor=actor, now=now
                )
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
        open_posting(
            employee=employee,
            branch=branch,
            job_role=job_role,
            from_on=hired_on,
            actor=actor,
            now=now,
        )
        settle(employee, today=today, now=now)
    return employee


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
