"""Take in answers, one event each."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from lms.api import InvalidInputError, NotFoundError, RuleError
from quizzes.attempts.models import Attempt, AttemptItem, ResponseEvent
from quizzes.attempts.permissions import require_self
from quizzes.questions.rules import decode_response, grade, parse_question

if TYPE_CHECKING:
    from quizzes.attempts.permissions import User

# What JavaScript counts to exactly.
LAST_SEQUENCE = 2**53 - 1

KNOWN_FIELDS = ("id", "sequence", "response", "received_at")


def save_response(
    *,
    attempt: Attempt,
    item_number: int,
    raw: object,
    sequence: int | None = None,
    actor: User | None,
    now: datetime,
) -> ResponseEvent:
    """Add an answer, given in tokens, to the question of that number. At most 6 queries.

    ``raw`` is a token, a list of tokens, a truth value, or None to take the answer back. The
    highest ``sequence`` counts, and the same one again changes nothing; None takes the next.

    Raises:
        NotFoundError: somebody else's attempt, or a number that was not drawn.
        RuleError: attempt_closed, time_over, or sequence_used by another answer.
        InvalidInputError: unknown tokens, or more than one option where one is asked for.

    """
    require_self(attempt.employee, actor)
    _check_sequence(sequence)
    try:
        return _add_response(attempt, item_number, raw, sequence, now)
    except IntegrityError:
        # Another answer took the number between our look and our write. Queue behind it: what is
        # asked after the lock sees everything that was written before.
        with transaction.atomic():
            attempts = Attempt.objects.select_for_update(no_key=True).filter(pk=attempt.pk)
            attempts.values_list("pk").first()
            return _add_response(attempt, item_number, raw, sequence, now)


@transaction.atomic
def _add_response(
    attempt: Attempt, item_number: int, raw: object, sequence: int | None, now: datetime
) -> ResponseEvent:
    item = _lock_item(attempt, item_number, sequence)
    _require_time(item.attempt, now)
    response = _read_response(item, raw)
    known = _read_known(item)
    if known is not None and known.response == response:
        return known
    if known is not None and sequence is not None:
        raise RuleError(
            _("Another answer was already saved under this number."), code="sequence_used"
        )
    return ResponseEvent.objects.create(
        item=item,
        sequence=sequence if sequence is not None else (known.sequence if known else 0) + 1,
        response=response,
        received_at=now,
    )


def _lock_item(attempt: Attempt, item_number: int, sequence: int | None) -> AttemptItem:
    """Return the item with its attempt locked, and the event that the new one repeats or follows.

    One query: this is the busiest write of all.
    """
    events = ResponseEvent.objects.filter(item_id=OuterRef("pk")).order_by("-sequence")
    if sequence is not None:
        events = events.filter(sequence=sequence)
    names = {f"known_{name}": Subquery(events.values(name)[:1]) for name in KNOWN_FIELDS}
    item = (
        AttemptItem.objects.select_for_update(of=("attempt",), no_key=True)
        .select_related("attempt", "question_version")
        .filter(attempt_id=attempt.pk, number=item_number)
        .annotate(**names)
        .first()
    )
    if item is None:
        raise NotFoundError(_("This question is not part of the attempt."))
    return item


def _read_known(item: AttemptItem) -> ResponseEvent | None:
    fields = {name: getattr(item, f"known_{name}") for name in KNOWN_FIELDS}
    return None if fields["id"] is None else ResponseEvent(item=item, **fields)


def _check_sequence(sequence: object) -> None:
    if sequence is None:
        return
    whole = isinstance(sequence, int) and not isinstance(sequence, bool)
    if not whole or not 1 <= sequence <= LAST_SEQUENCE:  # type: ignore[operator]
        raise InvalidInputError(_("The sequence must be a whole number from 1."), field="sequence")


def _require_time(attempt: Attempt, now: datetime) -> None:
    if attempt.grace_until is not None and now >= attempt.grace_until:
        raise RuleError(
            _("The time was over before this answer came in. What you had saved counts."),
            code="time_over",
        )
    if not attempt.is_open:
        raise RuleError(
            _("This attempt has been handed in. Its answers can no longer change."),
            code="attempt_closed",
        )


def _read_response(item: AttemptItem, raw: object) -> object:
    question = parse_question(item.question_version.body)
    tokens = {part: token for token, part in item.options}
    response = decode_response(question, tokens, raw)
    if grade(question, response).state == "invalid":
        raise InvalidInputError(
            _("This answer does not fit the question. Please choose among what is offered."),
            code="invalid_response",
            field="response",
        )
    return response
