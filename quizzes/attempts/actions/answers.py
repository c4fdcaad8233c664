"""Take in answers, one event each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Exists, F
from django.utils.translation import gettext as _

from lms.api import InvalidInputError, NotFoundError, RuleError
from quizzes.attempts.models import Attempt, AttemptItem, Certainty, ResponseEvent
from quizzes.attempts.permissions import require_self
from quizzes.attempts.rules import Terms, read_terms
from quizzes.questions.rules import LONGEST_TEXT, decode_response, grade, parse_question

if TYPE_CHECKING:
    from quizzes.attempts.permissions import User

# What JavaScript counts to exactly.
LAST_SEQUENCE = 2**53 - 1

KNOWN_FIELDS = ("id", "sequence", "response", "certainty", "received_at")
_LAST = {f"known_{name}": F(f"responses__{name}") for name in KNOWN_FIELDS}


def save_response(
    *,
    attempt: Attempt,
    item_number: int,
    raw: object,
    sequence: int | None = None,
    moves_on: bool = False,
    certainty: str = "",
    actor: User | None,
    now: datetime,
) -> ResponseEvent:
    """Add an answer, given in tokens, to the question of that number. At most 6 queries.

    ``raw`` is a token, a list of tokens, a truth value, or None to take the answer back. The
    highest ``sequence`` counts, and the same one again changes nothing; None takes the next.
    ``certainty`` is sure or unsure, kept where the quiz asks for it; it never changes a mark.
    ``moves_on`` leaves the question of a sequential attempt for good. The event's
    ``highest_before`` is the highest number that was there, so that a second device is noticed.

    Raises:
        NotFoundError: somebody else's attempt, or a number that was not drawn.
        RuleError: attempt_closed, time_over, sequence_used by another answer, question_passed
            or question_ahead in a sequential attempt, answer_shown.
        InvalidInputError: unknown tokens, or more than one option where one is asked for.

    """
    require_self(attempt.employee, actor)
    _check_sequence(sequence)
    if certainty and certainty not in Certainty.values:
        raise InvalidInputError(_("Say “sure” or “not sure”."), field="certainty")
    if not attempt.quiz_version.body.get("ask_certainty"):
        certainty = ""
    given = _Given(raw, certainty, sequence, moves_on)
    try:
        return _add_response(attempt, item_number, given, now)
    except IntegrityError:
        # Another answer took the number between our look and our write. Queue behind it: what is
        # asked after the lock sees everything that was written before.
        with transaction.atomic():
            attempts = Attempt.objects.select_for_update(no_key=True).filter(pk=attempt.pk)
            attempts.values_list("pk").first()
            return _add_response(attempt, item_number, given, now)


def leave_question(*, attempt: Attempt, item_number: int, actor: User | None) -> None:
    """Go on from an answered question of a sequential attempt; there is no way back.

    Elsewhere, and again, nothing changes.

    Raises:
        NotFoundError: somebody else's attempt.

    """
    require_self(attempt.employee, actor)
    here = Attempt.objects.filter(pk=attempt.pk, position=item_number, state=Attempt.State.OPEN)
    answered = ResponseEvent.objects.filter(item__attempt=attempt, item__number=item_number)
    if here.filter(Exists(answered)).update(position=item_number + 1):
        attempt.position = item_number + 1


@dataclass(frozen=True, slots=True)
class _Given:
    """What came in: the answer in tokens, how sure, the client's number, whether to go on."""

    raw: object
    certainty: str
    sequence: int | None
    moves_on: bool


@transaction.atomic
def _add_response(
    attempt: Attempt, item_number: int, given: _Given, now: datetime
) -> ResponseEvent:
    item = _lock_item(attempt, item_number)
    _require_time(item.attempt, now)
    terms = read_terms(attempt.quiz_version.body)
    refusal = _find_refusal(item, terms)
    event = _write_response(item, given, now, refusal)
    if given.moves_on and terms.sequential and item.attempt.position == item_number:
        Attempt.objects.filter(pk=attempt.pk).update(position=item_number + 1)
        attempt.position = item_number + 1
    return event


