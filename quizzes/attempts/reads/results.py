"""What the result page shows, and how much of the key may be seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from lms.api import Employee, Standard, registry
from quizzes.attempts.models import (
    Attempt,
    AttemptItem,
    AttemptResult,
    Certainty,
    ItemGrade,
    QuizVersion,
)
from quizzes.attempts.reads.answers import find_items, list_tokens
from quizzes.attempts.reads.arrangements import read_own_terms
from quizzes.attempts.reads.chances import Chance, History, judge_chance, read_histories
from quizzes.attempts.reads.pages import floor_percent
from quizzes.attempts.rules import (
    PHASES,
    Terms,
    choose_shown,
    find_phase,
    find_weak_standards,
    read_terms,
)
from quizzes.questions.rules import SHOWN, Grade, review_view


@dataclass(frozen=True, slots=True)
class StandardRow:
    """How one standard went, in whole per cent; ``needed`` None: no mark of its own."""

    code: str
    title: str
    percent: int
    needed: int | None
    reached: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """Pages to read again about one standard: label and address."""

    title: str
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ResultPage:
    """The result of an attempt, in the order a person asks for it.

    ``items`` holds what ``review_view`` allows now; ``hidden`` says in words what is held back.
    """

    title: str
    passed: bool
    practice: bool
    closed_by_clock: bool
    percent: int
    pass_percent: int
    standards: tuple[StandardRow, ...]
    reasons: tuple[str, ...]
    readings: tuple[Reading, ...]
    chance: Chance
    items: tuple[dict[str, Any], ...]
    hidden: str
    sure_and_wrong: tuple[int, ...]


def read_result_page(*, attempt: Attempt, now: datetime) -> ResultPage:
    """Return the result of a finished attempt. Six queries, plus what the providers ask.

    Needs ``attempt.quiz_version``, ``quiz`` and ``employee`` loaded.
    """
    body = attempt.quiz_version.body
    result = AttemptResult.objects.latest().get(attempt=attempt)
    standards = {s.code: s for s in Standard.objects.filter(code__in=list(result.standards))}
    titles = {code: s.title for code, s in standards.items()}
    history = read_histories(employee=attempt.employee, quizzes=[attempt.quiz])[attempt.quiz_id]
    terms = read_terms_now(attempt)
    chance = judge_chance(terms=terms, history=history, now=now)
    phase = find_phase(now, attempt.submitted_at, terms.closes_at)
    shown, hidden = choose_released(read_terms(body), phase, history, chance)
    rows = _list_standards(result, body["standard_marks"], titles)
    return ResultPage(
        title=body["title"],
        passed=result.passed,
        practice=attempt.purpose == Attempt.Purpose.PRACTICE,
        closed_by_clock=attempt.state == Attempt.State.CLOSED,
        percent=floor_percent(result.percent),
        pass_percent=body["pass_percent"],
        standards=rows,
        reasons=tuple(write_reason(reason, titles) for reason in result.reasons),
        readings=_list_readings(result, rows, standards),
        chance=chance,
        items=list_reviews(attempt, phase, shown),
        hidden=hidden,
        sure_and_wrong=list_sure_and_wrong(attempt) if "mark" in shown else (),
    )


def read_terms_now(attempt: Attempt, employee: Employee | None = None) -> Terms:
    """Return the terms that hold today for the person at the attempt's quiz. Two queries.

    ``employee`` is somebody else who may take the same quiz.
    """
    latest = QuizVersion.objects.latest().filter(quiz_id=attempt.quiz_id).first()
    held = latest.body if latest else attempt.quiz_version.body
    return read_own_terms(employee or attempt.employee, attempt.quiz, held)


def list_sure_and_wrong(attempt: Attempt) -> tuple[int, ...]:
    """Return the numbers of the questions that somebody was sure of and did not get right.

    Only where the quiz asked: then two queries.
    """
    if not attempt.quiz_version.body.get("ask_certainty"):
        return ()
    grades = ItemGrade.objects.filter(item__attempt=attempt).order_by("pk")
    states = dict(grades.values_list("item_id", "state"))
    not_right = {"wrong", "partial", "invalid"}
    return tuple(
        item.number
        for item in find_items(attempt)
        if item.last_certainty == Certainty.SURE and states.get(item.pk) in not_right
    )


def choose_released(
    terms: Terms, phase: str, history: History, chance: Chance
) -> tuple[frozenset[str], str]:
    """Return what of each question may be shown now, and words about what is held back.

    Nothing while another attempt at the same quiz is under way: its questions may be the same.
    """
    if history.under_way is not None:
        return frozenset(), _("The questions are hidden while another attempt is under way.")
    early = terms.reveal_early
    shown = choose_shown(terms.ticks, phase, further_try=chance.further_try, reveal_early=early)
    if "right_answer" in terms.ticks[phase] - shown:
        return shown, _("Right answers are shown when no further try is possible.")
    to_come = PHASES[PHASES.index(phase) + 1 :]
    if terms.closes_at is None:
        to_come = tuple(name for name in to_come if name != "after_close")
    more = next((name for name in to_come if terms.ticks[name] - terms.ticks[phase]), "")
    if more:
        return shown, _say_later(more)
    if not shown:
        return shown, _("This quiz shows its result as a whole only.")
    return shown, ""


def _say_later(phase: str) -> str:
    if phase == "after_close":
        return _("More is shown here after the quiz has closed.")
    return _("More is shown here an hour after handing in.")


def _list_standards(
    result: AttemptResult, marks: Mapping[str, int], titles: Mapping[str, str]
) -> tuple[StandardRow, ...]:
    return tuple(
        StandardRow(
            code=code,
            title=titles.get(code, code),
            percent=floor_percent(share),
            needed=marks.get(code),
            reached=code not in marks or Fraction(share) >= Fraction(marks[code], 100),
        )
        for code, share in result.standards.items()
        if share is not None
    )


def write_reason(reason: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Return one reason of a fail in words."""
    words = {
        "below_pass_mark": _("You reached %(got)d %%. %(needed)d %% are needed to pass."),
        "standard_below_mark": _("“%(standard)s”: %(got)d %%. At least %(needed)d %% are needed."),
        "critical_question": _(
            "A critical question was not fully right. Those must be right, whatever the total."
        ),
        "no_questions": _("There was no question to answer."),
    }
    code = reason["standard"]
    return words[reason["code"]] % {
        "standard": titles.get(code, code),
        "got": floor_percent(reason["got"]),
        "needed": floor_percent(reason["needed"]),
    }


