"""What the report "Sure and wrong" counts: first handed-in attempts that said how sure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.utils.html import strip_tags
from django.utils.text import Truncator

from lms.api import people_for
from quizzes.attempts.models import (
    Attempt,
    AttemptItem,
    Certainty,
    ItemGrade,
    QuizVersion,
    ResponseEvent,
)
from quizzes.attempts.rules.certainties import CertaintyCount, CertaintyTally, tally_certainties
from quizzes.questions.models import Question, QuestionVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True, slots=True)
class CertaintyRow:
    """One question of the report, in words and numbers. ``share`` is 0..1."""

    pk: int
    code: str
    prompt: str
    standards: str
    answers: int
    sure_wrong: int
    sure_right: int
    unsure_wrong: int
    unsure_right: int
    share: Fraction


def find_sure_items(*, user: User, since: datetime) -> QuerySet[AttemptItem]:
    """Return the questions of first handed-in attempts of people in reach that asked how sure.

    ``since`` leaves out what was handed in before.
    """
    asking = QuizVersion.objects.filter(body__ask_certainty=True)
    earlier = Attempt.objects.filter(
        employee_id=OuterRef("attempt__employee_id"),
        quiz_id=OuterRef("attempt__quiz_id"),
        purpose=Attempt.Purpose.SCORED,
        submitted_at__isnull=False,
        number__lt=OuterRef("attempt__number"),
    )
    return AttemptItem.objects.filter(
        ~Exists(earlier),
        attempt__quiz_version__in=asking,
        attempt__purpose=Attempt.Purpose.SCORED,
        attempt__submitted_at__gte=since,
        attempt__employee__in=people_for(user, "read", "attempt_answers"),
    )


def count_certainties(items: QuerySet[AttemptItem]) -> list[CertaintyTally]:
    """Return the tallies of ``find_sure_items``. One query, which reads each of those answers."""
    last = ResponseEvent.objects.filter(item_id=OuterRef("pk")).order_by("-sequence")
    grade = ItemGrade.objects.filter(item_id=OuterRef("pk")).order_by("-pk")
    rows = (
        items.order_by()
        .annotate(
            certainty=Subquery(last.values("certainty")[:1]),
            state=Subquery(grade.values("state")[:1]),
            question=F("question_version__question_id"),
            quiz=F("attempt__quiz_id"),
        )
        .filter(certainty__in=Certainty.values)
        .values("question", "quiz", "certainty", "state")
        .annotate(answers=Count("pk"))
    )
    return tally_certainties(CertaintyCount(**row) for row in rows)


def describe_certainties(tallies: Iterable[CertaintyTally]) -> list[CertaintyRow]:
    """Return the rows of the report in the order of the tallies. Two queries."""
    tallies = list(tallies)
    ids = [tally.question for tally in tallies]
    questions = Question.objects.in_bulk(ids)
    standards = read_standard_codes(ids)
    return [
        CertaintyRow(
            pk=tally.question,
            code=questions[tally.question].code,
            prompt=Truncator(strip_tags(questions[tally.question].prompt)).chars(90),
            standards=", ".join(standards.get(tally.question, ())),
            answers=tally.answers,
            sure_wrong=tally.sure_wrong,
            sure_right=tally.sure_right,
            unsure_wrong=tally.unsure_wrong,
            unsure_right=tally.unsure_right,
            share=tally.share,
        )
        for tally in tallies
    ]


def read_standard_codes(questions: Iterable[int]) -> Mapping[int, list[str]]:
    """Return which standards the newest version of each question checks, by id. One query."""
    rows = QuestionVersion.objects.filter(question_id__in=list(questions)).order_by("number")
    return dict(rows.values_list("question_id", "standard_codes"))
