"""Finding questions, seeing where they are used, and spreading a bank over people."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quizzes.attempts.models import AttemptItem
from quizzes.attempts.reads import count_exposures, count_fitting, read_slots
from quizzes.attempts.rules import PoolQuestion, Slot, draw
from quizzes.questions.models import Question
from quizzes.questions.reads import find_uses
from tests.lms.factories import UserFactory, make_person
from tests.quizzes.factories import make_questions, make_quiz, single, start

LIST = "/admin/snippets/sb_quizzes/question/"
CHOOSER = "/admin/snippets/choose/sb_quizzes/question/"


@pytest.fixture
def questions(db, indexes, client):
    client.force_login(UserFactory(superuser=True))
    rows = [
        single("CALL", tags=["phone", "hard cases"]),
        single("MAIL", "MAIL-01", tags=["mail"]),
        single("TONE", tags=["telephone"]),
        single("OLD", tags=["phone"]),
    ]
    made = {question.code: question for question in make_questions(rows)}
    Question.objects.filter(code="OLD").update(retired=True)
    return made


def standard_of(question):
    return question.standards[0].value["standard"].pk


def test_the_list_is_narrowed_by_standard_and_by_whole_tags(client, questions):
    mail = standard_of(questions["MAIL"])
    found = [q.code for q in client.get(LIST, {"standard": mail}).context["object_list"]]
    assert found == ["MAIL"]
    for typed in ("phone", " Phone "):
        found = [q.code for q in client.get(LIST, {"tag": typed}).context["object_list"]]
        assert found == ["CALL", "OLD"]
    for nothing in ("hard", "(", ".*", "phone, mail"):
        assert list(client.get(LIST, {"tag": nothing}).context["object_list"]) == []


def test_the_chooser_shows_live_questions_and_filters(client, questions):
    def codes(**wanted):
        return [q.code for q in client.get(f"{CHOOSER}results/", wanted).context["results"]]

    assert sorted(codes()) == ["CALL", "MAIL", "TONE"]
    assert codes(state="retired") == ["OLD"]
    assert codes(state="draft") == []
    assert len(codes(state="all")) == 4
    assert codes(standard=standard_of(questions["MAIL"])) == ["MAIL"]
    assert codes(tag="phone") == ["CALL"]
    assert codes(tag="phon") == []
    assert client.get(CHOOSER).status_code == 200


def test_a_question_knows_the_quizzes_that_ask_it_always_or_by_a_draw(client, questions):
    fixed = make_quiz("FIXED", title="Fixed check", slots=[{"question": "CALL"}])
    draws = {"draw": {"bank": "BANK", "count": 3}}
    make_quiz("DRAWN", title="Drawn check", slots=[draws])
    make_quiz(
        "OTHER",
        title="Mail check",
        slots=[{"draw": {"bank": "BANK", "count": 1, "standard": "MAIL-01"}}],
    )
    uses = find_uses(list(questions.values()), counts_missing=True)
    by_code = {
        code: {(use.title, use.fixed, use.short_by) for use in uses[question.pk]}
        for code, question in questions.items()
    }
    assert by_code == {
        "CALL": {("Fixed check", True, 0), ("Drawn check", False, 1)},
        "MAIL": {("Drawn check", False, 1), ("Mail check", False, 1)},
        "TONE": {("Drawn check", False, 1)},
        "OLD": set(),
    }
    page = client.get(f"{LIST}edit/{questions['MAIL'].pk}/").text
    assert "Retire it only after adding another question" in page
    assert "“Mail check” lacks 1 question" in page
    assert (
        "No live quiz asks this question." in client.get(f"{LIST}edit/{questions['OLD'].pk}/").text
    )
    listed = client.get(LIST).text
    assert "Drawn check, Mail check" in listed
    assert f"/quiz/edit/{fixed.pk}/" in client.get(f"{LIST}edit/{questions['CALL'].pk}/").text


def test_a_list_of_questions_draws_nothing(client, questions, monkeypatch):
    make_quiz("DRAWN", title="Drawn check", slots=[{"draw": {"bank": "BANK", "count": 3}}])
    monkeypatch.setattr("quizzes.attempts.reads.uses.draw", None)
    assert "Drawn check" in client.get(LIST).text


def test_uses_of_a_whole_page_cost_two_queries(questions):
    make_quiz("ONE", slots=[{"draw": {"bank": "BANK", "count": 1}}])
    rows = list(Question.objects.all())
    with CaptureQueriesContext(connection) as few:
        find_uses(rows[:1])
    make_quiz("TWO", slots=[{"question": "MAIL"}, {"draw": {"bank": "BANK", "count": 2}}])
    with CaptureQueriesContext(connection) as many:
        find_uses(rows)
    assert len(few) == len(many) == 2
    assert find_uses([]) == {}


def test_an_author_sees_from_how_many_questions_each_row_draws(client, questions):
    slots = [{"draw": {"bank": "BANK", "count": 2}}, {"question": "CALL"}]
    quiz = make_quiz("DRAWN", slots=slots)
    assert count_fitting(quiz.to_body()) == [3, 1]
    page = client.get(f"/admin/snippets/sb_quizzes/quiz/edit/{quiz.pk}/").text
    assert "Draws 2 from 3 questions of BANK" in page
    assert "Always asks CALL" in page
    Question.objects.filter(code="CALL").update(retired=True)
    page = client.get(f"/admin/snippets/sb_quizzes/quiz/edit/{quiz.pk}/").text
    assert "Draws 2 from 2 questions of BANK" in page
    assert "not live, so it is left out" in page


def test_a_slot_that_asks_draws_what_was_drawn_least():
    pool = [PoolQuestion(code=f"Q{n}", bank="B") for n in range(20)]
    exposures = {f"Q{n}": n // 5 for n in range(20)}
    even = Slot(count=5, bank="B", least_exposed=True)
    drawn = {tuple(sorted(draw([even], pool, seed, (), None, exposures))) for seed in range(20)}
    assert drawn == {tuple(f"Q{n}" for n in range(5))}
    order = {tuple(draw([even], pool, seed, (), None, exposures)) for seed in range(20)}
    assert len(order) > 1
    plain = Slot(count=5, bank="B")
    assert (
        len({tuple(sorted(draw([plain], pool, seed, (), None, exposures))) for seed in range(20)})
        > 5
    )
    # What the person has not seen goes before what was drawn least.
    seen = {f"Q{n}" for n in range(5)}
    assert not seen & set(draw([even], pool, 1, seen, None, exposures))


@pytest.mark.django_db
def test_a_bank_is_spread_over_people_where_the_quiz_asks_for_it():
    make_questions([single(f"Q{n}") for n in range(8)])
    even = {"draw": {"bank": "BANK", "count": 2, "least_exposed": True}}
    quiz = make_quiz(slots=[even])
    assert read_slots(quiz.versions.get().body)[0].least_exposed
    for _person in range(4):
        start(make_person(), quiz)
    drawn = AttemptItem.objects.values_list("question_version__question__code", flat=True)
    assert sorted(drawn) == [f"Q{n}" for n in range(8)]
    slots = read_slots(quiz.versions.get().body)
    assert set(count_exposures(slots, quiz.pk).values()) == {1}
    with CaptureQueriesContext(connection) as queries:
        assert count_exposures([Slot(count=1, bank="B")], quiz.pk) == {}
    assert len(queries) == 0
