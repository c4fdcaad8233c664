import pytest
from django.test import Client
from django.urls import reverse

from lms.api import InvalidInputError
from quizzes.attempts.actions import save_response, submit_attempt
from quizzes.attempts.models import AttemptResult, ResponseEvent
from tests.lms.factories import make_person
from tests.quizzes.factories import NOW, make_small_quiz, start, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_person()


def reply(attempt, number, part, certainty, sequence=None):
    item = attempt.items.get(number=number)
    return save_response(
        attempt=attempt,
        item_number=number,
        raw=token_of(item, part),
        certainty=certainty,
        sequence=sequence,
        actor=attempt.employee.user,
        now=NOW,
    )


def test_certainty_is_kept_with_the_answer_and_changes_no_mark(person):
    attempt = start(person, make_small_quiz(ask_certainty=True, time_limit_minutes=None))
    for number, (part, certainty) in enumerate(
        [("b", "sure"), ("b", "unsure"), ("a", "sure"), ("a", "")], start=1
    ):
        reply(attempt, number, part, certainty)
    submit_attempt(attempt=attempt, actor=person.user, now=NOW)
    assert AttemptResult.objects.get().percent == "1/2"
    kept = ResponseEvent.objects.order_by("item__number").values_list("certainty", flat=True)
    assert list(kept) == ["sure", "unsure", "sure", ""]


def test_another_certainty_is_another_event_and_the_same_one_is_none(person):
    attempt = start(person, make_small_quiz(ask_certainty=True))
    reply(attempt, 1, "b", "sure")
    reply(attempt, 1, "b", "sure")
    assert ResponseEvent.objects.count() == 1
    reply(attempt, 1, "b", "unsure")
    assert ResponseEvent.objects.count() == 2


def test_a_quiz_that_does_not_ask_keeps_nothing_and_junk_is_refused(person):
    attempt = start(person, make_small_quiz())
    assert reply(attempt, 1, "b", "sure").certainty == ""
    with pytest.raises(InvalidInputError):
        reply(attempt, 1, "b", "very")


@pytest.mark.parametrize(("feedback", "told"), [({}, False), ({"right_after": ["mark"]}, True)])
def test_the_list_of_sure_and_wrong_shows_once_marks_do(person, feedback, told):
    ticks = {phase: feedback.get("right_after", []) for phase in ("right_after", "later")}
    quiz = make_small_quiz(ask_certainty=True, time_limit_minutes=None, feedback=ticks)
    attempt = start(person, quiz)
    client = Client()
    client.force_login(person.user)
    page = client.get(reverse("sb_quizzes:question", args=[attempt.uuid, 1])).text
    assert "How sure are you?" in page
    reply(attempt, 1, "b", "sure")
    reply(attempt, 2, "a", "sure")
    reply(attempt, 3, "a", "unsure")
    submit_attempt(attempt=attempt, actor=person.user, now=NOW)
    page = client.get(reverse("sb_quizzes:result", args=[attempt.uuid])).text
    assert ("You were sure of question 2, and it was not right." in page) is told
