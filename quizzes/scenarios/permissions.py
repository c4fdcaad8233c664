"""Who may act on plays: only ever the person who plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from lms.api import Employee, NotFoundError

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def require_self(employee: Employee, actor: AbstractBaseUser | None) -> None:
    """Let the person and the system pass.

    Raises:
        NotFoundError: somebody else; other people's plays look like unknown ones.

    """
    if actor is not None and employee.user_id != actor.pk:
        raise NotFoundError(_("There is no such play."))
