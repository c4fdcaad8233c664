import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from quizzes.practice.models import PracticeReview, PracticeRound
from tests.lms.factories import make_person
from tests.quizzes.factories import NOW, make_quiz, start
from tests.quizzes.practice.factories import assign_quiz, begin, learn, make_refreshing, reply

pytestmark = pytest.mark.django_db
HOME = "/my/practice/"
CODES = ("PHONE-01", "PHONE-02", "PHONE-03")


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def person(monkeypatch):
    make_refreshing()
    learn(monkeypatch, *CODES)
    return make_person()


@pytest.fixture
def client(person):
    client = Client()
    client.force_login(person.user)
    return client


def page_of(found, number=1) -> str:
    return reverse("sb_quizzes:refresher", args=[found.uuid, number])


def token_of(found, number, part) -> str:
    return {name: token for token, name in found.items.get(number=number).options}[part]


def test_a_round_from_the_first_page_to_the_last_without_javascript(client):
    page = client.get(HOME).text
    assert "3 of the standards you learned are due" in page
    assert not PracticeRound.objects.exists()
    begun = client.post(HOME)
    found = PracticeRound.objects.get()
    assert (begun.status_code, begun.headers["Location"]) == (303, page_of(found))
    for number, part in ((1, "b"), (2, "a"), (3, "b")):
        data = {"choice": token_of(found, number, part), "certainty": "sure"}
        saved = client.post(page_of(found, number), data)
        assert (saved.status_code, saved.headers["Location"]) == (303, page_of(found, number))
        told = client.get(page_of(found, number)).text
        assert ("not right" in told) is (part == "a")
        assert "comes back on" in told
    assert "2 of 3 right" in client.get(HOME).text
    assert list(PracticeReview.objects.values_list("rating", flat=True)) == [4, 1, 4]


def test_not_knowing_and_not_answering_are_two_things(client, person):
    found = begin(person)
    refused = client.post(page_of(found), {})
    assert refused.status_code == 422
    assert "say that you do not know" in refused.text
    assert client.post(page_of(found), {"unknown": "1"}).status_code == 303
    assert PracticeReview.objects.get().rating == 1


def test_nothing_of_the_key_is_sent_before_the_answer(client, person):
    found = begin(person)
    for item in found.items.select_related("question_version"):
        page = client.get(page_of(found, item.number)).text
        for leak in ("a-said", "b-said", "c-said", "general-said", "right answer", "fraction"):
            assert leak not in page, leak
        assert item.question_version.body["options"][0]["id"] not in {
            token for token, _part in item.options
        }
    assert "b-said" not in client.get(HOME).text
    reply(found, 1)
    assert "b-said" in client.get(page_of(found, 1)).text


def test_the_explanation_goes_away_while_an_attempt_asks_the_same(client, person, monkeypatch):
    learn(monkeypatch, "PHONE-01")
    found = begin(person)
    item = found.items.select_related("question_version__question").first()
    reply(found, item.number)
    question = item.question_version.question
    assert "b-said" in client.get(page_of(found, item.number)).text
    start(person, make_quiz(slots=[{"question": question.code}], reveal_early=True))
    page = client.get(page_of(found, item.number)).text
    assert "b-said" not in page
    assert "This question may come in a quiz that counts." in page


def test_other_peoples_rounds_are_not_found(client, monkeypatch):
    found = begin(make_person())
    assert client.get(page_of(found)).status_code == 404
    assert client.post(page_of(found), {"unknown": "1"}).status_code == 404
    assert client.get(page_of(found, 99)).status_code == 404
    assert Client().get(page_of(found)).status_code == 302


def test_nothing_due_says_so_and_a_start_changes_nothing(monkeypatch):
    learn(monkeypatch)
    person = make_person()
    client = Client()
    client.force_login(person.user)
    assert "Nothing is due today." in client.get(HOME).text
    assert client.post(HOME).status_code == 409
    assert not PracticeRound.objects.exists()


def test_what_is_all_held_back_is_explained(monkeypatch):
    make_refreshing()
    learn(monkeypatch, *CODES)
    assign_quiz(monkeypatch, make_quiz(slots=[{"draw": {"bank": "REFRESH", "count": 3}}]))
    client = Client()
    client.force_login(make_person().user)
    page = client.get(HOME).text
    assert "a quiz that counts may still ask" in page
    assert "Nothing is due today." not in page
    assert 'id="start"' not in page
