"""One attempt at a quiz as rows: drawn, answered and decided by the product's own rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any

from demo.loader.answers import right_answer, wrong_answer
from lms.api import Employee
from quizzes.api import Attempt, AttemptResult, QuestionVersion, QuizVersion
from quizzes.attempts.actions import GRACE_SECONDS, build_grade, build_result
from quizzes.attempts.models import AttemptItem, Certainty, ItemGrade, OpenAnswer, ResponseEvent
from quizzes.attempts.reads import build_mark, read_pool, read_slots
from quizzes.attempts.rules import (
    ItemMark,
    Terms,
    Verdict,
    draw,
    due_at,
    judge,
    may_ask,
    read_terms,
)
from quizzes.questions.rules import (
    Grade,
    Question,
    decode_response,
    grade,
    list_parts,
    parse_question,
    shuffle_parts,
)

BATCH = 1000
ZERO = Fraction(0)
CHANGED_MIND = 0.04
"""The share of answers that were another one first."""


@dataclass
class Asked:
    """A question with a right and a wrong answer, each as it is stored and with its grade."""

    version: QuestionVersion
    question: Question = field(init=False)
    right: tuple[Any, Grade] = field(init=False)
    wrong: tuple[Any, Grade] = field(init=False)

    def __post_init__(self) -> None:
        """Read the question once, whoever is asked it."""
        body = self.version.body
        self.question = parse_question(body)
        parts = {part: part for part in list_parts(self.question)}
        given = [
            decode_response(self.question, parts, make(body, parts))
            for make in (right_answer, wrong_answer)
        ]
        self.right, self.wrong = [(one, grade(self.question, one)) for one in given]


@dataclass
class Exam:
    """A quiz as it is now: its version and everything it can ask."""

    version: QuizVersion

    @cached_property
    def terms(self) -> Terms:
        """Its settings."""
        return read_terms(self.version.body)

    @cached_property
    def asks_certainty(self) -> bool:
        """Whether people say how sure they are."""
        return bool(self.version.body.get("ask_certainty"))

    @cached_property
    def slots(self) -> Sequence[Any]:
        """What is drawn."""
        return read_slots(self.version.body)

    @cached_property
    def pool(self) -> Sequence[Any]:
        """From what it is drawn: no question that fits no slot."""
        return [row for row in read_pool(self.slots) if may_ask(self.slots, [row])]

    @cached_property
    def asked(self) -> Mapping[str, Asked]:
        """The questions by uuid, live ones only."""
        names = {row.code for row in self.pool} | {slot.code for slot in self.slots if slot.code}
        rows = QuestionVersion.objects.askable().filter(question__uuid__in=names)
        return {str(row.question.uuid): Asked(row) for row in rows.select_related("question")}


@dataclass
class Written:
    """Rows on their way into the database."""

    attempts: list[Attempt] = field(default_factory=list)
    items: list[AttemptItem] = field(default_factory=list)
    events: list[ResponseEvent] = field(default_factory=list)
    grades: list[ItemGrade] = field(default_factory=list)
    results: list[AttemptResult] = field(default_factory=list)
    waiting: list[OpenAnswer] = field(default_factory=list)

    def store(self) -> None:
        """Write everything, in the order in which it depends on each other."""
        Attempt.objects.bulk_create(self.attempts, batch_size=BATCH)
        AttemptItem.objects.bulk_create(self.items, batch_size=BATCH)
        ResponseEvent.objects.bulk_create(self.events, batch_size=BATCH)
        ItemGrade.objects.bulk_create(self.grades, batch_size=BATCH)
        AttemptResult.objects.bulk_create(self.results, batch_size=BATCH)
        OpenAnswer.objects.bulk_create(self.waiting, batch_size=BATCH)


@dataclass
class Sitting:
    """Somebody who sits down to a quiz. ``ends`` is passed, failed, critical, left or open.

    ``left`` hands in with half of it unanswered; ``open`` has not handed in.
    """

    employee: Employee
    branch_id: int | None
    number: int
    ends_at: datetime
    ends: str = "passed"


def sit(exam: Exam, sitting: Sitting, written: Written, chance: Random) -> Attempt:
    """Add the rows of one attempt."""
    seed = f"{chance.getrandbits(128):032x}"
    asked = [exam.asked[name] for name in draw(exam.slots, exam.pool, seed)]
    wrong, verdict = choose_wrong(exam, asked, sitting.ends, chance)
    pace = [timedelta(seconds=chance.uniform(25, 75)) for _one in asked]
    begun = sitting.ends_at - sum(pace, timedelta(seconds=chance.uniform(20, 90)))
    limit = exam.terms.time_limit_minutes
    is_open = sitting.ends == "open"
    attempt = Attempt(
        employee=sitting.employee,
        quiz_id=exam.version.quiz_id,
        quiz_version=exam.version,
        purpose=Attempt.Purpose.SCORED,
        number=sitting.number,
        state=Attempt.State.OPEN if is_open else Attempt.State.SUBMITTED,
        started_at=begun,
        position=1 if is_open else len(asked) + 1,
        due_at=due_at(begun, limit, None),
        grace_until=due_at(begun, limit, None, grace_seconds=GRACE_SECONDS),
        submitted_at=None if is_open else sitting.ends_at,
        seed=seed,
        branch_id=sitting.branch_id,
    )
    written.attempts.append(attempt)
    answered = range(len(asked) // 2 if sitting.ends in {"left", "open"} else len(asked))
    if len(answered) < len(asked):
        blank = [build_mark(one.question, ZERO) for one in asked[len(answered) :]]
        verdict = judge_marks(exam, [*list_marks(asked[: len(answered)], wrong), *blank])
    at, given = begun, []
    for place, one in enumerate(asked):
        item = AttemptItem(
            attempt=attempt,
            number=place + 1,
            question_version=one.version,
            options=deal(one.question, f"{seed}/{place + 1}", chance),
        )
        written.items.append(item)
        response, found = one.wrong if place in wrong else one.right
        if place in answered:
            at += pace[place]
            before = [one.wrong[0]] if place not in wrong and chance.random() < CHANGED_MIND else []
            written.events += answer(exam, item, [*before, response], at, found, chance)
        else:
            found = grade(one.question, None)
        given.append((item, one.question, found))
    if not is_open:
        decide(attempt, given, verdict, written)
    return attempt


def deal(question: Question, seed: str, chance: Random) -> list[list[str]]:
    """Return token and part, in the order in which this person sees them."""
    return [[f"{chance.getrandbits(72):018x}", part] for part in shuffle_parts(question, seed)]


def choose_wrong(
    exam: Exam, asked: Sequence[Asked], ends: str, chance: Random
) -> tuple[set[int], Verdict]:
    """Return which answers are wrong so that the attempt ends as it shall, and what that gives."""
    places = range(len(asked))
    critical = [place for place in places if asked[place].question.critical]
    if ends == "critical" and critical:
        wrong = {chance.choice(critical)}
        return wrong, judge_marks(exam, list_marks(asked, wrong))
    if ends == "passed":
        share = chance.uniform(0, 0.2)
        wrong = {place for place in places if chance.random() < share}
        verdict = judge_marks(exam, list_marks(asked, wrong))
        return (wrong, verdict) if verdict.passed else (set(), judge_marks(exam, list_marks(asked)))
    order = chance.sample(places, len(asked))
    for count in range(chance.randrange(1, 4), len(asked) + 1):
        wrong = set(order[:count])
        verdict = judge_marks(exam, list_marks(asked, wrong))
        if not verdict.passed:
            break
    return wrong, verdict


def list_marks(asked: Sequence[Asked], wrong: Collection[int] = ()) -> list[ItemMark]:
    """Return what is earned when these places are wrong, but for what a person marks."""
    given = [(one, one.wrong if place in wrong else one.right) for place, one in enumerate(asked)]
    return [
        build_mark(one.question, found.fraction)
        for one, (_response, found) in given
        if found.state != "needs_marking"
    ]


def judge_marks(exam: Exam, marks: Sequence[ItemMark]) -> Verdict:
    """Return the verdict on marks under the quiz's own pass marks."""
    body = exam.version.body
    return judge(marks, body["pass_percent"], body["standard_marks"])


