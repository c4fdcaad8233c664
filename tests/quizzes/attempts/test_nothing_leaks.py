"""Canaries in every part of a key: no byte of them may leave before its time."""

import pytest
import time_machine
from django.test import override_settings
from django.urls import path
from rest_framework.test import APIClient
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.api.v3.urls import api as wagtail_v3
from wagtail.documents.api.v2.views import DocumentsAPIViewSet
from wagtail.search.backends import get_search_backend

from lms.config.urls import urlpatterns as site_urls
from quizzes.questions.models import Question
from tests.lms.factories import UserFactory, make_person
from tests.quizzes.factories import NOW, answer, make_questions, make_quiz, start, token_of

pytestmark = pytest.mark.django_db

router = WagtailAPIRouter("canary_v2")
router.register_endpoint("pages", PagesAPIViewSet)
router.register_endpoint("documents", DocumentsAPIViewSet)
urlpatterns = [path("v2/", router.urls), path("v3/", wagtail_v3.urls), *site_urls]

CANARIES = ("canary-", "1/7777", "7777", "optid")


def key_of(kind):
    return {
        "code": f"LEAK-{kind}",
        "type": kind,
        "prompt": f"<p>Question of type {kind}</p>",
        "standards": {"PHONE-01": 1},
        "feedback": {name: f"canary-{name}" for name in ("general", "right", "wrong")},
        "tags": ["canary-tag"],
        "difficulty": 3,
        "critical": True,
    }


def option(name, fraction):
    return {
        "id": f"optid-{name}",
        "text": f"Option {name}",
        "fraction": fraction,
        "feedback": f"canary-feedback-{name}",
    }


@pytest.fixture
def quiz():
    options = [option("a", "1"), option("b", "1/7777"), option("c", "0")]
    several = [option("a", "7776/7777"), option("b", "1/7777"), option("c", "-1/7777")]
    make_questions(
        [
            key_of("single") | {"options": options},
            key_of("multiple") | {"options": several},
            key_of("true_false") | {"answer": False},
        ]
    )
    kinds = ("single", "multiple", "true_false")
    return make_quiz(slots=[{"question": f"LEAK-{kind}"} for kind in kinds], pass_percent=100)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def assert_clean(answered):
    body = answered.content.decode()
    found = [canary for canary in CANARIES if canary in body]
    assert not found, f"{answered.request['PATH_INFO']} holds {found}"


def test_the_canaries_are_really_in_the_keys(quiz):
    versions = [str(q.versions.get().body) for q in Question.objects.all()]
    assert all(any(canary in body for body in versions) for canary in CANARIES)


def test_no_page_of_a_running_attempt_holds_any_of_the_key(client, quiz):
    person = make_person()
    client.force_login(person.user)
    attempt = start(person, quiz)
    answer(attempt, 1, "optid-c")
    pages = [f"/quizzes/{quiz.uuid}/", f"/attempts/{attempt.uuid}/review/"]
    pages += [f"/attempts/{attempt.uuid}/{number}/" for number in (1, 2, 3)]
    for address in pages:
        answered = client.get(address)
        assert answered.status_code == 200
        assert_clean(answered)
    for number in (1, 2, 3):
        refused = client.post(f"/attempts/{attempt.uuid}/{number}/", {"choice": "optid-a"})
        assert refused.status_code == 422
        assert "optid" not in refused.text
        assert_clean(refused)


def test_no_answer_of_the_api_holds_any_of_the_key(quiz):
    person = make_person()
    api = APIClient()
    api.force_authenticate(person.user)
    started = api.post("/api/v1/attempts/", {"quiz": str(quiz.uuid)}, format="json")
    assert_clean(started)
    attempt = person.attempts.get()
    address = f"/api/v1/attempts/{attempt.uuid}/"
    token = token_of(attempt.items.get(number=1), "optid-c")
    assert_clean(api.get(address))
    assert_clean(api.get("/api/v1/attempts/"))
    assert_clean(api.put(f"{address}responses/1/", {"response": token}, format="json"))
    refused = api.put(f"{address}responses/1/", {"response": "zzz"}, format="json")
    assert refused.status_code == 422
    assert_clean(refused)


def test_a_result_that_only_marks_holds_no_feedback_and_no_right_answer(client, quiz):
    person = make_person()
    client.force_login(person.user)
    only_marks = {phase: ["mark"] for phase in ("right_after", "later", "after_close")}
    marked = make_quiz(
        "MARKED", slots=quiz.to_body()["slots"], feedback=only_marks, pass_percent=100
    )
    attempt = start(person, marked)
    answer(attempt, 1, "optid-c")
    client.post(f"/attempts/{attempt.uuid}/review/")
    assert_clean(client.get(f"/attempts/{attempt.uuid}/result/"))


@pytest.mark.usefixtures("indexes")
@override_settings(ROOT_URLCONF=__name__)
def test_wagtails_own_apis_hold_none_of_the_key(client, quiz):
    addresses = ("v2/pages/", "v2/pages/?search=canary", "v2/documents/", "v3/pages/")
    more = ("v3/openapi.json", "v3/schema/", "v3/sites/", "v3/pages/?search=canary")
    for user in (None, make_person().user, UserFactory(superuser=True)):
        if user is not None:
            client.force_login(user)
        answers = [client.get(f"/{address}") for address in (*addresses, *more)]
        for answered in answers:
            assert_clean(answered)
    # The owner of the site really got something, so silence is not what kept it clean.
    assert [answered.status_code for answered in answers[: len(addresses)]] == [200] * 4


@pytest.mark.usefixtures("indexes")
def test_search_finds_no_key(quiz):
    backend = get_search_backend()
    assert backend.search("type", Question.objects.all()).count() > 0
    for words in ("canary-general", "canary-feedback-a", "canary", "optid-a"):
        assert backend.search(words, Question.objects.all()).count() == 0


def test_learners_and_managers_reach_no_editor_preview_or_list_of_questions(client, quiz):
    from tests.lms.factories import make_granted

    question = Question.objects.first()
    base = "/admin/snippets/sb_quizzes/question/"
    people = [make_person().user, make_granted("branch_manager"), make_granted("auditor")]
    for user in people:
        client.force_login(user)
        for rest in (
            "",
            f"edit/{question.pk}/",
            f"preview/{question.pk}/",
            f"history/{question.pk}/",
            f"copy/{question.pk}/",
            f"usage/{question.pk}/",
            f"history/{question.pk}/revisions/{question.latest_revision_id}/view/",
            f"revisions/compare/{question.pk}/live/latest/",
        ):
            answered = client.get(f"{base}{rest}")
            assert answered.status_code in {302, 403, 404}, rest
            assert_clean(answered)


def test_after_a_pass_the_key_is_explained(client, quiz):
    person = make_person()
    client.force_login(person.user)
    make_questions(
        [key_of("single") | {"code": "EASY", "options": [option("a", "1"), option("b", "0")]}]
    )
    easy = make_quiz("EASY", slots=[{"question": "EASY"}])
    attempt = start(person, easy)
    answer(attempt, 1, "optid-a")
    client.post(f"/attempts/{attempt.uuid}/review/")
    text = client.get(f"/attempts/{attempt.uuid}/result/").text
    assert "canary-feedback-a" in text
    assert "canary-right" in text
    assert "optid" not in text
