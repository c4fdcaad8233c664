"""Three years of quizzes: whoever holds a certificate has passed what it asks for, on that day.

Written in bulk by the product's own rules (``sittings``), beside the attempts of the people whom
``activity.csv`` names, which go through the actions. Nothing here is told upwards: the register
that brought the awards has told it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from certification.awards.models import Award
from certification.catalogue.models import Requirement
from demo.loader.files import read_json, read_rows
from demo.loader.people import HR, find_login, find_person
from demo.loader.sittings import Exam, Sitting, Written, sit
from lms.api import Employee
from quizzes.api import Attempt, QuizVersion
from quizzes.attempts.actions import grant_extra_time, make_override, release_start
from quizzes.attempts.models import OpenAnswer, Release
from quizzes.attempts.rules import Leeway
from quizzes.marking.actions import mark_answer

TRAINER: Final = "trainer@harbourfinch.example"
FAILS_FIRST: Final = 0.24
"""The share of passes with one or more fails before."""
CRITICAL: Final = 0.3
"""The share of fails through a critical question, where the quiz drew one."""
DAY: Final = timedelta(days=1)
EXTRAS: Final = {"PHONE-CHECK": 46, "PRIVACY-CHECK": 38, "SAFETY-CHECK": 52, "COMPLAINT-CHECK": 22}
"""How many people took quizzes that no certificate asks for, in the last months."""
MARKED: Final = 6
"""So many attempts with answers in words are marked; the others wait."""
UNDER_WAY: Final = 4


@dataclass(frozen=True)
class Passed:
    """A day on which somebody passed a quiz, and the branch of that day."""

    employee: Employee
    branch_id: int | None
    zone: str
    on: date


def load_attempts(now: datetime) -> None:
    """Let everybody have taken the quizzes of what they hold, and some people others."""
    chance = Random(73)  # noqa: S311 - the same company every time
    exams = find_exams()
    passed = list_passed(exams, now)
    written = Written()
    for code, people in passed.items():
        for days in people.values():
            write_history(exams[code], days, written, chance, now)
    for code, count in EXTRAS.items():
        write_extras(exams[code], passed, count, written, chance, now)
    written.store()
    use_releases(exams["SAFETY-CHECK"])
    mark_some(now)
    arrange(exams, now)


def find_exams() -> dict[str, Exam]:
    """Return the quizzes as they are now, by code."""
    versions = QuizVersion.objects.latest().select_related("quiz").order_by("quiz__code")
    return {version.quiz.code: Exam(version) for version in versions}


def list_passed(exams: dict[str, Exam], now: datetime) -> dict[str, dict[int, list[Passed]]]:
    """Return per quiz and person the days of their latest certificate, in order.

    Left out is who takes quizzes through the actions, and what was before the quiz existed.
    """
    codes = {str(exam.version.quiz.uuid): code for code, exam in exams.items()}
    asks = Requirement.objects.filter(kind=Requirement.Kind.QUIZ)
    quiz_of = {
        certification: codes[str(target)]
        for certification, target in asks.values_list("version__certification", "target")
    }
    busy = {row["employee_number"] for row in read_rows("activity.csv")}
    awards = Award.objects.filter(certification__in=quiz_of, awarded_at__lt=now - DAY)
    latest = {
        (award.employee_id, award.certification_id): award
        for award in awards.select_related("employee").order_by("awarded_at", "pk")
    }
    found: dict[str, dict[int, list[Passed]]] = {code: defaultdict(list) for code in exams}
    for award in latest.values():
        code = quiz_of[award.certification_id]
        begins_at = exams[code].version.published_at
        if award.employee.employee_number in busy or award.awarded_at < begins_at + 3 * DAY:
            continue
        on = award.awarded_at.astimezone(ZoneInfo(award.zone)).date()
        one = Passed(award.employee, award.branch_id, award.zone, on)
        found[code][award.employee_id].append(one)
    return found


def write_history(
    exam: Exam, days: Iterable[Passed], written: Written, chance: Random, now: datetime
) -> None:
    """Write what somebody did at one quiz: a pass on each day, some of them after fails."""
    number, earliest = 1, exam.version.published_at + DAY
    for one in sorted({one.on: one for one in days}.values(), key=lambda one: one.on):
        ends_at = find_hour(one, chance)
        fails = list(find_fails(exam, ends_at, earliest, chance))
        for at, ends in [*fails, (ends_at, "passed")]:
            if at < now:
                place = Sitting(one.employee, one.branch_id, number, at, ends)
                sit(exam, place, written, chance)
                number += 1
        earliest = ends_at + DAY


def find_hour(one: Passed, chance: Random) -> datetime:
    """Return a moment between nine and five on a day at the branch."""
    begin = datetime.combine(one.on, time(9), tzinfo=ZoneInfo(one.zone))
    return begin + timedelta(seconds=chance.randrange(8 * 3600))


def find_fails(
    exam: Exam, passed_at: datetime, earliest: datetime, chance: Random
) -> Iterator[tuple[datetime, str]]:
    """Yield the fails before a pass, oldest first, with the pauses that the quiz asks for."""
    if chance.random() >= FAILS_FIRST:
        return
    most = (exam.terms.attempts_allowed or 4) - 1
    count = min(most, 2 if chance.random() < 0.2 else 1)
    pauses = [
        timedelta(minutes=exam.terms.cool_downs[-1] + chance.uniform(45, 40 * 60))
        for _fail in range(count)
    ]
    for place in range(count):
        at = passed_at - sum(pauses[place:], timedelta())
        if at > earliest:
            ends = "critical" if chance.random() < CRITICAL else "failed"
            yield at, "left" if chance.random() < 0.08 else ends


def write_extras(
    exam: Exam,
    passed: dict[str, dict[int, list[Passed]]],
    count: int,
    written: Written,
    chance: Random,
    now: datetime,
) -> None:
    """Let some people take a quiz of a course that no certificate asks for."""
    everybody = sorted(passed["TRUST-CHECK"])
    asks_words = exam.version.quiz.code == "COMPLAINT-CHECK"
    for place, pk in enumerate(chance.sample(everybody, count)):
        one = passed["TRUST-CHECK"][pk][-1]
        days = (
            chance.randrange(1, 9) if asks_words and place >= MARKED else chance.randrange(2, 150)
        )
        on = (now - timedelta(days=days)).date()
        if one.employee.left_on or on <= (one.employee.hired_on or date.min):
            continue
        ends_at = find_hour(Passed(one.employee, one.branch_id, one.zone, on), chance)
        if exam.terms.time_limit_minutes is None and not asks_words and place < UNDER_WAY:
            ends = "open"
        else:
            ends = "passed" if asks_words or chance.random() > FAILS_FIRST else "failed"
        sit(exam, Sitting(one.employee, one.branch_id, 1, ends_at, ends), written, chance)


def use_releases(exam: Exam) -> None:
    """Say who let people into the quiz that a supervisor opens."""
    hr = find_login(HR)
    Release.objects.bulk_create(
        Release(
            quiz_id=attempt.quiz_id,
            employee_id=attempt.employee_id,
            released_by=hr,
            released_at=attempt.started_at - timedelta(minutes=3),
            attempt=attempt,
        )
        for attempt in Attempt.objects.filter(quiz=exam.version.quiz_id)
    )


def mark_some(now: datetime) -> None:
    """Let the trainer mark the oldest answers; the others wait."""
    trainer = find_login(TRAINER)
    oldest = OpenAnswer.objects.order_by("handed_in_at", "pk").values_list("attempt", flat=True)
    attempts = list(dict.fromkeys(oldest))[:MARKED]
    answers = OpenAnswer.objects.filter(attempt__in=attempts).select_related(
        "item__question_version"
    )
    for place, answer in enumerate(answers.order_by("handed_in_at", "pk")):
        rubric = answer.item.question_version.body["rubric"]
        best = [len(line["levels"]) - 1 for line in rubric]
        worst = [0 if place % 5 == 4 else level for level in best]
        mark_answer(
            answer=answer,
            levels=worst,
            comment=COMMENTS[place % len(COMMENTS)],
            seen_version=answer.version,
            actor=trainer,
            now=min(now, answer.handed_in_at + 2 * DAY),
        )


COMMENTS: Final = (
    "Warm and clear. Say the next step with a time, too.",
    "",
    "You listened first. That is what calms people.",
)


def arrange(exams: dict[str, Exam], now: datetime) -> None:
    """Ease the quiz for some: an exception, extra time, and somebody let in this morning."""
    hr = find_login(HR)
    for row in read_json("company.json")["arrangements"]:
        employee = find_person(row["employee_number"])
        reason: dict[str, Any] = {"reason": row["reason"], "actor": hr, "now": now}
        if row["kind"] == "extra_time":
            grant_extra_time(employee=employee, factor=Decimal(row["factor"]), **reason)
        elif row["kind"] == "exception":
            leeway = Leeway(extra_tries=row["extra_tries"], no_cool_down=row["no_cool_down"])
            quiz = exams[row["quiz"]].version.quiz
            make_override(quiz=quiz, target=employee, leeway=leeway, **reason)
        else:
            quiz = exams[row["quiz"]].version.quiz
            release_start(quiz=quiz, employee=employee, actor=hr, now=now)
