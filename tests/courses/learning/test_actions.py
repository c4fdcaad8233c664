from datetime import timedelta

import pytest

from courses.api import enrol, finish_lesson, read_finished_work, start_again
from courses.learning.models import CourseCompletion, Enrolment, LessonEvent
from lms.api import (
    DomainEvent,
    NotFoundError,
    RuleError,
    acknowledge_standard,
    registry,
)
from tests.courses.factories import (
    NOW,
    TEXT,
    add_lesson,
    block,
    lesson_pages,
    make_course,
    publish,
    row_of,
)
from tests.lms.factories import make_person
from tests.lms.standards.factories import change_standard, publish_standard
from tests.quizzes.factories import make_small_quiz, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_person()


def finish(person, page, now=NOW):
    return finish_lesson(employee=person, lesson=row_of(page), actor=person.user, now=now)


def events(kind):
    return DomainEvent.objects.filter(kind=kind)


def test_next_finishes_a_lesson_once(person):
    course = make_course(lessons=2)
    page = lesson_pages(course)[0]

    first = finish(person, page)
    again = finish(person, page, NOW + timedelta(minutes=1))

    assert (first.done, again.done, first.course_completed) == (True, True, False)
    assert LessonEvent.objects.filter(kind="done").count() == 1
    assert LessonEvent.objects.get(kind="done").at == NOW
    enrolment = Enrolment.objects.get()
    assert (enrolment.lessons_done, enrolment.lessons_total) == (1, 2)


def test_the_first_lesson_tells_once_that_work_has_begun(person):
    course = make_course(lessons=2)
    for page in lesson_pages(course):
        finish(person, page)

    (event,) = events("work_started")
    assert event.payload == {
        "employee": str(person.uuid),
        "kind": "course",
        "work": str(course.translation_key),
        "at": NOW.isoformat(),
    }


def test_the_last_lesson_completes_the_course_with_a_dated_fact(person):
    course = make_course(lessons=2)
    one, two = lesson_pages(course)

    assert not finish(person, two).course_completed
    outcome = finish(person, one)
    assert not finish(person, one).course_completed

    assert outcome.course_completed
    completion = CourseCompletion.objects.get()
    (event,) = events("course_completed")
    assert event.payload == {
        "employee": str(person.uuid),
        "completion": str(completion.uuid),
        "course": str(course.translation_key),
        "done_at": NOW.isoformat(),
        "material_number": 1,
    }
    (work,) = read_finished_work(employee_ids=[person.pk])
    assert (work.kind, work.work_uuid, work.done_at) == ("course", course.translation_key, NOW)
    assert work.evidence_uuid == completion.uuid


def test_a_lesson_with_a_quiz_waits_for_it_and_is_done_by_passing(
    person, django_capture_on_commit_callbacks
):
    quiz = make_small_quiz()
    course = make_course(lessons=[[TEXT, block("quiz", quiz)]])
    page = lesson_pages(course)[0]

    waiting = finish(person, page)
    with django_capture_on_commit_callbacks(execute=True):
        take(person, quiz, right=1)
    assert (waiting.done, waiting.missing) == (False, ("the quiz: pass it",))
    assert not CourseCompletion.objects.exists()
    later = NOW + timedelta(hours=2)
    with django_capture_on_commit_callbacks(execute=True):
        take(person, quiz, right=4, now=later)

    assert CourseCompletion.objects.get().done_at == later
    assert LessonEvent.objects.filter(kind="done").count() == 1


def test_passing_the_quiz_without_next_leaves_the_lesson_open(
    person, django_capture_on_commit_callbacks
):
    quiz = make_small_quiz()
    course = make_course(lessons=[[block("quiz", quiz)]])
    with django_capture_on_commit_callbacks(execute=True):
        take(person, quiz, right=4)
    assert not CourseCompletion.objects.exists()

    outcome = finish(person, lesson_pages(course)[0])

    assert (outcome.done, outcome.course_completed) == (True, True)


def test_practice_does_not_finish_a_lesson(person, django_capture_on_commit_callbacks):
    quiz = make_small_quiz()
    course = make_course(lessons=[[block("quiz", quiz)]])
    page = lesson_pages(course)[0]
    finish(person, page)

    with django_capture_on_commit_callbacks(execute=True):
        take(person, quiz, right=4, purpose="practice")

    assert not finish(person, page).done


def test_somebody_elses_pass_does_not_finish_my_lesson(person, django_capture_on_commit_callbacks):
    quiz = make_small_quiz()
    course = make_course(lessons=[[block("quiz", quiz)]])
    page = lesson_pages(course)[0]
    finish(person, page)

    with django_capture_on_commit_callbacks(execute=True):
        take(make_person(), quiz, right=4)

    assert not finish(person, page).done


