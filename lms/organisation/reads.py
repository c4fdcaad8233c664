"""Questions about people and places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import PROTECT, Model
from django.utils.translation import gettext as _

from lms.errors import NotFoundError
from lms.organisation.models import Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

HELD: Final = "is_held"
"""Under this name a list may bring what ``is_held`` would ask for every row."""
KEPT: Final = "_standardbearer_found"


def find_employee(user: User) -> Employee | None:
    """Return the roster entry of a login, with branch and job role; None without one.

    One query the first time; the answer stays on the user object for the rest of the request.
    """
    if not user.is_authenticated:
        return None
    if not hasattr(user, KEPT):
        found = (
            Employee.objects.filter(user_id=user.pk)
            .select_related("home_branch__region", "home_job_role")
            .first()
        )
        remember_employee(user, found)
    employee: Employee | None = getattr(user, KEPT)
    return employee


def remember_employee(user: User, employee: Employee | None) -> None:
    """Keep a login's roster entry on it for the rest of the request."""
    setattr(user, KEPT, employee)


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


def is_held(thing: Model) -> bool:
    """Return whether rows that must stay refer to a thing, so that it cannot be deleted.

    One query for each kind of such rows, none where a list annotated the answer as ``is_held``.
    """
    known: bool | None = getattr(thing, HELD, None)
    if known is not None:
        return known
    return any(
        relation.related_model._default_manager.filter(  # noqa: SLF001
            **{relation.field.name: thing}
        ).exists()
        for relation in thing._meta.related_objects  # noqa: SLF001
        if relation.on_delete is PROTECT
    )
