"""Start attempts: one at a time, with a draw of one's own."""

from __future__ import annotations

import secrets
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from lms.api import Employee, RuleError, record_event
from quizzes.attempts.actions.admissions import require_admission
from quizzes.attempts.actions.results import finish_attempt
from quizzes.attempts.models import Attempt, AttemptItem, Quiz, QuizVersion
from quizzes.attempts.permissions import require_self
from quizzes.attempts.reads import (
    History,
    count_exposures,
    judge_chance,
    may_practise,
    read_histories,
    read_own_terms,
    read_pool,
    read_slots,
    read_time_factor,
    read_weak_standards,
)
from quizzes.attempts.rules import DrawError, Terms, draw, due_at
from quizzes.questions.models import QuestionVersion
from quizzes.questions.rules import shuffle_parts

if TYPE_CHECKING:
    from quizzes.attempts.permissions import User

# Answers on their way when the clock ends are still taken.
GRACE_SECONDS = 30
# After a fail, questions on the standards that were missing are this much likelier.
FAILED_WEIGHT = 3


def start_attempt(
    *,
    employee: Employee,
    quiz: Quiz,
    purpose: str = Attempt.Purpose.SCORED,
    password: str = "",
    actor: User | None,
    now: datetime,
) -> Attempt:
    """Return the attempt under way, or a new one with its questions drawn. At most 12 queries.

    However many starts come in at once, one attempt is made and everybody gets it. A practice
    attempt under way is handed in when a scored one starts.

    Raises:
        NotFoundError: the actor is somebody else.
        RuleError: quiz_not_open, not_open_yet, quiz_closed, passed, waiting_for_marking,
            cooling_down, no_attempts_left, scored_under_way, not_enough_questions, password_needed,
            wrong_password, throttled or not_released.

    """
    require_self(employee, actor)
    with transaction.atomic():
        factor = _queue_starts(employee, now)
        version = find_open_version(quiz)
        terms = read_own_terms(employee, quiz, version.body)
        history = read_histories(employee=employee, quizzes=[quiz])[quiz.pk]
        under_way = _settle_under_way(history, purpose, now)
        if under_way is not None:
            return under_way
        if history.under_way is not None:
            history = read_histories(employee=employee, quizzes=[quiz])[quiz.pk]
        release = None
        if purpose == Attempt.Purpose.SCORED:
            _require_chance(version, terms, history, now)
            release = require_admission(
                employee=employee, version=version, terms=terms, password=password, now=now
            )
        else:
            _require_practice(terms, history, now)
        attempt = _create_attempt(employee, version, terms, purpose, history, now, factor)
        if release is not None:
            release.attempt = attempt
            release.save(update_fields=["attempt"])
        return attempt


def _queue_starts(employee: Employee, now: datetime) -> Fraction:
    """Let starts of one person that come at once wait for each other; return the time factor."""
    people = Employee.objects.select_for_update(no_key=True).filter(pk=employee.pk)
    return read_time_factor(people, now)


def find_open_version(quiz: Quiz) -> QuizVersion:
    """Return what a live quiz demands now. Raises: RuleError quiz_not_open."""
    versions = QuizVersion.objects.latest().select_related("quiz")
    version = versions.filter(quiz=quiz, quiz__live=True).first()
    if version is None:
        raise RuleError(_("This quiz is not open at the moment."), code="quiz_not_open")
    return version


def _settle_under_way(history: History, purpose: str, now: datetime) -> Attempt | None:
    """Return the open attempt that a start continues; hand in what must not stay open."""
    attempt = history.under_way
    if attempt is None:
        return None
    if attempt.grace_until is not None and attempt.grace_until <= now:
        attempt = finish_attempt(attempt_id=attempt.pk, now=now, only_if_overdue=True)
        if not attempt.is_open:
            return None
    if attempt.purpose != purpose == Attempt.Purpose.SCORED:
        finish_attempt(attempt_id=attempt.pk, now=now)
        return None
    if attempt.purpose != purpose:
        raise RuleError(
            _("You have a scored attempt under way. Finish it before you practise."),
            code="scored_under_way",
        )
    return attempt


