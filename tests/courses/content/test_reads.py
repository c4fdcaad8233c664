import json

import pytest
from django.test import override_settings
from django.urls import path
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet

from courses.content.models import LessonPage
from lms.api import registry
from lms.config.urls import urlpatterns as site_urlpatterns
from tests.courses.factories import TEXT, block, lesson_pages, make_course, publish
from tests.lms.factories import UserFactory
from tests.lms.standards.factories import publish_standard
from tests.quizzes.factories import make_small_quiz

pytestmark = pytest.mark.django_db

router = WagtailAPIRouter("test_api")
router.register_endpoint("pages", PagesAPIViewSet)
urlpatterns = [path("wagtail-api/", router.urls), *site_urlpatterns]


def test_a_standard_knows_the_lessons_that_teach_it(django_assert_num_queries):
    standard = publish_standard()
    courses = [
        make_course(slug, lessons=[[TEXT, block("standard", standard)], [TEXT]])
        for slug in ("one", "two")
    ]
    (provide,) = registry.standard_links

    list(provide(standard))
    with django_assert_num_queries(2):
        links = list(provide(standard))

    assert [(link.kind, link.label, link.url) for link in links] == [
        ("lesson", page.title, page.url) for course in courses for page in lesson_pages(course)[:1]
    ]


def test_a_lesson_taken_offline_no_longer_teaches():
    standard = publish_standard()
    course = make_course(lessons=[[block("standard", standard)]])
    (provide,) = registry.standard_links
    assert len(list(provide(standard))) == 1

    lesson_pages(course)[0].unpublish()

    assert list(provide(standard)) == []


@override_settings(ROOT_URLCONF=__name__)
def test_wagtails_api_shows_the_body_and_no_answer(client):
    quiz = make_small_quiz(count=4)
    standard = publish_standard("GREET-01")
    course = make_course(lessons=[[TEXT, block("quiz", quiz), block("standard", standard)]])
    page = lesson_pages(course)[0]

    client.force_login(UserFactory())
    answer = client.get(f"/wagtail-api/pages/{page.pk}/")

    assert answer.status_code == 200
    body = answer.json()["body"]
    assert [row["type"] for row in body] == ["text", "quiz", "standard"]
    assert body[1]["value"] == str(quiz.uuid)
    text = answer.content.decode()
    for number in range(4):
        assert f"Q{number:02d}" not in text
    assert "b-said" not in text
    assert "fraction" not in text


@override_settings(ROOT_URLCONF=__name__)
def test_wagtails_api_never_shows_a_draft(client):
    course = make_course(lessons=1)
    page = lesson_pages(course)[0]
    page.body = json.dumps([{"type": "text", "value": "<p>CANARY-DRAFT</p>"}])
    page.save_revision()
    page.refresh_from_db()
    client.force_login(UserFactory())
    listed = client.get("/wagtail-api/pages/?type=sb_courses.LessonPage&fields=*")

    assert listed.status_code == 200
    assert "CANARY-DRAFT" not in listed.content.decode()
    page.unpublish()
    assert client.get(f"/wagtail-api/pages/{page.pk}/").status_code == 404


def test_the_search_index_holds_text_and_no_uuid_of_a_quiz():
    quiz = make_small_quiz(count=4)
    course = make_course(lessons=[[TEXT, block("quiz", quiz)]])
    page = publish(lesson_pages(course)[0])
    field = next(f for f in LessonPage.search_fields if f.field_name == "body")

    content = " ".join(field.get_value(page))

    assert "closed door" in content
    assert str(quiz.uuid) not in content
    assert "Q00" not in content
