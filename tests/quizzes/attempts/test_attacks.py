"""What somebody may try, on every road there is: the pages' forms, their script, the API."""

from datetime import timedelta

import pytest
import time_machine
from rest_framework.test import APIClient

from quizzes.attempts.models import Attempt, AttemptResult, ResponseEvent
from quizzes.questions.models import Question
from tests.lms.factories import PASSWORD, make_person
from tests.quizzes.factories import (
    NOW,
    answer,
    make_questions,
    make_quiz,
    make_small_quiz,
    single,
    start,
    take,
    token_of,
)

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def person():
    return make_person()


class Page:
    """The forms of the pages, without their script."""

    def __init__(self, client, user):
        self.client = client
        client.force_login(user)

    def save(self, attempt, number, tokens, **more):
        sent = {"choice": tokens} | more
        return self.client.post(f"/attempts/{attempt.uuid}/{number}/", sent)

    def submit(self, attempt):
        return self.client.post(f"/attempts/{attempt.uuid}/review/")

    def start(self, quiz):
        return self.client.post(f"/quizzes/{quiz.uuid}/")

    def look(self, attempt):
        return self.client.get(f"/attempts/{attempt.uuid}/result/")


class Script(Page):
    """The script of the question's page."""

    def save(self, attempt, number, tokens, **more):
        sent = {"choice": tokens, "autosave": "1"} | more
        return self.client.post(f"/attempts/{attempt.uuid}/{number}/", sent, **JSON)


class Api:
    """The REST interface."""

    def __init__(self, _client, user):
        self.client = APIClient()
        self.client.force_authenticate(user)

    def post(self, path, body=None):
        return self.client.post(f"/api/v1/attempts/{path}", body, format="json")

    def save(self, attempt, number, tokens, **more):
        raw = tokens if len(tokens) > 1 else tokens[0]
        return self.post(f"{attempt.uuid}/responses/{number}/", {"response": raw} | more)

    def submit(self, attempt):
        return self.post(f"{attempt.uuid}/submit/")

    def start(self, quiz):
        return self.post("", {"quiz": str(quiz.uuid)})

    def look(self, attempt):
        return self.client.get(f"/api/v1/attempts/{attempt.uuid}/")


@pytest.fixture(params=[Page, Script, Api])
def road(request, client, person):
    return request.param(client, person.user)


def is_refused(response):
    """Return whether nothing was taken: an error, or a page that leads back with a warning."""
    return response.status_code in {303, 404, 409, 422}


def test_other_peoples_attempts_are_unknown_on_every_road(road):
    quiz = make_small_quiz()
    attempt = start(make_person(), quiz)
    token = token_of(attempt.items.get(number=1), "b")
    for response in (road.save(attempt, 1, [token]), road.submit(attempt), road.look(attempt)):
        assert response.status_code == 404
    attempt.refresh_from_db()
    assert (attempt.state, ResponseEvent.objects.count()) == ("open", 0)


def test_foreign_questions_double_options_and_junk_are_refused_on_every_road(road, person):
    quiz = make_small_quiz()
    attempt, other = start(person, quiz), start(make_person(), quiz)
    answer(attempt, 1, "b")
    item = attempt.items.get(number=1)
    both = [token_of(item, "a"), token_of(item, "b")]
    for tokens in (
        both,
        [token_of(item, "a")] * 2,
        [token_of(attempt.items.get(number=2), "b")],
        [token_of(other.items.get(number=1), "b")],
        ["b"],
        ["\x00"],
        ["x" * 5000],
    ):
        assert road.save(attempt, 1, tokens).status_code == 422
    for number in (0, 5, 999):
        assert road.save(attempt, number, both[:1]).status_code == 404
    assert ResponseEvent.objects.get().response == "b"


def test_nothing_is_taken_after_handing_in_and_handing_in_again_changes_nothing(road, person):
    attempt = start(person, make_small_quiz())
    token = token_of(attempt.items.get(number=1), "b")
    assert road.submit(attempt).status_code in {200, 303}
    assert is_refused(road.save(attempt, 1, [token]))
    first = AttemptResult.objects.get()
    assert road.submit(attempt).status_code in {200, 303}
    assert AttemptResult.objects.get() == first
    assert not ResponseEvent.objects.exists()


def test_a_late_answer_is_refused_whatever_clock_the_browser_claims(road, person, clock):
    attempt = start(person, make_small_quiz())
    token = token_of(attempt.items.get(number=1), "b")
    clock.shift(timedelta(minutes=20, seconds=29))
    assert road.save(attempt, 1, [token]).status_code in {200, 303}
    clock.shift(timedelta(seconds=1))
    late = token_of(attempt.items.get(number=2), "b")
    skewed = {} if isinstance(road, Api) else {"now": NOW.isoformat(), "due_at": "2099-01-01"}
    assert is_refused(road.save(attempt, 2, [late], **skewed))
    attempt.refresh_from_db()
    assert (attempt.state, attempt.submitted_at) == ("closed", attempt.due_at)
    assert AttemptResult.objects.get().percent == "1/4"


