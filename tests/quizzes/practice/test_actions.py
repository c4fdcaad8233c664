from datetime import timedelta

import pytest

from lms.api import InvalidInputError, NotFoundError, RuleError
from lms.models import DomainEvent
from quizzes.api import has_refreshers, read_finished_work
from quizzes.attempts.models import Attempt, AttemptResult
from quizzes.practice.actions import answer_refresher, start_round
from quizzes.practice.models import PracticeCard, PracticeReview, PracticeRound
from quizzes.practice.reads import read_practice_home
from quizzes.questions.models import Question
from tests.lms.factories import UserFactory, make_person
from tests.quizzes.factories import (
    NOW,
    make_questions,
    make_quiz,
    single,
    start,
    take,
    true_false,
)
from tests.quizzes.marking.factories import open_question
from tests.quizzes.practice.factories import assign_quiz, begin, learn, make_refreshing, reply

pytestmark = pytest.mark.django_db
CODES = ("PHONE-01", "PHONE-02", "PHONE-03")


@pytest.fixture
def person():
    return make_person()


def count_due(person, now) -> int:
    home = read_practice_home(employee=person, now=now)
    return home.number if home.state in {"due", "under_way"} else 0


def codes_of(found) -> set[str]:
    return {item.question_version.question.code for item in found.items.all()}


def test_a_round_asks_one_question_on_each_standard_that_is_due(person, monkeypatch):
    make_refreshing()
    learn(monkeypatch, *CODES)
    assert count_due(person, NOW) == 3
    found = begin(person)
    assert [item.standard.code for item in found.items.order_by("number")] == list(CODES)
    assert begin(person) == found
    assert PracticeRound.objects.count() == 1


def test_what_was_learned_today_is_not_due_yet(person, monkeypatch):
    make_refreshing()
    learn(monkeypatch, *CODES, at=NOW - timedelta(hours=1))
    assert count_due(person, NOW) == 0
    with pytest.raises(RuleError) as refused:
        begin(person)
    assert refused.value.code == "nothing_to_practise"
    assert not PracticeRound.objects.exists()


def test_what_is_due_today_is_due_from_the_morning_on(person, monkeypatch):
    make_refreshing()
    learn(monkeypatch, "PHONE-01", at=NOW - timedelta(hours=15))
    assert count_due(person, NOW) == 1
    assert begin(person).items.count() == 3


def test_what_nobody_assigned_is_never_asked(person, monkeypatch):
    make_refreshing()
    learn(monkeypatch, "PHONE-02")
    assert {item.standard.code for item in begin(person).items.all()} == {"PHONE-02"}


@pytest.mark.parametrize(
    ("part", "certainty", "rating"),
    [("a", "sure", 1), (None, "", 1), ("b", "unsure", 2), ("b", "", 3), ("b", "sure", 4)],
)
def test_an_answer_moves_the_card_of_its_standard(person, monkeypatch, part, certainty, rating):
    make_refreshing()
    learn(monkeypatch, *CODES)
    review = reply(begin(person), 1, part, certainty)
    card = PracticeCard.objects.get()
    assert review.rating == rating
    assert (card.standard.code, card.due_at) == ("PHONE-01", review.due_at)
    assert card.due_at > NOW


def test_the_first_answer_stays(person, monkeypatch):
    make_refreshing()
    learn(monkeypatch, *CODES)
    found = begin(person)
    first = reply(found, 1, "a")
    assert reply(found, 1, "b", "sure") == first
    assert PracticeReview.objects.count() == 1


def test_the_next_shift_asks_what_is_due_then_and_other_questions_first(person, monkeypatch):
    make_refreshing(each=2)
    learn(monkeypatch, *CODES)
    found = begin(person)
    reply(found, 1, "a")  # not known: tomorrow again
    for number in (2, 3):
        reply(found, number, "b", "sure")
    tomorrow = NOW + timedelta(days=1)
    assert count_due(person, NOW) == 0
    assert count_due(person, tomorrow) == 1
    again = begin(person, tomorrow)
    assert {item.standard.code for item in again.items.all()} == {"PHONE-01"}
    first = again.items.get(number=1).question_version.question.code
    assert first not in codes_of(found)


def test_practice_never_counts_for_anything(person, monkeypatch):
    make_refreshing()
    learn(monkeypatch, *CODES)
    found = begin(person)
    for number in (1, 2, 3):
        reply(found, number, "b", "sure")
    assert not Attempt.objects.exists()
    assert not AttemptResult.objects.exists()
    assert not DomainEvent.objects.exists()
    assert read_finished_work(employee_ids=[person.pk]) == []


def test_open_and_retired_questions_are_not_asked(person, monkeypatch):
    make_questions([open_question("OPEN-1"), single("OLD"), single("GOOD")], bank="REFRESH")
    Question.objects.filter(code="OLD").update(retired=True)
    learn(monkeypatch, "PHONE-01")
    assert codes_of(begin(person)) == {"GOOD"}


def hold_quiz(person, **settings):
    """Return a quiz that asks every question of the bank, three questions an attempt."""
    make_refreshing()
    return make_quiz(**{"slots": [{"draw": {"bank": "REFRESH", "count": 3}}]} | settings)


