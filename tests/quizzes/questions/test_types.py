"""All nine types: from a file into a draft, out again, and marked."""

import copy
import json
import re

import pytest

from lms.api import InvalidInputError
from quizzes.questions.actions import import_questions
from quizzes.questions.models import Question, QuestionVersion
from quizzes.questions.rules import QUESTION_TYPES, grade, solve
from tests.quizzes.factories import NOW, make_questions
from tests.quizzes.questions.examples import EXAMPLES

pytestmark = pytest.mark.django_db


def test_the_documentation_shows_every_type_once():
    assert set(EXAMPLES) == set(QUESTION_TYPES) == set(Question.Type.values)


@pytest.fixture
def examples():
    """The documented questions, brought in; by type."""
    make_questions(list(EXAMPLES.values()))
    return {question.type: question for question in Question.objects.all()}


def test_what_came_in_goes_out_the_same(examples):
    for kind, row in EXAMPLES.items():
        assert examples[kind].to_body() == row, kind
        assert examples[kind].find_fault() is None, kind
    bodies = {version.body["type"]: version.body for version in QuestionVersion.objects.all()}
    assert bodies == EXAMPLES


def test_the_same_file_again_changes_nothing(examples):
    options = {"bank_code": "BANK", "actor": None, "now": NOW}
    assert import_questions(questions=list(EXAMPLES.values()), **options) == []
    out = [question.to_body() for question in examples.values()]
    assert import_questions(questions=json.loads(json.dumps(out)), **options) == []
    assert QuestionVersion.objects.count() == 9


@pytest.mark.parametrize("kind", [kind for kind in EXAMPLES if kind != "open"])
def test_a_full_answer_earns_the_full_mark(kind):
    found = grade(EXAMPLES[kind], solve(EXAMPLES[kind]))
    assert (found.fraction, found.state) == (1, "right")


def test_only_a_person_knows_a_full_free_text():
    assert solve(EXAMPLES["open"]) is None
    assert grade(EXAMPLES["open"], "Dear customer").state == "needs_marking"


def test_a_question_that_changes_its_type_keeps_nothing_of_the_old_key(examples):
    row = EXAMPLES["numeric"] | {"code": "DOC-GAPS"}
    [question] = make_questions([row])
    assert question.to_body() == row
    assert not question.gaps
    assert question.gap_text == ""


def test_reworded_parts_keep_their_ids(examples):
    question = examples["matching"]
    raw = question.pairs.get_prep_value()
    raw[0]["value"]["right"] = "Ask the customer for a moment, with a smile"
    question.pairs = json.dumps(raw)
    body = question.to_body()
    assert [stem["id"] for stem in body["stems"]] == ["ring", "queue", "knock"]
    matches = [stem["match"] for stem in body["stems"]]
    assert len(set(matches)) == 3
    assert grade(body, solve(body)).fraction == 1


def test_two_pairs_of_an_author_share_a_choice_with_the_same_words():
    words = [("pair", "Dog", "Mammal"), ("pair", "Cat", "Mammal"), ("pair", "Frog", "Amphibian")]
    rows = [
        {"type": kind, "id": left, "value": {"left": left, "right": right}}
        for kind, left, right in words
    ]
    extra = {"type": "extra", "id": "x", "value": {"text": "Insect"}}
    question = Question(type="matching", pairs=json.dumps([*rows, extra]))
    body = question.to_body()
    assert [choice["text"] for choice in body["choices"]] == ["Mammal", "Amphibian", "Insect"]
    assert len({stem["match"] for stem in body["stems"]}) == 2


def test_gaps_may_stand_in_the_question_itself():
    row = copy.deepcopy(EXAMPLES["gaps"])
    row["prompt"] = row.pop("text")
    [question] = make_questions([row])
    assert question.to_body() == row
    assert "[[rings]]" in question.prompt


FAULTS = [
    ("single", {"options": "[]"}, "options", "add what people choose from"),
    ("multiple", {"options": "[]"}, "options", "add what people choose from"),
    ("true_false", {"answer": ""}, "answer", "choose true or false"),
    ("short_text", {"texts": "[]"}, "texts", "add what people choose from or may answer"),
    ("numeric", {"numbers": "[]"}, "numbers", "add what people choose from or may answer"),
    ("matching", {"pairs": "[]"}, "pairs", "add what people choose from"),
    ("ordering", {"items": "[]"}, "items", "add what people choose from"),
    ("ordering", {"scoring": "exact"}, "scoring", "Scoring must be one of"),
    ("gaps", {"gaps": "[]"}, "gaps", "add what people choose from"),
    ("gaps", {"gap_text": "<p>[[rings]] [[rings]] [[x]]</p>"}, "gap_text", "[[word]], [[when]]"),
    ("gaps", {"gap_text": "<p>[[rings]] [[rings]] [[x]]</p>"}, "gap_text", "below: [[x]]"),
    ("gaps", {"gap_text": "<p>[[rings]] [[rings]] [[x]]</p>"}, "gap_text", "once: [[rings]]"),
    ("open", {"min_words": 200}, "max_words", "must not be more"),
]


@pytest.mark.parametrize(("kind", "change", "field", "words"), FAULTS)
def test_a_fault_names_its_field_and_what_to_do(examples, kind, change, field, words):
    question = examples[kind]
    for name, value in change.items():
        setattr(question, name, value)
    found = question.find_fault()
    assert found is not None
    assert found[0] == field
    assert words in found[1]


NUMBER_FAULTS = [
    ({"value": "four"}, "This is not a number"),
    ({"value": "4", "tolerance": "-1"}, "“May differ by”"),
    ({"value": "4", "right": False}, "Tick one answer as fully right"),
]


@pytest.mark.parametrize(("value", "words"), NUMBER_FAULTS)
def test_a_number_that_cannot_be_read_is_told_in_plain_words(value, words):
    block = {"type": "number", "id": "1", "value": {"right": True} | value}
    field, said = Question(type="numeric", numbers=json.dumps([block])).find_fault()
    assert field == "numbers"
    assert words in said


@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        ("gaps", {"weight": "1/3"}, "gaps"),
        ("open", {"points": "1/3"}, "rubric"),
    ],
)
def test_a_file_that_the_editor_could_not_keep_exactly_is_refused(kind, change, field):
    row = copy.deepcopy(EXAMPLES[kind])
    part = row["gaps"][0] if kind == "gaps" else row["rubric"][0]["levels"][0]
    part.update(change)
    with pytest.raises(InvalidInputError) as error:
        make_questions([row])
    assert error.value.field == field
    assert not Question.objects.exists()


@pytest.mark.parametrize("kind", ["single", "multiple", "matching", "ordering", "gaps"])
def test_ids_from_files_make_blocks_that_the_editor_can_find(kind):
    text = json.dumps(EXAMPLES[kind])
    odd = text
    for name in ("a", "b", "wish", "ring", "ask", "listen", "hour"):
        odd = odd.replace(f'"{name}"', f'"{name}. => é#1"')
    row = json.loads(odd)
    [question] = make_questions([row])
    assert question.to_body() == row
    assert odd != text
    blocks = [block for name in ("options", "pairs", "items") for block in getattr(question, name)]
    for gap in question.gaps:
        blocks += gap.value["options"].bound_blocks if gap.block_type == "single" else []
    assert blocks
    for block in blocks:
        assert re.fullmatch(r"[A-Za-z0-9_-]+", block.id), block.id
