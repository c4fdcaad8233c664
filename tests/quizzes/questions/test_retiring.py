"""Retire a question: asked before with what would run short, done at once, by HR only."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from lms.api import NotAllowedError
from quizzes.questions.actions.retiring import retire_question
from quizzes.questions.models import Question, QuestionVersion
from tests.lms.factories import make_granted
from tests.quizzes.factories import make_questions, make_quiz, single

pytestmark = pytest.mark.django_db
NAMES = "wagtailsnippets_sb_quizzes_question"


@pytest.fixture
def question():
    return make_questions([single("Q1"), single("Q2")])[0]


def page_of(question) -> str:
    return reverse(f"{NAMES}:retire", args=[question.pk])


def sign_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_page_says_where_it_is_asked_and_which_quiz_would_run_short(question):
    make_quiz(title="Draws two", slots=[{"draw": {"bank": "BANK", "count": 2}}])
    client = sign_in(make_granted("hr"))
    assert page_of(question) in client.get(reverse(f"{NAMES}:edit", args=[question.pk])).text
    page = client.get(page_of(question)).text
    assert "What about Q1?" in page
    assert "Draws two" in page
    assert "“Draws two” lacks 1 question" in page
    assert "retire it all the same" in page
    assert not Question.objects.get(pk=question.pk).retired


def test_it_is_retired_at_once_and_no_draw_finds_it(question):
    client = sign_in(make_granted("hr"))
    done = client.post(page_of(question), follow=True)
    assert "no draw finds it from now on" in done.text
    fresh = Question.objects.get(pk=question.pk)
    assert (fresh.retired, fresh.live, fresh.has_unpublished_changes) == (True, True, False)
    assert fresh.get_latest_revision_as_object().retired
    codes = QuestionVersion.objects.askable().values_list("question__code", flat=True)
    assert list(codes) == ["Q2"]
    assert question.versions.count() == 1
    assert ModelLogEntry.objects.filter(action="sb_quizzes.retire").count() == 1
    client.post(page_of(question))
    assert ModelLogEntry.objects.filter(action="sb_quizzes.retire").count() == 1
    edit = reverse(f"{NAMES}:edit", args=[question.pk])
    assert client.get(page_of(question)).headers["Location"] == edit
    assert page_of(question) not in client.get(edit).text


def test_a_draft_that_waits_stays_a_draft(question):
    draft = question.get_latest_revision_as_object()
    draft.prompt = "<p>A better one?</p>"
    draft.save_revision()
    retire_question(question=question, actor=make_granted("hr"))
    fresh = Question.objects.get(pk=question.pk)
    assert fresh.has_unpublished_changes
    assert "What about Q1?" in fresh.prompt
    waiting = fresh.get_latest_revision_as_object()
    assert (waiting.retired, "A better one?" in waiting.prompt) == (True, True)


def test_an_author_is_refused_and_others_do_not_reach_it(question):
    trainer = make_granted("trainer")
    Question.objects.filter(pk=question.pk).update(owner=trainer)
    edit = reverse(f"{NAMES}:edit", args=[question.pk])
    assert page_of(question) not in sign_in(trainer).get(edit).text
    for user in (trainer, make_granted("trainer"), make_granted("auditor")):
        for answer in (sign_in(user).get(page_of(question)), sign_in(user).post(page_of(question))):
            assert answer.status_code in {302, 403}
    with pytest.raises(NotAllowedError):
        retire_question(question=question, actor=trainer)
    assert not Question.objects.get(pk=question.pk).retired
    assert (
        sign_in(make_granted("hr")).get("/admin/snippets/sb_quizzes/question/retire/0/").status_code
        == 404
    )
