from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.api import InvalidInputError, NotFoundError, RuleError
from quizzes.attempts.actions import save_response, submit_attempt
from quizzes.attempts.models import ResponseEvent
from tests.lms.factories import make_person
from tests.quizzes.factories import (
    NOW,
    answer,
    make_questions,
    make_quiz,
    make_small_quiz,
    multiple,
    single,
    start,
    token_of,
    true_false,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt():
    return start(make_person(), make_small_quiz())


def save(attempt, raw, number=1, **options):
    options = {"actor": attempt.employee.user, "now": NOW} | options
    return save_response(attempt=attempt, item_number=number, raw=raw, **options)


def test_a_text_that_is_too_long_is_refused_and_stays_on_the_page(client):
    person = make_person()
    make_questions([single("S") | {"type": "open", "options": [], "rubric": []}])
    attempt = start(person, make_quiz(slots=[{"question": "S"}]))
    client.force_login(person.user)
    with time_machine.travel(NOW, tick=False):
        told = client.post(f"/attempts/{attempt.uuid}/1/", {"text": "x" * 20_001})
    assert told.status_code == 422
    assert "too long" in told.text
    assert "x" * 20_001 in told.text
    assert not ResponseEvent.objects.exists()
    assert save(attempt, "x" * 20_000).response == "x" * 20_000


def test_an_answer_is_added_and_the_highest_sequence_counts(attempt):
    answer(attempt, 1, "a", sequence=5)
    answer(attempt, 1, "b", sequence=9)
    answer(attempt, 1, "c", sequence=7)
    done = submit_attempt(attempt=attempt, actor=None, now=NOW)
    assert ResponseEvent.objects.count() == 3
    assert done.items.get(number=1).grades.get().state == "right"


def test_an_answer_takes_at_most_six_queries(attempt):
    answer(attempt, 1, "a")
    token = token_of(attempt.items.get(number=1), "b")
    with CaptureQueriesContext(connection) as queries:
        save(attempt, token)
    assert len(queries) <= 6
    with CaptureQueriesContext(connection) as queries:
        save(attempt, token, sequence=8)
    assert len(queries) <= 6


def test_a_replayed_answer_changes_nothing(attempt):
    assert answer(attempt, 1, "a", sequence=3) == answer(attempt, 1, "a", sequence=3)
    assert answer(attempt, 1, "a") == answer(attempt, 1, "a")
    assert ResponseEvent.objects.count() == 1


def test_one_number_never_means_two_answers(attempt):
    answer(attempt, 1, "a", sequence=3)
    with pytest.raises(RuleError) as error:
        answer(attempt, 1, "b", sequence=3)
    assert error.value.code == "sequence_used"


def test_an_answer_can_be_taken_back(attempt):
    answer(attempt, 1, "b")
    save(attempt, None)
    done = submit_attempt(attempt=attempt, actor=None, now=NOW)
    assert done.items.get(number=1).grades.get().state == "blank"


JUNK = [
    "no-such-token",
    "b",
    ["x"],
    {"a": 1},
    12,
    1e400,
    float("nan"),
    True,
    "\x00",
    "\ud800",
    [[[[["deep"]]]]],
    ["x"] * 10_000,
    "x" * 100_000,
]


def test_junk_is_refused_and_what_was_saved_stays(attempt):
    answer(attempt, 1, "b")
    for junk in JUNK:
        with pytest.raises(InvalidInputError) as error:
            save(attempt, junk)
        assert error.value.field == "response"
    assert ResponseEvent.objects.get().response == "b"


def test_several_options_for_a_single_choice_are_refused(attempt):
    item = attempt.items.get(number=1)
    with pytest.raises(InvalidInputError):
        save(attempt, [token_of(item, "a"), token_of(item, "b")])


def test_a_token_of_another_question_or_person_is_refused(attempt):
    other = start(make_person(), attempt.quiz)
    with pytest.raises(InvalidInputError):
        save(attempt, token_of(attempt.items.get(number=2), "b"))
    with pytest.raises(InvalidInputError):
        save(attempt, token_of(other.items.get(number=1), "b"))


def test_a_question_that_was_not_drawn_is_not_found(attempt):
    for number in [0, 5, 99, -1]:
        with pytest.raises(NotFoundError):
            save(attempt, None, number=number)


def test_odd_sequence_numbers_are_refused(attempt):
    for sequence in [0, -1, 2**53, True, 1.5, "3"]:
        with pytest.raises(InvalidInputError) as error:
            save(attempt, None, sequence=sequence)
        assert error.value.field == "sequence"


def test_somebody_else_cannot_answer(attempt):
    with pytest.raises(NotFoundError):
        save(attempt, None, actor=make_person().user)


def test_answers_are_taken_until_the_grace_ends_and_not_after(attempt):
    due = NOW + timedelta(minutes=20)
    answer(attempt, 1, "b", now=due + timedelta(seconds=29))
    with pytest.raises(RuleError) as error:
        answer(attempt, 2, "b", now=due + timedelta(seconds=30))
    assert error.value.code == "time_over"


def test_answers_after_handing_in_are_refused(attempt):
    submit_attempt(attempt=attempt, actor=None, now=NOW)
    with pytest.raises(RuleError) as error:
        answer(attempt, 1, "b")
    assert error.value.code == "attempt_closed"
    assert not ResponseEvent.objects.exists()


def test_every_type_takes_its_own_form_of_answer():
    make_questions([single("S"), multiple("M"), true_false("T")])
    quiz = make_quiz(slots=[{"question": code} for code in "SMT"])
    attempt = start(make_person(), quiz)
    assert answer(attempt, 1, "b").response == "b"
    assert answer(attempt, 2, ["b", "a"]).response == ["b", "a"]
    assert answer(attempt, 3, "false").response is False
    assert save(attempt, False, number=3, sequence=50).response is False
    done = submit_attempt(attempt=attempt, actor=None, now=NOW)
    assert done.results.get().percent == "1/1"
