"""Whether somebody may start a quiz now, and what was tried before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse

from lms.api import Employee, registry
from quizzes.attempts.models import Attempt, AttemptResult, OpenAnswer, Quiz, QuizVersion
from quizzes.attempts.reads.arrangements import read_leeways
from quizzes.attempts.rules import (
    Outcome,
    Terms,
    apply_leeways,
    judge_start,
    read_terms,
    settle_pass,
)


@dataclass(frozen=True, slots=True)
class History:
    """Somebody's attempts at one quiz, oldest first; ``since`` is when they began to count.

    Each attempt carries ``passed``, ``quiz_passed``, ``percent``, ``standards`` and ``reasons`` of
    its last result, or None, and ``waits``: whether a person still marks it.
    """

    attempts: tuple[Attempt, ...]
    since: datetime | None

    @property
    def under_way(self) -> Attempt | None:
        """The attempt that is open, if any; its time may be over."""
        return next((attempt for attempt in self.attempts if attempt.is_open), None)

    @property
    def counted(self) -> list[Attempt]:
        """The scored attempts handed in since they count."""
        return [
            attempt
            for attempt in self.attempts
            if attempt.purpose == Attempt.Purpose.SCORED
            and attempt.submitted_at is not None
            and (self.since is None or attempt.submitted_at >= self.since)
        ]

    @property
    def is_passed(self) -> bool:
        """Whether the quiz is passed, by what was decided and told: there is no second opinion."""
        return any(getattr(attempt, "quiz_passed", False) for attempt in self.counted)

    @property
    def is_marked(self) -> bool:
        """Whether no counted attempt still waits for a person's mark."""
        return not any(getattr(attempt, "waits", False) for attempt in self.counted)

    @property
    def recent(self) -> list[Attempt]:
        """The attempts of any purpose started since they count: their questions are known."""
        since = self.since
        return [a for a in self.attempts if since is None or a.started_at >= since]

    def list_outcomes(self, before: Attempt | None = None) -> list[Outcome]:
        """Return what the counted attempts came to, as far as marked; those ``before`` one."""
        return [
            Outcome(
                percent=Fraction(getattr(attempt, "percent", "0")),
                passed=bool(getattr(attempt, "passed", False)),
                flawed=is_flawed(getattr(attempt, "reasons", None) or ()),
            )
            for attempt in self.counted
            if getattr(attempt, "percent", None) is not None
            and (before is None or attempt.number < before.number)
        ]


@dataclass(frozen=True, slots=True)
class Chance:
    """Whether a scored attempt may start.

    ``state`` is open, under_way, waiting (for ``opens_at``), marking (a person still marks the
    last try), spent or passed, for whoever only looks at the quiz guest; ``attempts_left`` is
    None without a limit. ``why`` is the code of what stands against a start; ``closes_at`` is the
    last moment, None: it stays open.
    """

    state: str
    attempts_left: int | None
    opens_at: datetime | None
    why: str = ""
    closes_at: datetime | None = None

    @property
    def further_try(self) -> bool:
        """Whether a scored attempt is under way or may still be started, now or later."""
        return self.state in {"open", "under_way", "waiting", "marking"}


@dataclass(frozen=True, slots=True)
class QuizCard:
    """A quiz as lists and lessons show it; ``state`` as in ``Chance``, ``minutes`` None: no clock.

    ``questions`` is how many are asked, ``why`` what stands against a start, as in ``Chance``.
    """

    uuid: UUID
    title: str
    url: str
    state: str
    questions: int
    minutes: int | None
    attempts_left: int | None
    opens_at: datetime | None
    why: str = ""


