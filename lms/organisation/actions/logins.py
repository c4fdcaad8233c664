"""Logins of people on the roster, whatever user model the site has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password

from lms.organisation.models import Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

BATCH: Final = 2_000


def create_login(*, employee: Employee) -> AbstractBaseUser | None:
    """Set ``employee.user`` (unsaved) to a new login and return it; None when its name is taken.

    An existing login is never taken over: it may be an administrator's.
    """
    made = create_logins(employees=[employee])
    return made[0] if made else None


def create_logins(*, employees: Sequence[Employee]) -> Sequence[AbstractBaseUser]:
    """Make logins in bulk and set ``employee.user`` (unsaved) of those who got one.

    Two queries, however many people. The password is unusable until it is chosen by mail.
    """
    model = get_user_model()
    names = {name_login(employee): employee for employee in employees}
    taken = find_taken(names)
    fresh = [employee for name, employee in names.items() if name.casefold() not in taken]
    users = [model(**describe_login(employee)) for employee in fresh]
    made = list(model._default_manager.bulk_create(users, batch_size=BATCH))  # noqa: SLF001
    for employee, user in zip(fresh, made, strict=True):
        employee.user = user
    return made


def name_login(employee: Employee) -> str:
    """Return what the user model calls the person: the address where that is the name."""
    model = get_user_model()
    named_by_email: bool = model.get_email_field_name() == model.USERNAME_FIELD
    if named_by_email:
        return employee.email
    return employee.employee_number


def find_taken(names: Iterable[str]) -> set[str]:
    """Return which of these login names exist, without case. One query."""
    model = get_user_model()
    field = model.USERNAME_FIELD
    wanted = {form for name in names for form in (name, name.casefold())}
    rows = model._default_manager.filter(**{f"{field}__in": sorted(wanted)})  # noqa: SLF001
    return {str(name).casefold() for name in rows.values_list(field, flat=True)}


def describe_login(employee: Employee) -> dict[str, Any]:
    """Return the fields of a new login, only those that the user model has."""
    model = get_user_model()
    known = {field.name for field in model._meta.get_fields()}  # noqa: SLF001
    optional = {
        model.get_email_field_name(): employee.email,
        "first_name": employee.given_name[:150],
        "last_name": employee.family_name[:150],
    }
    fields = {name: value for name, value in optional.items() if name in known}
    return {
        **fields,
        model.USERNAME_FIELD: name_login(employee),
        "password": make_password(None),
    }
