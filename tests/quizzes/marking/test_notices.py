"""The mail and the card on the home page that say that a marked result is in."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.urls import reverse

from lms.api import Notice
from lms.messages.actions import deliver_due
from quizzes.attempts.models import OpenAnswer
from quizzes.marking.actions import correct_mark
from tests.quizzes.factories import NOW, start
from tests.quizzes.marking.factories import (
    hand_in,
    make_learner,
    make_marker,
    make_open_quiz,
    mark,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ALL = ["mark", "right_answer", "feedback"]


@pytest.fixture
def learner():
    return make_learner(email="ada@example.com", given_name="Ada")


def sent(now):
    outbox.outbox.clear()
    deliver_due(now=now)
    return [message for message in outbox.outbox if "Your result is in" in message.subject]


def test_the_last_mark_sends_one_mail_with_one_link_and_no_outcome(learner):
    attempt = hand_in(learner, make_open_quiz(opens=2))
    marker = make_marker()
    mark(attempt, marker, comment="Nice tone.")
    assert sent(NOW) == []
    mark(attempt, marker)
    (mail,) = sent(NOW)
    assert mail.to == ["ada@example.com"]
    assert mail.subject == f"Your result is in: {attempt.quiz.title}"
    link = reverse("sb_quizzes:result", args=[attempt.uuid])
    html = mail.alternatives[0].content
    assert mail.body.count("http") == 1
    for text in (mail.body, html):
        assert link in text
        assert "See your result" in text
        assert "because you handed in a quiz that a person marks" in text
        for secret in ("Nice tone", "assed", "%"):
            assert secret not in text.split("<body")[-1].replace("100%", ""), secret
    assert sent(NOW + HOUR) == []


def test_second_marks_tell_only_once_all_is_settled(learner):
    attempt = hand_in(learner, make_open_quiz(second_marking="always"))
    mark(attempt, make_marker())
    assert not Notice.objects.exists()
    mark(attempt, make_marker(), (0, 0))
    assert not Notice.objects.exists()
    mark(attempt, make_marker(), (1, 1))
    assert Notice.objects.get().kind == "result_in"


def test_a_correction_sends_no_second_mail(learner):
    attempt = hand_in(learner, make_open_quiz())
    mark(attempt, make_marker())
    correct_mark(
        answer=OpenAnswer.objects.get(),
        levels=[0, 0],
        comment="",
        reason="Copied.",
        seen_version=1,
        actor=make_marker(),
        now=NOW + timedelta(days=2),
    )
    assert Notice.objects.count() == 1


def test_the_result_is_told_at_once_also_where_single_answers_show_later(client, learner):
    closes_at = NOW + timedelta(days=3)
    quiz = make_open_quiz(feedback={"after_close": ALL}, closes_at=closes_at.isoformat())
    attempt = hand_in(learner, quiz)
    mark(attempt, make_marker(), comment="Nice tone.")
    assert Notice.objects.get().due_at == NOW
    assert len(sent(NOW)) == 1
    for at, shows in ((NOW, False), (closes_at, True)):
        with time_machine.travel(at, tick=False):
            client.force_login(learner.user)
            page = client.get(reverse("sb_quizzes:result", args=[attempt.uuid])).text
        assert "Passed" in page
        assert ("Nice tone." in page) is shows


def test_home_shows_it_for_a_week_or_until_the_next_try(client, learner):
    quiz = make_open_quiz(attempts_allowed=3)
    attempt = hand_in(learner, quiz, right=0)
    client.force_login(learner.user)
    words = f"Your result is in: {quiz.title}"
    with time_machine.travel(NOW, tick=False):
        assert words not in client.get("/").text
        mark(attempt, make_marker(), (0, 0))
        page = client.get("/").text
        assert words in page
        assert reverse("sb_quizzes:result", args=[attempt.uuid]) in page
        client.force_login(make_learner().user)
        assert words not in client.get("/").text
    client.force_login(learner.user)
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        assert words not in client.get("/").text
    with time_machine.travel(NOW + HOUR, tick=False):
        start(learner, quiz, NOW + HOUR)
        assert words not in client.get("/").text


def test_practice_while_waiting_does_not_hide_the_result_from_home(client, learner):
    quiz = make_open_quiz(attempts_allowed=3)
    attempt = hand_in(learner, quiz, right=0)
    start(learner, quiz, NOW, purpose="practice")
    mark(attempt, make_marker(), (0, 0))
    client.force_login(learner.user)
    with time_machine.travel(NOW, tick=False):
        assert f"Your result is in: {quiz.title}" in client.get("/").text