def _list_readings(
    result: AttemptResult, rows: tuple[StandardRow, ...], standards: Mapping[str, Standard]
) -> tuple[Reading, ...]:
    """Return the pages for what was missing; of the weakest standards when only the total was."""
    if result.passed:
        return ()
    titles, readings = {row.code: row.title for row in rows}, []
    for code in read_weak_standards(result.standards, result.reasons):
        if code not in standards:
            continue
        found = [link for provide in registry.standard_links for link in provide(standards[code])]
        lessons = dict.fromkeys((link.label, link.url) for link in found if link.kind == "lesson")
        readings.append(Reading(titles.get(code, code), tuple(lessons)))
    return tuple(readings)


def read_weak_standards(
    standards: Mapping[str, str | None], reasons: Iterable[Mapping[str, Any]]
) -> tuple[str, ...]:
    """Return what to read again, and to ask more about: from a result as it is stored."""
    shares = {code: None if share is None else Fraction(share) for code, share in standards.items()}
    return find_weak_standards(shares, [r["standard"] for r in reasons if r.get("standard")])


def list_reviews(
    attempt: Attempt, phase: str, shown: frozenset[str], keys: frozenset[int] = frozenset()
) -> tuple[dict[str, Any], ...]:
    """Return what may be shown of each question; everything of the ``keys``, ids of questions.

    Two queries, none where nothing is shown.
    """
    if not shown and not keys:
        return ()
    items = list(find_items(attempt).select_related("question_version"))
    last = {
        grade.item_id: grade
        for grade in ItemGrade.objects.filter(item__attempt=attempt).order_by("pk")
    }
    grades = {
        item_id: Grade(Fraction(grade.fraction), grade.state) for item_id, grade in last.items()
    }

    def choose(item: AttemptItem) -> frozenset[str]:
        return frozenset(SHOWN) if item.question_version.question_id in keys else shown

    return tuple(
        ({"told": last[item.pk].told} if "feedback" in choose(item) and last[item.pk].told else {})
        | review_view(
            item.question_version.body,
            item.last,
            grades[item.pk],
            phase,
            {phase: choose(item)},
            list_tokens(item)[1],
        )
        for item in items
    )
