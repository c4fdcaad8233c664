import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from courses.learning.models import CourseCompletion, Enrolment, LessonEvent
from lms.api import Acknowledgement, registry
from tests.courses.factories import (
    NOW,
    TEXT,
    add_lesson,
    block,
    lesson_pages,
    make_course,
    make_index,
    publish,
    row_of,
)
from tests.lms.factories import UserFactory, make_granted, make_person
from tests.lms.standards.factories import publish_standard
from tests.quizzes.factories import make_small_quiz, take
from tests.quizzes.scenarios.factories import make_scenario

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    found = make_person()
    client.force_login(found.user)
    return found


def finish_url(page):
    return reverse("sb_courses:finish_lesson", args=[page.translation_key])


def start_url(course):
    return reverse("sb_courses:start_course", args=[course.translation_key])


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_every_page_asks_for_a_login(client):
    course = make_course()
    for page in (make_index(), course, *lesson_pages(course)):
        answer = client.get(page.url)
        assert answer.status_code == 302
        assert answer["Location"] == f"{reverse('sb_lms:login')}?next={page.url}"


def test_the_whole_way_through_a_course(client, person):
    course = make_course(lessons=2)
    one, two = lesson_pages(course)
    assert "Start" in text_of(client.get(course.url))

    assert client.post(start_url(course)).headers["Location"] == one.url
    assert "Lesson 1 of 2" in text_of(client.get(one.url))
    answer = client.post(finish_url(one))
    assert (answer.status_code, answer["Location"]) == (303, two.url)
    middle = text_of(client.get(course.url))
    assert "1 of 2 lessons done" in middle
    assert f'href="{two.url}">Continue' in middle
    answer = client.post(finish_url(two))
    assert answer["Location"] == course.url
    end = text_of(client.get(course.url))

    assert "Well done. You have finished “Course counter”." in end
    assert "You have finished this course" in end
    assert CourseCompletion.objects.count() == 1


def test_looking_writes_nothing(client, person):
    course = make_course()
    for page in (make_index(), course, *lesson_pages(course)):
        assert client.get(page.url).status_code == 200

    assert not Enrolment.objects.exists()
    assert not LessonEvent.objects.exists()
    for url in (start_url(course), finish_url(lesson_pages(course)[0])):
        assert client.get(url).status_code == 405


def test_a_lesson_shows_the_standard_in_force(client, person):
    standard = publish_standard("PHONE-01", promise="Someone picks up.")
    course = make_course(lessons=[[TEXT, block("standard", standard)]])

    page = text_of(client.get(lesson_pages(course)[0].url))

    assert "Phone answered within 3 rings" in page
    assert "Someone picks up." in page
    assert "version 1" in page


def test_a_missing_quiz_is_said_in_words_and_shown_as_a_card(client, person):
    quiz = make_small_quiz()
    course = make_course(lessons=[[TEXT, block("quiz", quiz)]])
    page = lesson_pages(course)[0]

    answer = client.post(finish_url(page), follow=True)

    assert answer.redirect_chain == [(f"{page.url}#left-to-do", 303)]
    text = text_of(answer)
    assert "One thing is left in this lesson: the quiz: pass it." in text
    assert "Counter check" in text
    assert "4 questions" in text


def test_a_passed_quiz_shows_as_passed(client, person):
    quiz = make_small_quiz()
    course = make_course(lessons=[[block("quiz", quiz)]])
    take(person, quiz, right=4, now=timezone.now() - timedelta(hours=1))

    text = text_of(client.get(lesson_pages(course)[0].url))

    assert "Passed" in text
    assert "Left to do" not in text


def test_a_policy_is_confirmed_by_name_in_the_lesson(client, person):
    policy = publish_standard("REFUND-01", needs_acknowledgement=True)
    course = make_course(lessons=[[block("acknowledgement", policy)]])
    page = lesson_pages(course)[0]
    url = reverse("sb_courses:acknowledge", args=[page.translation_key, policy.uuid])
    assert "I have read this policy" in text_of(client.get(page.url))

    assert client.post(url, {"name": "  "}).status_code == 303
    assert client.post(url, {"name": "Ada", "number": "7"}).status_code == 303
    assert not Acknowledgement.objects.exists()
    answer = client.post(url, {"name": "Ada Lovelace", "number": "1"}, follow=True)

    assert "Confirmed" in text_of(answer)
    assert Acknowledgement.objects.get().name_as_written == "Ada Lovelace"


def test_a_policy_that_the_lesson_does_not_show_is_not_found(client, person):
    policy = publish_standard("REFUND-01")
    course = make_course(lessons=1)
    page = lesson_pages(course)[0]
    url = reverse("sb_courses:acknowledge", args=[page.translation_key, policy.uuid])

    assert client.post(url, {"name": "Ada"}).status_code == 404
    assert not Acknowledgement.objects.exists()