def test_a_policy_has_to_be_confirmed_in_its_latest_material_version(
    person, django_capture_on_commit_callbacks
):
    policy = publish_standard("REFUND-01", needs_acknowledgement=True)
    sign = {"employee": person, "name_as_written": "Ada", "actor": person.user, "now": NOW}
    acknowledge_standard(standard=policy, **sign)
    policy = change_standard(policy, title="Refunds within five days")
    course = make_course(lessons=[[block("acknowledgement", policy)]])
    page = lesson_pages(course)[0]

    outcome = finish(person, page)
    assert outcome.missing == ("the policy: confirm that you have read it",)
    with django_capture_on_commit_callbacks(execute=True):
        acknowledge_standard(standard=policy, **sign)

    assert CourseCompletion.objects.count() == 1


def test_in_order_a_later_lesson_is_refused_and_nothing_written(person):
    course = make_course(lessons=2, sequential=True)
    one, two = lesson_pages(course)

    with pytest.raises(RuleError, match="Please finish “Lesson counter-1” first") as error:
        finish(person, two)

    assert error.value.code == "lesson_locked"
    assert not LessonEvent.objects.exists()
    finish(person, one)
    assert finish(person, two).course_completed


def test_a_lesson_taken_offline_is_not_found(person):
    course = make_course(lessons=2)
    page = lesson_pages(course)[1]
    page.unpublish()

    with pytest.raises(NotFoundError):
        finish(person, page)


def test_progress_never_passes_all_when_lessons_are_taken_away(person):
    course = make_course(lessons=3)
    one, two, three = lesson_pages(course)
    finish(person, one)
    finish(person, two)
    two.unpublish()

    finish(person, three)

    enrolment = Enrolment.objects.get()
    assert (enrolment.lessons_done, enrolment.lessons_total) == (2, 2)
    assert CourseCompletion.objects.count() == 1


def test_a_lesson_added_later_takes_nothing_away(person):
    course = make_course(lessons=2)
    for page in lesson_pages(course):
        finish(person, page)
    new = add_lesson(course, "extra")

    assert CourseCompletion.objects.count() == 1
    finish(person, new, NOW + timedelta(days=1))

    assert CourseCompletion.objects.count() == 1
    assert Enrolment.objects.get().lessons_total == 3


def test_starting_again_is_a_new_round_and_a_new_fact(person):
    course = make_course(lessons=1)
    page = lesson_pages(course)[0]
    later = NOW + timedelta(days=300)
    go = {"employee": person, "course": row_of(course), "actor": person.user}
    finish(person, page)

    enrolment = start_again(**go, now=later)
    assert start_again(**go, now=later).round == enrolment.round == 2
    assert enrolment.lessons_done == 0
    assert finish(person, page, later).course_completed

    works = read_finished_work(employee_ids=[person.pk])
    assert [work.done_at for work in works] == [NOW, later]
    since = read_finished_work(employee_ids=[person.pk], since=later)
    assert [work.done_at for work in since] == [later]


def test_in_a_new_round_the_quiz_has_to_be_passed_again(person):
    quiz = make_small_quiz()
    course = make_course(lessons=[[block("quiz", quiz)]])
    page = lesson_pages(course)[0]
    later = NOW + timedelta(days=300)
    take(person, quiz, right=4)
    finish(person, page)

    start_again(employee=person, course=row_of(course), actor=person.user, now=later)

    assert not finish(person, page, later).done


def test_what_was_passed_since_the_certification_asked_again_counts(person):
    quiz = make_small_quiz()
    course = make_course(lessons=[[block("quiz", quiz)]])
    page = lesson_pages(course)[0]
    take(person, quiz, right=4)
    finish(person, page)
    registry.counts_from.register(lambda employee, kind, uuid: NOW - timedelta(days=1))

    later = NOW + timedelta(days=300)
    start_again(employee=person, course=row_of(course), actor=person.user, now=later)

    assert finish(person, page, later).done


def test_an_enrolment_says_whether_it_was_required(person):
    wanted, free = make_course("wanted", lessons=1), make_course("free", lessons=1)
    registry.assigned_courses.register(lambda employee, day: {str(wanted.translation_key)})
    go = {"employee": person, "actor": person.user, "now": NOW}

    assert enrol(course=row_of(wanted), **go).purpose == "required"
    assert enrol(course=row_of(free), **go).purpose == "own_wish"
    assert enrol(course=row_of(free), **go).pk == enrol(course=row_of(free), **go).pk


def test_a_completion_keeps_the_material_number_it_was_made_under(person):
    course = make_course(lessons=1)
    page = lesson_pages(course)[0]
    page.change, page.change_note, page.minutes = "material", "Two rings now.", 9
    publish(page)

    finish(person, page)

    (work,) = read_finished_work(employee_ids=[person.pk])
    assert work.material_number == 2
