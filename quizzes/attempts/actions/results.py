"""Hand in attempts, by the person or by the clock, and decide what came of them."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db import transaction

from lms.api import Employee, record_event
from quizzes.attempts.models import (
    Attempt,
    AttemptItem,
    AttemptResult,
    ItemGrade,
    OpenAnswer,
)
from quizzes.attempts.permissions import require_self
from quizzes.attempts.reads import (
    build_mark,
    is_passed,
    read_histories,
    read_item_marks,
    read_last_responses,
)
from quizzes.attempts.rules import (
    RULES_VERSION,
    ItemMark,
    Outcome,
    Verdict,
    judge,
    read_terms,
)
from quizzes.questions.rules import Grade, Question, grade, parse_question
from quizzes.questions.rules.grades import grade_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from quizzes.attempts.permissions import User

# What counts where each try decides by itself.
ALONE = frozenset({"highest", "last"})


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
    return finish_attempt(attempt_id=attempt.pk, now=now, only_if_overdue=True)


def close_overdue_attempts(
    *, now: datetime, limit: int = 10_000, employee: Employee | None = None
) -> int:
    """Close what the clock ended and nobody looked at since; return how many. Run twice, same end.

    Each attempt is closed in a transaction of its own. Without an employee everybody's.
    """
    waiting = Attempt.objects.overdue(now).order_by("grace_until").values_list("pk", flat=True)
    if employee is not None:
        waiting = waiting.filter(employee=employee)
    closed = 0
    for attempt_id in list(waiting[:limit]):
        attempt = finish_attempt(attempt_id=attempt_id, now=now, only_if_overdue=True)
        closed += not attempt.is_open
    return closed


@transaction.atomic
def finish_attempt(*, attempt_id: int, now: datetime, only_if_overdue: bool = False) -> Attempt:
    """Close an open attempt and write grades, result and event; a closed one stays as it is.

    Whoever closes for the clock asks ``only_if_overdue``: somebody may have given it minutes since.
    """
    attempt = (
        Attempt.objects.select_for_update(of=("self",), no_key=True)
        .select_related("quiz_version", "quiz", "employee")
        .get(pk=attempt_id)
    )
    if not attempt.is_open:
        return attempt
    overdue = attempt.grace_until is not None and attempt.grace_until <= now
    if only_if_overdue and not overdue:
        return attempt
    attempt.state = Attempt.State.CLOSED if overdue else Attempt.State.SUBMITTED
    attempt.submitted_at = min(now, attempt.due_at) if attempt.due_at else now
    attempt.save(update_fields=["state", "submitted_at"])
    marks, by_hand = _grade_items(attempt, now)
    if by_hand and attempt.purpose == Attempt.Purpose.SCORED:
        OpenAnswer.objects.bulk_create(
            OpenAnswer(item=item, attempt=attempt, handed_in_at=attempt.submitted_at)
            for item in by_hand
        )
    else:
        _decide(attempt, marks, now)
    return attempt


@transaction.atomic
def decide_attempt(*, attempt_id: int, now: datetime) -> AttemptResult:
    """Write the result that follows from the marks as they are now: the first, or the next one.

    A pass is told to the apps above with the moment of handing in. A result that changes is told
    beside that: what was awarded stays until somebody decides about it.
    """
    attempt = (
        Attempt.objects.select_for_update(of=("self",), no_key=True)
        .select_related("quiz_version", "quiz", "employee")
        .get(pk=attempt_id)
    )
    before = AttemptResult.objects.latest().filter(attempt=attempt).first()
    result = _decide(attempt, _read_marks(attempt), now, before)
    if before is not None:
        _settle_later(attempt, now)
    return result


def _read_marks(attempt: Attempt) -> list[ItemMark]:
    return [mark for _item_id, mark in read_item_marks(attempt_id=attempt.pk)]


def _settle_later(corrected: Attempt, now: datetime) -> None:
    """Settle later tries again where an earlier one weighs in. One query where none does."""
    later = (
        Attempt.objects.select_for_update(of=("self",), no_key=True)
        .select_related("quiz_version", "quiz", "employee")
        .filter(employee=corrected.employee, quiz=corrected.quiz, number__gt=corrected.number)
        .filter(purpose=Attempt.Purpose.SCORED, submitted_at__isnull=False)
    )
    for attempt in later.order_by("number"):
        if read_terms(attempt.quiz_version.body).counting in ALONE:
            continue
        before = AttemptResult.objects.latest().filter(attempt=attempt).first()
        # One that is still being marked is settled when it is decided.
        if before is None:
            continue
        body, marks = attempt.quiz_version.body, _read_marks(attempt)
        verdict = judge(marks, body["pass_percent"], body["standard_marks"])
        if _settle(attempt, verdict) != before.quiz_passed:
            _decide(attempt, marks, now, before)


def _decide(
    attempt: Attempt, marks: list[ItemMark], now: datetime, before: AttemptResult | None = None
) -> AttemptResult:
    body = attempt.quiz_version.body
    verdict = judge(marks, body["pass_percent"], body["standard_marks"])
    quiz_passed = _settle(attempt, verdict)
    result = build_result(attempt, verdict, now, before, quiz_passed=quiz_passed)
    result.save()
    if before is None or (quiz_passed and not before.quiz_passed):
        _record_submission(attempt, passed=quiz_passed, now=now)
    if before is not None:
        _record_change(attempt, before, result, now)
    return result


def _settle(attempt: Attempt, verdict: Verdict) -> bool:
    """Return whether the quiz is passed with this attempt, earlier ones considered.

    Where the best or last try counts, the latest alone decides: after a pass none follows.
    """
    if attempt.purpose != Attempt.Purpose.SCORED:
        return False
    body = attempt.quiz_version.body
    terms = read_terms(body)
    if terms.counting in ALONE:
        return verdict.passed
    history = read_histories(employee=attempt.employee, quizzes=[attempt.quiz])[attempt.quiz_id]
    flawed = any(reason.code != "below_pass_mark" for reason in verdict.reasons)
    outcome = Outcome(verdict.percent, verdict.passed, flawed)
    return is_passed(body, terms, [*history.list_outcomes(before=attempt), outcome])


def _grade_items(attempt: Attempt, now: datetime) -> tuple[list[ItemMark], list[AttemptItem]]:
    """Store what the machine gives; return the marks, and the items that a person marks."""
    items = list(AttemptItem.objects.filter(attempt=attempt).select_related("question_version"))
    responses = read_last_responses(items)
    grades, marks, by_hand = [], [], []
    for item in items:
        question = parse_question(item.question_version.body)
        found = grade(question, responses.get(item.pk))
        grades.append(build_grade(item, question, found, now))
        if found.state == "needs_marking":
            by_hand.append(item)
        else:
            marks.append(build_mark(question, found.fraction))
    ItemGrade.objects.bulk_create(grades)
    return marks, by_hand


def write_grade(
    *,
    item: AttemptItem,
    share: Fraction,
    told: dict[str, Any],
    grader: AbstractBaseUser,
    now: datetime,
) -> ItemGrade:
    """Add a person's grade of one answer; ``told`` is what the learner may read about it."""
    question = parse_question(item.question_version.body)
    given = build_grade(item, question, grade_of(share), now)
    given.told, given.grader_id = told, grader.pk
    given.save()
    return given


