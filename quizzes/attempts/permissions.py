"""Who may act on attempts, and who may ease a quiz or let others in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lms.api import Branch, Employee, NotFoundError, may, people_for
from quizzes.attempts.models import Accommodation, Attempt, QuizOverride
from quizzes.questions.models import Question
from quizzes.questions.permissions import AuthorPolicy, is_own_work

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


def people_to_let_in(user: User) -> QuerySet[Employee]:
    """Return the people whom a login may let into a quiz, never the login's own person."""
    return people_for(user, "create", "quiz_release").exclude(user=user.pk)


def people_to_extend(user: User) -> QuerySet[Employee]:
    """Return the people whose attempts a login may give minutes, never the login's own person."""
    return people_for(user, "extend", "attempt_under_way").exclude(user=user.pk)


def attempts_for(user: User, resource: str) -> QuerySet[Attempt]:
    """Return the attempts of others of which a login may read ``resource``: score or answers.

    The own ones are read on the own pages, which tell no more than the quiz wants.
    """
    people = people_for(user, "read", resource).exclude(user=user.pk)
    return Attempt.objects.filter(employee__in=people)


def questions_with_keys(user: User) -> QuerySet[Question]:
    """Return the questions whose right answers a login may read: an author's own, HR all."""
    return AuthorPolicy(Question).instances_user_has_permission_for(user, "change")


def overrides_for(user: User, verb: str = "read") -> QuerySet[QuizOverride]:
    """Return the exceptions of people and branches that a login may ``verb``.

    A branch where nobody works is reached by its place.
    """
    people = people_for(user, verb, "quiz_override")
    reached = Q(employee__in=people) | Q(branch__isnull=False, branch__people__in=people)
    if may(user, verb, "quiz_override"):
        reached |= Q(branch__in=Branch.objects.visible_to(user).filter(people=None))
    return QuizOverride.objects.filter(reached).distinct()


def accommodations_for(user: User, verb: str = "read") -> QuerySet[Accommodation]:
    """Return the extra time of people within a login's reach: HR's, nobody else's."""
    return Accommodation.objects.filter(employee__in=people_for(user, verb, "accommodation"))
