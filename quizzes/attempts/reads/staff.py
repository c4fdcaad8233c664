"""What staff read of somebody's attempt: how it went, why it failed, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from lms.api import NotAllowedError, NotFoundError, Standard
from quizzes.attempts.models import Attempt, AttemptItem, AttemptResult
from quizzes.attempts.permissions import attempts_for, questions_with_keys
from quizzes.attempts.reads.chances import judge_chance, read_histories
from quizzes.attempts.reads.pages import floor_percent
from quizzes.attempts.reads.results import (
    choose_released,
    list_reviews,
    read_terms_now,
    write_reason,
)
from quizzes.attempts.rules import find_phase, read_terms

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True, slots=True)
class StaffPage:
    """An attempt as staff see it. ``state`` is under_way, marking, passed or failed.

    ``percent`` is whole, None while there is no result. ``items`` is what ``review_view`` allows
    this reader; ``keys_hidden`` says that right answers are held back from them.
    """

    title: str
    state: str
    percent: int | None
    pass_percent: int
    reasons: tuple[str, ...]
    items: tuple[dict[str, Any], ...]
    keys_hidden: bool


def find_readable_attempt(*, user: User, uuid: UUID) -> Attempt:
    """Return somebody else's attempt whose answers a login may read.

    Raises:
        NotFoundError: unknown, out of reach, or the reader's own.
        NotAllowedError: the reader may see its score, not its answers.

    """
    loaded = ("employee__home_branch", "quiz", "quiz_version", "branch")
    found = attempts_for(user, "attempt_answers").filter(uuid=uuid).select_related(*loaded).first()
    if found is not None:
        return found
    if attempts_for(user, "attempt_score").filter(uuid=uuid).exists():
        raise NotAllowedError(_("You may see the score of this attempt, not its answers."))
    raise NotFoundError(_("There is no such attempt."))


def read_staff_page(*, attempt: Attempt, user: User, now: datetime, opened: bool) -> StaffPage:
    """Return the page of ``find_readable_attempt``; the answers only when ``opened``.

    Marks always show. Right answers and feedback show as far as the person sees them by now, and
    in full for whoever may write the question.
    """
    body = attempt.quiz_version.body
    result = AttemptResult.objects.latest().filter(attempt=attempt).first()
    codes = [reason["standard"] for reason in result.reasons] if result else []
    titles = dict(Standard.objects.filter(code__in=codes).values_list("code", "title"))
    may_open = opened and not attempt.is_open
    items, keys_hidden = _list_answers(attempt, user, now) if may_open else ((), False)
    return StaffPage(
        title=body["title"],
        state=_name_state(attempt, result),
        percent=floor_percent(result.percent) if result else None,
        pass_percent=body["pass_percent"],
        reasons=tuple(write_staff_reason(row, titles) for row in result.reasons) if result else (),
        items=items,
        keys_hidden=keys_hidden,
    )


def _name_state(attempt: Attempt, result: AttemptResult | None) -> str:
    if result is None:
        return "under_way" if attempt.is_open else "marking"
    return "passed" if result.passed else "failed"


def _list_answers(
    attempt: Attempt, user: User, now: datetime
) -> tuple[tuple[dict[str, Any], ...], bool]:
    """Return the answers, and whether any right answer is held back. At most eight queries."""
    terms = read_terms_now(attempt)
    history = read_histories(employee=attempt.employee, quizzes=[attempt.quiz])[attempt.quiz_id]
    chance = judge_chance(terms=terms, history=history, now=now)
    phase = find_phase(now, attempt.submitted_at, terms.closes_at)
    shown, _words = choose_released(read_terms(attempt.quiz_version.body), phase, history, chance)
    asked = AttemptItem.objects.filter(attempt=attempt).values("question_version__question_id")
    mine = questions_with_keys(user).filter(pk__in=asked)
    keys = frozenset(mine.values_list("pk", flat=True))
    items = list_reviews(attempt, phase, shown | {"mark"}, keys)
    return items, "right_answer" not in shown and len(keys) < len(items)


def write_staff_reason(reason: Any, titles: Any) -> str:
    """Return one reason of a fail in words about the person, not to them."""
    if reason["code"] != "below_pass_mark":
        return write_reason(reason, titles)
    return _("%(got)d %% were reached. %(needed)d %% are needed to pass.") % {
        "got": floor_percent(reason["got"]),
        "needed": floor_percent(reason["needed"]),
    }
