"""What is due to be refreshed, which questions may be asked for it, and the pages of a round."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.urls import reverse

from lms.api import Employee, Standard, local_day, registry, zone_of
from quizzes.attempts.models import Attempt, AttemptItem, Quiz, QuizVersion
from quizzes.attempts.reads import read_quiz_cards, read_slots
from quizzes.attempts.rules import PoolQuestion, may_ask, read_terms
from quizzes.practice.models import PracticeCard, PracticeItem, PracticeReview, PracticeRound
from quizzes.practice.rules import FIRST_WAIT, Candidate, DueStandard, choose_questions
from quizzes.questions.models import QuestionVersion
from quizzes.questions.rules import SHOWN, Grade, public_view, review_view

LEFT_OUT: Final = ("open", "ordering")
"""What is not asked in practice: what a person marks, and what takes longer than a moment."""

TRY_TO_COME: Final = frozenset({"open", "under_way", "waiting", "marking"})
"""States of a quiz in which a further scored try is, or may become, possible."""


@dataclass(frozen=True, slots=True)
class PracticeHome:
    """How the day's refreshers stand.

    ``state`` is due, held_back (all that is due may come in a quiz), under_way, done or nothing.
    """

    state: str
    number: int
    url: str
    next_due_at: datetime | None
    right: int = 0


@dataclass(frozen=True, slots=True)
class PracticePage:
    """One question of a round: before the answer ``view``, afterwards ``review``.

    Never both, and no review while the question may be asked in a quiz that still counts.
    """

    number: int
    total: int
    standard: str
    view: dict[str, Any] | None
    review: dict[str, Any] | None
    answered: bool
    held_back: bool
    due_at: datetime | None
    next_url: str


def find_learnt(employee: Employee, now: datetime) -> dict[UUID, datetime]:
    """Return the standards somebody learned in what is assigned, with when. By the providers."""
    found: dict[UUID, datetime] = {}
    for provide in registry.learnt_standards:
        for uuid, moment in provide(employee, now).items():
            found[uuid] = min(moment, found.get(uuid, moment))
    return found


def list_due(employee: Employee, now: datetime) -> dict[str, tuple[Standard, DueStandard]]:
    """Return what is due by code of the standard. One query, plus what the providers ask."""
    learnt = find_learnt(employee, now)
    if not learnt:
        return {}
    cards = PracticeCard.objects.filter(employee=employee, standard=OuterRef("pk"))
    standards = Standard.objects.filter(uuid__in=learnt, live=True).annotate(
        card_due_at=Subquery(cards.values("due_at")[:1])
    )
    due = {}
    zone = zone_of(employee)
    today = local_day(now, zone)
    for standard in standards:
        moment = standard.card_due_at or learnt[standard.uuid] + FIRST_WAIT
        # The page promises a day, not a minute.
        if local_day(moment, zone) <= today:
            due[standard.code] = (standard, DueStandard(standard.code, moment))
    return due


def find_round(employee: Employee, now: datetime) -> PracticeRound | None:
    """Return the round of somebody's day. One query."""
    today = local_day(now, zone_of(employee))
    return PracticeRound.objects.filter(employee=employee, on=today).first()


def has_refreshers(*, employee: Employee, now: datetime) -> bool:
    """Return whether it is worth to look at the refreshers' page today.

    Nothing is drawn: that some of it is held back only the page itself finds out. False once the
    day's round is answered. At most two queries, plus what the providers ask.
    """
    due = list_due(employee, now)
    if not due:
        return False
    left = PracticeItem.objects.filter(round=OuterRef("pk"), review__isnull=True)
    today = local_day(now, zone_of(employee))
    done = PracticeRound.objects.filter(~Exists(left), employee=employee, on=today)
    return find_askable(due).filter(~Exists(done)).exists()


def read_practice_home(*, employee: Employee, now: datetime) -> PracticeHome:
    """Return how the day's refreshers stand; what is held back is not due."""
    found = find_round(employee, now)
    if found is None:
        return _read_undrawn(employee, now)
    items = list(found.items.select_related("review"))
    open_items = [item for item in items if not hasattr(item, "review")]
    if open_items:
        return PracticeHome("under_way", len(open_items), link(found, open_items[0].number), None)
    right = sum(item.review.state == "right" for item in items)
    return PracticeHome("done", len(items), "", _find_next_due(employee), right)


def _read_undrawn(employee: Employee, now: datetime) -> PracticeHome:
    """Return how many due standards a round begun now would ask about, or why none."""
    due = list_due(employee, now)
    pool = read_candidates(employee=employee, codes=due, now=now) if due else {}
    entries = [entry for _standard, entry in due.values()]
    chosen = choose_questions(entries, [candidate for candidate, _pk in pool.values()], "")
    if chosen:
        return PracticeHome("due", len({standard for standard, _question in chosen}), "", None)
    if due and find_askable(due).exists():
        return PracticeHome("held_back", 0, "", None)
    return PracticeHome("nothing", 0, "", _find_next_due(employee))


def _find_next_due(employee: Employee) -> datetime | None:
    first = PracticeCard.objects.filter(employee=employee).order_by("due_at").first()
    return first.due_at if first else None


def link(found: PracticeRound, number: int) -> str:
    """Return the address of a question of a round."""
    return reverse("sb_quizzes:refresher", kwargs={"uuid": found.uuid, "number": number})


