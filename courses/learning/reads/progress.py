"""What people finished, and what a lesson or course still asks of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from courses.content.models import Course, CourseVersion, Lesson
from courses.content.reads import find_main_page, live_lesson_pages, read_standard_cards
from courses.content.rules import LessonTarget, LinkKind, StandardCard
from courses.learning.models import CourseCompletion, Enrolment
from lms.api import Acknowledgement, Employee, FinishedWork, registry
from quizzes import api as quizzes_api


def read_finished_work(
    *, employee_ids: Collection[int], since: datetime | None = None
) -> list[FinishedWork]:
    """Return every completion of a course by these people, oldest first. One query."""
    rows = CourseCompletion.objects.filter(enrolment__employee_id__in=list(employee_ids))
    if since is not None:
        rows = rows.filter(done_at__gte=since)
    return [
        FinishedWork(
            employee_id=row.enrolment.employee_id,
            kind="course",
            work_uuid=row.enrolment.course.uuid,
            evidence_uuid=row.uuid,
            done_at=row.done_at,
            material_number=row.version.material_number,
        )
        for row in rows.select_related("enrolment__course", "version")
    ]


def list_live_lessons(course: Course) -> list[Lesson]:
    """Return the identity rows of a course's live lessons, in their order. Three queries."""
    page = find_main_page(course.uuid)
    if page is None:
        return []
    keys = list(live_lesson_pages(page).values_list("translation_key", flat=True))
    rows = Lesson.objects.in_bulk(keys, field_name="uuid")
    return [rows[key] for key in keys if key in rows]


def find_latest_version(course: Course) -> CourseVersion | None:
    """Return the version that holds now."""
    return course.versions.order_by("-number").first()


def counts_since(*, employee: Employee, enrolment: Enrolment) -> datetime | None:
    """Return since when passed quizzes count for the present round; None: whenever.

    In a first round everything counts. In a later one what was passed since the certification
    asked again, else since the round began.
    """
    if enrolment.round == 1:
        return None
    asked = asked_since(employee=employee, uuid=enrolment.course.uuid)
    return asked or enrolment.round_started_at


def asked_since(*, employee: Employee, uuid: UUID, kind: str = "course") -> datetime | None:
    """Return since when a course or lesson has to be taken (again), as upper apps know."""
    answers = [provide(employee, kind, str(uuid)) for provide in registry.counts_from]
    return max((answer for answer in answers if answer is not None), default=None)


def find_missing(
    *, employee: Employee, targets: Sequence[LessonTarget], since: datetime | None
) -> list[LessonTarget]:
    """Return what of a lesson has not been passed or confirmed yet. At most four queries."""
    needed = [target for target in targets if target.is_needed]
    passed: set[UUID] = set()
    if any(target.kind in {LinkKind.QUIZ, LinkKind.SCENARIO} for target in needed):
        works = quizzes_api.read_finished_work(employee_ids=[employee.pk], since=since)
        passed = {work.work_uuid for work in works}
    policies = {target.uuid for target in needed if target.kind == LinkKind.ACKNOWLEDGEMENT}
    passed |= set(read_signed(employee, read_standard_cards(policies).values()))
    return [target for target in needed if target.uuid not in passed]


def read_signed(employee: Employee, policies: Collection[StandardCard]) -> dict[UUID, datetime]:
    """Return when each policy was confirmed, in a version no older than its last material one."""
    if not policies:
        return {}
    needed = {card.uuid: card.material_number for card in policies}
    rows = Acknowledgement.objects.filter(
        employee=employee, version__standard__uuid__in=list(needed)
    ).values_list("version__standard__uuid", "version__material_number", "acknowledged_at")
    in_order = rows.order_by("acknowledged_at", "pk")
    return {uuid: at for uuid, number, at in in_order if number >= needed[uuid]}
