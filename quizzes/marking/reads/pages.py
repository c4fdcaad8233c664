"""What a marker sees: the queue, one answer with its rubric, and what was given so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from lms.api import NotFoundError
from quizzes.attempts.models import OpenAnswer
from quizzes.attempts.reads import read_last_responses
from quizzes.marking.models import Mark
from quizzes.marking.permissions import answers_for, answers_to_correct, answers_to_mark
from quizzes.marking.rules import Scale
from quizzes.questions.rules import parse_question

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from quizzes.marking.permissions import User


@dataclass(frozen=True, slots=True)
class Given:
    """What one person gave, in words: per criterion the level, then the share and comment."""

    role: str
    marker: str
    levels: tuple[tuple[str, str], ...]
    share: Fraction
    comment: str
    reason: str
    marked_at: datetime


@dataclass(frozen=True, slots=True)
class MarkingPage:
    """One answer as a marker sees it.

    ``given`` is empty while a second marker is still to mark: nobody marks what another thought.
    ``name`` stays empty until the answer is marked. ``may`` is mark, correct or look.
    """

    answer: OpenAnswer
    quiz: str
    prompt: str
    text: str
    max_mark: Fraction
    scales: tuple[Scale, ...]
    hint: str
    may: str
    name: str
    given: tuple[Given, ...]
    marked_before: bool
    share: Fraction | None


def default_scales() -> tuple[Scale, ...]:
    """Return the rubric of a question that has none: one line with three levels."""
    levels = ((_("not met"), 0), (_("partly met"), 1), (_("fully met"), 2))
    return (Scale(_("The answer as a whole"), tuple((t, Fraction(p)) for t, p in levels)),)


def read_scales(body: Mapping[str, Any]) -> tuple[Scale, ...]:
    """Return the rubric of a question's body. No query."""
    rubric = getattr(parse_question(body).key, "rubric", ())
    return tuple(Scale(line.text, line.levels) for line in rubric) or default_scales()


def shorten_prompt(answer: OpenAnswer) -> str:
    """Return the question in a few words."""
    return Truncator(strip_tags(answer.item.question_version.body["prompt"])).chars(80)


def describe_day(answer: OpenAnswer) -> str:
    """Return the day it was handed in where it was written; a clock time would tell extra time."""
    return date_format(answer.attempt.submitted_on) if answer.attempt.submitted_on else "–"


def list_queue(*, user: User) -> QuerySet[OpenAnswer]:
    """Return what waits for the login, oldest first, with what a list of it shows."""
    return answers_to_mark(user).select_related(
        "attempt__quiz", "attempt__branch", "item__question_version"
    )


def find_answer(*, user: User, pk: int) -> OpenAnswer:
    """Return an answer that the login may look at, with what a page of it needs.

    Raises: NotFoundError.
    """
    rows = answers_for(user, "read").select_related(
        "item__question_version", "attempt__quiz", "attempt__quiz_version", "attempt__employee"
    )
    found = rows.filter(pk=pk).first()
    if found is None or found.attempt.employee.user_id == user.pk:
        raise NotFoundError(_("There is no such answer."))
    return found


def find_next(*, user: User) -> OpenAnswer | None:
    """Return the oldest answer that waits for the login."""
    return answers_to_mark(user).first()


def read_marking_page(*, answer: OpenAnswer, user: User) -> MarkingPage:
    """Return one answer of ``find_answer`` with what this login may do about it."""
    body = answer.item.question_version.body
    question = parse_question(body)
    scales = read_scales(body)
    marks = list(answer.marks.select_related("marker"))
    done = answer.turn == OpenAnswer.Turn.DONE
    response = read_last_responses([answer.item]).get(answer.item_id)
    grade = answer.item.grades.order_by("-pk").first() if done else None
    return MarkingPage(
        answer=answer,
        quiz=answer.attempt.quiz_version.body["title"],
        prompt=question.prompt,
        text=response if isinstance(response, str) else "",
        max_mark=question.max_mark,
        scales=scales,
        hint=question.feedback.general,
        may=_find_verb(answer, user),
        name=answer.attempt.employee.full_name if done else "",
        given=tuple(describe_mark(mark, scales) for mark in marks)
        if done or answer.turn == OpenAnswer.Turn.THIRD
        else (),
        marked_before=bool(marks),
        share=Fraction(grade.fraction) if grade else None,
    )


def _find_verb(answer: OpenAnswer, user: User) -> str:
    if answers_to_mark(user).filter(pk=answer.pk).exists():
        return "mark"
    if answers_to_correct(user).filter(pk=answer.pk).exists():
        return "correct"
    return "look"


def describe_mark(mark: Mark, scales: Sequence[Scale]) -> Given:
    """Return what was given in the words of the rubric."""
    return Given(
        role=mark.get_role_display(),
        marker=mark.marker.get_full_name() or mark.marker.get_username(),
        levels=tuple(
            (scale.text, scale.levels[level][0])
            for scale, level in zip(scales, mark.levels, strict=True)
        ),
        share=Fraction(mark.share),
        comment=mark.comment,
        reason=mark.reason,
        marked_at=mark.marked_at,
    )
