"""Draw a shift's refreshers, take in answers, and plan when each standard comes again."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from lms.api import Employee, InvalidInputError, NotFoundError, RuleError, local_day, zone_of
from quizzes.attempts.actions import explain_invalid, write_fraction
from quizzes.attempts.models import Certainty
from quizzes.practice.models import PracticeCard, PracticeItem, PracticeReview, PracticeRound
from quizzes.practice.permissions import require_self
from quizzes.practice.reads import (
    find_item,
    find_round,
    is_held_back,
    list_due,
    read_candidates,
)
from quizzes.practice.rules import choose_questions, rate, schedule
from quizzes.questions.models import QuestionVersion
from quizzes.questions.rules import decode_response, grade, parse_question, shuffle_parts

if TYPE_CHECKING:
    from quizzes.attempts.permissions import User


@transaction.atomic
def start_round(
    *, employee: Employee, actor: User | None, now: datetime, seed: str = ""
) -> PracticeRound:
    """Return the day's round, drawn when there is none yet. Never an attempt, never counted.

    Raises:
        NotFoundError: the actor is somebody else.
        RuleError: nothing_to_practise.

    """
    require_self(employee, actor)
    # The person's row queues starts that come at the same moment.
    Employee.objects.select_for_update(no_key=True).filter(pk=employee.pk).values("pk").first()
    found = find_round(employee, now)
    if found is not None:
        return found
    seed = seed or secrets.token_hex(16)
    due = list_due(employee, now)
    candidates = read_candidates(employee=employee, codes=due, now=now)
    chosen = choose_questions(
        [entry for _standard, entry in due.values()],
        [candidate for candidate, _pk in candidates.values()],
        seed,
    )
    if not chosen:
        raise RuleError(
            _("There is no question for you to practise today. Come back another day."),
            code="nothing_to_practise",
        )
    found = PracticeRound.objects.create(
        employee=employee, on=local_day(now, zone_of(employee)), started_at=now, seed=seed
    )
    versions = QuestionVersion.objects.in_bulk([candidates[uuid][1] for _code, uuid in chosen])
    PracticeItem.objects.bulk_create(
        PracticeItem(
            round=found,
            number=number,
            standard=due[code][0],
            question_version=(version := versions[candidates[uuid][1]]),
            options=[
                [secrets.token_urlsafe(9), part]
                for part in shuffle_parts(version.body, f"{seed}/{number}")
            ],
        )
        for number, (code, uuid) in enumerate(chosen, start=1)
    )
    return found


@transaction.atomic
def answer_refresher(
    *,
    found: PracticeRound,
    number: int,
    raw: object,
    certainty: str = "",
    actor: User | None,
    now: datetime,
) -> PracticeReview:
    """Take in an answer in tokens, None for "I do not know"; the first one stays.

    Raises:
        NotFoundError: somebody else's round, or a number that was not drawn.
        RuleError: question_in_use by a quiz that counts.
        InvalidInputError: unknown tokens, or an unknown certainty.

    """
    require_self(found.employee, actor)
    PracticeRound.objects.select_for_update(no_key=True).filter(pk=found.pk).values("pk").first()
    item = find_item(found, number)
    if item is None:
        raise NotFoundError(_("This question is not part of the round."))
    known: PracticeReview | None = getattr(item, "review", None)
    if known is not None:
        return known
    if certainty and certainty not in Certainty.values:
        raise InvalidInputError(_("Say “sure” or “not sure”."), field="certainty")
    if is_held_back(item, found.employee, now):
        raise RuleError(
            _("This question may come in a quiz that counts, so it is left out here."),
            code="question_in_use",
        )
    return _add_review(item, raw, certainty, now)


def _add_review(item: PracticeItem, raw: object, certainty: str, now: datetime) -> PracticeReview:
    question = parse_question(item.question_version.body)
    response = decode_response(question, {part: token for token, part in item.options}, raw)
    given = grade(question, response)
    if given.state == "invalid":
        raise InvalidInputError(
            explain_invalid(question.type),
            code="invalid_response",
            field="response",
        )
    rating = rate(given.fraction, certainty)
    mine = PracticeCard.objects.filter(employee=item.round.employee, standard=item.standard)
    card = mine.first() or PracticeCard(employee=item.round.employee, standard=item.standard)
    card.state, card.due_at = schedule(card.state if card.pk else None, rating, now)
    card.save()
    return PracticeReview.objects.create(
        item=item,
        card=card,
        response=response,
        certainty=certainty,
        fraction=write_fraction(given.fraction),
        state=given.state,
        rating=rating,
        answered_at=now,
        due_at=card.due_at,
    )
