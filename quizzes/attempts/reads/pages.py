"""What the pages of a quiz show before it is handed in. Nothing of the key ever gets here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import ceil, floor
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.api import Employee, NotFoundError, Standard
from quizzes.attempts.models import Attempt, AttemptItem, Certainty, Quiz, QuizVersion
from quizzes.attempts.reads.answers import find_items, list_answered, list_tokens
from quizzes.attempts.reads.arrangements import read_own_terms, read_time_factor
from quizzes.attempts.reads.chances import (
    Chance,
    History,
    count_questions,
    judge_chance,
    may_practise,
    read_histories,
)
from quizzes.attempts.rules import Terms, choose_shown, read_terms
from quizzes.questions.rules import (
    encode_response,
    fill_view,
    grade,
    parse_question,
    public_view,
    review_view,
)

FIRST_PARAGRAPH = re.compile(r"\s*<p>(.*?)</p>\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class EarlierAttempt:
    """One finished attempt in the list below a quiz; ``percent`` is floored."""

    number: int
    finished_at: datetime
    passed: bool
    percent: int
    practice: bool
    waits: bool
    url: str


@dataclass(frozen=True, slots=True)
class QuizPage:
    """A quiz before the start."""

    title: str
    intro: str
    questions: int
    minutes: int | None
    extra_time: bool
    pass_percent: int
    standard_marks: tuple[tuple[str, int], ...]
    attempts_allowed: int | None
    terms: Terms
    cool_down: str
    later_cool_down: str
    counting: str
    chance: Chance
    under_way_url: str
    practising: bool
    may_practise: bool
    earlier: tuple[EarlierAttempt, ...]

    @property
    def asks_password(self) -> bool:
        """Whether a start now needs the password."""
        return self.chance.state == "open" and self.terms.admission == Quiz.Admission.PASSWORD

    @property
    def waits_for_supervisor(self) -> bool:
        """Whether a start now needs somebody to let the person in."""
        return self.chance.state == "open" and self.terms.admission == Quiz.Admission.SUPERVISOR


@dataclass(frozen=True, slots=True)
class Step:
    """One question in the list to jump in."""

    number: int
    answered: bool
    current: bool
    url: str


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question of an attempt; ``view`` is what ``public_view`` allows, nothing else.

    The person's own answer is filled in. ``lead`` is the first paragraph of its prompt, ``rest``
    what follows, both as clean HTML. ``told`` is what ``review_view`` allows once an answer
    stays, where the quiz tells at once.
    """

    number: int
    total: int
    answered: int
    minutes_left: int | None
    view: dict[str, Any]
    lead: str
    rest: str
    saved: bool
    steps: tuple[Step, ...]
    next_url: str
    back_url: str
    sequence: int
    sequential: bool
    autosaves: bool
    told: dict[str, Any] | None
    certainties: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """All questions before handing in: prompts and whether each is answered."""

    rows: tuple[tuple[Step, str], ...]
    open_numbers: tuple[int, ...]
    minutes_left: int | None
    sequential: bool


def floor_percent(share: str | Fraction) -> int:
    """Return a share 0..1, as stored or exact, as whole per cent rounded down: 100 means all."""
    return floor(Fraction(share) * 100)


def minutes_until(moment: datetime | None, now: datetime) -> int | None:
    """Return the minutes left, rounded up, so that 0 means over; None without a clock."""
    if moment is None:
        return None
    return max(0, ceil((moment - now).total_seconds() / 60))


def read_titles(codes: list[str]) -> dict[str, str]:
    """Return the titles of standards by code; one that is gone keeps its code. One query."""
    titles = dict(Standard.objects.filter(code__in=codes).values_list("code", "title"))
    return {code: titles.get(code, code) for code in codes}


