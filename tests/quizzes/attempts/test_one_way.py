"""Quizzes that go one way only, and quizzes that tell at once."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from lms.api import RuleError, registry
from quizzes.attempts.actions import leave_question, save_response
from quizzes.attempts.models import Attempt, ResponseEvent
from tests.lms.factories import make_person
from tests.quizzes.factories import NOW, answer, make_small_quiz, start, take, token_of

pytestmark = pytest.mark.django_db
AT_ONCE = {"during": ["mark", "feedback", "right_answer"]}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def learner(client, person):
    client.force_login(person.user)
    return client


def at(attempt, rest=""):
    return f"/attempts/{attempt.uuid}/{rest}"


def go_on(attempt, number, part="b"):
    raw = None if part is None else token_of(attempt.items.get(number=number), part)
    return save_response(
        attempt=attempt, item_number=number, raw=raw, moves_on=True, actor=None, now=NOW
    )


def refusal(work):
    with pytest.raises(RuleError) as error:
        work()
    return error.value.code


def test_there_is_no_way_back_and_no_way_ahead(person):
    attempt = start(person, make_small_quiz(navigation="sequential"))
    assert refusal(lambda: answer(attempt, 2, "b")) == "question_ahead"
    answer(attempt, 1, "a")
    go_on(attempt, 1)
    # Sent twice by a double click: the same again is no way back.
    go_on(attempt, 1)
    attempt.refresh_from_db()
    assert attempt.position == 2
    assert refusal(lambda: go_on(attempt, 1, "c")) == "question_passed"
    assert refusal(lambda: answer(attempt, 3, "b")) == "question_ahead"
    go_on(attempt, 2, None)
    assert refusal(lambda: answer(attempt, 2, "b")) == "question_passed"


def test_the_pages_show_only_where_the_attempt_stands(learner, person):
    attempt = start(person, make_small_quiz(navigation="sequential"))
    text = learner.get(at(attempt, "1/")).text
    assert "there is no way back" in text
    assert at(attempt, "2/") not in text
    for elsewhere in ("2/", "4/", "review/"):
        led = learner.get(at(attempt, elsewhere), follow=True)
        assert led.redirect_chain[-1][0] == at(attempt, "1/")
    for number in range(1, 5):
        token = token_of(attempt.items.get(number=number), "b")
        last = {"last": "1"} if number == 4 else {}
        assert learner.post(at(attempt, f"{number}/"), {"choice": token} | last).status_code == 303
    assert learner.get(at(attempt))["Location"] == at(attempt, "review/")
    assert at(attempt, "1/") not in learner.get(at(attempt, "review/")).text
    back = learner.post(at(attempt, "1/"), {"choice": "x"}, follow=True)
    assert back.redirect_chain[0] == (at(attempt), 303)
    assert "no way back" in back.text
    learner.post(at(attempt, "review/"))
    assert "Passed. Well done!" in learner.get(at(attempt, "result/")).text


SENT = [{}, {"move": "a:up"}, {"choice": "x"}, {"choice": "x", "certainty": "maybe"}]


@pytest.mark.parametrize("more", [{}, {"feedback": AT_ONCE}])
def test_no_way_of_sending_shows_a_question_elsewhere(learner, person, more):
    attempt = start(person, make_small_quiz(navigation="sequential", **more))
    Attempt.objects.filter(pk=attempt.pk).update(position=2)
    for number in (1, 4):
        for sent in SENT:
            led = learner.post(at(attempt, f"{number}/"), sent)
            assert (led.status_code, led["Location"], led.text) == (303, at(attempt), "")
    told = learner.post(at(attempt, "4/"), {}, headers={"Accept": "application/json"})
    assert (told.status_code, told.json()["code"]) == (409, "question_ahead")
    assert set(told.json()) == {"code", "message", "next"}


def test_no_way_of_sending_shows_a_question_after_handing_in(learner, person):
    attempt = take(person, make_small_quiz(), right=4)
    for sent in SENT:
        led = learner.post(at(attempt, "1/"), sent)
        assert (led.status_code, led["Location"], led.text) == (303, at(attempt), "")
    told = learner.post(at(attempt, "1/"), {}, headers={"Accept": "application/json"})
    assert (told.status_code, told.json()["code"]) == (409, "attempt_closed")


def test_the_same_answer_sent_twice_goes_on_as_it_did(learner, person):
    attempt = start(person, make_small_quiz(navigation="sequential"))
    sent = {"choice": token_of(attempt.items.get(number=1), "b")}
    for _ in range(2):
        assert learner.post(at(attempt, "1/"), sent)["Location"] == at(attempt, "2/")


def test_a_question_is_left_unanswered_only_when_asked_for_twice(learner, person):
    attempt = start(person, make_small_quiz(navigation="sequential"))
    asked = learner.post(at(attempt, "1/"), {})
    assert asked.status_code == 422
    assert "to leave it unanswered for good" in asked.text
    assert 'name="blank"' in asked.text
    assert learner.post(at(attempt, "1/"), {"blank": "1"})["Location"] == at(attempt, "2/")


def test_the_api_sends_only_the_question_it_stands_at(person):
    attempt = start(person, make_small_quiz(navigation="sequential"))
    api = APIClient()
    api.force_authenticate(person.user)
    address = f"/api/v1/attempts/{attempt.uuid}/"
    token = token_of(attempt.items.get(number=1), "b")
    assert [row["number"] for row in api.get(address).json()["questions"]] == [1]
    sent = {"response": token, "moves_on": True}
    assert api.put(f"{address}responses/1/", sent, format="json").status_code == 200
    body = api.get(address).json()
    assert ([row["number"] for row in body["questions"]], body["position"]) == ([2], 2)
    refused = api.put(f"{address}responses/3/", sent, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "question_ahead")
    refused = api.put(f"{address}responses/1/", {"response": None}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "question_passed")


def test_moving_on_stays_within_the_budget_of_saving(learner, person, monkeypatch):
    monkeypatch.setattr(registry.navigation, "_items", [])
    attempt = start(person, make_small_quiz(navigation="sequential"))
    token = token_of(attempt.items.get(number=1), "b")
    with CaptureQueriesContext(connection) as queries:
        assert learner.post(at(attempt, "1/"), {"choice": token}).status_code == 303
    told = [q for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(told) <= 6, [q["sql"][:90] for q in told]


def test_what_is_said_at_once_comes_after_the_answer_and_the_answer_then_stays(learner, person):
    attempt = start(person, make_small_quiz(feedback=AT_ONCE, reveal_early=True))
    assert "said" not in learner.get(at(attempt, "1/")).text
    token = token_of(attempt.items.get(number=1), "a")
    answered = learner.post(at(attempt, "1/"), {"choice": token})
    assert answered["Location"] == at(attempt, "1/")
    told = learner.get(at(attempt, "1/")).text
    assert "a-said" in told
    assert "right answer" in told
    assert "b-said" not in told
    assert "said" not in learner.get(at(attempt, "2/")).text
    assert refusal(lambda: answer(attempt, 1, "b")) == "answer_shown"
    assert ResponseEvent.objects.get().response == "a"


def test_the_right_answer_is_not_said_at_once_unless_chosen_so(learner, person):
    attempt = start(person, make_small_quiz(feedback=AT_ONCE))
    answer(attempt, 1, "a")
    told = learner.get(at(attempt, "1/"))
    assert "a-said" in told.text
    assert "right answer" not in told.text
    assert all("right" not in row for row in told.context["page"].told["options"])


def test_one_way_and_at_once_together_go_on_by_a_button(learner, person):
    quiz = make_small_quiz(navigation="sequential", feedback=AT_ONCE)
    attempt = start(person, quiz)
    leave_question(attempt=attempt, item_number=1, actor=person.user)
    assert learner.get(at(attempt))["Location"] == at(attempt, "1/")
    token = token_of(attempt.items.get(number=1), "a")
    learner.post(at(attempt, "1/"), {"choice": token})
    assert "a-said" in learner.get(at(attempt, "1/")).text
    for _ in range(2):
        assert learner.post(at(attempt, "1/"), {"leave": "1"})["Location"] == at(attempt)
        assert learner.get(at(attempt))["Location"] == at(attempt, "2/")
