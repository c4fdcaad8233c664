"""Who is asked: somebody on the roster, or an author who looks; and where a question is used."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from wagtail.models import ReferenceIndex

from lms.api import Employee, Standard, find_employee, may, require_employee
from quizzes.questions.models import Question

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


@dataclass(frozen=True, slots=True)
class QuestionUse:
    """A quiz that asks a question: always, or when a draw finds it.

    ``short_by`` is how many questions the quiz would lack without this one, where it was counted.
    """

    title: str
    url: str
    fixed: bool
    short_by: int = 0


# Questions, and whether to count what each use would lack.
UseFinder = Callable[[Sequence[Question], bool], Mapping[int, Sequence[QuestionUse]]]
# Quizzes are built on questions, so they tell here where they use them.
use_finders: list[UseFinder] = []


def find_uses(
    questions: Sequence[Question], *, counts_missing: bool = False
) -> dict[int, list[QuestionUse]]:
    """Return what uses each question, by its id; counting what would be missing takes draws."""
    found: dict[int, list[QuestionUse]] = {question.pk: [] for question in questions}
    for finder in use_finders:
        for pk, uses in finder(questions, counts_missing).items():
            found[pk].extend(uses)
    return found


def list_standards(_request: object = None) -> QuerySet[Standard]:
    """Return the standards to filter by."""
    return Standard.objects.order_by("code")


def match_tag(tag: str) -> Q:
    """Return the condition that a question has a whole tag, not a part of one."""
    return Q(tags__iregex=rf"(^|,)\s*{re.escape(tag.strip())}\s*(,|$)")


def find_ids_naming(standard: Standard) -> list[int]:
    """Return the ids of the questions whose draft or live version names a standard. One query."""
    found = ReferenceIndex.get_references_to(standard)
    mine = ContentType.objects.get_for_model(Question)
    return [int(pk) for pk in found.filter(content_type=mine).values_list("object_id", flat=True)]
