"""Questions about people and places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from lms.errors import NotFoundError
from lms.organisation.models import Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


def find_employee(user: User) -> Employee | None:
    """Return the roster entry of a login, with branch and job role; None without one.

    One query the first time; the answer stays on the user object for the rest of the request.
    """
    if not user.is_authenticated:
        return None
    known = user.__dict__.get("_standardbearer_found", False)
    if known is False:
        known = (
            Employee.objects.filter(user_id=user.pk)
            .select_related("home_branch__region", "home_job_role")
            .first()
        )
        user.__dict__["_standardbearer_found"] = known
    found: Employee | None = known
    return found


def require_employee(user: User) -> Employee:
    """Return the roster entry of a login.

    Raises:
        NotFoundError: the login belongs to nobody on the roster.

    """
    employee = find_employee(user)
    if employee is None:
        raise NotFoundError(
            _("Your login is not linked to the roster. Please ask HR to link it."),
            code="no_employee",
        )
    return employee


def zone_of(employee: Employee) -> str:
    """Return the IANA zone in which a person's days are counted: the home branch's, else UTC."""
    return employee.home_branch.time_zone if employee.home_branch else "UTC"
