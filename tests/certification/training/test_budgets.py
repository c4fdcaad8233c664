"""Queries of a learner's pages with all four apps at work: the top bar, sessions, everything."""

from datetime import timedelta

import pytest
import time_machine

from certification.catalogue.actions import RequirementDraft
from certification.catalogue.actions.versions import publish_version
from certification.models import Certification
from courses.learning.actions import finish_lesson
from tests.certification.factories import NOW, YEARLY, assign
from tests.courses.factories import TEXT, block, lesson_pages, make_course, row_of
from tests.lms.factories import make_person
from tests.quizzes.factories import make_quiz, make_small_quiz, make_standard
from tests.quizzes.practice.factories import make_refreshing

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_person()


@pytest.mark.parametrize("lessons", [2, 9])
def test_a_lesson_and_its_course_take_at_most_twelve_queries(
    client, person, django_assert_max_num_queries, lessons, settings, tmp_path
):
    settings.MEDIA_ROOT = str(tmp_path)
    quiz = make_small_quiz()
    course = make_course(lessons=[[TEXT]] * lessons + [[TEXT, block("quiz", quiz)]])
    certification = Certification.objects.create(code="C", title="Counter service")
    publish_version(
        certification=certification,
        policy=YEARLY,
        requirements=[
            RequirementDraft("course", course.translation_key, "Finish the course"),
            RequirementDraft("quiz", quiz.uuid, "Pass the quiz"),
        ],
        effective_on=NOW.date(),
        actor=None,
        now=NOW,
    )
    assign(person, certification)
    client.force_login(person.user)
    pages = lesson_pages(course)
    # Home also asks for refreshers; it has fifteen.
    limits = {"/": 15, course.url: 12, pages[0].url: 12, pages[-1].url: 12}
    for url, limit in limits.items():
        assert client.get(url).status_code == 200  # caches of sessions and sites are warm
        with django_assert_max_num_queries(limit):
            client.get(url)


def test_home_takes_at_most_fifteen_queries_with_refreshers_due_and_three_quizzes(
    client, person, django_assert_max_num_queries
):
    make_refreshing()
    standards = [make_standard(f"PHONE-0{n}") for n in (1, 2, 3)]
    slots = [{"draw": {"bank": "REFRESH", "count": 3}}]
    quizzes = [make_quiz(f"Z{n}", slots=slots) for n in range(3)]
    blocks = [block("standard", standard) for standard in standards]
    blocks += [block("quiz", quiz) for quiz in quizzes]
    course = make_course(lessons=[[TEXT, *blocks[:3]], [TEXT, *blocks[3:]]])
    certification = Certification.objects.create(code="C", title="Counter service")
    publish_version(
        certification=certification,
        policy=YEARLY,
        requirements=[
            RequirementDraft("course", course.translation_key, "Finish the course"),
            *(RequirementDraft("quiz", quiz.uuid, f"Pass {quiz.title}") for quiz in quizzes),
        ],
        effective_on=NOW.date(),
        actor=None,
        now=NOW,
    )
    assign(person, certification)
    lesson = row_of(lesson_pages(course)[0])
    finish_lesson(employee=person, lesson=lesson, actor=person.user, now=NOW)
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        client.force_login(person.user)
        assert "See what is due" in client.get("/").text
        with django_assert_max_num_queries(15):
            client.get("/")