def test_a_locked_lesson_says_what_comes_first(client, person):
    course = make_course(lessons=2, sequential=True)
    one, two = lesson_pages(course)

    locked = text_of(client.get(two.url))
    answer = client.post(finish_url(two), follow=True)

    assert "Please finish “Lesson counter-1” first." in locked
    assert "closed door" not in locked
    assert "Please finish “Lesson counter-1” first." in text_of(answer)
    assert not LessonEvent.objects.exists()
    assert one.url in locked


def test_a_course_that_is_not_assigned_looks_as_if_it_did_not_exist(client, person):
    hidden = make_course("hidden", lessons=1, open_catalogue=False)
    page = lesson_pages(hidden)[0]

    for url in (hidden.url, page.url):
        assert client.get(url).status_code == 404
    for url in (start_url(hidden), finish_url(page)):
        assert client.post(url).status_code == 404
    assert "Course hidden" not in client.get(make_index().url).content.decode()
    assert not Enrolment.objects.exists()

    registry.assigned_courses.register(lambda employee, day: {str(hidden.translation_key)})
    assert client.get(page.url).status_code == 200
    assert "Course hidden" in client.get(make_index().url).content.decode()


def test_those_who_answer_for_people_may_look_without_leaving_traces(client):
    hidden = make_course("hidden", lessons=1, open_catalogue=False)
    page = lesson_pages(hidden)[0]
    client.force_login(make_granted("hr"))

    assert "as a guest: nothing is recorded" in text_of(client.get(hidden.url))
    assert "finish/" not in text_of(client.get(page.url))
    assert client.post(finish_url(page)).status_code == 404


def test_wagtails_privacy_holds_on_pages_and_on_our_own_addresses(client, person):
    course = make_course("private", lessons=1)
    page = lesson_pages(course)[0]
    rule = PageViewRestriction.objects.create(page=course, restriction_type="groups")
    group = Group.objects.create(name="Pilot")
    rule.groups.add(group)

    for url in (course.url, page.url):
        assert client.get(url).status_code == 302
    for url in (start_url(course), finish_url(page)):
        assert client.post(url).status_code == 404
    assert "Course private" not in client.get(make_index().url).content.decode()
    assert not Enrolment.objects.exists()

    person.user.groups.add(group)
    assert client.get(page.url).status_code == 200
    assert client.post(finish_url(page)).status_code == 303


def test_a_restriction_of_the_source_holds_for_its_alias(client, person):
    course = make_course("source", lessons=1)
    rule = PageViewRestriction.objects.create(page=course, restriction_type="groups")
    rule.groups.add(Group.objects.create(name="Pilot"))

    alias = course.create_alias(update_slug="mirror", recursive=True)

    assert client.get(alias.url).status_code == 302


def test_lessons_of_a_course_taken_offline_are_gone(client, person):
    course = make_course(lessons=1)
    page = lesson_pages(course)[0]
    course.unpublish()

    assert client.get(page.url).status_code == 404
    assert client.post(finish_url(page)).status_code == 404


@pytest.mark.parametrize(
    "path", ["/courses/nothing/", "/courses/counter/nothing/", "/courses/x/y/z/"]
)
def test_unknown_paths_below_the_list_are_not_found(client, person, path):
    make_course()

    assert client.get(path).status_code == 404


def test_unknown_lessons_and_courses_are_not_found(client, person):
    assert client.post(reverse("sb_courses:finish_lesson", args=[uuid4()])).status_code == 404
    assert client.post(reverse("sb_courses:start_course", args=[uuid4()])).status_code == 404


def test_the_buttons_refuse_a_forged_form(person):
    from django.test import Client

    course = make_course(lessons=1)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person.user)

    assert strict.post(finish_url(lesson_pages(course)[0])).status_code == 403
    assert not LessonEvent.objects.exists()


def test_a_finished_course_is_offered_again_when_it_is_asked_for_again(client, person):
    course = make_course(lessons=1)
    client.post(finish_url(lesson_pages(course)[0]))
    assert "Go through it again" in text_of(client.get(course.url))

    registry.counts_from.register(lambda employee, kind, uuid: timezone.now())

    assert "It is time to take this course again" in text_of(client.get(course.url))
    client.post(start_url(course))
    assert Enrolment.objects.get().round == 2


def test_a_material_change_says_what_changed_and_takes_nothing_away(client, person):
    course = make_course(lessons=1)
    page = lesson_pages(course)[0]
    client.post(finish_url(page))
    page.change, page.change_note, page.minutes = "material", "Two rings instead of three.", 6
    publish(page)

    text = text_of(client.get(course.url))

    assert "What changed: Two rings instead of three." in text
    assert "That stays on your record" in text
    assert CourseCompletion.objects.count() == 1


