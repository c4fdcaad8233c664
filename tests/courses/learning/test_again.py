"""A lesson whose standard changed is done again alone; nothing already done is lost."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from courses.learning.actions import finish_lesson
from courses.learning.models import CourseCompletion, Enrolment, LessonEvent
from courses.learning.reads import read_finished_lessons
from lms.api import DomainEvent, acknowledge_standard
from tests.courses.factories import NOW, TEXT, block, lesson_pages, make_course, row_of
from tests.lms.factories import make_person
from tests.lms.standards.factories import change_standard, publish_standard

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def course():
    with time_machine.travel(NOW - DAY, tick=False):
        return make_course(lessons=[[TEXT], [TEXT, block("standard", publish_standard())]])


def finish(person, page, now):
    return finish_lesson(employee=person, lesson=row_of(page), actor=person.user, now=now)


def change(**fields):
    from lms.api import Standard

    fields.setdefault("change_note", "Two rings now")
    change_standard(Standard.objects.get(), statement=f"<p>{fields}</p>", **fields)


def sign(person, standard, now, commit):
    """Confirm a policy as it is now."""
    with commit(execute=True):
        acknowledge_standard(
            standard=standard, employee=person, name_as_written="Ada", actor=person.user, now=now
        )


def do_confirmed_lesson(commit):
    """Return somebody who did a lesson with a policy that changed since, the page, the policy."""
    person = make_person()
    with time_machine.travel(NOW - DAY, tick=False):
        standard = publish_standard(needs_acknowledgement=True)
        page = lesson_pages(make_course(lessons=[[block("acknowledgement", standard)]]))[0]
    sign(person, standard, NOW, commit)
    assert finish(person, page, NOW).done
    with time_machine.travel(NOW + DAY, tick=False):
        change()
    standard.refresh_from_db()
    return person, page, standard


def test_only_a_lesson_that_changed_is_done_again_and_the_course_stays_finished(client, course):
    person = make_person()
    for page in lesson_pages(course):
        finish(person, page, NOW)
    with time_machine.travel(NOW + DAY, tick=False):
        change()
    outcomes = [finish(person, page, NOW + 2 * DAY) for page in lesson_pages(course)]
    assert [outcome.again for outcome in outcomes] == [False, True]
    again = LessonEvent.objects.get(kind="again")
    assert again.lesson == row_of(lesson_pages(course)[1])
    assert DomainEvent.objects.filter(kind="lesson_finished").count() == 1
    assert CourseCompletion.objects.count() == 1
    assert Enrolment.objects.get().lessons_done == 2
    assert not finish(person, lesson_pages(course)[1], NOW + 3 * DAY).again
    works = read_finished_lessons(employee_ids=[person.pk], since=NOW + DAY)
    assert [(work.kind, work.work_uuid) for work in works] == [("lesson", again.lesson.uuid)]


def test_it_can_be_done_again_after_every_change(course):
    person = make_person()
    page = lesson_pages(course)[1]
    finish(person, page, NOW)
    for number in (1, 2):
        with time_machine.travel(NOW + 2 * number * DAY, tick=False):
            change(change_note=f"{number} rings")
        assert finish(person, page, NOW + (2 * number + 1) * DAY).again
    assert LessonEvent.objects.filter(kind="again").count() == 2


def test_a_mended_comma_asks_for_nothing(course):
    person = make_person()
    page = lesson_pages(course)[1]
    finish(person, page, NOW)
    with time_machine.travel(NOW + DAY, tick=False):
        change(change="editorial", change_note="Comma")
    assert not finish(person, page, NOW + 2 * DAY).again


def test_the_page_says_what_changed_until_it_is_done_again(client, course):
    person = make_person()
    page = lesson_pages(course)[1]
    finish(person, page, NOW)
    with time_machine.travel(NOW + DAY, tick=False):
        change()
    client.force_login(person.user)
    html = client.get(page.url).content.decode()
    assert "Two rings now" in html
    assert "I know what changed" in html
    client.post(reverse("sb_courses:finish_lesson", args=[page.translation_key]))
    assert "Two rings now" not in client.get(page.url).content.decode()


def test_confirming_after_next_finishes_the_changed_lesson(django_capture_on_commit_callbacks):
    person, page, standard = do_confirmed_lesson(django_capture_on_commit_callbacks)
    missing = [finish(person, page, NOW + n * DAY) for n in (2, 3)]
    assert [(row.done, row.again, len(row.missing)) for row in missing] == [(False, True, 1)] * 2
    assert not LessonEvent.objects.filter(kind="again").exists()

    sign(person, standard, NOW + 4 * DAY, django_capture_on_commit_callbacks)

    assert LessonEvent.objects.filter(kind="again").count() == 1
    assert not finish(person, page, NOW + 5 * DAY).again
    sign(person, standard, NOW + 6 * DAY, django_capture_on_commit_callbacks)
    assert LessonEvent.objects.filter(kind="again").count() == 1


def test_confirming_without_next_leaves_the_changed_lesson_to_do(
    django_capture_on_commit_callbacks,
):
    person, page, standard = do_confirmed_lesson(django_capture_on_commit_callbacks)
    sign(person, standard, NOW + 2 * DAY, django_capture_on_commit_callbacks)
    assert not LessonEvent.objects.filter(kind="again").exists()
    assert finish(person, page, NOW + 3 * DAY).done


def test_next_before_another_change_does_not_count_for_it(django_capture_on_commit_callbacks):
    person, page, standard = do_confirmed_lesson(django_capture_on_commit_callbacks)
    finish(person, page, NOW + 2 * DAY)
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        change(change_note="Four rings now")
    sign(person, standard, NOW + 4 * DAY, django_capture_on_commit_callbacks)
    assert not LessonEvent.objects.filter(kind="again").exists()


def test_who_never_did_it_sees_a_plain_lesson(client, course):
    with time_machine.travel(NOW + DAY, tick=False):
        change()
    client.force_login(make_person().user)
    assert "Two rings now" not in client.get(lesson_pages(course)[1].url).content.decode()
