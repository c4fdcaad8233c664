import pytest

from courses.api import finish_lesson, read_course_cards, read_finished_work
from courses.learning.reads import find_assigned_quizzes
from lms.api import registry
from tests.courses.factories import NOW, block, lesson_pages, make_course, row_of
from tests.lms.factories import make_person
from tests.quizzes.factories import make_small_quiz

pytestmark = pytest.mark.django_db


def test_cards_say_how_far_somebody_is_and_what_comes_next(django_assert_num_queries):
    person = make_person()
    courses = [make_course(slug, lessons=2) for slug in ("one", "two", "three")]
    first = lesson_pages(courses[0])
    for page in (first[0], *lesson_pages(courses[1])):
        finish_lesson(employee=person, lesson=row_of(page), actor=None, now=NOW)
    uuids = [course.translation_key for course in courses]
    courses[0].get_url()

    with django_assert_num_queries(3):
        cards = read_course_cards(employee=person, uuids=uuids, now=NOW)

    card = cards[uuids[0]]
    assert (card.state, card.lessons_done, card.lessons_total) == ("under_way", 1, 2)
    assert (card.next_title, card.next_url, card.next_minutes) == (
        first[1].title,
        first[1].url,
        5,
    )
    assert [cards[uuid].state for uuid in uuids] == ["under_way", "done", "open"]
    assert cards[uuids[1]].next_title == ""


def test_the_quizzes_of_assigned_courses_are_assigned(django_assert_num_queries):
    person, quiz = make_person(), make_small_quiz()
    course = make_course("one", lessons=[[block("quiz", quiz)]])
    make_course("two", lessons=[[block("quiz", make_small_quiz(code="OTHER"))]])
    assert find_assigned_quizzes(person, NOW.date()) == set()
    registry.assigned_courses.register(lambda _employee, _day: {str(course.translation_key)})
    with django_assert_num_queries(1):
        assert find_assigned_quizzes(person, NOW.date()) == {str(quiz.uuid)}


def test_cards_leave_out_what_is_not_live(django_assert_num_queries):
    course = make_course()
    course.unpublish()

    assert read_course_cards(employee=None, uuids=[course.translation_key], now=NOW) == {}
    with django_assert_num_queries(0):
        assert read_course_cards(employee=None, uuids=[], now=NOW) == {}


def test_finished_work_of_many_people_is_one_query(django_assert_num_queries):
    people = [make_person() for _ in range(3)]
    page = lesson_pages(make_course(lessons=1))[0]
    for person in people:
        finish_lesson(employee=person, lesson=row_of(page), actor=None, now=NOW)

    with django_assert_num_queries(1):
        works = read_finished_work(employee_ids=[person.pk for person in people])

    assert {work.employee_id for work in works} == {person.pk for person in people}
