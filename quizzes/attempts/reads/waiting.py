"""Attempts that were handed in and that people still mark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from quizzes.attempts.models import Attempt, OpenAnswer
from quizzes.attempts.reads.answers import read_last_responses
from quizzes.questions.rules import public_view

if TYPE_CHECKING:
    from lms.api import Employee


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """What somebody handed in for a person to mark: prompt, own words, whether it is marked."""

    title: str
    closed_by_clock: bool
    answers: tuple[tuple[str, str, bool], ...]
    marked: int


@dataclass(frozen=True, slots=True)
class WaitingQuiz:
    """A quiz whose last try is being marked, as the record shows it."""

    title: str
    url: str
    handed_in_at: datetime


def read_waiting_page(*, attempt: Attempt) -> WaitingPage | None:
    """Return the page of an attempt without a result yet; None when it is decided. Two queries.

    Needs ``attempt.quiz_version``.
    """
    answers = list(
        OpenAnswer.objects.filter(attempt=attempt)
        .select_related("item__question_version")
        .order_by("item__number")
    )
    if all(answer.turn == OpenAnswer.Turn.DONE for answer in answers):
        return None
    responses = read_last_responses([answer.item for answer in answers])
    return WaitingPage(
        title=attempt.quiz_version.body["title"],
        closed_by_clock=attempt.state == Attempt.State.CLOSED,
        answers=tuple(
            (
                str(public_view(answer.item.question_version.body, {})["prompt"]),
                str(responses.get(answer.item_id) or ""),
                answer.turn == OpenAnswer.Turn.DONE,
            )
            for answer in answers
        ),
        marked=sum(answer.turn == OpenAnswer.Turn.DONE for answer in answers),
    )


def list_waiting_quizzes(*, employee: Employee) -> list[WaitingQuiz]:
    """Return the quizzes of which a try is being marked, oldest first. One query."""
    waiting = OpenAnswer.objects.waiting().filter(attempt__employee=employee)
    rows = Attempt.objects.filter(pk__in=waiting.values("attempt_id"))
    rows = rows.select_related("quiz_version").order_by("submitted_at", "pk")
    return [
        WaitingQuiz(
            title=row.quiz_version.body["title"],
            url=reverse("sb_quizzes:result", kwargs={"uuid": row.uuid}),
            handed_in_at=row.submitted_at or row.started_at,
        )
        for row in rows
    ]