def annotate_results(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    """Return attempts with ``passed``, ``percent`` and so on of their last result."""
    last = AttemptResult.objects.filter(attempt_id=OuterRef("pk")).order_by("-number")
    return attempts.annotate(
        passed=Subquery(last.values("passed")[:1]),
        quiz_passed=Subquery(last.values("quiz_passed")[:1]),
        percent=Subquery(last.values("percent")[:1]),
        standards=Subquery(last.values("standards")[:1]),
        reasons=Subquery(last.values("reasons")[:1]),
        waits=Exists(OpenAnswer.objects.waiting().filter(attempt_id=OuterRef("pk"))),
    )


def read_histories(*, employee: Employee, quizzes: Iterable[Quiz]) -> dict[int, History]:
    """Return what an employee tried, per quiz id. One query, plus what the providers ask."""
    quizzes = list(quizzes)
    found: dict[int, list[Attempt]] = {quiz.pk: [] for quiz in quizzes}
    attempts = Attempt.objects.filter(employee=employee, quiz__in=quizzes).order_by("number")
    for attempt in annotate_results(attempts):
        found[attempt.quiz_id].append(attempt)
    return {quiz.pk: History(tuple(found[quiz.pk]), read_since(employee, quiz)) for quiz in quizzes}


def read_since(employee: Employee, quiz: Quiz) -> datetime | None:
    """Return since when the person's attempts count: the latest answer of the apps above."""
    answers = [provide(employee, "quiz", str(quiz.uuid)) for provide in registry.counts_from]
    return max((answer for answer in answers if answer is not None), default=None)


def is_flawed(reasons: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether something else than the total failed an attempt."""
    return any(reason["code"] != "below_pass_mark" for reason in reasons)


def is_passed(body: Mapping[str, Any], terms: Terms, outcomes: Sequence[Outcome]) -> bool:
    """Return whether a quiz is passed by these attempts, by what its version lets count."""
    return settle_pass(outcomes, terms.counting, body["pass_percent"])


def judge_chance(*, terms: Terms, history: History, now: datetime) -> Chance:
    """Return whether a scored attempt may start under the terms. No query."""
    counted = history.counted
    allowed = terms.attempts_allowed
    left = None if allowed is None else max(0, allowed - len(counted))
    under_way = history.under_way
    if under_way is not None and under_way.purpose == Attempt.Purpose.SCORED:
        return Chance("under_way", left, None, closes_at=terms.closes_at)
    if history.is_passed:
        return Chance("passed", left, None)
    if not history.is_marked:
        return Chance("marking", left, None, why="waiting_for_marking")
    if terms.counting == "first" and counted:
        # No later try could change what the first one came to.
        return Chance("spent", left, None, why="first_counts")
    moments = [attempt.submitted_at for attempt in counted if attempt.submitted_at]
    start = judge_start(terms, now, moments)
    if start.allowed:
        return Chance("open", left, None, closes_at=terms.closes_at)
    state = "waiting" if start.opens_at else "spent"
    return Chance(state, left, start.opens_at, why=start.code, closes_at=terms.closes_at)


def may_practise(*, terms: Terms, chance: Chance, now: datetime) -> bool:
    """Return whether practice may start: not before the doors, unless nothing is left behind them.

    Whoever has passed or used up all tries may look at the questions at any time.
    """
    if chance.state in {"passed", "spent"}:
        return True
    opened = terms.opens_at is None or now >= terms.opens_at
    return opened and terms.admission == Quiz.Admission.OPEN


def count_questions(body: Mapping[str, Any]) -> int:
    """Return how many questions an attempt at this version has."""
    return sum(slot["draw"]["count"] if "draw" in slot else 1 for slot in body["slots"])


def read_quiz_cards(
    *, employee: Employee, uuids: Iterable[UUID], now: datetime
) -> dict[UUID, QuizCard]:
    """Return the cards of live quizzes by uuid; unknown ones are left out. Three queries.

    An attempt whose time is over shows as under way until it is closed: see
    ``show_quiz_cards``, which every door uses.
    """
    newest = QuizVersion.objects.latest().filter(quiz__uuid__in=list(uuids), quiz__live=True)
    versions = list(newest.select_related("quiz"))
    if not versions:
        return {}
    quizzes = [version.quiz for version in versions]
    histories = read_histories(employee=employee, quizzes=quizzes)
    leeways = read_leeways(employee, [quiz.pk for quiz in quizzes])
    return {
        version.quiz.uuid: describe_card(
            version,
            apply_leeways(read_terms(version.body), leeways.get(version.quiz_id, [])),
            histories[version.quiz_id],
            now,
        )
        for version in versions
    }


def describe_card(version: QuizVersion, terms: Terms, history: History, now: datetime) -> QuizCard:
    """Return a quiz as lists show it."""
    body = version.body
    chance = judge_chance(terms=terms, history=history, now=now)
    return QuizCard(
        uuid=version.quiz.uuid,
        title=body["title"],
        url=reverse("sb_quizzes:quiz", kwargs={"uuid": version.quiz.uuid}),
        state=chance.state,
        questions=count_questions(body),
        minutes=terms.time_limit_minutes,
        attempts_left=chance.attempts_left,
        opens_at=chance.opens_at,
        why=chance.why,
    )
