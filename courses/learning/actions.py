"""Every write of a learner in a course: enrol, finish a lesson, start again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from courses.content.models import Course, CourseVersion, Lesson, LessonLink
from courses.content.reads import read_lesson_targets
from courses.content.rules import NEEDED_KINDS, LessonTarget
from courses.learning.models import CourseCompletion, Enrolment, LessonEvent
from courses.learning.permissions import list_assigned
from courses.learning.reads import (
    asked_since,
    counts_since,
    find_latest_version,
    find_missing,
    list_changes_after,
    list_changes_since_done,
    list_live_lessons,
)
from courses.learning.rules import FinishOutcome, count_done
from lms.api import Employee, NotFoundError, RuleError, local_day, record_event, zone_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def enrol(*, employee: Employee, course: Course, actor: User | None, now: datetime) -> Enrolment:
    """Return a person's enrolment in a course, made if there was none.

    It is required when the course is assigned to them, else their own wish.

    Raises:
        NotFoundError: the course was never published.

    """
    version = find_latest_version(course)
    if version is None:
        raise NotFoundError(_("This course is not there (any more)."))
    today = local_day(now, zone_of(employee))
    required = str(course.uuid) in list_assigned(employee, today)
    purpose = Enrolment.Purpose.REQUIRED if required else Enrolment.Purpose.OWN_WISH
    enrolment, _created = Enrolment.objects.get_or_create(
        employee=employee,
        course=course,
        defaults={
            "purpose": purpose,
            "version": version,
            "enrolled_at": now,
            "round_started_at": now,
            "lessons_total": len(version.body["lessons"]),
        },
    )
    return enrolment


@transaction.atomic
def start_again(
    *, employee: Employee, course: Course, actor: User | None, now: datetime
) -> Enrolment:
    """Begin a new round of a finished course; what was done before stays on record.

    A second press does nothing: a round that is not finished is simply gone on with.
    """
    enrolment = _lock(enrol(employee=employee, course=course, actor=actor, now=now))
    if not enrolment.completions.filter(round=enrolment.round).exists():
        return enrolment
    version = find_latest_version(course)
    enrolment.round += 1
    enrolment.round_started_at = now
    enrolment.version = version or enrolment.version
    enrolment.lessons_done, enrolment.lessons_total = 0, len(list_live_lessons(course))
    enrolment.save()
    return enrolment


@transaction.atomic
def finish_lesson(
    *, employee: Employee, lesson: Lesson, actor: User | None, now: datetime
) -> FinishOutcome:
    """Note that *Next* was pressed; the lesson is done if everything in it is passed.

    Pressing again changes nothing, unless a standard of the lesson changed materially since: then
    the lesson alone is done again, and the rest of the course stays done. When a quiz, a
    role-play or a confirmation is missing, the press is kept: passing it later finishes the
    lesson.

    Raises:
        NotFoundError: the lesson is not live.
        RuleError: ``lesson_locked``, an earlier lesson has to come first.

    """
    if not lesson.live:
        raise NotFoundError(_("This lesson is not there (any more)."))
    enrolment = _lock(enrol(employee=employee, course=lesson.course, actor=actor, now=now))
    if list_changes_since_done(employee=employee, lesson=lesson.uuid):
        return _do_again(employee, enrolment, lesson, now)
    lessons = list_live_lessons(lesson.course)
    _refuse_locked(enrolment, lesson, lessons)
    _add_event(enrolment, lesson, LessonEvent.Kind.PRESSED, now)
    return _settle(employee, enrolment, lesson, lessons, now)


@transaction.atomic
def recheck_lessons(*, employee: Employee, work_uuid: UUID, now: datetime) -> int:
    """Finish the lessons whose *Next* was pressed before this work was passed; return how many.

    Called for what was passed or confirmed; safe to call again.
    """
    links = LessonLink.objects.filter(
        kind__in=[kind.value for kind in NEEDED_KINDS], target=work_uuid, lesson__live=True
    ).select_related("lesson__course")
    finished = 0
    for link in links:
        enrolment = Enrolment.objects.filter(
            employee=employee, course_id=link.lesson.course_id
        ).first()
        if enrolment is None:
            continue
        enrolment = _lock(enrolment)
        if _waits_again(enrolment, link.lesson):
            finished += _do_again(employee, enrolment, link.lesson, now).done
            continue
        if not _waits(enrolment, link.lesson):
            continue
        lessons = list_live_lessons(link.lesson.course)
        outcome = _settle(employee, enrolment, link.lesson, lessons, now)
        finished += outcome.done
    return finished


def _lock(enrolment: Enrolment) -> Enrolment:
    """Take the enrolment's row, so that two tabs cannot both complete the course."""
    rows = Enrolment.objects.select_related("course", "version")
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",))
    return rows.get(pk=enrolment.pk)


