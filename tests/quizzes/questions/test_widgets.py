"""Every type answered and reviewed through its page, without JavaScript."""

import re

import pytest
import time_machine

from quizzes.attempts.models import ItemGrade, ResponseEvent
from quizzes.questions.forms import move_item
from quizzes.questions.rules import encode_response, solve
from tests.lms.factories import make_person
from tests.quizzes.factories import NOW, make_questions, make_quiz, start
from tests.quizzes.questions.examples import EXAMPLES

pytestmark = pytest.mark.django_db
KINDS = list(EXAMPLES)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def attempt(client):
    """An attempt with one question of each type, in the order of the documentation."""
    make_questions(list(EXAMPLES.values()))
    slots = [{"question": row["code"]} for row in EXAMPLES.values()]
    person = make_person()
    client.force_login(person.user)
    return start(person, make_quiz(slots=slots, attempts_allowed=1))


def address(attempt, kind):
    return f"/attempts/{attempt.uuid}/{KINDS.index(kind) + 1}/"


def tokens_of(attempt, kind):
    item = attempt.items.get(number=KINDS.index(kind) + 1)
    return {part: token for token, part in item.options}


def form_of(kind, tokens, answer):
    """Return what the page's form sends for an answer given in ids."""
    raw = encode_response(EXAMPLES[kind], tokens, answer)
    if isinstance(raw, dict):
        return {f"part-{token}": value for token, value in raw.items()}
    if kind == "ordering":
        return {"item": raw}
    name = "choice" if kind in {"single", "multiple", "true_false"} else "text"
    return {name: raw} | ({"multiple": "1"} if kind == "multiple" else {})


def test_every_type_is_answered_shown_again_and_marked(client, attempt):
    for kind in KINDS:
        answer = solve(EXAMPLES[kind]) if kind != "open" else "Dear customer, we are sorry."
        sent = form_of(kind, tokens_of(attempt, kind), answer)
        page = client.get(address(attempt, kind)).text
        for name in sent:
            assert f'name="{name}"' in page, (kind, name)
        assert client.post(address(attempt, kind), sent).status_code == 303, kind
        again = client.get(address(attempt, kind)).text
        assert "Your answer is saved" in again, kind
    stored = dict(ResponseEvent.objects.values_list("item__number", "response"))
    for number, kind in enumerate(KINDS, start=1):
        if kind != "open":
            assert stored[number] == solve(EXAMPLES[kind]), kind
    client.post(f"/attempts/{attempt.uuid}/review/")
    states = list(ItemGrade.objects.order_by("item__number").values_list("state", flat=True))
    assert states == ["right"] * 8 + ["needs_marking"]
    assert "Dear customer, we are sorry." in client.get(f"/attempts/{attempt.uuid}/result/").text


def test_wrong_answers_are_reviewed_with_the_right_ones(client, attempt):
    slots = [{"question": EXAMPLES[kind]["code"]} for kind in KINDS if kind != "open"]
    quiz = make_quiz("MACHINE", slots=slots, attempts_allowed=1)
    attempt = start(attempt.employee, quiz)
    wrong = {
        "short_text": "goodbye",
        "numeric": "9",
        "matching": {"ring": "wait"},
        "ordering": ["money", "sorry", "receipt", "listen"],
        "gaps": {"rings": "5", "when": "day"},
    }
    for kind, answer in wrong.items():
        sent = form_of(kind, tokens_of(attempt, kind), answer)
        assert client.post(address(attempt, kind), sent).status_code == 303, kind
    client.post(f"/attempts/{attempt.uuid}/review/")
    text = client.get(f"/attempts/{attempt.uuid}/result/").text
    for words in (
        "Polite, but thanks come first.",
        "That was the old rule.",
        "Wait until it is over",
        "Right order:",
        "Too late.",
        "thank…",
    ):
        assert words in text, words


def test_a_step_moves_by_a_button_and_the_order_is_kept(client, attempt):
    place = address(attempt, "ordering")
    items = re.findall(r'name="item" value="([^"]+)"', client.get(place).text)
    moved = client.post(place, {"item": items, "move": f"down {items[0]}"})
    assert moved.status_code == 200
    now = re.findall(r'name="item" value="([^"]+)"', moved.text)
    assert now == [items[1], items[0], *items[2:]]
    assert re.search(rf'value="down {re.escape(items[0])}"[^>]* autofocus', moved.text)
    assert re.findall(r'name="item" value="([^"]+)"', client.get(place).text) == now


@pytest.mark.parametrize(
    ("move", "order"),
    [
        ("up b", "bac"),
        ("down b", "acb"),
        ("up a", "abc"),
        ("down c", "abc"),
        ("up x", "abc"),
        ("sideways a", "abc"),
        ("", "abc"),
    ],
)
def test_a_step_moves_by_one_place_and_stays_at_an_end(move, order):
    assert "".join(move_item(list("abc"), move)) == order


@pytest.mark.parametrize(
    ("kind", "sent", "words"),
    [
        ("numeric", {"text": "4 hours"}, "This is not a number."),
        ("numeric", {"text": "  "}, "Choose an answer"),
        ("short_text", {"text": ""}, "Choose an answer"),
        ("matching", {"part-zzz": "yyy"}, "does not fit the question"),
        ("ordering", {"item": ["x", "y"]}, "does not fit the question"),
        ("gaps", {"part-zzz": "3"}, "cannot be read"),
        ("single", {"text": "b"}, "does not fit the question"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words_and_stays_in_the_form(
    client, attempt, kind, sent, words
):
    refused = client.post(address(attempt, kind), sent)
    assert refused.status_code == 422
    assert words in refused.text
    if sent.get("text", "").strip() and kind == "numeric":
        assert f'value="{sent["text"]}"' in refused.text
    assert not ResponseEvent.objects.exists()


def test_a_typed_answer_waits_for_somebody_who_was_signed_out(client, attempt):
    user = attempt.employee.user
    client.logout()
    place = address(attempt, "open")
    assert client.post(place, {"text": "My long letter"}).status_code == 302
    client.force_login(user)
    page = client.get(place).text
    assert "You had been signed out." in page
    assert "My long letter" in page


def test_an_answer_is_taken_back_by_emptying_it(client, attempt):
    place = address(attempt, "short_text")
    client.post(place, {"text": "thanks"})
    assert 'name="saved"' in client.get(place).text
    assert client.post(place, {"text": "", "saved": "1"}).status_code == 303
    assert ResponseEvent.objects.order_by("sequence").last().response is None