def _find_refusal(item: AttemptItem, terms: Terms) -> RuleError | None:
    """Return what stands against a further answer; one that repeats the last is taken all the same.

    Raises: RuleError question_ahead.
    """
    position = item.attempt.position
    if terms.sequential and item.number > position:
        raise RuleError(_("Answer the question before this one first."), code="question_ahead")
    if terms.sequential and item.number < position:
        words = _("You have left this question. There is no way back.")
        return RuleError(words, code="question_passed")
    if terms.tells_during and item.known_sequence is not None:  # type: ignore[attr-defined]  # annotated by _lock_item
        words = _("What is said about this question has been shown. Its answer stays as it is.")
        return RuleError(words, code="answer_shown")
    return None


def _write_response(
    item: AttemptItem, given: _Given, now: datetime, refusal: RuleError | None
) -> ResponseEvent:
    try:
        response, sequence = _read_response(item, given.raw), given.sequence
    except InvalidInputError:
        # That the question is over goes before what is wrong with its answer.
        if refusal is not None:
            raise refusal from None
        raise
    known = _find_known(item, sequence)
    highest: int | None = item.known_sequence  # type: ignore[attr-defined]  # annotated by _lock_item
    same = known is not None and known.response == response
    if known is not None and same and known.certainty == given.certainty:
        known.highest_before = highest
        return known
    if refusal is not None:
        raise refusal
    if known is not None and sequence is not None:
        raise RuleError(
            _("Another answer was already saved under this number."), code="sequence_used"
        )
    event = ResponseEvent.objects.create(
        item=item,
        sequence=sequence if sequence is not None else (highest or 0) + 1,
        response=response,
        certainty=given.certainty,
        received_at=now,
    )
    event.highest_before = highest
    return event


def _lock_item(attempt: Attempt, item_number: int) -> AttemptItem:
    """Return the item with its attempt locked, and the last event of it. One query.

    This is the busiest write of all. The events of this one question are joined, and the newest
    comes first: a handful of rows, as many as the person gave answers to it.
    """
    item = (
        AttemptItem.objects.select_for_update(of=("attempt",), no_key=True)
        .select_related("attempt", "question_version")
        .filter(attempt_id=attempt.pk, number=item_number)
        .annotate(**_LAST)
        .order_by(F("responses__sequence").desc(nulls_last=True))
        .first()
    )
    if item is None:
        raise NotFoundError(_("This question is not part of the attempt."))
    return item


def _find_known(item: AttemptItem, sequence: int | None) -> ResponseEvent | None:
    """Return the event that a new answer repeats or follows: that of its number, else the last.

    No query, but for a number below the last one: an old answer that comes once more, or late.
    """
    last = {name: getattr(item, f"known_{name}") for name in KNOWN_FIELDS}
    newest = last["sequence"]
    if newest is None or (sequence is not None and sequence > newest):
        return None
    if sequence is None or sequence == newest:
        return ResponseEvent(item=item, **last)
    return ResponseEvent.objects.filter(item=item, sequence=sequence).first()


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
    if isinstance(raw, str) and len(raw) > LONGEST_TEXT:
        words = _("This text is too long. Please shorten it to %(most)s characters.")
        raise InvalidInputError(
            words % {"most": LONGEST_TEXT}, code="invalid_response", field="response"
        )
    question = parse_question(item.question_version.body)
    tokens = {part: token for token, part in item.options}
    response = decode_response(question, tokens, raw)
    if grade(question, response).state == "invalid":
        raise InvalidInputError(
            explain_invalid(question.type),
            code="invalid_response",
            field="response",
        )
    return response


def explain_invalid(kind: str) -> str:
    """Return why an answer to this type of question cannot be taken, in words."""
    words = {
        "numeric": _("This is not a number. Write for example 4 or 2.5, without a unit."),
        "gaps": _("This cannot be read. Write numbers without a unit, and choose from the lists."),
        "short_text": _("This text cannot be kept. Please write it again."),
        "open": _("This text cannot be kept. Please write it again."),
    }
    other = _("This answer does not fit the question. Please choose among what is offered.")
    return words.get(kind, other)
