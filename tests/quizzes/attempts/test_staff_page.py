"""Somebody's attempt for staff: who sees answers, how much of the key, and what is logged."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from lms.api import registry
from quizzes.attempts.actions import save_response, submit_attempt
from quizzes.attempts.models import Attempt
from quizzes.questions.rules import SHOWN
from tests.lms.factories import GrantFactory, make_granted, make_person
from tests.quizzes.factories import NOW, answer, make_questions, make_quiz, single, start

pytestmark = pytest.mark.django_db
HELD = {phase: [] for phase in ("right_after", "later", "after_close")}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def sign_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def learner():
    return make_person(given_name="Ada", family_name="Vale")


def make_attempt(person, **settings) -> Attempt:
    """Hand in one right and one wrong answer; two tries are allowed, nothing is shown of them."""
    make_questions([single("Q1"), single("Q2")])
    slots = [{"question": "Q1"}, {"question": "Q2"}]
    quiz = make_quiz(
        slots=slots, **({"feedback": HELD, "attempts_allowed": 2, "pass_percent": 80} | settings)
    )
    attempt = start(person, quiz)
    answer(attempt, 1, "b")
    answer(attempt, 2, "a")
    return submit_attempt(attempt=attempt, actor=person.user, now=NOW)


def page_of(attempt) -> str:
    return reverse("sb_quizzes:staff_attempt", args=[attempt.uuid])


def test_an_assessor_reads_answers_and_marks_but_no_keys(learner):
    attempt = make_attempt(learner)
    client = sign_in(make_granted("assessor", branch=learner.home_branch))
    before = client.get(page_of(attempt)).text
    assert "Ada Vale" in before
    assert "50 % were reached. 80 % are needed to pass." in before
    for early in ("Q1 first", "Q2 second"):
        assert early not in before
    page = client.post(page_of(attempt)).text
    for words in ("What about Q1?", "Q2 first", "Chosen:", "Right answers show to you when"):
        assert words in page
    for secret in ("right answer", "a-said", "general-said", "Your answer", "not right"):
        assert secret not in page.split("What was answered")[1].replace("Right answers", ""), secret


def test_keys_show_to_who_may_write_the_question_and_to_nobody_else(learner):
    attempt = make_attempt(learner)
    hr = sign_in(make_granted("hr")).post(page_of(attempt)).text
    assert "right answer" in hr
    assert "Q2 a-said" in hr
    trainer = make_granted("trainer", branch=learner.home_branch)
    assert "Q2 a-said" not in sign_in(trainer).post(page_of(attempt)).text
    question = attempt.items.get(number=2).question_version.question
    question.owner = trainer
    question.save()
    own = sign_in(trainer).post(page_of(attempt)).text
    assert "Q2 a-said" in own
    assert "Q1 b-said" not in own


def make_reader(learner, role="assessor"):
    """Return somebody of the learner's branch who may read answers there."""
    reader = make_person(learner.home_branch)
    place = {} if role == "hr" else {"branch": learner.home_branch}
    GrantFactory(user=reader.user, role=role, **place)
    return reader


def test_whoever_has_the_quiz_before_them_too_sees_no_answers(learner):
    attempt = make_attempt(learner)
    reader = make_reader(learner)
    client = sign_in(reader.user)
    assert "Q1 second" in client.post(page_of(attempt)).text

    own = start(reader, attempt.quiz)
    for again in (False, True):
        for page in (client.get(page_of(attempt)).text, client.post(page_of(attempt)).text):
            assert "50 % were reached." in page
            assert "This quiz is still before you, too." in page
            for early in ("Q1 second", "What about Q2?", "Show what was answered"):
                assert early not in page, again
        if not again:
            submit_attempt(attempt=own, actor=reader.user, now=NOW)
    logged = ModelLogEntry.objects.filter(action="sb_quizzes.read_answers", user=reader.user)
    assert logged.count() == 1


@pytest.mark.parametrize(("right", "tries"), [("b", 1), ("a", 2)])
def test_answers_show_to_a_reader_who_has_passed_or_has_no_try_left(learner, right, tries):
    attempt = make_attempt(learner, cool_down_minutes=0)
    reader = make_reader(learner)
    for _try in range(tries):
        own = start(reader, attempt.quiz)
        answer(own, 1, right)
        answer(own, 2, right)
        submit_attempt(attempt=own, actor=reader.user, now=NOW)
    assert "Q1 second" in sign_in(reader.user).post(page_of(attempt)).text


