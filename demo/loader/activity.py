"""People who learn here: lessons, role-plays and quizzes, done through the real actions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from certification.catalogue.models import Certification, Requirement
from courses import api as courses_api
from demo.loader.answers import right_answer, wrong_answer
from demo.loader.files import Row
from demo.loader.people import find_certification, find_person
from lms import api as lms_api
from lms.api import Employee
from quizzes import api as quizzes_api
from quizzes.api import Attempt

MINUTE = timedelta(minutes=1)


@dataclass
class Clock:
    """The time of day of somebody who learns; every step takes some minutes."""

    now: datetime

    def after(self, minutes: int) -> datetime:
        """Let minutes pass and return the time."""
        self.now += minutes * MINUTE
        return self.now


def learn_as_written(row: Row, clock: Clock, now: datetime) -> None:
    """Let somebody do what a row of ``activity.csv`` says."""
    employee = find_person(row["employee_number"])
    certification = find_certification(row["certification_code"])
    # The second try is on the next day; while that is still to come there is only the first.
    waits = row["outcome"] == "failed_then_passed" and clock.now + timedelta(hours=28) > now
    learn(employee, certification, "failed" if waits else row["outcome"], clock)


def learn(employee: Employee, certification: Certification, outcome: str, clock: Clock) -> None:
    """Do what the certification asks for, as far and as well as the outcome says."""
    version = certification.versions.order_by("-number").first()
    if version is None:
        return
    needs = [need for need in version.requirements.all() if need.kind in ORDER]
    if outcome == "role_play":
        needs = [need for need in needs if need.kind == Requirement.Kind.SCENARIO]
    if outcome == "begun":
        begin(employee, needs, clock)
        return
    for need in sorted(needs, key=lambda need: ORDER.index(need.kind)):
        if need.kind == Requirement.Kind.COURSE:
            played = {need.target for need in needs if need.kind == Requirement.Kind.SCENARIO}
            read_lessons(employee, need.target, clock, played_later=played)
        elif need.kind == Requirement.Kind.SCENARIO:
            play_scenario(employee, need.target, clock)
        elif need.kind == Requirement.Kind.ACKNOWLEDGEMENT:
            acknowledge(employee, need.target, clock)
        else:
            take_quiz(employee, need.target, outcome, clock)


ORDER = ["course", "scenario", "acknowledgement", "quiz"]


def begin(employee: Employee, needs: Iterable[Requirement], clock: Clock) -> None:
    """Do the first piece only."""
    for need in needs:
        if need.kind == Requirement.Kind.COURSE:
            read_lessons(employee, need.target, clock, at_most=2)
            return
        if need.kind == Requirement.Kind.ACKNOWLEDGEMENT:
            acknowledge(employee, need.target, clock)
            return


def read_lessons(
    employee: Employee,
    course: UUID,
    clock: Clock,
    at_most: int = 99,
    played_later: Collection[UUID] = (),
) -> None:
    """Press *Next* in the lessons of a course, in order; do their role-plays and quizzes first.

    What a certification asks for by itself is done in its own turn.
    """
    asked = Requirement.objects.filter(kind=Requirement.Kind.QUIZ).values("target")
    for lesson in list_lessons(course)[:at_most]:
        for link in lesson.links.filter(kind="scenario").exclude(target__in=played_later):
            play_scenario(employee, link.target, clock)
        for link in lesson.links.filter(kind="quiz").exclude(target__in=asked):
            take_quiz(employee, link.target, "passed", clock)
        courses_api.finish_lesson(employee=employee, lesson=lesson, actor=None, now=clock.after(6))


def list_lessons(course: UUID) -> list[courses_api.Lesson]:
    """Return the lessons of a course in the order of its latest version."""
    version = courses_api.CourseVersion.objects.filter(course__uuid=course).latest("number")
    uuids = [row["uuid"] for row in version.body["lessons"]]
    found = {str(row.uuid): row for row in courses_api.Lesson.objects.filter(uuid__in=uuids)}
    return [found[uuid] for uuid in uuids]


def acknowledge(employee: Employee, standard: UUID, clock: Clock) -> None:
    """Confirm having read a policy."""
    lms_api.acknowledge_standard(
        employee=employee,
        standard=lms_api.Standard.objects.get(uuid=standard),
        name_as_written=employee.full_name,
        actor=None,
        now=clock.after(4),
    )


def play_scenario(employee: Employee, scenario: UUID, clock: Clock) -> None:
    """Play a role-play along its best path."""
    play = quizzes_api.start_play(
        employee=employee,
        scenario=quizzes_api.Scenario.objects.get(uuid=scenario),
        purpose="scored",
        actor=None,
        now=clock.after(1),
    )
    for step in quizzes_api.list_best_choices(play):
        quizzes_api.choose(
            play=play, choice_token=step, sequence=None, actor=None, now=clock.after(1)
        )


def take_quiz(employee: Employee, quiz: UUID, outcome: str, clock: Clock) -> None:
    """Take a quiz; who fails first waits for the next day and takes it again."""
    found = quizzes_api.Quiz.objects.get(uuid=quiz)
    if outcome in ("failed", "failed_then_passed"):
        answer(employee, found, clock, wrong=4)
        clock.after(24 * 60)
    if outcome != "failed":
        answer(employee, found, clock, wrong=0)


def answer(employee: Employee, quiz: quizzes_api.Quiz, clock: Clock, *, wrong: int) -> Attempt:
    """Answer every question of a new attempt, the first few wrongly, and hand it in."""
    attempt = quizzes_api.start_attempt(
        employee=employee, quiz=quiz, actor=None, now=clock.after(2)
    )
    for item in attempt.items.select_related("question_version").order_by("number"):
        give = wrong_answer if item.number <= wrong else right_answer
        raw = give(item.question_version.body, dict(map(tuple, item.options)))
        quizzes_api.save_response(
            attempt=attempt,
            item_number=item.number,
            raw=raw,
            moves_on=True,
            actor=None,
            now=clock.after(1),
        )
    return quizzes_api.submit_attempt(attempt=attempt, actor=None, now=clock.after(1))
