import json
from fractions import Fraction
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.api import InvalidInputError
from quizzes.attempts.actions import import_quiz, release_start, start_attempt
from quizzes.attempts.models import Quiz
from quizzes.questions.actions import import_questions
from quizzes.questions.models import Question, QuestionVersion, read_share
from quizzes.questions.rules import grade, parse_question
from tests.lms.factories import UserFactory, make_person
from tests.quizzes.factories import (
    NOW,
    make_questions,
    make_quiz,
    make_standard,
    multiple,
    single,
    true_false,
)

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[3] / "demo" / "questions.json"


@pytest.fixture(scope="module")
def demo():
    return json.loads(DEMO.read_text())


def test_the_demo_questions_load_twice_and_mark_as_their_files_say(demo):
    rows = [row for bank in demo["banks"] for row in bank["questions"]]
    for code in {code for row in rows for code in row["standards"]}:
        make_standard(code)
    options = {"actor": None, "now": NOW}
    for bank in demo["banks"]:
        title = {"bank_title": bank["title"], "bank_code": bank["code"]}
        made = import_questions(questions=bank["questions"], **title, **options)
        assert len(made) == len(bank["questions"])
        assert import_questions(questions=bank["questions"], **title, **options) == []
    bodies = {version.body["code"]: version.body for version in QuestionVersion.objects.all()}
    assert len(bodies) == len(rows)
    for row in rows:
        ours, theirs = parse_question(bodies[row["code"]]), parse_question(row)
        assert (ours.key, ours.max_mark, ours.standards) == (
            theirs.key,
            theirs.max_mark,
            theirs.standards,
        ), row["code"]
    person = make_person()
    for document in demo["quizzes"]:
        quiz = import_quiz(quiz=document, **options)
        assert import_quiz(quiz=document, **options).versions.count() == 1
        if document.get("admission") == "supervisor":
            release_start(employee=person, quiz=quiz, **options)
        attempt = start_attempt(employee=person, quiz=quiz, **options)
        assert 8 <= attempt.items.count() <= 10


def test_every_scheme_survives_the_editors_form():
    rows = [single("S"), true_false("T")] + [
        multiple(f"M-{scheme}", scoring=scheme)
        for scheme in ("exact", "every_decision", "halves", "fractions", "right_minus_wrong")
    ]
    make_questions(rows)
    for row in rows:
        body = Question.objects.get(code=row["code"]).to_body()
        for response in ("a", "b", ["a"], ["a", "b"], ["a", "c"], True, False, None):
            assert grade(body, response) == grade(row, response), (row["code"], response)


def test_options_marked_right_without_shares_share_evenly():
    row = multiple("M")
    for option in row["options"]:
        option["correct"] = option["id"] in "ab"
        del option["fraction"]
    make_questions([row])
    body = Question.objects.get().to_body()
    assert grade(body, ["a"]).fraction == Fraction(1, 2)
    assert grade(body, ["a", "b", "c"]).fraction == 0


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"options": []}, "", "at least one entry"),
        ({"type": "essay"}, "", "Type must be one of"),
        ({"type": "numeric"}, "", "at least one entry"),
        ({"standards": {"NO-SUCH": 1}}, "standards", "no standard NO-SUCH"),
        ({"difficulty": 7}, "difficulty", "1, 2 or 3"),
        ({"max_mark": "1/3"}, "max_mark", "in steps of 0.01"),
        ({"code": ""}, "code", "no code"),
    ],
)
def test_one_bad_question_is_named_and_nothing_is_written(change, field, words):
    make_standard("PHONE-01")
    with pytest.raises(InvalidInputError) as error:
        import_questions(
            bank_code="B", questions=[single("OK"), single("BAD") | change], actor=None, now=NOW
        )
    assert error.value.field == field
    assert words in error.value.message
    assert not Question.objects.exists()


def test_the_same_code_twice_is_refused():
    with pytest.raises(InvalidInputError):
        make_questions([single("X"), single("X")])


def test_only_what_changed_gets_a_new_version():
    make_questions([single("A"), single("B")])
    changed = make_questions([single("A"), single("B", critical=True)])
    assert [question.code for question in changed] == ["B"]
    assert QuestionVersion.objects.count() == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"slots": []}, "at least one question"),
        ({"slots": [{"draw": {"bank": "NONE", "count": 1}}]}, "no bank NONE"),
        ({"slots": [{"question": "NONE"}]}, "no question NONE"),
        ({"slots": [{"draw": {"bank": "BANK", "count": 9}}]}, "draws 8 more"),
        ({"pass_percent": 120}, "pass_percent"),
    ],
)
def test_a_quiz_that_nobody_could_take_is_refused(change, words):
    make_questions([single("A")])
    with pytest.raises(InvalidInputError) as error:
        make_quiz(**({"slots": [{"question": "A"}]} | change))
    assert words in error.value.message
    assert not Quiz.objects.exists()


def test_forty_questions_cost_no_more_queries_each_than_one():
    make_standard("PHONE-01")
    with CaptureQueriesContext(connection) as one:
        make_questions([single("ONE")])
    with CaptureQueriesContext(connection) as many:
        make_questions([single(f"Q{n}") for n in range(10)])
    assert len(many) <= len(one) * 10


@pytest.mark.parametrize(
    ("typed", "read"),
    [("50 %", "1/2"), ("−25%", "-1/4"), ("33,3 %", "333/1000"), ("1/3", "1/3"), ("x%", "x%")],
)
def test_shares_are_read_as_people_type_them(typed, read):
    assert read_share(typed) == read


def test_new_questions_and_quizzes_belong_to_whoever_was_named():
    owner, other = UserFactory(), UserFactory()
    options = {"actor": None, "now": NOW}
    make_standard("PHONE-01")
    rows = [single("Q1")]
    import_questions(bank_code="COUNTER", questions=rows, owner=owner, **options)
    rows[0]["prompt"] = "Another prompt?"
    import_questions(bank_code="COUNTER", questions=rows, owner=other, **options)
    quiz = {"code": "CHECK", "title": "Check", "slots": [{"question": "Q1"}]}
    import_quiz(quiz=quiz, owner=owner, **options)
    for draft in (Question.objects.get(), Quiz.objects.get()):
        assert draft.owner == owner
        assert draft.get_latest_revision_as_object().owner == owner
