"""What the course and lesson pages show to one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Subquery
from django.urls import reverse

from courses.content.models import CoursePage, CourseVersion, LessonPage
from courses.content.reads import read_plain_cards, read_standard_cards
from courses.content.rules import (
    Cards,
    LessonTarget,
    LinkKind,
    PolicyCard,
    StandardCard,
    WorkCard,
    read_targets,
)
from courses.learning.models import CourseCompletion
from courses.learning.reads.changes import list_changes_to_show
from courses.learning.reads.progress import asked_since, read_signed
from courses.learning.rules import LessonChange, LessonRow, Outline
from lms.api import Employee
from quizzes import api as quizzes_api

STANDARD_KINDS = frozenset({LinkKind.STANDARD, LinkKind.ACKNOWLEDGEMENT})


@dataclass(frozen=True)
class LessonView:
    """One lesson for one person. ``number`` is None for a draft that is not in the list yet.

    ``finish_url`` is empty for somebody who is not on the roster: there is nothing to record.
    ``changes`` say what changed since they did it: it can be done again.
    """

    outline: Outline | None
    number: int | None
    lesson: LessonRow | None
    previous: LessonRow | None
    following: LessonRow | None
    locked_by: LessonRow | None
    cards: Cards
    finish_url: str = ""
    changes: tuple[LessonChange, ...] = ()

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Titles of what has to be passed or confirmed before the lesson is done."""
        works = [card.title for card in self.cards.works.values() if card.state != "passed"]
        policies = [card.standard.title for card in self.cards.policies.values() if not card.done]
        return tuple(works + policies) if self.finish_url else ()


@dataclass(frozen=True)
class CourseView:
    """One course for one person. ``action`` is what its one button does.

    "start", "continue", "again" (wanted: the course has to be taken again), "finished" or "look"
    (somebody who is not on the roster). ``change_note`` says what changed since the completion.
    """

    outline: Outline | None
    standards: tuple[StandardCard, ...]
    action: str
    start_url: str = ""
    change_note: str = ""


def read_lesson_view(
    *, page: LessonPage, outline: Outline | None, employee: Employee | None, now: datetime
) -> LessonView:
    """Return what a lesson page shows. Queries: those of the cards its blocks need."""
    targets = read_targets(page.body.raw_data)
    place = outline.position(page.translation_key) if outline else None
    rows = outline.lessons if outline else ()
    lesson = rows[place] if place is not None else None
    locked = employee is not None and lesson is not None and not lesson.open
    uuid = page.translation_key
    shows_standard = any(target.kind in STANDARD_KINDS for target in targets)
    return LessonView(
        outline=outline,
        number=place + 1 if place is not None else None,
        lesson=lesson,
        previous=rows[place - 1] if place else None,
        following=rows[place + 1] if place is not None and place + 1 < len(rows) else None,
        locked_by=outline.next_lesson if outline and locked else None,
        cards=read_cards(targets=targets, employee=employee, now=now, lesson=uuid)
        if employee
        else read_plain_cards(targets),
        finish_url=reverse("sb_courses:finish_lesson", args=[uuid]) if employee and lesson else "",
        changes=tuple(list_changes_to_show(employee=employee, lesson=uuid))
        if employee and shows_standard
        else (),
    )


def read_course_view(
    *, page: CoursePage, outline: Outline | None, employee: Employee | None
) -> CourseView:
    """Return what a course page shows. Two queries; two more for somebody who finished it."""
    standards = _read_standards(page)
    if outline is None or employee is None:
        return CourseView(outline, standards, "look")
    start_url = reverse("sb_courses:start_course", args=[outline.uuid])
    if outline.state != "done":
        return CourseView(outline, standards, "continue" if outline.round else "start", start_url)
    note = find_change_since(employee=employee, course_uuid=outline.uuid)
    asked = asked_since(employee=employee, uuid=outline.uuid)
    finished_at = outline.completed_at
    wanted = bool(asked and finished_at and asked > finished_at)
    action = "again" if note or wanted else "finished"
    return CourseView(outline, standards, action, start_url, note)


def _read_standards(page: CoursePage) -> tuple[StandardCard, ...]:
    cards = read_standard_cards({standard.uuid for standard in page.standards.all()})
    return tuple(sorted(cards.values(), key=lambda card: card.code))


def find_change_since(*, employee: Employee, course_uuid: UUID) -> str:
    """Return what changed materially since somebody last finished a course. One query."""
    last = CourseCompletion.objects.filter(
        enrolment__employee=employee, enrolment__course__uuid=course_uuid
    ).order_by("-done_at")
    newer = CourseVersion.objects.filter(
        course__uuid=course_uuid,
        material_number__gt=Subquery(last.values("version__material_number")[:1]),
    ).exclude(change_note="")
    return "; ".join(newer.order_by("number").values_list("change_note", flat=True))


def read_cards(
    *, targets: Sequence[LessonTarget], employee: Employee, now: datetime, lesson: UUID
) -> Cards:
    """Return everything live that the blocks of a lesson show to one person.

    Queries: one for standards, three for quizzes, those of scenarios, one for confirmations;
    each only when such a block is there, however many there are.
    """
    by_kind = {kind: [t.uuid for t in targets if t.kind == kind] for kind in LinkKind}
    policies = by_kind[LinkKind.ACKNOWLEDGEMENT]
    standards = read_standard_cards({*by_kind[LinkKind.STANDARD], *policies})
    works = {
        **_read_quizzes(employee, by_kind[LinkKind.QUIZ], now),
        **_read_scenarios(employee, by_kind[LinkKind.SCENARIO], now),
    }
    signed = read_signed(employee, [standards[uuid] for uuid in policies if uuid in standards])
    return Cards(
        standards=standards,
        works=works,
        policies={
            uuid: PolicyCard(
                standard=standards[uuid],
                done=uuid in signed,
                done_at=signed.get(uuid),
                post_url=reverse("sb_courses:acknowledge", args=[lesson, uuid]),
                name=employee.full_name,
            )
            for uuid in policies
            if uuid in standards
        },
    )


def _read_quizzes(employee: Employee, uuids: list[UUID], now: datetime) -> dict[UUID, WorkCard]:
    if not uuids:
        return {}
    cards = quizzes_api.show_quiz_cards(employee=employee, uuids=uuids, now=now)
    return {
        uuid: WorkCard(
            kind=LinkKind.QUIZ,
            uuid=uuid,
            title=card.title,
            url=card.url,
            state=card.state,
            minutes=card.minutes,
            questions=card.questions,
            attempts_left=card.attempts_left,
            opens_at=card.opens_at,
            why=card.why,
        )
        for uuid, card in cards.items()
    }


def _read_scenarios(employee: Employee, uuids: list[UUID], now: datetime) -> dict[UUID, WorkCard]:
    if not uuids:
        return {}
    cards = quizzes_api.read_scenario_cards(employee=employee, uuids=uuids, now=now)
    return {
        uuid: WorkCard(
            kind=LinkKind.SCENARIO,
            uuid=uuid,
            title=card.title,
            url=card.url,
            state=card.state,
            minutes=card.minutes,
        )
        for uuid, card in cards.items()
    }