def test_no_start_beyond_the_limit_on_every_road(road, person):
    quiz = make_small_quiz(attempts_allowed=1, cool_down_minutes=0)
    take(person, quiz, right=0)
    assert road.start(quiz).status_code == 409
    assert Attempt.objects.count() == 1


def test_two_tabs_keep_the_answer_that_came_last(road, person):
    attempt = start(person, make_small_quiz())
    item = attempt.items.get(number=1)
    for part in ("a", "b", "b", "a"):
        assert road.save(attempt, 1, [token_of(item, part)]).status_code in {200, 303}
    assert list(ResponseEvent.objects.values_list("response", flat=True)) == ["a", "b", "a"]


def test_publishing_editing_and_retiring_during_an_attempt_change_nothing(road, person):
    make_questions([single("S")])
    quiz = make_quiz(slots=[{"question": "S"}])
    attempt = start(person, quiz)
    turned = single("S")
    turned["options"][0]["fraction"], turned["options"][1]["fraction"] = "1", "0"
    make_questions([turned, single("T")])
    make_quiz(slots=[{"question": "T"}], pass_percent=100, time_limit_minutes=1)
    Question.objects.filter(code="S").update(retired=True)
    quiz.unpublish()
    token = token_of(attempt.items.get(number=1), "b")
    assert road.save(attempt, 1, [token]).status_code in {200, 303}
    assert road.submit(attempt).status_code in {200, 303}
    assert AttemptResult.objects.get().passed


@pytest.mark.parametrize(
    "field", ["employee", "state", "number", "due_at", "grace_until", "passed", "seed", "percent"]
)
def test_read_only_fields_in_a_body_are_refused_and_named(client, person, field):
    api = Api(client, person.user)
    quiz = make_small_quiz()
    attempt = start(person, quiz)
    token = token_of(attempt.items.get(number=1), "b")
    for path, body in (
        ("", {"quiz": str(quiz.uuid), field: 1}),
        (f"{attempt.uuid}/responses/1/", {"response": token, field: 1}),
        (f"{attempt.uuid}/submit/", {field: 1}),
    ):
        refused = api.post(path, body)
        assert refused.status_code == 400
        assert field in refused.content.decode()
    assert not ResponseEvent.objects.exists()


# The script of the page.


def test_the_script_saves_without_leaving_and_repeats_change_nothing(client, person):
    script, attempt = Script(client, person.user), start(person, make_small_quiz())
    token = token_of(attempt.items.get(number=1), "b")
    sent = {"sequence": "1", "known": "0"}
    first = script.save(attempt, 1, [token], **sent).json()
    assert first["elsewhere"] is False
    assert script.save(attempt, 1, [token], **sent).json() == first
    assert ResponseEvent.objects.count() == 1


def test_a_second_device_is_noticed_and_the_highest_number_counts(client, person):
    script, attempt = Script(client, person.user), start(person, make_small_quiz())
    item = attempt.items.get(number=1)
    answer(attempt, 1, "a", sequence=4)
    behind = script.save(attempt, 1, [token_of(item, "b")], sequence="4", known="0")
    assert (behind.status_code, behind.json()["code"]) == (409, "sequence_used")
    ahead = script.save(attempt, 1, [token_of(item, "b")], sequence="9", known="0").json()
    assert (ahead["sequence"], ahead["elsewhere"]) == (9, True)
    older = script.save(attempt, 1, [token_of(item, "c")], sequence="5", known="4").json()
    assert older["elsewhere"] is True
    script.submit(attempt)
    assert AttemptResult.objects.get().percent == "1/4"


@pytest.mark.parametrize("junk", ["-1", "0", "1e3", "x", "9" * 16, "9" * 400, "١", "", "1.5"])
def test_an_odd_number_from_a_script_is_an_error_or_none_at_all(client, person, junk):
    script, attempt = Script(client, person.user), start(person, make_small_quiz())
    token = token_of(attempt.items.get(number=1), "b")
    answered = script.save(attempt, 1, [token], sequence=junk, known=junk)
    assert answered.status_code in {200, 422}


def test_a_script_whose_session_has_ended_is_told_and_may_send_again(client, person):
    script, attempt = Script(client, person.user), start(person, make_small_quiz())
    token = token_of(attempt.items.get(number=1), "b")
    client.logout()
    told = script.save(attempt, 1, [token], sequence="1")
    assert (told.status_code, told.json()) == (401, {"code": "signed_out"})
    client.post("/login/", {"username": person.employee_number, "password": PASSWORD})
    assert script.save(attempt, 1, [token], sequence="1").status_code == 200
    assert ResponseEvent.objects.get().response == "b"
