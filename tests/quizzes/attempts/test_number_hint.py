"""“4 kg” where a number is asked: told at once, without a word on right or wrong; nothing lost."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from quizzes.attempts.models import ResponseEvent
from tests.lms.factories import make_person
from tests.quizzes.factories import NOW, make_questions, make_quiz, start

pytestmark = pytest.mark.django_db
WORDS = "Write only the number, without words or a unit"
GAPS = {
    "code": "GAPS",
    "type": "gaps",
    "prompt": "<p>Lift {{g1}} up to {{g2}} alone.</p>",
    "gaps": [
        {"id": "g1", "type": "short_text", "answers": [{"pattern": "boxes"}]},
        {"id": "g2", "type": "numeric", "answers": [{"value": "4"}]},
    ],
    "standards": {"PHONE-01": 1},
}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def open_question(row, **settings):
    """Return a client and the address of a question under way."""
    person = make_person()
    make_questions([row])
    quiz = make_quiz(slots=[{"question": row["code"]}], **settings)
    attempt = start(person, quiz)
    client = Client()
    client.force_login(person.user)
    return client, reverse("sb_quizzes:question", args=[attempt.uuid, 1]), attempt


def hidden(page: str) -> str:
    """Return the field that the page says holds a number."""
    return page.split('name="number" value="')[1].split('"', maxsplit=1)[0]


def fields_of(client, address) -> tuple[str, str]:
    """Return the names of the gap for words and of the one for a number."""
    page = client.get(address).text
    assert page.count('name="number"') == 1
    place, number = hidden(page).split(" ")
    assert place == "2"
    words = page.split('id="choice-1"', maxsplit=1)[0].rsplit('name="', maxsplit=1)[1]
    return words.split('"', maxsplit=1)[0], number


def fill(fields, words, number, **more) -> dict:
    return {fields[0]: words, fields[1]: number, "number": f"2 {fields[1]}", **more}


def test_a_unit_is_kept_pointed_at_once_and_then_taken_as_it_is():
    client, address, _attempt = open_question(GAPS)
    fields = fields_of(client, address)
    sent = fill(fields, "4 boxes", "4 kg", last="1")
    answer = client.post(address, sent)
    assert answer.status_code == 422
    for words in (WORDS, 'value="4 kg"', 'value="4 boxes"', 'href="#choice-2"', 'name="as_is"'):
        assert words in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    for word in ("wrong", "right answer", "not right"):
        assert word not in answer.text.split("<main", maxsplit=1)[1]
    assert ResponseEvent.objects.get().response == {"g1": "4 boxes", "g2": "4 kg"}
    assert client.post(address, sent | {"as_is": "1", "saved": "1"}).status_code == 303


@pytest.mark.parametrize("number", ["4", "4,0", " \u22124 ", "4.", ""])
def test_numbers_and_empty_gaps_go_through(number):
    client, address, _attempt = open_question(GAPS)
    sent = fill(fields_of(client, address), "boxes", number)
    assert client.post(address, sent).status_code == 303


def test_the_script_is_told_on_leaving_and_not_while_it_saves():
    client, address, _attempt = open_question(GAPS)
    json = {"headers": {"Accept": "application/json"}}
    sent = fill(fields_of(client, address), "boxes", "4 kg")
    saved = client.post(address, sent | {"autosave": "1", "sequence": "1"}, **json)
    assert saved.status_code == 200
    told = client.post(address, sent | {"sequence": "2"}, **json)
    assert (told.status_code, told.json()["code"]) == (422, "not_a_number")


def test_where_there_is_no_way_back_one_stays_until_it_is_sent_again():
    client, address, attempt = open_question(GAPS, navigation="sequential")
    sent = fill(fields_of(client, address), "boxes", "about four")
    assert client.post(address, sent).status_code == 422
    attempt.refresh_from_db()
    assert attempt.position == 1
    assert client.post(address, sent | {"as_is": "1"}).status_code == 303
    attempt.refresh_from_db()
    assert attempt.position == 2


def test_where_it_is_told_at_once_nothing_is_saved_before_the_hint():
    client, address, _attempt = open_question(GAPS, feedback={"during": ["mark"]})
    answer = client.post(address, fill(fields_of(client, address), "boxes", "4 kg"))
    assert answer.status_code == 422
    assert WORDS in answer.text
    assert not ResponseEvent.objects.exists()


@pytest.mark.parametrize("junk", ["", "1", "x text", "1 choice", "99999999999999999999 text"])
def test_junk_in_the_hint_changes_nothing(junk):
    client, address, _attempt = open_question(GAPS)
    sent = fill(fields_of(client, address), "boxes", "4 kg") | {"number": junk}
    assert client.post(address, sent).status_code == 303
