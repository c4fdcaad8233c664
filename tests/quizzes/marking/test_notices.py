"""The mail and the card on the home page that say that a marked result is in."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.urls import reverse

from lms.api import Notice
from lms.messages.actions import deliver_due
from quizzes.attempts.models import OpenAnswer
from quizzes.attempts.rules.feedback import find_shown_from
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


def test_what_is_shown_later_is_told_later(learner):
    closes_at = NOW + timedelta(days=3)
    quiz = make_open_quiz(feedback={"after_close": ALL}, closes_at=closes_at.isoformat())
    mark(hand_in(learner, quiz), make_marker())
    assert sent(NOW + HOUR) == []
    assert len(sent(closes_at)) == 1


@pytest.mark.parametrize(
    ("ticked", "hours", "expected"),
    [
        (("right_after", "later"), 0, 0),
        (("later",), 0, 1),
        (("later",), 5, 5),
        (("after_close",), 0, 9),
        (("after_close", "later"), 0, 1),
        ((), 0, 0),
    ],
)
def test_the_moment_is_the_first_at_which_anything_is_shown(ticked, hours, expected):
    phases = ("during", "right_after", "later", "after_close")
    ticks = {phase: frozenset(ALL if phase in ticked else ()) for phase in phases}
    at = find_shown_from(ticks, NOW + hours * HOUR, NOW, NOW + 9 * HOUR)
    assert at == NOW + expected * HOUR


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
