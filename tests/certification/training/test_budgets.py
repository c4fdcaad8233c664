"""Queries of a learner's pages with all four apps at work: the top bar, sessions, everything."""

import pytest

from certification.catalogue.actions import RequirementDraft
from certification.catalogue.actions.versions import publish_version
from certification.models import Certification
from tests.certification.factories import NOW, YEARLY, assign
from tests.courses.factories import TEXT, block, lesson_pages, make_course
from tests.lms.factories import make_person
from tests.quizzes.factories import make_small_quiz

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
