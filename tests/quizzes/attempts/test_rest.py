import pytest
import time_machine
from rest_framework.test import APIClient

from quizzes.attempts.models import Attempt, ResponseEvent
from tests.lms.factories import UserFactory, make_person
from tests.quizzes.factories import NOW, make_small_quiz, start, token_of

pytestmark = pytest.mark.django_db
ATTEMPTS = "/api/v1/attempts/"


@pytest.fixture
def person():
    return make_person()


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def api(person):
    client = APIClient()
    client.force_authenticate(person.user)
    return client


def test_a_learner_takes_a_quiz_over_the_api(api, person):
    quiz = make_small_quiz()
    body = {"quiz": str(quiz.uuid)}
    started = api.post(ATTEMPTS, body, format="json")
    assert started.status_code == 201
    again = api.post(ATTEMPTS, body, format="json").json()
    assert again["uuid"] == started.json()["uuid"]
    address = f"{ATTEMPTS}{again['uuid']}/"
    attempt = Attempt.objects.get()
    for question in api.get(address).json()["questions"]:
        public = {"number", "type", "prompt", "multiple", "options", "response", "sequence"}
        assert set(question) == public
        right = token_of(attempt.items.get(number=question["number"]), "b")
        assert right in [option["token"] for option in question["options"]]
        saved = api.put(
            f"{address}responses/{question['number']}/",
            {"response": right, "sequence": 1},
            format="json",
        )
        assert (saved.status_code, saved.json()["sequence"]) == (200, 1)
    first = api.post(f"{address}submit/", format="json").json()
    assert first["result"]["passed"] is True
    assert first["result"]["percent"] == 100
    assert api.post(f"{address}submit/", format="json").json() == first
    assert [row["uuid"] for row in api.get(ATTEMPTS).json()["results"]] == [again["uuid"]]


def test_refusals_are_problems_with_stable_codes(api, person):
    quiz = make_small_quiz()
    attempt = start(person, quiz)
    address = f"{ATTEMPTS}{attempt.uuid}/"
    token = token_of(attempt.items.get(number=1), "b")

    def sent(body, path="responses/1/"):
        answered = api.post(f"{address}{path}", body, format="json")
        assert answered["Content-Type"] == "application/problem+json"
        assert answered.json()["status"] == answered.status_code
        return answered.status_code, answered.json()["code"]

    assert sent({"response": "b"}) == (422, "invalid_response")
    assert sent({"response": [token, token]}) == (422, "invalid_response")
    assert sent({"response": token, "state": "right"}) == (400, "invalid_input")
    assert sent({"response": token, "sequence": 0}) == (400, "invalid_input")
    assert sent({"response": token, "sequence": 2**60}) == (422, "invalid_input")
    assert sent({}) == (400, "invalid_input")
    assert sent([1, 2]) == (400, "invalid_input")
    assert sent({"response": token}, "responses/99/") == (404, "not_found")
    assert sent({"passed": True}, "submit/") == (400, "invalid_input")
    assert not ResponseEvent.objects.exists()
    api.post(f"{address}submit/", format="json")
    assert sent({"response": token}) == (409, "attempt_closed")


@pytest.mark.parametrize("junk", [{"a": [[[]]]}, {}, [], [[]], {"a": ""}])
def test_a_wrong_container_is_refused_and_leaves_the_earlier_answer(api, person, junk):
    attempt = start(person, make_small_quiz())
    address = f"{ATTEMPTS}{attempt.uuid}/responses/1/"
    token = token_of(attempt.items.get(number=1), "b")
    assert api.put(address, {"response": token}, format="json").status_code == 200
    refused = api.put(address, {"response": junk}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_response")
    assert ResponseEvent.objects.get().response == "b"


@pytest.mark.parametrize("depth", [40, 900, 3000, 100_000])
@pytest.mark.parametrize(("head", "tail"), [("[", "]"), ('{"a":', "}")])
def test_a_body_nested_too_deep_is_a_problem_and_not_a_crash(api, person, depth, head, tail):
    attempt = start(person, make_small_quiz())
    nested = head * depth + "1" + tail * depth
    for address, body in (
        (f"{ATTEMPTS}{attempt.uuid}/responses/1/", f'{{"response": {nested}}}'),
        (ATTEMPTS, nested),
        ("/api/v1/plays/", nested),
    ):
        refused = api.post(address, body, content_type="application/json")
        assert refused.status_code == 400
        assert refused["Content-Type"] == "application/problem+json"
        assert refused.json()["code"] == "parse_error"
    assert not ResponseEvent.objects.exists()


def test_a_start_takes_only_what_it_knows(api, person):
    quiz = make_small_quiz()
    for body, status in (
        ({"quiz": str(quiz.uuid), "employee": 1}, 400),
        ({"quiz": "x"}, 400),
        ({"quiz": str(quiz.uuid), "purpose": "exam"}, 400),
        ({"quiz": "00000000-0000-4000-8000-000000000000"}, 404),
        ("text", 400),
        (None, 400),
    ):
        assert api.post(ATTEMPTS, body, format="json").status_code == status
    assert not Attempt.objects.exists()
    broken = api.post(ATTEMPTS, b'{"quiz": ', content_type="application/json")
    assert broken.status_code == 400
    nan = api.post(ATTEMPTS, b'{"quiz": NaN}', content_type="application/json")
    assert nan.status_code == 400


def test_other_peoples_attempts_are_not_found(api):
    attempt = start(make_person(), make_small_quiz())
    address = f"{ATTEMPTS}{attempt.uuid}/"
    for answered in (
        api.get(address),
        api.put(f"{address}responses/1/", {"response": None}, format="json"),
        api.post(f"{address}submit/", format="json"),
    ):
        assert answered.status_code == 404
        assert answered.json()["code"] == "not_found"
    assert api.get(ATTEMPTS).json()["results"] == []
    attempt.refresh_from_db()
    assert attempt.state == "open"


@pytest.mark.parametrize("junk", ["x", "1", "%00", "00000000-0000-4000-8000-00000000000g"])
def test_an_id_that_is_none_is_not_found(api, junk):
    for answered in (
        api.get(f"{ATTEMPTS}{junk}/"),
        api.put(f"{ATTEMPTS}{junk}/responses/1/", {"response": None}, format="json"),
        api.post(f"{ATTEMPTS}{junk}/submit/", format="json"),
    ):
        assert answered.status_code == 404
        assert answered.json()["code"] == "not_found"


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30, "9" * 5000])
def test_a_number_that_no_question_has_is_not_found(api, person, number):
    attempt = start(person, make_small_quiz())
    address = f"{ATTEMPTS}{attempt.uuid}/responses/{number}/"
    assert api.put(address, {"response": None}, format="json").status_code == 404


def test_strangers_and_logins_without_a_person_get_nothing(person):
    quiz = make_small_quiz()
    assert APIClient().get(ATTEMPTS).status_code in {401, 403}
    stranger = APIClient()
    stranger.force_authenticate(UserFactory())
    answered = stranger.post(ATTEMPTS, {"quiz": str(quiz.uuid)}, format="json")
    assert (answered.status_code, answered.json()["code"]) == (404, "no_employee")
