"""What holds for one person at a quiz."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from lms.api import Branch, Employee, local_day
from quizzes.attempts.models import (
    Accommodation,
    Attempt,
    Quiz,
    QuizOverride,
    QuizVersion,
    Release,
)
from quizzes.attempts.rules import Leeway, Terms, apply_leeways, read_terms

MOST_CANDIDATES = 60


def read_leeways(employee: Employee, quizzes: Iterable[int]) -> dict[int, list[Leeway]]:
    """Return by quiz id what the branch and the person are granted, in that order. One query."""
    found: dict[int, list[Leeway]] = {}
    rows = QuizOverride.objects.for_person(employee).filter(quiz__in=list(quizzes))
    for row in rows:
        leeway = Leeway(
            extra_tries=row.extra_tries,
            closes_at=row.closes_at,
            time_limit_minutes=row.time_limit_minutes,
            no_cool_down=row.no_cool_down,
        )
        found.setdefault(row.quiz_id, []).append(leeway)
    return found


def read_own_terms(employee: Employee, quiz: Quiz, body: Mapping[str, Any]) -> Terms:
    """Return the terms that hold for a person at a quiz, extra time apart. One query."""
    return apply_leeways(read_terms(body), read_leeways(employee, [quiz.pk]).get(quiz.pk, []))


def read_time_factor(people: QuerySet[Employee], now: datetime) -> Fraction:
    """Return by what the time of the one person among ``people`` is multiplied. One query.

    Extra time ends with its last day at the person's branch. Asked of a locked query, it needs no
    other one.
    """
    own = Accommodation.objects.filter(employee_id=OuterRef("pk"), ended_at__isnull=True)
    branch = Branch.objects.filter(pk=OuterRef("home_branch_id"))
    row = people.values_list(
        Subquery(own.values("factor")[:1]),
        Subquery(own.values("until_on")[:1]),
        Subquery(branch.values("time_zone")[:1]),
    ).first()
    factor, until_on, zone = row or (None, None, None)
    if factor is None or (until_on is not None and until_on <= local_day(now, zone or "UTC")):
        return Fraction(1)
    return Fraction(factor)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be let in, and whether that has been done and not been used."""

    employee: Employee
    released: bool


def list_guarded_quizzes() -> list[Quiz]:
    """Return the live quizzes into which people must be let. One query."""
    versions = QuizVersion.objects.latest().filter(
        quiz__live=True, body__admission=Quiz.Admission.SUPERVISOR
    )
    return [version.quiz for version in versions.select_related("quiz").order_by("quiz__title")]


def match_words(people: QuerySet[Employee], words: str) -> QuerySet[Employee]:
    """Return those who have each of the first five words in name or number."""
    for word in words.split()[:5]:
        people = people.filter(
            Q(family_name__icontains=word)
            | Q(given_name__icontains=word)
            | Q(employee_number__iexact=word)
        )
    return people


def list_under_way(*, people: QuerySet[Employee], words: str) -> list[Attempt]:
    """Return the first attempts with a clock that have not been handed in, by name. One query.

    Each has ``times``, how often it was given minutes, and ``minutes``, how many in all, or None.
    Without their clock times: beside the limit of a quiz they tell who has extra time.
    """
    rows = (
        Attempt.objects.filter(
            employee__in=match_words(people, words),
            state=Attempt.State.OPEN,
            due_at__isnull=False,
        )
        .select_related("employee__home_branch", "quiz")
        .annotate(times=Count("extensions"), minutes=Sum("extensions__minutes"))
        .defer("started_at", "due_at", "grace_until")
        .order_by("employee__family_name", "employee__given_name", "pk")
    )
    return list(rows[:MOST_CANDIDATES])


def list_candidates(
    *, people: QuerySet[Employee], quiz: Quiz, words: str, now: datetime
) -> list[Candidate]:
    """Return the first people, by name, who have each of the words in name or number.

    Employed today, as the day is at each one's branch. Three queries.
    """
    here = match_employed(match_words(people, words), now).select_related("home_branch")
    found = list(here[:MOST_CANDIDATES])
    usable = Release.objects.usable(now).filter(quiz=quiz, employee__in=found)
    released = set(usable.values_list("employee_id", flat=True))
    return [Candidate(person, person.pk in released) for person in found]


def match_employed(people: QuerySet[Employee], now: datetime) -> QuerySet[Employee]:
    """Return those who work here today, by the day at their branch; without one by UTC. One query.

    At any moment there are at most three days on earth, so the zones are few conditions.
    """
    zones: dict[date, set[str]] = {}
    for zone in Branch.objects.order_by().values_list("time_zone", flat=True).distinct():
        zones.setdefault(local_day(now, zone), set()).add(zone)
    nowhere = Q(home_branch=None)
    condition = nowhere & works_on(local_day(now, "UTC"))
    for day, names in zones.items():
        condition |= Q(home_branch__time_zone__in=names) & works_on(day)
    return people.filter(condition)


def works_on(day: date) -> Q:
    """Return the condition of having been hired and not having left on a day."""
    hired = Q(hired_on__isnull=True) | Q(hired_on__lte=day)
    return hired & (Q(left_on__isnull=True) | Q(left_on__gt=day))
