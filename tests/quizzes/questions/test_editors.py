"""The editor of each type: chosen from cards, filled in with words and ticks, previewed."""

import json
import re

import pytest

from quizzes.questions.models import Question, QuestionBank
from tests.lms.factories import UserFactory
from tests.quizzes.factories import make_questions
from tests.quizzes.questions.examples import EXAMPLES

BASE = "/admin/snippets/sb_quizzes/question/"
# The fields of the editor that say what is right, by type; nothing else of a key is on the page.
FIELDS = {
    "single": {"options"},
    "multiple": {"options", "scoring"},
    "true_false": {"answer"},
    "short_text": {"texts", "case_sensitive"},
    "numeric": {"numbers"},
    "matching": {"pairs"},
    "ordering": {"items", "scoring"},
    "gaps": {"gap_text", "gaps"},
    "open": {"rubric", "min_words", "max_words"},
}
PROMPT = json.dumps(
    {
        "blocks": [
            {
                "key": "k",
                "text": "How many hours?",
                "type": "unstyled",
                "depth": 0,
                "inlineStyleRanges": [],
                "entityRanges": [],
            }
        ],
        "entityMap": {},
    }
)


@pytest.fixture
def author(db, client):
    client.force_login(UserFactory(superuser=True))
    return client


@pytest.fixture
def examples(author):
    make_questions(list(EXAMPLES.values()))
    return {question.type: question for question in Question.objects.all()}


def write_form(code, bank, number="4", tolerance="", **extra):
    block = {"deleted": "", "order": "0", "type": "number", "id": "n1"}
    values = {"value": number, "tolerance": tolerance, "right": "on", "feedback": "", "share": ""}
    return {
        "type": "numeric",
        "code": code,
        "bank": str(bank.pk),
        "prompt": PROMPT,
        "numbers-count": "1",
        **{f"numbers-0-{name}": value for name, value in block.items()},
        **{f"numbers-0-value-{name}": value for name, value in values.items()},
        "standards-count": "0",
        "max_mark": "1",
        "difficulty": "2",
        "tags": "",
        "feedback_general": "",
        "feedback_right": "",
        "feedback_wrong": "",
    } | extra


def test_adding_begins_with_nine_cards(author):
    page = author.get(f"{BASE}add/").text
    assert re.findall(r'href="\?type=(\w+)"', page) == list(EXAMPLES)
    assert author.get(f"{BASE}add/?type=nonsense").text.count('href="?type=') == 9
    sent = author.post(f"{BASE}add/", {"type": "nonsense", "code": "X"})
    assert (sent.status_code, sent["Location"]) == (302, f"{BASE}add/")
    assert not Question.objects.exists()


@pytest.mark.parametrize("kind", list(FIELDS))
def test_an_editor_shows_only_what_its_type_needs(author, kind):
    form = author.get(f"{BASE}add/?type={kind}").context["form"]
    everything = set().union(*FIELDS.values())
    assert set(form.fields) & everything == FIELDS[kind]


def test_the_editor_of_every_type_opens_with_what_was_saved(author, examples):
    for kind, question in examples.items():
        answered = author.get(f"{BASE}edit/{question.pk}/")
        assert answered.status_code == 200
        assert f'name="type" value="{kind}"' in answered.text


def test_a_number_is_written_changed_and_published_and_keeps_its_type(author):
    bank = QuestionBank.objects.create(code="B", title="Bank")
    assert author.post(f"{BASE}add/", write_form("N", bank)).status_code == 302
    question = Question.objects.get()
    assert question.to_body()["answers"] == [{"value": "4", "fraction": "1", "feedback": ""}]
    address = f"{BASE}edit/{question.pk}/"
    publish = {"action-publish": "1"}
    refused = author.post(address, write_form("N", bank, number="four", **publish))
    assert "This is not a number." in refused.text
    assert not question.versions.exists()
    sent = write_form("N", bank, tolerance="10 %", **publish) | {"type": "single"}
    assert author.post(address, sent).status_code == 302
    question.refresh_from_db()
    assert question.type == "numeric"
    assert question.versions.get().body["answers"][0]["tolerance"] == "10 %"


def test_a_new_question_is_previewed_as_its_type_before_it_is_saved(author):
    bank = QuestionBank.objects.create(code="B", title="Bank")
    address = f"{BASE}preview/"
    assert author.post(address, write_form("N", bank)).json() == {
        "is_valid": True,
        "is_available": True,
    }
    page = author.get(address).text
    assert 'inputmode="decimal"' in page
    assert "A full answer" not in page
    assert "A full answer" in author.get(f"{address}?mode=key").text
    assert not Question.objects.exists()


def test_every_type_previews_without_and_with_its_key(author, examples):
    for kind, question in examples.items():
        address = f"{BASE}history/{question.pk}/revisions/{question.latest_revision_id}/view/"
        plain, full = author.get(address).text, author.get(f"{address}?mode=key").text
        assert "A full answer" not in plain, kind
        assert "A full answer" in full, kind
        assert "cannot be asked yet" not in plain + full, kind
        assert ("Says sorry and for what" in full) is (kind == "open")
