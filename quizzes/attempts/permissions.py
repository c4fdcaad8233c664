"""Who may act on attempts: only ever the person who takes the quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from lms.api import Employee, NotFoundError
from quizzes.questions.permissions import is_own_work

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


def require_self(employee: Employee, actor: User | None) -> None:
    """Let the person and the system pass.

    Raises:
        NotFoundError: somebody else; other people's attempts look like unknown ones.

    """
    if not is_own_work(employee, actor):
        raise NotFoundError(_("There is no such attempt."))
