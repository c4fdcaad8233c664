from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.api import DomainEvent, NotFoundError
from quizzes.attempts.actions import close_if_overdue, close_overdue_attempts, submit_attempt
from quizzes.attempts.models import Attempt, AttemptResult, ItemGrade
from quizzes.attempts.reads import read_finished_quizzes, read_quiz_cards
from quizzes.attempts.rules import RULES_VERSION
from quizzes.questions.models import QuestionVersion
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
    take,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def person():
    return make_person()


def test_handing_in_grades_decides_and_tells_within_fifteen_queries(person):
    attempt = start(person, make_small_quiz())
    for number in (1, 2, 3):
        answer(attempt, number, "b")
    with CaptureQueriesContext(connection) as queries:
        done = submit_attempt(attempt=attempt, actor=person.user, now=NOW)
    assert len(queries) <= 15
    result = done.results.get()
    assert (result.percent, result.percent_float, result.passed) == ("3/4", 0.75, True)
    assert result.rules_version == RULES_VERSION
    assert {grade.rules_version for grade in ItemGrade.objects.all()} == {RULES_VERSION}
    assert DomainEvent.objects.get(kind="attempt_submitted").payload == {
        "employee": str(person.uuid),
        "attempt": str(attempt.uuid),
        "quiz": str(attempt.quiz.uuid),
        "passed": True,
        "purpose": "scored",
        "done_at": NOW.isoformat(),
        "material_number": 1,
    }


def test_handing_in_again_gives_the_same_answer(person):
    attempt = start(person, make_small_quiz())
    first = submit_attempt(attempt=attempt, actor=person.user, now=NOW)
    again = submit_attempt(attempt=attempt, actor=person.user, now=LATER)
    assert (again.submitted_at, again.state) == (first.submitted_at, "submitted")
    assert AttemptResult.objects.count() == 1
    assert DomainEvent.objects.filter(kind="attempt_submitted").count() == 1


def test_somebody_else_cannot_hand_in(person):
    attempt = start(person, make_small_quiz())
    with pytest.raises(NotFoundError):
        submit_attempt(attempt=attempt, actor=make_person().user, now=NOW)


def test_reasons_of_a_fail_are_stored(person):
    make_questions(
        [
            single("P1", "PHONE-01"),
            single("G1", "GREET-01", critical=True),
            single("G2", "GREET-01"),
            multiple("M1", "PHONE-01"),
        ]
    )
    quiz = make_quiz(
        slots=[{"question": code} for code in ("P1", "G1", "G2", "M1")],
        standard_marks={"GREET-01": 50},
    )
    attempt = start(person, quiz)
    answer(attempt, 1, "b")
    answer(attempt, 2, "a")
    answer(attempt, 3, "a")
    answer(attempt, 4, ["a"])
    result = submit_attempt(attempt=attempt, actor=None, now=NOW).results.get()
    assert not result.passed
    assert result.standards == {"GREET-01": "0/1", "PHONE-01": "3/4"}
    assert [(reason["code"], reason["standard"]) for reason in result.reasons] == [
        ("below_pass_mark", None),
        ("standard_below_mark", "GREET-01"),
        ("critical_question", None),
    ]


def test_after_its_time_an_attempt_closes_with_what_was_saved(person):
    quiz = make_small_quiz()
    attempt = start(person, quiz)
    for number in (1, 2, 3):
        answer(attempt, number, "b")
    late = submit_attempt(attempt=attempt, actor=person.user, now=LATER)
    assert (late.state, late.submitted_at) == ("closed", NOW + timedelta(minutes=20))
    assert late.results.get().passed