def test_a_preview_shows_a_draft_to_nobody_and_writes_nothing(client):
    quiz, standard = make_small_quiz(), publish_standard("GREET-01")
    blocks = [TEXT, block("quiz", quiz), block("standard", standard)]
    course = make_course(lessons=[[*blocks, block("acknowledgement", standard)]])
    page = lesson_pages(course)[0]
    person = make_person()
    person.user.is_superuser = person.user.is_staff = True
    person.user.save()
    client.force_login(person.user)
    page.title = "Still a draft"
    page.save_revision()
    url = reverse("wagtailadmin_pages:view_draft", args=[page.pk])

    answer = client.get(url)

    assert answer.status_code == 200
    text = text_of(answer)
    assert "Still a draft" in text
    assert "Counter check" in text
    assert "finish/" not in text
    assert "Your name" not in text
    assert not Enrolment.objects.exists()
    draft = reverse("wagtailadmin_pages:view_draft", args=[course.pk])
    assert client.get(draft).status_code == 200
    index = reverse("wagtailadmin_pages:view_draft", args=[make_index().pk])
    assert client.get(index).status_code == 200


def test_a_preview_of_a_new_page_works_before_it_is_saved(client):
    course = make_course(lessons=1)
    client.force_login(UserFactory(superuser=True))
    url = reverse("wagtailadmin_pages:preview_on_add", args=["sb_courses", "lessonpage", course.pk])
    form = {
        "title": "Brand new",
        "slug": "brand-new",
        "minutes": "5",
        "body-count": "0",
        "change": "",
        "change_note": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
    }

    assert client.post(url, form).json()["is_valid"]
    answer = client.get(url)

    assert answer.status_code == 200
    assert "Brand new" in text_of(answer)


def full_lesson():
    scenario = make_scenario()
    standards = [publish_standard(code) for code in ("S-01", "S-02", "S-03")]
    return [
        TEXT,
        *[block("standard", standard) for standard in standards],
        block("scenario", scenario),
    ]


@pytest.mark.parametrize("lessons", [3, 12])
def test_lesson_and_course_pages_keep_their_budget(
    client, person, django_assert_max_num_queries, lessons
):
    standards = [publish_standard(code) for code in ("S-01", "S-02", "S-03")]
    body = [TEXT, *[block("standard", standard) for standard in standards]]
    course = make_course(lessons=[body] * lessons)
    course.standards = standards
    course = publish(course)
    pages = lesson_pages(course)
    client.post(finish_url(pages[0]))
    cache.clear()
    client.get(course.url)

    with django_assert_max_num_queries(12):
        answer = client.get(pages[1].url)
    assert len(answer.content) < 60_000
    with django_assert_max_num_queries(12):
        answer = client.get(course.url)
    assert len(answer.content) < 60_000
    for page in pages:
        client.post(finish_url(page))
    with django_assert_max_num_queries(13):
        client.get(course.url)


@pytest.mark.parametrize("kind", ["quiz", "scenario", "acknowledgement"])
def test_a_lesson_with_a_check_keeps_its_budget(
    client, person, django_assert_max_num_queries, kind
):
    makers = {
        "quiz": make_small_quiz,
        "scenario": make_scenario,
        "acknowledgement": lambda: publish_standard("REFUND-01"),
    }
    course = make_course(lessons=[[TEXT, block(kind, makers[kind]())]])
    page = lesson_pages(course)[0]
    client.get(page.url)

    with django_assert_max_num_queries(13):
        client.get(page.url)


def test_the_list_costs_the_same_for_two_and_for_ten_courses(client, person):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in range(10):
        make_course(f"c{number}", lessons=2)
        if number in {1, 9}:
            client.get(make_index().url)
            with CaptureQueriesContext(connection) as queries:
                client.get(make_index().url)
            counts.append(len(queries))

    assert counts[0] == counts[1] <= 16


def test_teaching_blocks_are_kept_and_a_new_text_shows_at_once(client, person):
    course = make_course(lessons=1)
    page = lesson_pages(course)[0]
    assert "closed door" in text_of(client.get(page.url))
    page.body = [("text", "<p>An open window.</p>")]
    publish(page)

    assert "An open window." in text_of(client.get(page.url))


def test_personal_pages_are_not_kept_by_shared_caches(client, person):
    course = make_course(lessons=1)

    assert "private" in client.get(course.url)["Cache-Control"]


def test_a_new_lesson_appears_as_the_next_one(client, person):
    course = make_course(lessons=1)
    client.post(finish_url(lesson_pages(course)[0]))
    new = add_lesson(course, "extra")

    assert f'href="{new.url}">Continue' in text_of(client.get(course.url))
    assert row_of(new).course == row_of(course)
    assert timezone.now() > NOW
