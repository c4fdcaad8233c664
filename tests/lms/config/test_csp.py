"""Two content security policies: strict for people, looser only where Wagtail needs it."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.models import Page

from courses.content.models import LessonPage
from tests.courses.factories import make_course
from tests.lms.factories import EmployeeFactory, UserFactory

UNSAFE = ("'unsafe-inline'", "'unsafe-eval'")


def read_policy(response):
    """Return the directives of a response as a mapping of name to sources."""
    header = response["Content-Security-Policy"]
    parts = [part.split() for part in header.split(";") if part.strip()]
    return {words[0]: words[1:] for words in parts}


def is_strict(policy):
    """Return whether nothing inline runs, nothing foreign loads and nobody frames the page."""
    sources = {source for directive in policy.values() for source in directive}
    return (
        sources <= {"'self'", "'none'", "data:"}
        and policy["default-src"] == ["'none'"]
        and policy["script-src"] == ["'self'"]
        and policy["style-src"] == ["'self'"]
        and policy["frame-ancestors"] == ["'none'"]
        and policy["base-uri"] == ["'none'"]
        and policy["form-action"] == ["'self'"]
    )


@pytest.fixture
def boss(client, db):
    client.force_login(UserFactory(superuser=True))
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["sb_lms:login", "sb_certification:verify_form", "sb_lms:healthz"])
def test_public_pages_are_strict(client, name):
    assert is_strict(read_policy(client.get(reverse(name))))


@pytest.mark.django_db
def test_learners_pages_are_strict_errors_included(client):
    client.force_login(EmployeeFactory(user=True).user)
    lesson = LessonPage.objects.child_of(make_course()).first()
    for path in ("/", "/my/record/", "/standards/", lesson.url, "/standards/NOBODY-00/", "/none/"):
        assert is_strict(read_policy(client.get(path))), path


@pytest.mark.django_db
def test_api_is_strict_and_its_documentation_runs_only_its_own_start(client):
    assert is_strict(read_policy(client.get(reverse("sb-course-list"))))
    assert is_strict(read_policy(client.get(reverse("sb-api-schema"))))
    docs = read_policy(client.get(reverse("sb-api-docs")))
    assert docs["script-src"] == ["'self'", "'unsafe-inline'"]
    assert docs["default-src"] == ["'none'"]


def test_admin_has_the_looser_policy_and_still_nothing_foreign(boss):
    policy = read_policy(boss.get(reverse("wagtailadmin_home")))
    assert set(UNSAFE) <= set(policy["script-src"])
    assert policy["frame-ancestors"] == ["'self'"]
    sources = {source for directive in policy.values() for source in directive}
    assert sources <= {"'self'", "'none'", "data:", "blob:", *UNSAFE}


def test_path_that_only_looks_like_the_admin_is_strict(boss):
    assert is_strict(read_policy(boss.get("/administration/")))
    assert is_strict(read_policy(boss.get("/my/record/admin/")))


def test_preview_may_be_framed_by_the_admin_and_runs_no_script_of_its_own(boss):
    lesson = LessonPage.objects.child_of(make_course()).first()
    page = Page.objects.get(pk=lesson.pk).specific
    assert get_user_model().objects.filter(is_superuser=True).exists()
    draft = boss.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    policy = read_policy(draft)
    assert draft.status_code == 200
    assert policy["frame-ancestors"] == ["'self'"]
    assert "'unsafe-eval'" not in policy["script-src"]
