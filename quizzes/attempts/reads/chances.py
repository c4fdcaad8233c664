"""Whether somebody may start a quiz now, and what was tried before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from lms.api import Employee, registry
from quizzes.attempts.models import Attempt, AttemptResult, Quiz, QuizVersion
from quizzes.attempts.rules import may_start


@dataclass(frozen=True, slots=True)
class History:
    """Somebody's attempts at one quiz, oldest first; ``since`` is when they began to count.

    Each attempt carries ``passed``, ``percent`` and ``reasons`` of its last result, or None.
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
    def recent(self) -> list[Attempt]:
        """The attempts of any purpose started since they count: their questions are known."""
        since = self.since
        return [a for a in self.attempts if since is None or a.started_at >= since]

    @property
    def passed(self) -> bool:
        """Whether one of the counted attempts passed."""
        return any(getattr(attempt, "passed", False) for attempt in self.counted)


@dataclass(frozen=True, slots=True)
class Chance:
    """Whether a scored attempt may start.

    ``state`` is open, under_way, waiting (for ``opens_at``), spent or passed, for whoever only
    looks at the quiz guest; ``attempts_left`` is None without a limit.
    """

    state: str
    attempts_left: int | None
    opens_at: datetime | None

    @property
    def further_try(self) -> bool:
        """Whether a scored attempt is under way or may still be started, now or later."""
        return self.state in {"open", "under_way", "waiting"}


@dataclass(frozen=True, slots=True)
class QuizCard:
    """A quiz as lists and lessons show it; ``state`` as in ``Chance``, ``minutes`` None: no clock.

    ``questions`` is how many are asked.
    """

    uuid: UUID
    title: str
    url: str
    state: str
    questions: int
    minutes: int | None
    attempts_left: int | None
    opens_at: datetime | None


def annotate_results(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    """Return attempts with ``passed``, ``percent`` and ``reasons`` of their last result."""
    last = AttemptResult.objects.filter(attempt_id=OuterRef("pk")).order_by("-number")
    return attempts.annotate(
        passed=Subquery(last.values("passed")[:1]),
        percent=Subquery(last.values("percent")[:1]),
        reasons=Subquery(last.values("reasons")[:1]),
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


def judge_chance(*, body: Mapping[str, Any], history: History, now: datetime) -> Chance:
    """Return whether a scored attempt may start under a version's settings. No query."""
    counted = history.counted
    allowed = body.get("attempts_allowed")
    left = None if not allowed else max(0, allowed - len(counted))
    under_way = history.under_way
    if under_way is not None and under_way.purpose == Attempt.Purpose.SCORED:
        return Chance("under_way", left, None)
    if history.passed:
        return Chance("passed", left, None)
    moments = [attempt.submitted_at for attempt in counted if attempt.submitted_at]
    start = may_start(now, moments, allowed, body.get("cool_down_minutes") or 0)
    if start.allowed:
        return Chance("open", left, None)
    return Chance("waiting" if start.opens_at else "spent", left, start.opens_at)


def count_questions(body: Mapping[str, Any]) -> int:
    """Return how many questions an attempt at this version has."""
    return sum(slot["draw"]["count"] if "draw" in slot else 1 for slot in body["slots"])


def read_latest_quiz_versions(quizzes: Sequence[Quiz]) -> dict[int, QuizVersion]:
    """Return the newest version per quiz id. One query."""
    versions = QuizVersion.objects.latest().filter(quiz__in=quizzes)
    return {version.quiz_id: version for version in versions}


def read_quiz_cards(
    *, employee: Employee, uuids: Iterable[UUID], now: datetime
) -> dict[UUID, QuizCard]:
    """Return the cards of live quizzes by uuid; unknown ones are left out. Three queries."""
    quizzes = list(Quiz.objects.filter(uuid__in=list(uuids), live=True))
    if not quizzes:
        return {}
    versions = read_latest_quiz_versions(quizzes)
    histories = read_histories(employee=employee, quizzes=quizzes)
    cards = {}
    for quiz in quizzes:
        if quiz.pk not in versions:
            continue
        body = versions[quiz.pk].body
        chance = judge_chance(body=body, history=histories[quiz.pk], now=now)
        cards[quiz.uuid] = QuizCard(
            uuid=quiz.uuid,
            title=body["title"],
            url=reverse("sb_quizzes:quiz", kwargs={"uuid": quiz.uuid}),
            state=chance.state,
            questions=count_questions(body),
            minutes=body["time_limit_minutes"],
            attempts_left=chance.attempts_left,
            opens_at=chance.opens_at,
        )
    return cards
