"""Who may act on attempts: only ever the person who takes the quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from lms.api import Employee, NotFoundError

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


def require_self(employee: Employee, actor: User | None) -> None:
    """Let the person and the system pass.

    Raises:
        NotFoundError: somebody else; other people's attempts look like unknown ones.

    """
    # Somebody without a login is nobody's own: an anonymous visitor has no key either.
    if actor is not None and (actor.pk is None or employee.user_id != actor.pk):
        raise NotFoundError(_("There is no such attempt."))
