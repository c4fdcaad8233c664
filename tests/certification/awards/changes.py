"""A standard that changes, and people who hold what covers it."""

from datetime import date, timedelta

import time_machine

from certification.awards.actions import (
    advance,
)
from certification.catalogue.actions import RequirementDraft, publish_version
from certification.models import (
    AwardEvent,
    Certification,
    Cycle,
    Standing,
)
from courses.api import Lesson, finish_lesson
from quizzes.api import Quiz
from tests.certification.factories import NOW, YEARLY, assign
from tests.courses.factories import TEXT, block, lesson_pages, make_course
from tests.lms.factories import make_person
from tests.lms.standards.factories import change_standard, publish_standard
from tests.quizzes.factories import make_questions, single, take

DAY = timedelta(days=1)
CHANGED = NOW + 60 * DAY


class Counter:
    """A certification that asks for one course, which teaches the standard in its second lesson."""

    def __init__(self, *, questions=6, policy=None, course=True, **fields):
        with time_machine.travel(NOW - 30 * DAY, tick=False):
            self.standard = publish_standard("REFUND-01", title="Refund within 14 days", **fields)
            self.course = make_course(
                slug="refunds", lessons=[[TEXT], [TEXT, block("standard", self.standard)]]
            )
        make_questions([single(f"Q{n:02d}", "REFUND-01") for n in range(questions)] or [])
        self.certification = Certification.objects.create(code="COUNTER", title="Counter service")
        self.publish(policy=policy)

    def publish(self, policy=None, **fields):
        drafts = [RequirementDraft("course", self.course.translation_key, "Finish the course")]
        if self.standard.needs_acknowledgement:
            drafts.append(RequirementDraft("acknowledgement", self.standard.uuid, "Confirm it"))
        version = publish_version(
            certification=self.certification,
            policy=policy or YEARLY,
            requirements=drafts,
            effective_on=date(2020, 1, 1),
            actor=None,
            now=NOW,
        )
        type(version).objects.filter(pk=version.pk).update(**fields)

    @property
    def lessons(self):
        return [Lesson.objects.get(uuid=page.translation_key) for page in lesson_pages(self.course)]

    def finish(self, person, now, lessons=None):
        for lesson in lessons or self.lessons:
            finish_lesson(employee=person, lesson=lesson, actor=person.user, now=now)

    def learn(self, person, now):
        """Do the changed lesson and the short quiz."""
        self.finish(person, now, self.lessons[1:])
        take(person, self.quiz, right=5, now=now)

    @property
    def quiz(self):
        return Quiz.objects.get(code__startswith="change:")

    def change(self, now=CHANGED, note="14 days instead of 30", **fields):
        """Publish a material change and let the sweep run."""
        with time_machine.travel(now, tick=False):
            change_standard(self.standard, change_note=note, statement=f"<p>{note}</p>", **fields)
        advance(now=now)


def hold(counter, commit, person=None, now=NOW):
    """Return somebody who completed the course and is certified."""
    person = person or make_person()
    assign(person, counter.certification, now)
    with commit():
        counter.finish(person, now)
    return person


def delta_cycle(person):
    return Cycle.objects.get(employee=person, kind="delta")


def standing_of(person):
    return Standing.objects.get(employee=person)


def events_of(person):
    rows = AwardEvent.objects.filter(award__employee=person).order_by("pk")
    return [(row.kind, row.effective_on) for row in rows]
