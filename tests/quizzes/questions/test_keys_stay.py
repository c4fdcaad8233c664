"""Canaries in the key of every type: no byte of them leaves while an attempt runs."""

import pytest
import time_machine
from rest_framework.test import APIClient

from quizzes.questions.models import Question
from tests.lms.factories import make_person
from tests.quizzes.factories import NOW, make_questions, make_quiz, start

pytestmark = pytest.mark.django_db
# Ids, feedback, patterns, numbers, shares, weights, criteria, tags: all of them.
CANARIES = ("canary", "7777", "3131", "ringading")
FEEDBACK = {name: f"canary-{name}" for name in ("general", "right", "wrong")}
SHARED = {"feedback": FEEDBACK, "tags": ["canary-tag"], "standards": {"PHONE-01": "7.777"}}


def option(name, fraction):
    more = {"fraction": fraction, "feedback": f"canary-said-{name}"}
    return {"id": f"canary-{name}", "text": f"Option {name}"} | more


TEXTS = [{"pattern": "ringading*", "fraction": "1", "feedback": "canary-text"}]
NUMBERS = [
    {"value": "3131", "tolerance": "7.777", "fraction": "1", "feedback": "canary-number"},
    {"min": "31310", "max": "31319", "fraction": "1/7777", "feedback": "canary-range"},
]
OPTIONS = [option("a", "1"), option("b", "1/7777"), option("c", "0")]
KEYS = {
    "single": {"options": OPTIONS},
    "multiple": {
        "options": [option("a", "7776/7777"), option("b", "1/7777"), option("c", "-1/7777")]
    },
    "true_false": {"answer": False},
    "short_text": {"answers": TEXTS},
    "numeric": {"answers": NUMBERS},
    "matching": {
        "stems": [
            {"id": f"canary-s{n}", "text": f"Stem {n}", "match": f"canary-m{n}"} for n in "12"
        ],
        "choices": [{"id": f"canary-m{n}", "text": f"Choice {n}"} for n in "123"],
    },
    "ordering": {"items": [{"id": f"canary-{n}", "text": f"Step {n}"} for n in range(4)]},
    "gaps": {
        "text": "<p>Say {{canary-g1}} at {{canary-g2}} for {{canary-g3}}.</p>",
        "gaps": [
            {"id": "canary-g1", "type": "single", "weight": "7.777", "options": OPTIONS},
            {"id": "canary-g2", "type": "short_text", "answers": TEXTS},
            {"id": "canary-g3", "type": "numeric", "answers": NUMBERS},
        ],
    },
    "open": {
        "rubric": [{"text": "canary-tone", "levels": [{"text": "canary-kind", "points": "77.77"}]}]
    },
}
FORMS = (
    {"choice": "canary-a"},
    {"text": "\x00"},
    {"part-canary-g1": "canary-a"},
    {"item": ["canary-0", "canary-1"], "move": "up canary-0"},
)


def write_row(kind):
    prompt = f"<p>Question of type {kind}</p>"
    return {"code": f"Q-{kind}", "type": kind, "prompt": prompt} | SHARED | KEYS[kind]


@pytest.fixture
def attempt(client):
    make_questions([write_row(kind) for kind in KEYS])
    slots = [{"question": f"Q-{kind}"} for kind in KEYS]
    person = make_person()
    client.force_login(person.user)
    with time_machine.travel(NOW, tick=False):
        yield start(person, make_quiz(slots=slots, pass_percent=100))


def find_canaries(answered):
    text = answered.content.decode()
    return [canary for canary in CANARIES if canary in text]


def test_the_canaries_are_in_every_key(attempt):
    for question in Question.objects.all():
        body = str(question.versions.get().body)
        assert "canary" in body
    bodies = " ".join(str(question.to_body()) for question in Question.objects.all())
    assert all(canary in bodies for canary in CANARIES)


def test_no_page_of_any_type_holds_any_of_its_key(client, attempt):
    for number, kind in enumerate(KEYS, start=1):
        answered = client.get(f"/attempts/{attempt.uuid}/{number}/")
        assert answered.status_code == 200
        assert f"Question of type {kind}" in answered.text
        assert find_canaries(answered) == [], kind
    assert find_canaries(client.get(f"/attempts/{attempt.uuid}/review/")) == []


@pytest.mark.parametrize("sent", FORMS)
def test_no_refused_answer_gives_any_of_a_key_away(client, attempt, sent):
    for number, kind in enumerate(KEYS, start=1):
        refused = client.post(f"/attempts/{attempt.uuid}/{number}/", sent)
        assert refused.status_code in {200, 303, 422}, kind
        # What was sent comes back into the form; nothing else may.
        given = [
            value
            for values in sent.values()
            for value in ([values] if isinstance(values, str) else values)
        ]
        text = refused.content.decode()
        for value in given:
            text = text.replace(value, "")
        assert [canary for canary in CANARIES if canary in text] == [], kind


def test_no_answer_of_the_api_holds_any_of_a_key(attempt):
    api = APIClient()
    api.force_authenticate(attempt.employee.user)
    listed = api.get(f"/api/v1/attempts/{attempt.uuid}/")
    assert len(listed.json()["questions"]) == len(KEYS)
    assert find_canaries(listed) == []
    for number in range(1, len(KEYS) + 1):
        address = f"/api/v1/attempts/{attempt.uuid}/responses/{number}/"
        for junk in ('{"zzz": "y"}', '["zzz"]', '"\\ud800"', '"\\u0000"', '{"unreadable": true}'):
            refused = api.put(address, f'{{"response": {junk}}}', content_type="application/json")
            assert refused.status_code in {400, 422}, (number, junk)
            assert find_canaries(refused) == []