def build_grade(item: AttemptItem, question: Question, found: Grade, now: datetime) -> ItemGrade:
    """Return the grade of one answer, not yet saved."""
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


def build_result(
    attempt: Attempt,
    verdict: Verdict,
    now: datetime,
    before: AttemptResult | None,
    *,
    quiz_passed: bool,
) -> AttemptResult:
    """Return the result that follows one before it, or the first, not yet saved."""
    return AttemptResult(
        attempt=attempt,
        number=before.number + 1 if before else 1,
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
    payload = _describe_event(attempt, now) | {"passed": passed}
    record_event(kind="attempt_submitted", payload=payload, now=now)


def _record_change(
    attempt: Attempt, before: AttemptResult, result: AttemptResult, now: datetime
) -> None:
    """Tell that a result was replaced. Nobody acts on it by itself: awards change by proposals."""
    payload = _describe_event(attempt, now) | {
        "passed": result.passed,
        "passed_before": before.passed,
        "number": result.number,
    }
    record_event(kind="attempt_regraded", payload=payload, now=now)


def _describe_event(attempt: Attempt, now: datetime) -> dict[str, Any]:
    return {
        "employee": str(attempt.employee.uuid),
        "attempt": str(attempt.uuid),
        "quiz": str(attempt.quiz.uuid),
        "purpose": attempt.purpose,
        "done_at": (attempt.submitted_at or now).isoformat(),
        "material_number": attempt.quiz_version.material_number,
    }
