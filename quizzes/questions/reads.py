"""Who is asked: somebody on the roster, or an author who only looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.api import Employee, find_employee, may, require_employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


def find_taker(user: AbstractBaseUser | AnonymousUser) -> Employee | None:
    """Return who takes a quiz or plays; None for an author, who looks at it as a guest.

    Raises:
        NotFoundError: the login is neither on the roster nor an author's.

    """
    if find_employee(user) is None and may(user, "read", "course_draft"):
        return None
    return require_employee(user)
