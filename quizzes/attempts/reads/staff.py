"""What staff read of somebody's attempt: how it went, why it failed, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from lms.api import (
    Employee,
    NotAllowedError,
    NotFoundError,
    Standard,
    find_employee,
    local_day,
    registry,
    zone_of,
)
from quizzes.attempts.models import Attempt, AttemptItem, AttemptResult, Quiz
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
    this reader; ``keys_hidden`` says that right answers are held back from them. ``own_try`` says
    that they may still take the quiz themselves: then they see no answers at all.
    """

    title: str
    state: str
    percent: int | None
    pass_percent: int
    reasons: tuple[str, ...]
    items: tuple[dict[str, Any], ...]
    keys_hidden: bool
    own_try: bool


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

    Marks show with the answers. Right answers and feedback show as far as the person sees them by
    now, and in full for whoever may write the question. Whoever has the quiz still before them and
    did not write its questions sees no answers: marks tell which option is right.
    """
    body = attempt.quiz_version.body
    result = AttemptResult.objects.latest().filter(attempt=attempt).first()
    codes = [reason["standard"] for reason in result.reasons] if result else []
    titles = dict(Standard.objects.filter(code__in=codes).values_list("code", "title"))
    keys = _read_keys(attempt, user)
    own_try = not keys.complete and may_still_try(attempt, user, now)
    may_open = opened and not attempt.is_open and not own_try
    items, keys_hidden = _list_answers(attempt, keys.ids, now) if may_open else ((), False)
    return StaffPage(
        title=body["title"],
        state=_name_state(attempt, result),
        percent=floor_percent(result.percent) if result else None,
        pass_percent=body["pass_percent"],
        reasons=tuple(write_staff_reason(row, titles) for row in result.reasons) if result else (),
        items=items,
        keys_hidden=keys_hidden,
        own_try=own_try,
    )


def may_still_try(attempt: Attempt, user: User, now: datetime) -> bool:
    """Return whether a reader has the attempt's quiz before them: theirs to pass, or tried.

    At most six queries, plus what the providers ask; none for a login without a roster entry.
    """
    reader = find_employee(user)
    if reader is None:
        return False
    quiz = attempt.quiz
    history = read_histories(employee=reader, quizzes=[quiz])[quiz.pk]
    tried = any(own.purpose == Attempt.Purpose.SCORED for own in history.attempts)
    if not tried and not _is_assigned(reader, quiz, now):
        return False
    terms = read_terms_now(attempt, reader)
    return judge_chance(terms=terms, history=history, now=now).further_try


def _is_assigned(employee: Employee, quiz: Quiz, now: datetime) -> bool:
    today = local_day(now, zone_of(employee))
    return any(str(quiz.uuid) in provide(employee, today) for provide in registry.assigned_quizzes)


def _name_state(attempt: Attempt, result: AttemptResult | None) -> str:
    if result is None:
        return "under_way" if attempt.is_open else "marking"
    return "passed" if result.passed else "failed"


@dataclass(frozen=True, slots=True)
class _Keys:
    """Ids of the asked questions whose right answers a reader knows; whether these are all."""

    ids: frozenset[int]
    complete: bool


def _read_keys(attempt: Attempt, user: User) -> _Keys:
    items = AttemptItem.objects.filter(attempt=attempt)
    asked = set(items.values_list("question_version__question_id", flat=True))
    known = frozenset(questions_with_keys(user).filter(pk__in=asked).values_list("pk", flat=True))
    return _Keys(known, complete=len(known) == len(asked))


def _list_answers(
    attempt: Attempt, keys: frozenset[int], now: datetime
) -> tuple[tuple[dict[str, Any], ...], bool]:
    """Return the answers, and whether any right answer is held back. At most six queries."""
    terms = read_terms_now(attempt)
    history = read_histories(employee=attempt.employee, quizzes=[attempt.quiz])[attempt.quiz_id]
    chance = judge_chance(terms=terms, history=history, now=now)
    phase = find_phase(now, attempt.submitted_at, terms.closes_at)
    shown, _words = choose_released(read_terms(attempt.quiz_version.body), phase, history, chance)
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
