"""Who may act on plays (only ever the person who plays) and write role-plays (authors)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from lms.api import Employee, NotFoundError, may
from quizzes.questions.permissions import RESOURCE, AuthorPolicy, is_own_work

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


def require_self(employee: Employee, actor: User | None) -> None:
    """Let the person and the system pass.

    Raises:
        NotFoundError: somebody else; other people's plays look like unknown ones.

    """
    if not is_own_work(employee, actor):
        raise NotFoundError(_("There is no such play."))


def may_open(actor: AbstractBaseUser | None) -> bool:
    """Return whether a user, or the system, may let role-plays go live and change live ones."""
    return actor is None or may(actor, "publish", RESOURCE)


class ScenarioPolicy(AuthorPolicy):
    """Authors bring role-plays in and close them. Nobody deletes one: its versions are facts."""

    def user_has_permission(self, user: User, action: str) -> bool:
        """Return whether the user may do this with some role-play."""
        return action != "delete" and super().user_has_permission(user, action)