def test_whoever_looks_closes_and_the_sweep_closes_the_rest(person):
    quiz = make_small_quiz()
    attempt = start(person, quiz)
    still = NOW + timedelta(minutes=20, seconds=29)
    assert close_if_overdue(attempt=attempt, now=still).state == "open"
    assert close_if_overdue(attempt=attempt, now=LATER).state == "closed"
    start(make_person(), quiz)
    start(make_person(), make_quiz("FREE", time_limit_minutes=None))
    assert close_overdue_attempts(now=still) == 0
    assert close_overdue_attempts(now=LATER) == 1
    assert close_overdue_attempts(now=LATER) == 0
    assert Attempt.objects.filter(state="open").count() == 1


def test_publishing_a_new_version_never_changes_an_attempt_under_way(person):
    make_questions([single("S")])
    quiz = make_quiz(slots=[{"question": "S"}])
    attempt = start(person, quiz)
    changed = single("S", prompt="<p>Turned round</p>")
    changed["options"][0]["fraction"], changed["options"][1]["fraction"] = "1", "0"
    make_questions([changed])
    make_quiz(slots=[{"question": "S"}], pass_percent=100, standard_marks={"GREET-01": 90})
    assert QuestionVersion.objects.count() == 2
    answer(attempt, 1, "b")
    result = submit_attempt(attempt=attempt, actor=None, now=NOW).results.get()
    assert (result.percent, result.passed) == ("1/1", True)


def test_finished_work_is_what_was_passed_and_scored(person):
    quiz = make_small_quiz(cool_down_minutes=0)
    take(person, quiz, right=4, purpose="practice")
    take(person, quiz, right=0)
    passed = take(person, quiz, right=4, now=LATER)
    take(make_person(), quiz, right=4)
    with CaptureQueriesContext(connection) as queries:
        [work] = read_finished_quizzes(employee_ids=[person.pk])
    assert len(queries) == 1
    assert (work.kind, work.work_uuid, work.evidence_uuid) == ("quiz", quiz.uuid, passed.uuid)
    assert (work.done_at, work.material_number) == (LATER, 1)
    later = LATER + timedelta(seconds=1)
    assert read_finished_quizzes(employee_ids=[person.pk], since=later) == []


def test_cards_say_where_somebody_stands_in_three_queries(person):
    quiz = make_small_quiz()
    states = [card(person, quiz, NOW).state]
    attempt = start(person, quiz)
    states.append(card(person, quiz, NOW).state)
    submit_attempt(attempt=attempt, actor=None, now=NOW)
    waiting = card(person, quiz, NOW)
    states.append(waiting.state)
    take(person, quiz, right=0, now=LATER)
    take(person, quiz, right=0, now=LATER + timedelta(hours=1))
    states.append(card(person, quiz, LATER + timedelta(hours=2)).state)
    other = make_person()
    take(other, quiz, right=4)
    states.append(card(other, quiz, NOW).state)
    assert states == ["open", "under_way", "waiting", "spent", "passed"]
    assert waiting.opens_at == NOW + timedelta(minutes=30)
    assert (waiting.questions, waiting.minutes, waiting.attempts_left) == (4, 20, 2)


def card(person, quiz, now):
    with CaptureQueriesContext(connection) as queries:
        cards = read_quiz_cards(employee=person, uuids=[quiz.uuid], now=now)
    assert len(queries) <= 3
    return cards[quiz.uuid]


@pytest.mark.parametrize(
    "changed", [{"pass_percent": 50}, {"counting": "highest"}, {"counting": "first"}]
)
def test_settings_that_change_later_pass_nobody_who_was_not_told(person, changed):
    terms = {"counting": "average", "cool_down_minutes": 0, "pass_percent": 70}
    quiz = make_small_quiz(**terms)
    take(person, quiz, right=2)
    make_small_quiz(**terms | changed)
    assert read_finished_quizzes(employee_ids=[person.pk]) == []
    if changed.get("counting") == "first":
        # No further try could change it.
        assert card(person, quiz, LATER).state == "spent"
        return
    assert card(person, quiz, LATER).state == "open"
    take(person, quiz, right=4, now=LATER)
    passed = bool(read_finished_quizzes(employee_ids=[person.pk]))
    assert (card(person, quiz, LATER).state == "passed") is passed