def read_quiz_page(*, employee: Employee | None, quiz: Quiz, now: datetime) -> QuizPage:
    """Return what somebody sees before starting; without an employee, a guest. Three queries.

    Raises:
        NotFoundError: the quiz is not live, or was never published whole.

    """
    version = QuizVersion.objects.latest().filter(quiz=quiz, quiz__live=True).first()
    if version is None:
        raise NotFoundError("There is no such quiz.")
    body = version.body
    terms = read_terms(body)
    history, chance = History((), None), Chance("guest", terms.attempts_allowed, None)
    factor: Fraction | int = 1
    if employee is not None:
        history = read_histories(employee=employee, quizzes=[quiz])[quiz.pk]
        terms = read_own_terms(employee, quiz, body)
        if terms.time_limit_minutes:
            factor = read_time_factor(Employee.objects.filter(pk=employee.pk), now)
        chance = judge_chance(terms=terms, history=history, now=now)
    titles = read_titles(list(body["standard_marks"]))
    under_way = history.under_way
    practises = employee is not None and under_way is None
    return QuizPage(
        title=body["title"],
        intro=body["intro"],
        questions=count_questions(body),
        minutes=floor((terms.time_limit_minutes or 0) * factor) or None,
        extra_time=factor > 1,
        pass_percent=body["pass_percent"],
        standard_marks=tuple((titles[code], mark) for code, mark in body["standard_marks"].items()),
        attempts_allowed=terms.attempts_allowed,
        terms=terms,
        cool_down=write_minutes(terms.cool_downs[0]),
        later_cool_down=write_minutes(terms.cool_downs[-1])
        if terms.cool_downs[-1] != terms.cool_downs[0]
        else "",
        counting=describe_counting(terms),
        chance=chance,
        under_way_url=_url("attempt", under_way) if under_way else "",
        practising=bool(under_way and under_way.purpose == Attempt.Purpose.PRACTICE),
        may_practise=practises and may_practise(terms=terms, chance=chance, now=now),
        earlier=tuple(
            _describe_earlier(attempt)
            for attempt in reversed(history.attempts)
            if attempt.submitted_at
        ),
    )


def write_minutes(minutes: int) -> str:
    """Return a span in the largest unit that fits it; nothing for none."""
    days, hours = minutes // 1440, minutes // 60
    if days and not minutes % 1440:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if hours and not minutes % 60:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    words = ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    return words if minutes else ""


def describe_counting(terms: Terms) -> str:
    """Return which try counts, in words; nothing where the best one does or there is only one."""
    if terms.attempts_allowed == 1:
        return ""
    words = {
        "last": _("Your last try counts."),
        "first": _("Your first try counts. Further tries are for learning."),
        "average": _("The average of all your tries counts."),
    }
    return words.get(terms.counting, "")


def _describe_earlier(attempt: Attempt) -> EarlierAttempt:
    return EarlierAttempt(
        number=attempt.number,
        finished_at=attempt.submitted_at or attempt.started_at,
        passed=bool(getattr(attempt, "passed", False)),
        percent=floor_percent(getattr(attempt, "percent", None) or "0"),
        practice=attempt.purpose == Attempt.Purpose.PRACTICE,
        waits=bool(getattr(attempt, "waits", False)),
        url=_url("result", attempt),
    )


def _url(name: str, attempt: Attempt, number: int | None = None) -> str:
    parts: dict[str, object] = {"uuid": attempt.uuid}
    if number is not None:
        parts["number"] = number
    return reverse(f"sb_quizzes:{name}", kwargs=parts)


def split_prompt(prompt: str) -> tuple[str, str]:
    """Return the inside of the first paragraph, to be a heading, and the HTML after it."""
    found = FIRST_PARAGRAPH.match(prompt)
    return (found.group(1), prompt[found.end() :]) if found else ("", prompt)


def read_next_number(attempt: Attempt) -> int | None:
    """Return the first question without an answer, or where a sequential attempt stands.

    None when there is no further one. One query.
    """
    if read_terms(attempt.quiz_version.body).sequential:
        there = AttemptItem.objects.filter(attempt=attempt, number=attempt.position).exists()
        return attempt.position if there else None
    return next((number for number, answered in list_answered(attempt) if not answered), None)


def _list_steps(
    attempt: Attempt, numbers: Iterable[tuple[int, bool]], current: int = 0
) -> tuple[Step, ...]:
    return tuple(
        Step(
            number=number,
            answered=answered,
            current=number == current,
            url=_url("question", attempt, number),
        )
        for number, answered in numbers
    )