def read_candidates(
    *, employee: Employee, codes: Iterable[str], now: datetime
) -> dict[str, tuple[Candidate, int]]:
    """Return the questions that may be asked about these standards: by uuid, with the version id.

    None of an attempt under way, none that a quiz may still ask for marks without showing its
    right answers first. At most six queries, plus what the providers ask about single quizzes.
    """
    wanted = set(codes)
    fields = ("pk", "question__uuid", "question__bank__uuid", "tags", "standard_codes")
    pool = {
        str(uuid): (
            pk,
            PoolQuestion(str(uuid), str(bank), frozenset(tags), frozenset(names), str(difficulty)),
        )
        for pk, uuid, bank, tags, names, difficulty in find_askable(wanted).values_list(
            *fields, "difficulty"
        )
        if wanted.intersection(names)
    }
    held_back = find_held_back(employee, [question for _pk, question in pool.values()], now)
    asked = dict(
        PracticeReview.objects.filter(item__round__employee=employee)
        .values_list("item__question_version__question__uuid")
        .annotate(last=Max("answered_at"))
    )
    return {
        uuid: (Candidate(uuid, question.standards & wanted, asked.get(UUID(uuid))), pk)
        for uuid, (pk, question) in pool.items()
        if uuid not in held_back
    }


def find_askable(codes: Collection[str]) -> QuerySet[QuestionVersion]:
    """Return the questions on these standards that practice can ask, held back or not."""
    rows = QuestionVersion.objects.askable().exclude(body__type__in=LEFT_OUT)
    rows = rows.annotate(codes_as_text=Cast("standard_codes", TextField()))
    return rows.filter(match_codes(codes)) if codes else rows.none()


def match_codes(codes: Iterable[str]) -> Q:
    """Return the condition that the stored list of standards may name one of these.

    It spares reading a whole bank; JSON can hold a code in two spellings, so rows are looked at
    once more.
    """
    condition = Q()
    for code in codes:
        for spelling in {json.dumps(code), json.dumps(code, ensure_ascii=False)}:
            condition |= Q(codes_as_text__contains=spelling)
    return condition


def find_held_back(
    employee: Employee, pool: Iterable[PoolQuestion], now: datetime
) -> frozenset[str]:
    """Return which of these questions practice must not ask or explain to somebody now.

    Whoever practised them would know the key before a try that counts: of a quiz that somebody
    was assigned or has tried. What a quiz never explains stays unexplained to everybody.
    """
    questions = list(pool)
    under_way = AttemptItem.objects.filter(
        attempt__employee=employee,
        attempt__state=Attempt.State.OPEN,
        attempt__purpose=Attempt.Purpose.SCORED,
    ).values_list("question_version__question__uuid", flat=True)
    held = {str(uuid) for uuid in under_way}
    asking: dict[UUID, set[str]] = {}
    always: set[str] = set()
    live = QuizVersion.objects.latest().filter(quiz__in=Quiz.objects.filter(live=True))
    for quiz, body in live.values_list("quiz__uuid", "body"):
        tells, early = reveals(body)
        if early or not questions:
            continue
        slots = read_slots(body)
        codes = {question.code for question in questions if may_ask(slots, [question])}
        if codes and tells:
            asking[quiz] = codes
        always |= set() if tells else codes
    mine = asking.keys() & find_own_quizzes(employee, now) if asking else set()
    cards = read_quiz_cards(employee=employee, uuids=mine, now=now) if mine else {}
    for uuid in mine:
        card = cards.get(uuid)
        if card is None or card.state in TRY_TO_COME:
            held |= asking[uuid]
    return frozenset(held | always)


def find_own_quizzes(employee: Employee, now: datetime) -> set[UUID]:
    """Return the quizzes that somebody was assigned or tried. One query, plus the providers'."""
    tried = Attempt.objects.filter(employee=employee, purpose=Attempt.Purpose.SCORED)
    found = set(tried.order_by().values_list("quiz__uuid", flat=True).distinct())
    today = local_day(now, zone_of(employee))
    for provide in registry.assigned_quizzes:
        found |= {UUID(str(uuid)) for uuid in provide(employee, today)}
    return found


def reveals(body: Mapping[str, Any]) -> tuple[bool, bool]:
    """Return whether a quiz ever shows right answers, and whether while a try is possible."""
    terms = read_terms(body)
    tells = any("right_answer" in shown for shown in terms.ticks.values())
    return tells, tells and terms.reveal_early


def is_held_back(item: PracticeItem, employee: Employee, now: datetime) -> bool:
    """Return whether a question that was drawn may not be asked or explained now."""
    version = item.question_version
    question = PoolQuestion(
        str(version.question.uuid),
        str(version.question.bank.uuid),
        frozenset(version.tags),
        frozenset(version.standard_codes),
        str(version.difficulty),
    )
    return question.code in find_held_back(employee, [question], now)


def find_item(found: PracticeRound, number: int) -> PracticeItem | None:
    """Return one question of a round with all that its page needs. One query."""
    rows = found.items.select_related("question_version__question__bank", "standard", "review")
    return rows.filter(number=number).first()


def read_practice_page(*, item: PracticeItem, employee: Employee, now: datetime) -> PracticePage:
    """Return one question of ``find_item``; its explanation only once it is answered."""
    body = item.question_version.body
    tokens = {part: token for token, part in item.options}
    order = [part for _token, part in item.options]
    review: PracticeReview | None = getattr(item, "review", None)
    held_back = is_held_back(item, employee, now)
    rest = item.round.items.filter(review__isnull=True).exclude(pk=item.pk).first()
    shown = None
    if review is not None and not held_back:
        grade = Grade(Fraction(review.fraction), review.state)
        ticks = {"right_after": SHOWN}
        shown = review_view(body, review.response, grade, "right_after", ticks, order)
    return PracticePage(
        number=item.number,
        total=item.round.items.count(),
        standard=item.standard.title,
        view=None if review is not None or held_back else public_view(body, tokens, order),
        review=shown,
        answered=review is not None,
        held_back=held_back,
        due_at=review.due_at if review else None,
        next_url=link(item.round, rest.number) if rest else reverse("sb_quizzes:refreshers"),
    )
