"""What learners wait for, each through the whole stack, in turns with a plain view."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import count
from time import perf_counter
from typing import Any, Final

from django.test.utils import override_settings
from django.urls import reverse

from benchmarks.measuring import Measured, Result, Work, do_nothing, measure
from benchmarks.taking.content import (
    Learner,
    begin_attempt,
    begin_play,
    make_learner,
    make_pool,
    make_quiz,
)
from lms.api import DomainEvent
from quizzes.api import Attempt, Play, Quiz
from quizzes.attempts.models import AttemptItem, AttemptResult, ItemGrade
from quizzes.scenarios.models import PlayStep
from quizzes.scenarios.reads import read_play_page

SHORT, LONG = 20, 500
"""Questions of an attempt and steps of a play: what grows with them is not flat."""
POOL, DRAWN = 5_000, 40
TURNS = 12
"""One request takes milliseconds: more turns than the slow operations get."""
AS_SCRIPT: Final = {"accept": "application/json"}
SERVED: Final = {
    "DEBUG": False,
    "ROOT_URLCONF": "benchmarks.taking.twins",
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    "STORAGES": {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
}
"""As a live site is served, but for hashed names of files, for which they must be collected."""


@dataclass(frozen=True)
class Contest:
    """An operation, what undoes it, and what it is held against."""

    name: str
    ours: Work
    hand: Work | None
    limit: float | None
    undo: Callable[[], Any] = do_nothing


def run_taking(employees: int, now: datetime, times: int) -> Iterator[Result]:
    """Measure what learners wait for, at two lengths where length must not matter."""
    with override_settings(**SERVED):
        learner = make_learner()
        make_pool(POOL, now)
        for contest in list_contests(learner, (SHORT, LONG), now):
            yield run_contest(contest, employees, times * TURNS)


def run_contest(contest: Contest, employees: int, turns: int) -> Result:
    """Let both sides take turns, so that a busy moment of the machine meets both alike."""
    ours = measure(contest.ours, times=0, put_back=contest.undo)
    hand = measure(contest.hand, times=0) if contest.hand else None
    seconds: tuple[list[float], list[float]] = ([], [])
    for _turn in range(turns):
        seconds[0].append(clock(contest.ours))
        contest.undo()
        if contest.hand:
            seconds[1].append(clock(contest.hand))
    measured = replace(ours, seconds=tuple(seconds[0]))
    twin: Measured | None = replace(hand, seconds=tuple(seconds[1])) if hand else None
    return Result(contest.name, employees, measured, twin, contest.limit)


def clock(work: Work) -> float:
    """Return the seconds that something takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def list_contests(learner: Learner, lengths: tuple[int, int], now: datetime) -> Iterator[Contest]:
    """Yield what is measured; each length has an attempt and a play of its own."""
    attempts = {length: begin_attempt(learner, length, now) for length in lengths}
    plays = {length: begin_play(learner, length, now) for length in lengths}
    spare = AttemptItem.objects.filter(attempt=attempts[lengths[0]]).order_by("number")[1]
    look, keep = plain_look(learner), plain_keep(learner, spare)
    yield Contest("open a question", open_question(learner, attempts[lengths[0]]), look, 2.0)
    yield Contest("open a step", open_step(learner, begin_play(learner, 10, now)), look, 2.0)
    for length, attempt in attempts.items():
        name = f"save an answer, 1 of {length}"
        yield Contest(name, save_answer(learner, attempt), keep, 2.0)
    for length, play in plays.items():
        name = f"decide, step {length - 1} of {length}"
        yield Contest(name, decide(learner, play), keep, 2.0, partial(undo_step, play))
    for length, attempt in attempts.items():
        work = hand_in(learner, attempt)
        yield Contest(f"hand in {length} questions", work, keep, 3.0, partial(undo_result, attempt))
    quiz = make_quiz(DRAWN, now, name="DRAW")
    name = f"start: draw {DRAWN}"
    yield Contest(name, start(learner, quiz), None, None, lambda: undo_start(learner, quiz))


def plain_look(learner: Learner) -> Work:
    """Ask the plain view for its page."""
    return lambda: read(learner.client.get("/bench/look/"), 200)


def plain_keep(learner: Learner, item: AttemptItem) -> Work:
    """Let the plain view insert a row."""
    numbers = count(1)
    return lambda: read(learner.client.post(f"/bench/keep/{item.pk}/{next(numbers)}/"), 204)


def open_question(learner: Learner, attempt: Attempt) -> Work:
    """Open the first question of an attempt."""
    address = reverse("sb_quizzes:question", kwargs={"uuid": attempt.uuid, "number": 1})
    return lambda: read(learner.client.get(address), 200)


def open_step(learner: Learner, play: Play) -> Work:
    """Open the step at which a play stands."""
    address = reverse("sb_quizzes:play", kwargs={"uuid": play.uuid})
    return lambda: read(learner.client.get(address), 200)


def save_answer(learner: Learner, attempt: Attempt) -> Work:
    """Answer the first question, each time otherwise."""
    address = reverse("sb_quizzes:question", kwargs={"uuid": attempt.uuid, "number": 1})
    item = AttemptItem.objects.get(attempt=attempt, number=1)
    numbers = count(1)

    def work() -> int:
        number = next(numbers)
        token = item.options[number % len(item.options)][0]
        asked = {"choice": token, "sequence": number, "autosave": 1}
        return read(learner.client.post(address, asked, headers=AS_SCRIPT), 200)

    return work


def decide(learner: Learner, play: Play) -> Work:
    """Say something at the last step but one."""
    address = reverse("sb_quizzes:play", kwargs={"uuid": play.uuid})
    page = read_play_page(play=play)
    asked = {"choice": page.step["choices"][0]["token"], "sequence": page.sequence}
    return lambda: read(learner.client.post(address, asked), 303)


def undo_step(play: Play) -> None:
    """Take the last choice back."""
    last = PlayStep.objects.filter(play=play).latest("sequence")
    PlayStep.objects.filter(pk=last.pk)._raw_delete("default")  # noqa: SLF001


def hand_in(learner: Learner, attempt: Attempt) -> Work:
    """Hand in an attempt."""
    address = reverse("sb_quizzes:review", kwargs={"uuid": attempt.uuid})
    return lambda: read(learner.client.post(address), 303)


def undo_result(attempt: Attempt) -> None:
    """Open the attempt again as if nothing had been handed in."""
    for rows in (
        ItemGrade.objects.filter(item__attempt=attempt),
        AttemptResult.objects.filter(attempt=attempt),
        DomainEvent.objects.filter(kind="attempt_submitted"),
    ):
        rows.order_by()._raw_delete("default")  # noqa: SLF001
    fresh = Attempt.objects.filter(pk=attempt.pk)
    fresh.update(state=Attempt.State.OPEN, submitted_at=None)


def start(learner: Learner, quiz: Quiz) -> Work:
    """Start an attempt."""
    address = reverse("sb_quizzes:quiz", kwargs={"uuid": quiz.uuid})
    return lambda: read(learner.client.post(address), 303)


def undo_start(learner: Learner, quiz: Quiz) -> None:
    """Forget the attempt that was started."""
    attempts = Attempt.objects.filter(employee=learner.employee, quiz=quiz)
    AttemptItem.objects.filter(attempt__in=attempts).order_by()._raw_delete("default")  # noqa: SLF001
    attempts.order_by()._raw_delete("default")  # noqa: SLF001


def read(response: Any, status: int) -> int:
    """Return that one request was served. Raises: AssertionError."""
    if response.status_code != status:
        raise AssertionError(f"{response.status_code} instead of {status}")
    return 1
