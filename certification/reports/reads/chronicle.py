"""A person's history for a screen: by month, narrowed to kinds, messages folded away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.reports.reads.history import HistoryLine, day_of, tell_history
from certification.reports.reads.person import Person
from quizzes import api as quizzes_api

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

KINDS: Final[dict[str, tuple[_StrPromise, frozenset[str]]]] = {
    "work": (gettext_lazy("Where they worked"), frozenset({"posting", "left"})),
    "leave": (gettext_lazy("Leave"), frozenset({"absence"})),
    "asked": (gettext_lazy("What was asked"), frozenset({"assigned", "ended", "exempt", "cycle"})),
    "learning": (gettext_lazy("Learning"), frozenset({"done", "attempt", "play"})),
    "awards": (gettext_lazy("Awards"), frozenset({"award", "event"})),
    "messages": (gettext_lazy("Messages"), frozenset({"notice"})),
}
"""What a history can be narrowed to, with the kinds of its lines."""


@dataclass(frozen=True)
class Month:
    """What happened in a month, the newest first; messages stand apart."""

    first_on: date
    lines: tuple[HistoryLine, ...]
    notices: tuple[HistoryLine, ...]


def read_months(person: Person, kind: str, *, shows_scores: bool) -> list[Month]:
    """Return a person's history by month, all of it or one kind. Two queries."""
    lines = [*tell_history(person), *tell_tries(person, shows_scores=shows_scores)]
    if kind in KINDS:
        lines = [line for line in lines if line.kind in KINDS[kind][1]]
    lines.sort(key=lambda line: line.on, reverse=True)
    return [make_month(first, rows) for first, rows in groupby(lines, key=first_of_month)]


def first_of_month(line: HistoryLine) -> date:
    """Return the first day of a line's month."""
    return line.on.replace(day=1)


def make_month(first_on: date, rows: Iterable[HistoryLine]) -> Month:
    """Return a month with its messages apart."""
    lines = list(rows)
    return Month(
        first_on,
        tuple(line for line in lines if line.kind != "notice"),
        tuple(line for line in lines if line.kind == "notice"),
    )


def tell_tries(person: Person, *, shows_scores: bool) -> Iterator[HistoryLine]:
    """Tell which quizzes and role-plays were finished; the score only to who may see it."""
    attempts = quizzes_api.Attempt.objects.filter(
        employee=person.employee, submitted_at__isnull=False
    )
    for attempt in attempts.select_related("quiz").prefetch_related("results"):
        results = sorted(attempt.results.all(), key=lambda row: row.number)
        detail = ""
        if shows_scores and results:
            words = _("passed") if results[-1].passed else _("not passed")
            detail = f"{words} · {round(results[-1].percent_float * 100)} %"
        if attempt.submitted_at is not None:
            yield HistoryLine(
                day_of(attempt.submitted_at, person),
                "attempt",
                _("Quiz: %(title)s") % {"title": attempt.quiz},
                detail,
            )
    plays = quizzes_api.Play.objects.filter(
        employee=person.employee, state="finished", purpose="scored", finished_at__isnull=False
    )
    for play in plays.select_related("scenario"):
        detail = ""
        if shows_scores and play.passed is not None:
            detail = _("passed") if play.passed else _("not passed")
        if play.finished_at is not None:
            yield HistoryLine(
                day_of(play.finished_at, person),
                "play",
                _("Role-play: %(title)s") % {"title": play.scenario},
                detail,
            )
