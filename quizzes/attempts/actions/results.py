"""Hand in attempts, by the person or by the clock, and decide what came of them."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db import transaction

from lms.api import Employee, record_event
from quizzes.attempts.models import (
    Attempt,
    AttemptItem,
    AttemptResult,
    ItemGrade,
)
from quizzes.attempts.permissions import require_self
from quizzes.attempts.reads import is_passed, read_histories, read_last_responses
from quizzes.attempts.rules import (
    RULES_VERSION,
    ItemMark,
    Outcome,
    Verdict,
    judge,
    read_terms,
)
from quizzes.questions.rules import Grade, Question, grade, parse_question

if TYPE_CHECKING:
    from quizzes.attempts.permissions import User


def submit_attempt(*, attempt: Attempt, actor: User | None, now: datetime) -> Attempt:
    """Hand an attempt in and decide it; repeats get the attempt as it was decided first.

    After its time it is closed with what was saved. At most 15 queries.

    Raises:
        NotFoundError: the attempt is somebody else's.

    """
    require_self(attempt.employee, actor)
    return finish_attempt(attempt_id=attempt.pk, now=now)


def close_if_overdue(*, attempt: Attempt, now: datetime) -> Attempt:
    """Return the attempt, closed with what was saved when its time is over. Every door asks it."""
    if not attempt.is_open or attempt.grace_until is None or now < attempt.grace_until:
        return attempt
    return finish_attempt(attempt_id=attempt.pk, now=now)


def close_overdue_attempts(
    *, now: datetime, limit: int = 10_000, employee: Employee | None = None
) -> int:
    """Close what the clock ended and nobody looked at since; return how many. Run twice, same end.

    Each attempt is closed in a transaction of its own. Without an employee everybody's.
    """
    waiting = Attempt.objects.overdue(now).order_by("grace_until").values_list("pk", flat=True)
    if employee is not None:
        waiting = waiting.filter(employee=employee)
    ids = list(waiting[:limit])
    for attempt_id in ids:
        finish_attempt(attempt_id=attempt_id, now=now)
    return len(ids)


@transaction.atomic
def finish_attempt(*, attempt_id: int, now: datetime) -> Attempt:
    """Close an open attempt and write grades, result and event; a closed one stays as it is."""
    attempt = (
        Attempt.objects.select_for_update(of=("self",), no_key=True)
        .select_related("quiz_version", "quiz", "employee")
        .get(pk=attempt_id)
    )
    if not attempt.is_open:
        return attempt
    overdue = attempt.grace_until is not None and attempt.grace_until <= now
    attempt.state = Attempt.State.CLOSED if overdue else Attempt.State.SUBMITTED
    attempt.submitted_at = min(now, attempt.due_at) if attempt.due_at else now
    attempt.save(update_fields=["state", "submitted_at"])
    _decide(attempt, _grade_items(attempt, now), now)
    return attempt


def _decide(attempt: Attempt, marks: list[ItemMark], now: datetime) -> None:
    body = attempt.quiz_version.body
    verdict = judge(marks, body["pass_percent"], body["standard_marks"])
    quiz_passed = _settle(attempt, verdict)
    _write_result(attempt, verdict, now, quiz_passed=quiz_passed)
    _record_submission(attempt, passed=quiz_passed, now=now)


def _settle(attempt: Attempt, verdict: Verdict) -> bool:
    """Return whether the quiz is passed with this attempt, earlier ones considered.

    Where the best or last try counts, the latest alone decides: after a pass none follows.
    """
    if attempt.purpose != Attempt.Purpose.SCORED:
        return False
    body = attempt.quiz_version.body
    terms = read_terms(body)
    if terms.counting in {"highest", "last"}:
        return verdict.passed
    history = read_histories(employee=attempt.employee, quizzes=[attempt.quiz])[attempt.quiz_id]
    flawed = any(reason.code != "below_pass_mark" for reason in verdict.reasons)
    outcome = Outcome(verdict.percent, verdict.passed, flawed)
    return is_passed(body, terms, [*history.list_outcomes(), outcome])


def _grade_items(attempt: Attempt, now: datetime) -> list[ItemMark]:
    items = list(AttemptItem.objects.filter(attempt=attempt).select_related("question_version"))
    responses = read_last_responses(items)
    grades, marks = [], []
    for item in items:
        question = parse_question(item.question_version.body)
        found = grade(question, responses.get(item.pk))
        grades.append(_build_grade(item, question, found, now))
        marks.append(
            ItemMark(
                standards=question.standards,
                mark=found.fraction * question.max_mark,
                max_mark=question.max_mark,
                critical=question.critical,
                fraction=found.fraction,
            )
        )
    ItemGrade.objects.bulk_create(grades)
    return marks


def _build_grade(item: AttemptItem, question: Question, found: Grade, now: datetime) -> ItemGrade:
    mark = found.fraction * question.max_mark
    return ItemGrade(
        item=item,
        state=found.state,
        fraction=write_fraction(found.fraction),
        mark=write_fraction(mark),
        mark_float=float(mark),
        rules_version=RULES_VERSION,
        graded_at=now,
    )


def write_fraction(value: Fraction) -> str:
    """Return a share or mark as it is stored: ``n/d``, also for whole numbers."""
    return f"{value.numerator}/{value.denominator}"


def _write_result(
    attempt: Attempt, verdict: Verdict, now: datetime, *, quiz_passed: bool
) -> AttemptResult:
    return AttemptResult.objects.create(
        attempt=attempt,
        percent=write_fraction(verdict.percent),
        percent_float=float(verdict.percent),
        passed=verdict.passed,
        quiz_passed=quiz_passed,
        standards={
            code: None if share is None else write_fraction(share)
            for code, share in verdict.standards.items()
        },
        reasons=[
            {
                "code": reason.code,
                "standard": reason.standard,
                "got": write_fraction(reason.got),
                "needed": write_fraction(reason.needed),
            }
            for reason in verdict.reasons
        ],
        rules_version=RULES_VERSION,
        decided_at=now,
    )


def _record_submission(attempt: Attempt, *, passed: bool, now: datetime) -> None:
    done_at = attempt.submitted_at or now
    record_event(
        kind="attempt_submitted",
        payload={
            "employee": str(attempt.employee.uuid),
            "attempt": str(attempt.uuid),
            "quiz": str(attempt.quiz.uuid),
            "passed": passed,
            "purpose": attempt.purpose,
            "done_at": done_at.isoformat(),
            "material_number": attempt.quiz_version.material_number,
        },
        now=now,
    )