def test_a_reader_who_was_assigned_the_quiz_sees_no_answers_before(learner, monkeypatch):
    attempt = make_attempt(learner)
    given = {str(attempt.quiz.uuid)}
    monkeypatch.setattr(registry.assigned_quizzes, "_items", [lambda *_asked: given])
    assert "Q1 second" not in sign_in(make_reader(learner).user).post(page_of(attempt)).text
    # Who may write all of its questions knows them anyway, and who is on no roster takes none.
    assert "Q1 second" in sign_in(make_reader(learner, "hr").user).post(page_of(attempt)).text
    assert "Q1 second" in sign_in(make_granted("auditor")).post(page_of(attempt)).text


def test_keys_show_with_the_persons_own_review(learner):
    attempt = make_attempt(learner, feedback={"right_after": list(SHOWN)}, reveal_early=True)
    page = sign_in(make_granted("auditor")).post(page_of(attempt)).text
    assert "right answer" in page
    assert "Right answers show to you when" not in page


def test_a_look_at_answers_is_logged_and_one_at_the_score_is_not(learner):
    attempt = make_attempt(learner)
    hr = make_granted("hr")
    client = sign_in(hr)
    client.get(page_of(attempt))
    assert not ModelLogEntry.objects.filter(action="sb_quizzes.read_answers").exists()
    client.post(page_of(attempt))
    entry = ModelLogEntry.objects.get(action="sb_quizzes.read_answers")
    assert (entry.user, entry.object_id) == (hr, str(attempt.pk))


def test_managers_are_refused_and_others_find_nothing(learner):
    attempt = make_attempt(learner)
    boss = make_person()
    learner.manager = boss
    learner.save()
    manager = make_granted("branch_manager", branch=learner.home_branch)
    for user in (boss.user, manager):
        assert sign_in(user).get(page_of(attempt)).status_code == 403
        assert sign_in(user).post(page_of(attempt)).status_code == 403
    elsewhere = make_granted("assessor", branch=make_person().home_branch)
    for user in (elsewhere, make_person().user, learner.user):
        assert sign_in(user).get(page_of(attempt)).status_code == 404
        assert sign_in(user).post(page_of(attempt)).status_code == 404
    assert not ModelLogEntry.objects.filter(action="sb_quizzes.read_answers").exists()


def test_hr_reads_the_own_attempt_on_the_own_pages_only(learner):
    attempt = make_attempt(learner)
    GrantFactory(user=learner.user, role="hr")
    assert sign_in(learner.user).post(page_of(attempt)).status_code == 404


def test_an_attempt_under_way_shows_its_state_only(learner):
    make_questions([single("Q1")])
    attempt = start(learner, make_quiz(slots=[{"question": "Q1"}]))
    save_response(attempt=attempt, item_number=1, raw="", actor=learner.user, now=NOW)
    client = sign_in(make_granted("hr"))
    for page in (client.get(page_of(attempt)), client.post(page_of(attempt))):
        assert "under way" in page.text
        assert "What about Q1?" not in page.text
        assert "Show what was answered" not in page.text


def test_no_clock_times_are_told(learner):
    with time_machine.travel(NOW, tick=False):
        attempt = make_attempt(learner)
    later = NOW + timedelta(days=1)
    with time_machine.travel(later, tick=False):
        page = sign_in(make_granted("hr")).post(page_of(attempt)).text
    assert "2 March 2026" in page
    assert "10:00" not in page


def test_it_takes_few_queries_whatever_the_number_of_questions(
    learner, django_assert_max_num_queries
):
    attempt = make_attempt(learner)
    client = sign_in(make_granted("hr"))
    client.post(page_of(attempt))
    with django_assert_max_num_queries(26):
        client.post(page_of(attempt))


def test_the_admin_leads_there(learner):
    attempt = make_attempt(learner)
    inspect = reverse("attempts:inspect", args=[attempt.pk])
    assert page_of(attempt) in sign_in(make_granted("hr")).get(inspect).text
