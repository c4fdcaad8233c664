"""Cards of quizzes for lists and lessons, after closing what the clock has ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from lms.api import Employee
from quizzes.attempts.actions.results import close_overdue_attempts
from quizzes.attempts.reads import QuizCard, read_quiz_cards


def show_quiz_cards(
    *, employee: Employee, uuids: Iterable[UUID], now: datetime
) -> dict[UUID, QuizCard]:
    """Return the cards of live quizzes by uuid as they truly stand. Three queries.

    What the clock ended meanwhile is closed first, so that no list shows it as under way.
    """
    wanted = list(uuids)
    cards = read_quiz_cards(employee=employee, uuids=wanted, now=now)
    if not any(card.state == "under_way" for card in cards.values()):
        return cards
    if not close_overdue_attempts(now=now, employee=employee):
        return cards
    return read_quiz_cards(employee=employee, uuids=wanted, now=now)