def _require_chance(version: QuizVersion, terms: Terms, history: History, now: datetime) -> None:
    chance = judge_chance(terms=terms, history=history, now=now)
    if chance.state == "open":
        return
    if chance.state == "passed":
        raise RuleError(_("You have already passed this quiz."), code="passed")
    words = {
        "waiting_for_marking": _(
            "Your last try is still being marked. The result shows here as soon as it is done."
        ),
        "not_open_yet": _("This quiz is not open yet."),
        "quiz_closed": _("This quiz has closed. Please talk to your manager or trainer."),
        "cooling_down": _(
            "The next try is not open yet. Use the time to read again what was missing."
        ),
        "first_counts": _(
            "Your first try counts, and it is decided. You can practise as often as you like."
        ),
        "no_attempts_left": _(
            "You have used all your tries. Please talk to your manager or trainer."
        ),
    }
    raise RuleError(words[chance.why], code=chance.why)


def _require_practice(terms: Terms, history: History, now: datetime) -> None:
    chance = judge_chance(terms=terms, history=history, now=now)
    if not may_practise(terms=terms, chance=chance, now=now):
        raise RuleError(
            _("You cannot practise this quiz yet. You can once you have passed it."),
            code="quiz_not_open",
        )


def _create_attempt(
    employee: Employee,
    version: QuizVersion,
    terms: Terms,
    purpose: str,
    history: History,
    now: datetime,
    factor: Fraction,
) -> Attempt:
    seed = secrets.token_hex(16)
    drawn = _draw_questions(version, history, seed)
    # Practice goes on whenever somebody likes: only what counts has a closing day.
    closes_at = terms.closes_at if purpose == Attempt.Purpose.SCORED else None
    limit = terms.time_limit_minutes
    attempt = Attempt.objects.create(
        employee=employee,
        quiz=version.quiz,
        quiz_version=version,
        purpose=purpose,
        number=max((earlier.number for earlier in history.attempts), default=0) + 1,
        started_at=now,
        due_at=due_at(now, limit, closes_at, factor),
        grace_until=due_at(now, limit, closes_at, factor, GRACE_SECONDS),
        seed=seed,
        branch_id=employee.home_branch_id,
    )
    AttemptItem.objects.bulk_create(
        AttemptItem(
            attempt=attempt,
            number=number,
            question_version=question,
            options=_deal_tokens(question, f"{seed}/{number}"),
        )
        for number, question in enumerate(drawn, start=1)
    )
    _record_beginning(attempt, history)
    return attempt


def _record_beginning(attempt: Attempt, history: History) -> None:
    """Tell that the work was begun: at the first scored attempt ever."""
    scored = Attempt.Purpose.SCORED
    if attempt.purpose != scored or any(a.purpose == scored for a in history.attempts):
        return
    payload = {
        "employee": str(attempt.employee.uuid),
        "kind": "quiz",
        "work": str(attempt.quiz.uuid),
        "at": attempt.started_at.isoformat(),
    }
    record_event(kind="work_started", payload=payload, now=attempt.started_at)


def _draw_questions(version: QuizVersion, history: History, seed: str) -> list[QuestionVersion]:
    """Return the question versions of one attempt, in order. At most four queries."""
    slots = read_slots(version.body)
    seen = AttemptItem.objects.filter(attempt__in=[attempt.pk for attempt in history.recent])
    avoid = {
        str(question)
        for question in seen.values_list("question_version__question__uuid", flat=True)
    }
    try:
        exposures = count_exposures(slots, version.quiz_id)
        weights = _weigh_standards(history)
        chosen = draw(slots, read_pool(slots), seed, avoid, weights, exposures)
    except DrawError as error:
        raise _refuse_empty_draw() from error
    versions = {
        str(found.question.uuid): found
        for found in QuestionVersion.objects.askable()
        .filter(question__uuid__in=chosen)
        .select_related("question")
    }
    # A fixed question that was retired since is left out; marks are shares of what was asked.
    if not versions:
        raise _refuse_empty_draw()
    return [versions[name] for name in chosen if name in versions]


def _refuse_empty_draw() -> RuleError:
    return RuleError(
        _("This quiz has too few questions at the moment. Please tell your trainer."),
        code="not_enough_questions",
    )


def _weigh_standards(history: History) -> dict[str, int]:
    """Return more weight for the standards that the last counted attempt failed or was weak in."""
    counted = history.counted
    if not counted or getattr(counted[-1], "passed", None) is not False:
        return {}
    weak = read_weak_standards(counted[-1].standards, counted[-1].reasons)  # type: ignore[attr-defined]  # annotated by read_histories
    return dict.fromkeys(weak, FAILED_WEIGHT)


def _deal_tokens(question: QuestionVersion, seed: str) -> list[list[str]]:
    """Return (random token, part) in the order this person sees the options."""
    return [[secrets.token_urlsafe(9), part] for part in shuffle_parts(question.body, seed)]