def _do_again(
    employee: Employee, enrolment: Enrolment, lesson: Lesson, now: datetime
) -> FinishOutcome:
    """Note that a changed lesson was done again; what it asks to confirm comes first.

    Quizzes and role-plays passed once stay passed: whoever wants the new matter asked, asks it.
    """
    missing = find_missing(employee=employee, targets=read_lesson_targets(lesson), since=None)
    kind = LessonEvent.Kind.REPRESSED if missing else LessonEvent.Kind.AGAIN
    if not (missing and _waits_again(enrolment, lesson)):
        LessonEvent.objects.create(
            enrolment=enrolment, lesson=lesson, kind=kind, round=enrolment.round, at=now
        )
    if missing:
        return FinishOutcome(done=False, missing=_name(missing), again=True)
    _tell_lesson_done(employee, lesson, now)
    return FinishOutcome(done=True, again=True)


def _tell_lesson_done(employee: Employee, lesson: Lesson, now: datetime) -> None:
    payload = {"employee": str(employee.uuid), "lesson": str(lesson.uuid), "at": now.isoformat()}
    record_event(kind="lesson_finished", payload=payload, now=now)


def _waits(enrolment: Enrolment, lesson: Lesson) -> bool:
    kinds = set(
        enrolment.events.filter(lesson=lesson, round=enrolment.round).values_list("kind", flat=True)
    )
    return kinds == {LessonEvent.Kind.PRESSED.value}


def _waits_again(enrolment: Enrolment, lesson: Lesson) -> bool:
    """Return whether *Next* was pressed since the last change, and the lesson not done again."""
    last = enrolment.events.filter(lesson=lesson).order_by("at", "pk").last()
    if last is None or last.kind != LessonEvent.Kind.REPRESSED:
        return False
    return not list_changes_after(lesson=lesson.uuid, at=last.at)


def _refuse_locked(enrolment: Enrolment, lesson: Lesson, lessons: list[Lesson]) -> None:
    version = find_latest_version(lesson.course)
    if version is None or not version.body.get("sequential"):
        return
    done = _read_done(enrolment)
    for earlier in lessons:
        if earlier.pk == lesson.pk:
            return
        if earlier.uuid not in done:
            raise RuleError(
                _("Please finish “%(title)s” first.") % {"title": earlier.title},
                code="lesson_locked",
            )


def _settle(
    employee: Employee, enrolment: Enrolment, lesson: Lesson, lessons: list[Lesson], now: datetime
) -> FinishOutcome:
    """Mark a pressed lesson done if nothing in it is missing, and the course with its last one."""
    missing = find_missing(
        employee=employee,
        targets=read_lesson_targets(lesson),
        since=counts_since(employee=employee, enrolment=enrolment),
    )
    if missing:
        return FinishOutcome(done=False, missing=_name(missing))
    begins = not enrolment.events.filter(kind=LessonEvent.Kind.DONE).exists()
    _add_event(enrolment, lesson, LessonEvent.Kind.DONE, now)
    if asked_since(employee=employee, kind="lesson", uuid=lesson.uuid) is not None:
        _tell_lesson_done(employee, lesson, now)
    if begins:
        _tell_started(employee, enrolment, now)
    return FinishOutcome(done=True, course_completed=_complete(employee, enrolment, lessons, now))


def _complete(
    employee: Employee, enrolment: Enrolment, lessons: list[Lesson], now: datetime
) -> bool:
    """Refresh the cached progress; with the last lesson, write the completion. Once a round."""
    live = [lesson.uuid for lesson in lessons]
    enrolment.lessons_done, enrolment.lessons_total = count_done(_read_done(enrolment), live)
    finished = bool(live) and enrolment.lessons_done == enrolment.lessons_total
    version = find_latest_version(enrolment.course) or enrolment.version
    new = False
    if finished:
        new = _write_completion(employee, enrolment, version, now)
    enrolment.save()
    return new


def _write_completion(
    employee: Employee, enrolment: Enrolment, version: CourseVersion, now: datetime
) -> bool:
    completion, new = CourseCompletion.objects.get_or_create(
        enrolment=enrolment, round=enrolment.round, defaults={"version": version, "done_at": now}
    )
    if new:
        enrolment.completed_at = now
        payload = {
            "employee": str(employee.uuid),
            "completion": str(completion.uuid),
            "course": str(enrolment.course.uuid),
            "done_at": now.isoformat(),
            "material_number": version.material_number,
        }
        record_event(kind="course_completed", payload=payload, now=now)
    return new


def _tell_started(employee: Employee, enrolment: Enrolment, now: datetime) -> None:
    payload = {
        "employee": str(employee.uuid),
        "kind": "course",
        "work": str(enrolment.course.uuid),
        "at": now.isoformat(),
    }
    record_event(kind="work_started", payload=payload, now=now)


def _add_event(enrolment: Enrolment, lesson: Lesson, kind: str, now: datetime) -> None:
    LessonEvent.objects.get_or_create(
        enrolment=enrolment, lesson=lesson, kind=kind, round=enrolment.round, defaults={"at": now}
    )


def _read_done(enrolment: Enrolment) -> set[UUID]:
    rows = enrolment.events.filter(kind=LessonEvent.Kind.DONE, round=enrolment.round)
    return set(rows.values_list("lesson__uuid", flat=True))


def _name(missing: list[LessonTarget]) -> tuple[str, ...]:
    words = {
        "quiz": _("the quiz: pass it"),
        "scenario": _("the role-play: pass it"),
        "acknowledgement": _("the policy: confirm that you have read it"),
    }
    return tuple(dict.fromkeys(words[target.kind.value] for target in missing))