def test_what_a_quiz_may_still_ask_for_marks_is_left_to_it(person, monkeypatch):
    quiz = hold_quiz(person)
    assign_quiz(monkeypatch, quiz)
    learn(monkeypatch, *CODES)
    assert count_due(person, NOW) == 0
    with pytest.raises(RuleError):
        begin(person)
    take(person, quiz, right=3)
    assert count_due(person, NOW) == 3
    assert begin(person).items.count() == 3


def test_what_was_tried_without_success_is_left_to_the_next_try(person, monkeypatch):
    quiz = hold_quiz(person, attempts_allowed=2)
    learn(monkeypatch, *CODES)
    take(person, quiz, right=0)
    with pytest.raises(RuleError):
        begin(person)


def test_a_quiz_of_other_people_holds_nothing_back(person, monkeypatch):
    take(make_person(), hold_quiz(person), right=0)
    learn(monkeypatch, *CODES)
    assert begin(person).items.count() == 3


def test_a_quiz_that_tells_right_answers_early_holds_nothing_back(person, monkeypatch):
    hold_quiz(person, reveal_early=True)
    learn(monkeypatch, *CODES)
    assert begin(person).items.count() == 3


def test_a_quiz_that_never_tells_right_answers_keeps_its_questions(person, monkeypatch):
    quiz = hold_quiz(person, feedback={"right_after": ["mark"], "later": ["mark"]})
    learn(monkeypatch, *CODES)
    take(person, quiz, right=3)
    with pytest.raises(RuleError):
        begin(person)


def test_questions_of_an_attempt_under_way_are_not_asked(person, monkeypatch):
    quiz = hold_quiz(person, reveal_early=True)
    learn(monkeypatch, *CODES)
    under_way = {item.question_version.question.code for item in start(person, quiz).items.all()}
    assert not codes_of(begin(person)) & under_way


def test_a_question_that_came_into_an_attempt_meanwhile_is_refused(person, monkeypatch):
    quiz = hold_quiz(person, reveal_early=True, slots=[{"question": "PHONE-01-Q0"}])
    learn(monkeypatch, "PHONE-01")
    found = begin(person)
    item = next(
        row for row in found.items.all() if row.question_version.question.code == "PHONE-01-Q0"
    )
    start(person, quiz)
    with pytest.raises(RuleError) as refused:
        reply(found, item.number)
    assert refused.value.code == "question_in_use"
    assert not PracticeReview.objects.exists()


def test_other_people_and_bad_answers_are_refused(person, monkeypatch):
    make_refreshing()
    learn(monkeypatch, *CODES)
    found = begin(person)
    common = {"found": found, "now": NOW}
    with pytest.raises(NotFoundError):
        start_round(employee=person, actor=UserFactory(), now=NOW)
    with pytest.raises(NotFoundError):
        answer_refresher(number=1, raw="b", actor=UserFactory(), **common)
    with pytest.raises(NotFoundError):
        answer_refresher(number=9, raw=None, actor=person.user, **common)
    for raw in ("b", ["x"], {"a": 1}, 5, "\x00"):
        with pytest.raises(InvalidInputError):
            answer_refresher(number=1, raw=raw, actor=person.user, **common)
    with pytest.raises(InvalidInputError):
        answer_refresher(number=1, raw=None, certainty="very", actor=person.user, **common)
    assert not PracticeReview.objects.exists()


def test_what_is_no_number_is_told_so(person, monkeypatch):
    number = true_false("SUM") | {"type": "numeric", "answers": [{"value": "4"}]}
    number.pop("correct", None)
    make_questions([number], bank="REFRESH")
    learn(monkeypatch, "PHONE-01")
    with pytest.raises(InvalidInputError, match="not a number"):
        answer_refresher(found=begin(person), number=1, raw="abc", actor=person.user, now=NOW)


@pytest.mark.parametrize("quizzes", [0, 3])
def test_home_asks_the_same_few_queries_however_many_quizzes_are_assigned(
    person, monkeypatch, django_assert_num_queries, quizzes
):
    make_refreshing()
    learn(monkeypatch, *CODES)
    slots = [{"draw": {"bank": "REFRESH", "count": 3}}]
    assign_quiz(monkeypatch, *(make_quiz(f"Z{n}", slots=slots) for n in range(quizzes)))
    with django_assert_num_queries(2):
        assert has_refreshers(employee=person, now=NOW)


def test_home_leads_to_refreshers_until_the_round_is_answered(person, monkeypatch):
    make_refreshing()
    learn(monkeypatch, *CODES)
    found = begin(person)
    for number in (1, 2, 3):
        assert has_refreshers(employee=person, now=NOW)
        reply(found, number)
    assert not has_refreshers(employee=person, now=NOW)


def test_home_does_not_lead_to_standards_without_questions(person, monkeypatch):
    make_questions([open_question("OPEN-1")], bank="REFRESH")
    learn(monkeypatch, "PHONE-01")
    assert not has_refreshers(employee=person, now=NOW)
    assert read_practice_home(employee=person, now=NOW).state == "nothing"


def test_drawing_takes_the_same_queries_however_many_questions_there_are(
    person, monkeypatch, django_assert_max_num_queries
):
    hold_quiz(person, reveal_early=True)
    make_questions([single(f"MORE-{n}") for n in range(20)], bank="REFRESH")
    learn(monkeypatch, *CODES)
    with django_assert_max_num_queries(16):
        begin(person)
