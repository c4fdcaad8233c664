from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowTask

from courses.api import CourseVersion, make_missing_course_versions
from courses.content.actions import versions
from courses.content.models import Course, CoursePage, Lesson, LessonLink, LessonPage
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
from tests.lms.factories import UserFactory
from tests.lms.standards.factories import publish_standard

pytestmark = pytest.mark.django_db


def count(course):
    return CourseVersion.objects.filter(course__uuid=course.translation_key).count()


def latest(course):
    return CourseVersion.objects.filter(course__uuid=course.translation_key).last()


def test_a_published_course_has_one_version_with_its_lessons_in_order():
    course = make_course(lessons=3)

    version = latest(course)

    assert (count(course), version.number, version.material_number) == (1, 1, 1)
    assert [row["title"] for row in version.body["lessons"]] == [
        "Lesson counter-1",
        "Lesson counter-2",
        "Lesson counter-3",
    ]
    assert Course.objects.get().uuid == course.translation_key


def test_lessons_of_a_draft_course_make_no_version():
    course = make_course()
    draft = CoursePage(title="Draft", slug="draft", live=False)
    course.get_parent().add_child(instance=draft)

    add_lesson(draft, "one")

    assert count(draft) == 0


def test_publishing_twice_makes_one_version():
    course = make_course()
    revision = course.save_revision()

    revision.publish()
    revision.publish()

    assert count(course) == 1


def test_changed_words_make_an_editorial_version():
    course = make_course()
    page = lesson_pages(course)[0]
    page.title = "Another title"

    publish(page)

    assert (latest(course).number, latest(course).material_number) == (2, 1)
    assert row_of(page).title == "Another title"


def test_a_material_change_counts_once_and_leaves_the_draft_clean():
    course = make_course()
    page = lesson_pages(course)[0]
    page.change, page.change_note = "material", "Two rings instead of three."
    page.minutes = 6

    revision = page.save_revision()
    revision.publish()
    revision.publish()

    assert (latest(course).number, latest(course).material_number) == (2, 2)
    assert latest(course).change_note == "Two rings instead of three."
    page.refresh_from_db()
    draft = page.get_latest_revision_as_object()
    assert (page.change, draft.change, draft.change_note) == ("", "", "")
    page.minutes = 7
    publish(page)
    assert (latest(course).number, latest(course).material_number) == (3, 2)


def test_a_publication_in_the_future_makes_no_version_before_its_hour():
    course = make_course()
    page = lesson_pages(course)[0]
    page.title = "From Monday on"
    page.go_live_at = timezone.now() + timedelta(days=2)
    page.save_revision().publish()
    assert count(course) == 1

    new = CoursePage(title="Later", slug="later", live=False)
    course.get_parent().add_child(instance=new)
    new.go_live_at = timezone.now() + timedelta(days=2)
    new.save_revision().publish()
    new.refresh_from_db()

    assert not new.live
    assert count(new) == 0


def test_a_scheduled_publication_makes_its_version_at_its_hour(time_machine):
    course = make_course()
    page = lesson_pages(course)[0]
    page.title = "From Monday on"
    page.go_live_at = timezone.now() + timedelta(days=2)
    page.save_revision().publish()

    time_machine.move_to(timezone.now() + timedelta(days=3))
    call_command("publish_scheduled", verbosity=0)

    assert latest(course).body["lessons"][0]["title"] == "From Monday on"
    assert count(course) == 2


def test_a_failed_version_leaves_the_page_live_and_is_made_later(monkeypatch):
    course = make_course()
    page = lesson_pages(course)[0]
    page.title = "Another title"
    with monkeypatch.context() as patch:
        patch.setattr(versions, "_next_material_number", lambda *args, **flags: 99)
        publish(page)
    page.refresh_from_db()
    assert page.title == "Another title"
    assert count(course) == 1

    assert make_missing_course_versions(now=NOW) == 1

    assert latest(course).body["lessons"][0]["title"] == "Another title"
    assert latest(course).published_at == NOW
    assert make_missing_course_versions(now=NOW) == 0


def test_unpublishing_and_republishing_makes_no_new_version():
    course = make_course()

    course.unpublish()
    publish(CoursePage.objects.get(pk=course.pk))

    assert count(course) == 1


def test_an_approved_workflow_makes_a_version():
    course = make_course()
    page = lesson_pages(course)[0]
    user = UserFactory(superuser=True)
    workflow = Workflow.objects.create(name="Check")
    task = GroupApprovalTask.objects.create(name="Look")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    page.title = "Approved"
    page.save_revision(user=user)

    state = workflow.start(page, user)
    assert count(course) == 1
    state.current_task_state.approve(user=user)

    assert latest(course).body["lessons"][0]["title"] == "Approved"


def test_a_lesson_that_is_unpublished_leaves_the_course_but_not_the_records():
    course = make_course(lessons=2)
    page = lesson_pages(course)[1]

    page.unpublish()

    assert len(latest(course).body["lessons"]) == 1
    assert not row_of(page).live


def test_a_deleted_lesson_leaves_the_course(django_capture_on_commit_callbacks):
    course = make_course(lessons=2)
    page = lesson_pages(course)[1]
    uuid = page.translation_key

    with django_capture_on_commit_callbacks(execute=True):
        page.delete()

    assert len(latest(course).body["lessons"]) == 1
    assert not Lesson.objects.get(uuid=uuid).live


def test_a_moved_lesson_changes_both_courses():
    one, two = make_course("one", lessons=2), make_course("two", lessons=1)
    page = lesson_pages(one)[1]

    Page.objects.get(pk=page.pk).move(Page.objects.get(pk=two.pk), pos="last-child")

    assert len(latest(one).body["lessons"]) == 1
    assert len(latest(two).body["lessons"]) == 2
    assert row_of(LessonPage.objects.get(pk=page.pk)).course == row_of(two)


def test_links_follow_what_a_live_lesson_points_at():
    phone, greet = publish_standard("PHONE-01"), publish_standard("GREET-01")
    course = make_course(lessons=[[TEXT, block("standard", phone), block("standard", phone)]])
    page = lesson_pages(course)[0]
    assert list(LessonLink.objects.values_list("kind", "target")) == [("standard", phone.uuid)]

    page.body = [("standard", greet.uuid), ("acknowledgement", phone.uuid)]
    publish(page)

    assert set(LessonLink.objects.values_list("kind", "target")) == {
        ("standard", greet.uuid),
        ("acknowledgement", phone.uuid),
    }


def test_copying_a_course_makes_new_identities():
    course = make_course(lessons=1)

    copy = course.copy(recursive=True, update_attrs={"slug": "copy"}, keep_live=True)

    assert copy.translation_key != course.translation_key
    assert latest(copy).body["lessons"][0]["uuid"] != latest(course).body["lessons"][0]["uuid"]
    assert count(course) == 1
