from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.api import DomainEvent, NotFoundError, RuleError, registry
from quizzes.attempts.models import Attempt, AttemptItem
from quizzes.questions.models import Question, QuestionVersion
from tests.lms.factories import make_person
from tests.quizzes.factories import (
    NOW,
    make_questions,
    make_quiz,
    make_small_quiz,
    single,
    start,
    take,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


def make_many_questions(count):
    """Copy one published question, because publishing thousands would only test Wagtail."""
    [model] = make_questions([single("MODEL")])
    version = model.versions.get()
    questions = Question.objects.bulk_create(
        Question(code=f"C{n:05d}", bank=model.bank, prompt=model.prompt, options=model.options)
        for n in range(count - 1)
    )
    QuestionVersion.objects.bulk_create(
        QuestionVersion(
            question=question,
            number=1,
            body=version.body | {"code": question.code},
            digest=version.digest,
            tags=version.tags,
            standard_codes=version.standard_codes,
            difficulty=2,
            published_at=NOW,
        )
        for question in questions
    )


@pytest.fixture
def person():
    return make_person()


def test_start_freezes_a_draw_with_tokens_of_its_own(person):
    quiz = make_small_quiz()
    attempt = start(person, quiz)
    assert attempt.number == 1
    assert attempt.due_at == NOW + timedelta(minutes=20)
    assert attempt.branch == person.home_branch
    assert attempt.items.count() == 4
    tokens = [token for item in attempt.items.all() for token, _ in item.options]
    assert len(set(tokens)) == 12
    other = start(make_person(), quiz)
    theirs = [token for item in other.items.all() for token, _ in item.options]
    assert not set(tokens) & set(theirs)


def test_starting_again_gives_the_same_attempt(person):
    quiz = make_small_quiz()
    assert start(person, quiz) == start(person, quiz, LATER - timedelta(hours=1, minutes=50))
    assert Attempt.objects.count() == 1


def test_a_draw_of_40_from_5000_stays_within_twelve_queries(person):
    make_many_questions(5000)
    quiz = make_quiz(slots=[{"draw": {"bank": "BANK", "count": 40}}], attempts_allowed=None)
    take(person, quiz, right=0)
    person.refresh_from_db()
    with CaptureQueriesContext(connection) as queries:
        attempt = start(person, quiz, LATER)
    assert attempt.items.count() == 40
    assert len(queries) <= 12, [query["sql"][:120] for query in queries]


def test_the_first_start_within_twelve_queries_tells_that_work_began(person):
    quiz = make_small_quiz()
    with CaptureQueriesContext(connection) as queries:
        start(person, quiz)
    assert len(queries) <= 12, [query["sql"][:120] for query in queries]
    event = DomainEvent.objects.get(kind="work_started")
    assert event.payload["work"] == str(quiz.uuid)
    take(person, quiz, right=0)
    start(person, quiz, LATER)
    assert DomainEvent.objects.filter(kind="work_started").count() == 1


def test_a_second_attempt_gets_other_questions_while_there_are_any(person):
    quiz = make_small_quiz(count=8)
    first = take(person, quiz, right=0)
    second = start(person, quiz, LATER)
    asked = {item.question_version_id for item in first.items.all()}
    assert not asked & {item.question_version_id for item in second.items.all()}


def test_after_a_fail_questions_on_the_failed_standard_come_more_often(monkeypatch):
    # Chance alone brings as many of the others in a few draws of a hundred: this one is kept.
    monkeypatch.setattr(
        "quizzes.attempts.actions.starts.secrets.token_hex", lambda size: "7" * size
    )
    make_questions(
        [single(f"P{n:02d}", "PHONE-01") for n in range(40)]
        + [single(f"G{n:02d}", "GREET-01") for n in range(40)]
    )
    slots = [
        {"draw": {"bank": "BANK", "standard": code, "count": 2}}
        for code in ("PHONE-01", "GREET-01")
    ]
    quiz = make_quiz(slots=slots, standard_marks={"PHONE-01": 50}, pass_percent=0)
    wide = make_quiz("WIDE", slots=[{"draw": {"bank": "BANK", "count": 20}}])
    person = make_person()
    failed = take(person, quiz, right=0)
    assert [reason["standard"] for reason in failed.results.get().reasons] == ["PHONE-01"]
    # The same settings in another quiz show how the weight moves the odds.
    failed.quiz = wide
    failed.save(update_fields=["quiz"])
    attempt = start(person, wide, LATER)
    codes = [item.question_version.body["code"][0] for item in attempt.items.all()]
    assert codes.count("P") > codes.count("G")


def test_practice_is_not_counted_and_gives_way_to_a_scored_attempt(person):
    quiz = make_small_quiz(attempts_allowed=1)
    for _ in range(3):
        take(person, quiz, right=0, purpose="practice")
    practice = start(person, quiz, purpose="practice")
    scored = start(person, quiz)
    assert scored.purpose == "scored"
    assert scored.number == 5
    practice.refresh_from_db()
    assert practice.state == "submitted"
    with pytest.raises(RuleError) as error:
        start(person, quiz, purpose="practice")
    assert error.value.code == "scored_under_way"


def test_cool_down_opens_to_the_minute(person):
    quiz = make_small_quiz()
    take(person, quiz, right=0)
    with pytest.raises(RuleError) as error:
        start(person, quiz, NOW + timedelta(minutes=29, seconds=59))
    assert error.value.code == "cooling_down"
    assert start(person, quiz, NOW + timedelta(minutes=30)).number == 2


def test_no_attempt_beyond_the_limit_and_none_after_a_pass(person):
    quiz = make_small_quiz(attempts_allowed=2, cool_down_minutes=0)
    take(person, quiz, right=0)
    take(person, quiz, right=0)
    with pytest.raises(RuleError) as error:
        start(person, quiz)
    assert error.value.code == "no_attempts_left"
    other = make_person()
    take(other, quiz, right=4)
    with pytest.raises(RuleError) as error:
        start(other, quiz)
    assert error.value.code == "passed"


def test_limits_count_since_what_the_apps_above_say(person, monkeypatch):
    monkeypatch.setattr(registry.counts_from, "_items", [])
    quiz = make_small_quiz(attempts_allowed=1)
    take(person, quiz, right=4)
    registry.counts_from.register(lambda _employee, _kind, _work: NOW - timedelta(days=1))
    with pytest.raises(RuleError):
        start(person, quiz, LATER)
    registry.counts_from.register(
        lambda employee, kind, work: (
            LATER if (employee, kind, work) == (person, "quiz", str(quiz.uuid)) else None
        )
    )
    assert start(person, quiz, LATER).number == 2


def test_nobody_starts_for_somebody_else(person):
    quiz = make_small_quiz()
    from quizzes.attempts.actions import start_attempt

    with pytest.raises(NotFoundError):
        start_attempt(employee=person, quiz=quiz, actor=make_person().user, now=NOW)
    assert not Attempt.objects.exists()


def test_a_quiz_that_is_not_live_does_not_open(person):
    quiz = make_small_quiz()
    quiz.unpublish()
    with pytest.raises(RuleError) as error:
        start(person, quiz)
    assert error.value.code == "quiz_not_open"


def test_retired_questions_are_not_drawn(person):
    quiz = make_small_quiz(count=5)
    gone = Question.objects.order_by("code").first()
    Question.objects.filter(pk=gone.pk).update(retired=True)
    start(person, quiz)
    assert not AttemptItem.objects.filter(question_version__question=gone).exists()


def test_too_few_questions_is_said_in_words_and_writes_nothing(person):
    quiz = make_small_quiz(count=4)
    Question.objects.update(retired=True)
    with pytest.raises(RuleError) as error:
        start(person, quiz)
    assert error.value.code == "not_enough_questions"
    assert not Attempt.objects.exists()


def test_an_overdue_attempt_is_closed_before_the_next_starts(person):
    quiz = make_small_quiz(cool_down_minutes=0)
    first = start(person, quiz)
    second = start(person, quiz, NOW + timedelta(hours=1))
    first.refresh_from_db()
    assert first.state == "closed"
    assert first.submitted_at == first.due_at
    assert second.number == 2