def answer(
    exam: Exam,
    item: AttemptItem,
    responses: Sequence[Any],
    at: datetime,
    found: Grade,
    chance: Random,
) -> list[ResponseEvent]:
    """Return what came in about one question: mostly one answer, now and then another before."""
    sure = chance.random() < (0.8 if found.state == "right" else 0.3)
    certainty = Certainty.SURE if sure else Certainty.UNSURE
    return [
        ResponseEvent(
            item=item,
            sequence=place,
            response=response,
            certainty=certainty if exam.asks_certainty else "",
            received_at=at - timedelta(seconds=6 * (len(responses) - place)),
        )
        for place, response in enumerate(responses, start=1)
    ]


def decide(
    attempt: Attempt,
    given: Sequence[tuple[AttemptItem, Question, Grade]],
    verdict: Verdict,
    written: Written,
) -> None:
    """Grade and decide as handing in does; what a person marks waits for one."""
    now = attempt.submitted_at or attempt.started_at
    waits = [item for item, _question, found in given if found.state == "needs_marking"]
    written.grades += [build_grade(item, question, found, now) for item, question, found in given]
    written.waiting += [OpenAnswer(item=item, attempt=attempt, handed_in_at=now) for item in waits]
    if not waits:
        result = build_result(attempt, verdict, now, None, quiz_passed=verdict.passed)
        written.results.append(result)