def read_question_page(*, attempt: Attempt, number: int, now: datetime) -> QuestionPage:
    """Return one question of an attempt under way. Two queries. Needs the version loaded.

    Raises:
        NotFoundError: no question of that number was drawn.

    """
    steps = _list_steps(attempt, list_answered(attempt), number)
    item = find_items(attempt).select_related("question_version").filter(number=number).first()
    if item is None:
        raise NotFoundError("This question is not part of the attempt.")
    question = parse_question(item.question_version.body)
    tokens, order = list_tokens(item)
    given = encode_response(question, tokens, item.last)
    view = fill_view(public_view(question, tokens, order), given)
    lead, rest = split_prompt(view["prompt"])
    terms = read_terms(attempt.quiz_version.body)
    return QuestionPage(
        number=number,
        total=len(steps),
        answered=sum(step.answered for step in steps),
        minutes_left=minutes_until(attempt.due_at, now),
        view=view,
        lead=lead,
        rest=rest,
        saved=item.last is not None,
        steps=steps,
        next_url=steps[number].url if number < len(steps) else _url("review", attempt),
        back_url=steps[number - 2].url if number > 1 and not terms.sequential else "",
        sequence=item.last_sequence,
        sequential=terms.sequential,
        autosaves=not terms.tells_during,
        told=tell_at_once(item, item.question_version.body, terms),
        certainties=list_certainties(attempt, item.last_certainty),
    )


def list_certainties(attempt: Attempt, chosen: str) -> tuple[tuple[str, str, bool], ...]:
    """Return value, label and whether it is chosen; nothing where the quiz does not ask."""
    if not attempt.quiz_version.body.get("ask_certainty"):
        return ()
    return tuple((value, str(label), value == chosen) for value, label in Certainty.choices)


def tell_at_once(item: AttemptItem, body: dict[str, Any], terms: Terms) -> dict[str, Any] | None:
    """Return what is shown of a question during the attempt; None unless its answer stays.

    Needs the item as ``find_items`` returns it.
    """
    if not terms.tells_during or not item.last_sequence:  # type: ignore[attr-defined]
        return None
    early = terms.reveal_early
    shown = choose_shown(terms.ticks, "during", further_try=True, reveal_early=early)
    response: object = item.last  # type: ignore[attr-defined]
    found = grade(parse_question(body), response)
    return review_view(body, response, found, "during", {"during": shown}, list_tokens(item)[1])


def read_review_page(*, attempt: Attempt, now: datetime) -> ReviewPage:
    """Return what is answered and what is not, before handing in. One query."""
    items = list(find_items(attempt).select_related("question_version"))
    steps = _list_steps(attempt, [(item.number, item.last is not None) for item in items])
    prompts = [
        str(public_view(item.question_version.body, *list_tokens(item))["prompt"]) for item in items
    ]
    return ReviewPage(
        rows=tuple(zip(steps, prompts, strict=True)),
        open_numbers=tuple(step.number for step in steps if not step.answered),
        minutes_left=minutes_until(attempt.due_at, now),
        sequential=read_terms(attempt.quiz_version.body).sequential,
    )


def read_attempt_questions(*, attempt: Attempt) -> list[dict[str, Any]]:
    """Return the questions of an attempt under way, as ``public_view`` allows. One query.

    Of a sequential attempt only the one it stands at; ``told`` is there where the quiz tells at
    once and the question was answered.
    """
    terms = read_terms(attempt.quiz_version.body)
    items = find_items(attempt).select_related("question_version")
    if terms.sequential:
        items = items.filter(number=attempt.position)
    questions = []
    for item in items:
        tokens, order = list_tokens(item)
        body = item.question_version.body
        view = public_view(body, tokens, order)
        row = {
            "number": item.number,
            **view,
            "response": encode_response(body, tokens, item.last),
            "sequence": item.last_sequence,
        }
        told = tell_at_once(item, body, terms)
        questions.append(row if told is None else row | {"told": told})
    return questions
