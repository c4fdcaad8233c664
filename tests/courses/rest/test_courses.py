import pytest
from django.contrib.auth.models import Group
from wagtail.models import PageViewRestriction

from courses.api import finish_lesson
from lms.api import registry
from tests.courses.factories import NOW, lesson_pages, make_course, row_of
from tests.lms.factories import make_person

pytestmark = pytest.mark.django_db

URL = "/api/v1/courses/"


@pytest.fixture
def person(client):
    found = make_person()
    client.force_login(found.user)
    return found


def test_courses_come_with_ones_own_progress(client, person):
    course = make_course(lessons=2)
    one, two = lesson_pages(course)
    finish_lesson(employee=person, lesson=row_of(one), actor=None, now=NOW)
    finish_lesson(employee=make_person(), lesson=row_of(two), actor=None, now=NOW)

    (row,) = client.get(URL).json()["results"]

    assert row == {
        "uuid": str(course.translation_key),
        "slug": "counter",
        "title": "Course counter",
        "url": course.url,
        "minutes": 15,
        "lessons_total": 2,
        "lessons_done": 1,
        "state": "under_way",
        "next_lesson": "Lesson counter-2",
    }
    assert client.get(f"{URL}{course.translation_key}/").json() == row


def test_courses_that_are_not_open_to_one_do_not_exist(client, person):
    hidden = make_course("hidden", open_catalogue=False)
    closed = make_course("closed")
    rule = PageViewRestriction.objects.create(page=closed, restriction_type="groups")
    rule.groups.add(Group.objects.create(name="Pilot"))
    assert client.get(URL).json()["results"] == []
    for course in (hidden, closed):
        assert client.get(f"{URL}{course.translation_key}/").status_code == 404

    registry.assigned_courses.register(lambda employee, day: {str(hidden.translation_key)})

    assert [row["slug"] for row in client.get(URL).json()["results"]] == ["hidden"]


def test_reading_needs_a_login_and_nothing_can_be_written(client, person):
    assert client.post(URL, {}).status_code == 405
    client.logout()
    answer = client.get(URL)
    assert answer.status_code in {401, 403}
    assert answer["Content-Type"] == "application/problem+json"


def test_an_unknown_filter_is_refused(client, person):
    answer = client.get(URL, {"employee": "1"})

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("uuid", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_course_is_not_found(client, person, uuid):
    assert client.get(f"{URL}{uuid}/").status_code == 404


def test_the_list_costs_the_same_for_one_and_for_eight_courses(client, person):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in range(8):
        make_course(f"c{number}", lessons=2)
        if number in {0, 7}:
            client.get(URL)
            with CaptureQueriesContext(connection) as queries:
                client.get(URL)
            counts.append(len(queries))

    assert counts[0] == counts[1] <= 12
