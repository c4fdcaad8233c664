"""Who marks which open answers: by the policy table, never the own, nobody twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from wagtail.permission_policies import ModelPermissionPolicy

from lms.api import may, people_for
from quizzes.attempts.models import OpenAnswer
from quizzes.marking.models import Mark

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

RESOURCE = "manual_mark"
TURNS = (OpenAnswer.Turn.FIRST, OpenAnswer.Turn.SECOND)


def answers_for(user: User, verb: str) -> QuerySet[OpenAnswer]:
    """Return the answers that a login may ``verb``: of people in reach, or to its own quizzes."""
    condition = Q(attempt__employee__in=people_for(user, verb, RESOURCE))
    if verb != "override" and may(user, "change", "question_key"):
        condition |= Q(attempt__quiz__owner_id=user.pk)
    return OpenAnswer.objects.filter(condition)


def answers_to_mark(user: User) -> QuerySet[OpenAnswer]:
    """Return what waits for this login: never the own answer, none it has marked already.

    Between two markers who disagree the quiz's author or HR decides.
    """
    author = Q(attempt__quiz__owner_id=user.pk) | Q(pk__in=answers_for(user, "override"))
    turn = Q(turn__in=TURNS) | (Q(turn=OpenAnswer.Turn.THIRD) & author)
    return keep_others(answers_for(user, "create").filter(turn), user)


def answers_to_correct(user: User) -> QuerySet[OpenAnswer]:
    """Return the marked answers that this login may correct: a second person, never the own."""
    return keep_others(answers_for(user, "override").filter(turn=OpenAnswer.Turn.DONE), user)


def keep_others(rows: QuerySet[OpenAnswer], user: User) -> QuerySet[OpenAnswer]:
    """Return the answers that are not the login's own and that it has not marked."""
    if user.pk is None:
        return rows.none()
    mine = Mark.objects.filter(answer_id=OuterRef("pk"), marker_id=user.pk)
    mine = mine.exclude(role=Mark.Role.CORRECTION)
    return rows.exclude(attempt__employee__user_id=user.pk).filter(~Exists(mine))


class MarkingPolicy(ModelPermissionPolicy):
    """The admin's screens about open answers: to look at and to mark, nothing else."""

    def user_has_permission(self, user: AbstractBaseUser, action: str) -> bool:
        """Allow looking to whoever may read marks; which answers is up to the queries."""
        return action == "view" and may(user, "read", RESOURCE)

    def user_has_any_permission(self, user: AbstractBaseUser, actions: Any) -> bool:
        """Allow a screen that needs at least one of the actions when looking is one of them."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(
        self, user: AbstractBaseUser, action: str, instance: OpenAnswer
    ) -> bool:
        """Allow looking at the answers in reach."""
        return action == "view" and answers_for(user, "read").filter(pk=instance.pk).exists()
