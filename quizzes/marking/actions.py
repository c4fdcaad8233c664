"""Give marks, settle them, and decide the attempt when the last answer is marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from lms.api import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    NoticeWish,
    RuleError,
    local_day,
    plan_notices,
    zone_of,
)
from quizzes.attempts.actions import decide_attempt, write_fraction, write_grade
from quizzes.attempts.models import Attempt, OpenAnswer
from quizzes.attempts.reads import read_item_marks
from quizzes.marking.models import Mark
from quizzes.marking.permissions import answers_for, answers_to_correct, answers_to_mark
from quizzes.marking.reads import PROVIDER, RESULT_IN, describe_mark, read_scales
from quizzes.marking.rules import (
    ALWAYS,
    DECIDING,
    NEVER,
    Scale,
    decides_pass,
    disagree,
    is_complete,
    score,
    settle,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Turn = OpenAnswer.Turn
LONGEST_COMMENT = 2000


@transaction.atomic
def mark_answer(
    *,
    answer: OpenAnswer,
    levels: Sequence[int],
    comment: str,
    seen_version: int,
    actor: AbstractBaseUser,
    now: datetime,
) -> OpenAnswer:
    """Give a mark as whoever's turn it is; the last mark of an attempt decides it.

    ``seen_version`` is the number of marks when the marker opened the answer.

    Raises:
        NotFoundError: outside of the actor's reach, or the actor's own answer.
        NotAllowedError: it is not this person's turn.
        RuleError: marked_meanwhile.
        InvalidInputError: not every criterion has one level, or the comment is too long.

    """
    fresh = _lock(answer, actor)
    if fresh.version != seen_version or fresh.turn in {Turn.DONE, Turn.HELD}:
        raise RuleError(
            _("Somebody else has marked this answer while you had it open."),
            code="marked_meanwhile",
        )
    if not answers_to_mark(actor).filter(pk=fresh.pk).exists():
        raise NotAllowedError(_("Another person has to mark this answer."), code="not_your_turn")
    scales = _check(fresh, levels, comment)
    mark = _add_mark(fresh, fresh.turn, scales, levels, comment, actor, now)
    fresh.turn = _find_turn(fresh, scales, mark)
    _move_on(fresh, actor, now)
    return fresh


def _lock(answer: OpenAnswer, actor: AbstractBaseUser) -> OpenAnswer:
    """Return the answer as it is now; whoever marks answers of the attempt queues here."""
    Attempt.objects.select_for_update(no_key=True).filter(pk=answer.attempt_id).values_list(
        "pk"
    ).first()
    rows = answers_for(actor, "read").select_related(
        "item__question_version",
        "attempt__quiz",
        "attempt__quiz_version",
        "attempt__employee__home_branch",
    )
    found = rows.filter(pk=answer.pk).exclude(attempt__employee__user_id=actor.pk).first()
    if found is None:
        raise NotFoundError(_("There is no such answer."))
    return found


def _check(answer: OpenAnswer, levels: Sequence[int], comment: str) -> tuple[Scale, ...]:
    scales = read_scales(answer.item.question_version.body)
    if not is_complete(scales, levels):
        raise InvalidInputError(_("Choose one level for each criterion."), field="levels")
    if len(comment) > LONGEST_COMMENT:
        raise InvalidInputError(_("This comment is too long."), field="comment")
    if "\x00" in comment:
        raise InvalidInputError(
            _("This comment has a character that cannot be kept."), field="comment"
        )
    return scales


def _add_mark(
    answer: OpenAnswer,
    role: str,
    scales: Sequence[Scale],
    levels: Sequence[int],
    comment: str,
    actor: AbstractBaseUser,
    now: datetime,
    reason: str = "",
) -> Mark:
    answer.version += 1
    return Mark.objects.create(
        answer=answer,
        role=role,
        marker_id=actor.pk,
        levels=list(levels),
        share=write_fraction(score(scales, levels)),
        comment=comment.strip(),
        reason=reason,
        marked_at=now,
    )


def _find_turn(answer: OpenAnswer, scales: Sequence[Scale], mark: Mark) -> str:
    """Return whose turn it is after a mark."""
    mode = answer.attempt.quiz_version.body.get("second_marking", NEVER)
    if answer.turn == Turn.FIRST:
        return {ALWAYS: Turn.SECOND, DECIDING: Turn.HELD}.get(mode, Turn.DONE)
    if answer.turn == Turn.SECOND:
        first = answer.marks.get(role=Mark.Role.FIRST)
        return Turn.THIRD if disagree(scales, first.levels, mark.levels) else Turn.DONE
    return Turn.DONE


def _move_on(answer: OpenAnswer, actor: AbstractBaseUser, now: datetime) -> None:
    """Store whose turn it is; settle what is done, and the attempt with its last answer."""
    if answer.turn == Turn.DONE:
        _settle(answer, actor, now)
    answer.save(update_fields=["turn", "version", "settled_at"])
    rest = list(
        OpenAnswer.objects.waiting()
        .filter(attempt_id=answer.attempt_id)
        .select_related("item__question_version", "attempt__quiz_version")
    )
    if rest and all(other.turn == Turn.HELD for other in rest):
        _release_held(rest, now)
        rest = [other for other in rest if other.turn != Turn.DONE]
    if not rest:
        decide_attempt(attempt_id=answer.attempt_id, now=now)
        tell_result(answer.attempt, now)


def tell_result(attempt: Attempt, now: datetime) -> None:
    """Plan to tell the person that the result is in, once for an attempt.

    At once, whatever the quiz shows of single questions later: whoever failed can try again.
    """
    employee = attempt.employee
    wish = NoticeWish(
        subject=f"{PROVIDER}:{attempt.uuid}",
        kind=RESULT_IN,
        offset_days=0,
        target_on=local_day(attempt.submitted_at or now, zone_of(employee)),
        recipient_id=employee.pk,
        due_at=now,
        urgent=True,
    )
    plan_notices(wanted=[wish], now=now)


def _release_held(held: list[OpenAnswer], now: datetime) -> None:
    """Ask for second marks where all of them together can turn the result; else settle all.

    One answer alone may not turn it while two do: so the attempt is looked at as a whole.
    """
    given = {other.item_id: other.marks.get(role=Mark.Role.FIRST) for other in held}
    marks = read_item_marks(
        attempt_id=held[0].attempt_id,
        shares={item_id: mark.share for item_id, mark in given.items()},
    )
    body = held[0].attempt.quiz_version.body
    places = {place for place, (item_id, _mark) in enumerate(marks) if item_id in given}
    asked = [mark for _item_id, mark in marks]
    decides = decides_pass(asked, places, body["pass_percent"], body["standard_marks"])
    for other in held:
        if decides:
            other.turn = Turn.SECOND
        else:
            other.turn = Turn.DONE
            _settle(other, given[other.item_id].marker, now)
        other.save(update_fields=["turn", "settled_at"])


def _settle(answer: OpenAnswer, actor: AbstractBaseUser, now: datetime) -> None:
    """Write the grade that follows from the marks."""
    scales = read_scales(answer.item.question_version.body)
    marks = list(answer.marks.select_related("marker").order_by("pk"))
    counted = [mark for mark in marks if mark.role != Mark.Role.CORRECTION]
    answer.settled_at = now
    write_grade(
        item=answer.item,
        share=settle(scales, [mark.levels for mark in counted]),
        told=tell(scales, counted if len(counted) < 3 else counted[-1:]),
        grader=actor,
        now=now,
    )


def tell(scales: Sequence[Scale], marks: Sequence[Mark]) -> dict[str, list[object]]:
    """Return what the learner may read of marks: comments, and per criterion the levels given."""
    rows = [describe_mark(mark, scales) for mark in marks]
    return {
        "comments": [row.comment for row in rows if row.comment],
        "levels": [
            [scale.text, list(dict.fromkeys(row.levels[place][1] for row in rows))]
            for place, scale in enumerate(scales)
        ],
    }


@transaction.atomic
def correct_mark(
    *,
    answer: OpenAnswer,
    levels: Sequence[int],
    comment: str,
    reason: str,
    seen_version: int,
    actor: AbstractBaseUser,
    now: datetime,
) -> OpenAnswer:
    """Replace a settled mark: a new grade, and the attempt's next result once it has one.

    Awards are not touched here.

    Raises:
        NotFoundError: outside of the actor's reach, or the actor's own answer.
        NotAllowedError: the actor marked it, or may not correct.
        RuleError: marked_meanwhile, not_marked.
        InvalidInputError: levels, comment or reason.

    """
    fresh = _lock(answer, actor)
    if fresh.turn != Turn.DONE:
        raise RuleError(_("This answer is not marked yet."), code="not_marked")
    if not answers_to_correct(actor).filter(pk=fresh.pk).exists():
        raise NotAllowedError(
            _("Only HR corrects a mark, and nobody the own one."), code="not_yours_to_correct"
        )
    if fresh.version != seen_version:
        raise RuleError(
            _("Somebody else has corrected this mark while you had it open."),
            code="marked_meanwhile",
        )
    scales = _check(fresh, levels, comment)
    reason = reason.strip()
    if not reason or len(reason) > 400 or "\x00" in reason:
        raise InvalidInputError(_("Say in a few words why the mark changes."), field="reason")
    role = Mark.Role.CORRECTION
    mark = _add_mark(fresh, role, scales, levels, comment, actor, now, reason)
    fresh.save(update_fields=["version"])
    write_grade(
        item=fresh.item,
        share=score(scales, levels),
        told=tell(scales, [mark]),
        grader=actor,
        now=now,
    )
    if not OpenAnswer.objects.waiting().filter(attempt_id=fresh.attempt_id).exists():
        decide_attempt(attempt_id=fresh.attempt_id, now=now)
    return fresh
