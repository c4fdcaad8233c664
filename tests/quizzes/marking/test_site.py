"""Marking on the site, by assessors, who have no admin."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from lms.api import require_employee
from quizzes.attempts.models import AttemptResult, OpenAnswer
from quizzes.marking import views
from quizzes.marking.models import Mark
from tests.lms.factories import GrantFactory, make_person
from tests.quizzes.factories import NOW
from tests.quizzes.marking.factories import (
    hand_in,
    make_learner,
    make_marker,
    make_open_quiz,
    mark,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def sign_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def make_assessor(person):
    """Return a colleague at the person's branch who assesses there."""
    found = make_person(person.home_branch)
    GrantFactory(user=found.user, role="assessor", branch=person.home_branch)
    return found.user


@pytest.fixture
def learner():
    return make_learner(family_name="Secretname")


@pytest.fixture
def assessor(learner):
    return make_assessor(learner)


def page_of(row) -> str:
    return reverse("sb_quizzes:mark", args=[row.pk])


QUEUE = "/branch/marking/"


def given(version=0, levels=(2, 2), **fields) -> dict:
    chosen = {f"level-{place}": level for place, level in enumerate(levels)}
    return {"version": version, "comment": "", **chosen, **fields}


def test_an_assessor_finds_the_queue_from_the_top_bar_and_from_sign_offs(learner, assessor):
    hand_in(learner, make_open_quiz())
    client = sign_in(assessor)
    assert f'href="{QUEUE}"' in client.get("/standards/").text
    assert "Mark 1 open answer<" in client.get("/branch/sign-offs/").text
    assert f'href="{QUEUE}"' not in sign_in(learner.user).get("/standards/").text


def test_the_queue_shows_the_oldest_first_in_pages_and_no_names(learner, assessor, monkeypatch):
    monkeypatch.setattr(views, "PER_PAGE", 2)
    quiz = make_open_quiz()
    hand_in(learner, quiz)
    (first,) = OpenAnswer.objects.all()
    for _ in range(2):
        hand_in(make_learner(home_branch=learner.home_branch), quiz)
    client = sign_in(assessor)
    page = client.get(QUEUE)
    assert page.text.count("What do you say in OPEN-1?") == 2
    assert page.context["rows"][0][0] == first
    assert "Secretname" not in page.text
    assert client.get(QUEUE, {"page": 2}).text.count("What do you say in OPEN-1?") == 1


def test_the_queue_and_an_answer_take_few_queries(learner, assessor, django_assert_max_num_queries):
    quiz = make_open_quiz()
    for person in (learner, make_learner(home_branch=learner.home_branch)):
        hand_in(person, quiz)
    client = sign_in(assessor)
    client.get(QUEUE)
    with django_assert_max_num_queries(12):
        client.get(QUEUE)
    with django_assert_max_num_queries(18):
        client.get(page_of(OpenAnswer.objects.first()))


def test_a_mark_leads_to_the_next_answer_and_then_back(learner, assessor):
    quiz = make_open_quiz()
    hand_in(learner, quiz)
    hand_in(make_learner(home_branch=learner.home_branch), quiz)
    first, second = OpenAnswer.objects.all()
    client = sign_in(assessor)
    page = client.get(page_of(first)).text
    for words in ("Good morning, Ms Vale.", "Greets by name", "half (1)", "vague (0.5)"):
        assert words in page
    assert "Secretname" not in page
    answer = client.post(page_of(first), given(levels=(1, 1), comment="Almost."))
    assert (answer.status_code, answer.headers["Location"]) == (303, page_of(second))
    answer = client.post(page_of(second), given(), follow=True)
    assert "Saved. Nothing else waits for you." in answer.text
    assert "Nothing to mark" in answer.text
    assert list(Mark.objects.values_list("share", "comment")) == [("1/2", "Almost."), ("1/1", "")]


def test_a_form_that_is_not_full_keeps_what_was_typed(learner, assessor):
    hand_in(learner, make_open_quiz())
    (row,) = OpenAnswer.objects.all()
    answer = sign_in(assessor).post(page_of(row), {"version": 0, "comment": "Kept", "level-0": 2})
    assert answer.status_code == 422
    assert 'href="#id_level-1">Offers a way out: Choose a level.' in answer.text
    assert 'id="id_level-1"' in answer.text
    assert "Kept" in answer.text
    assert not Mark.objects.exists()


def test_the_late_one_of_two_is_told_and_may_save_again_as_the_second(learner, assessor):
    hand_in(learner, make_open_quiz(second_marking="always"))
    (row,) = OpenAnswer.objects.all()
    fast, slow = sign_in(assessor), sign_in(make_assessor(learner))
    assert slow.get(page_of(row)).status_code == 200
    assert fast.post(page_of(row), given(comment="Fast words")).status_code == 303
    late = slow.post(page_of(row), given(levels=(2, 1), comment="Slow words"))
    assert late.status_code == 409
    assert "Somebody else has marked this answer while you had it open." in late.text
    assert "Slow words" in late.text
    assert "Fast words" not in late.text
    again = slow.post(page_of(row), given(version=1, levels=(2, 1), comment="Slow words"))
    assert again.status_code == 303
    assert AttemptResult.objects.get().percent == "23/24"


def test_too_late_keeps_the_entries_to_copy(learner, assessor):
    hand_in(learner, make_open_quiz())
    (row,) = OpenAnswer.objects.all()
    mark(row, make_assessor(learner))
    late = sign_in(assessor).post(page_of(row), given(comment="Slow words"))
    assert late.status_code == 409
    assert "There is nothing left for you to mark here." in late.text
    assert "Slow words" in late.text
    assert "Save and go on" not in late.text


def test_the_third_person_sees_both_marks_and_the_markers_wait(learner, assessor):
    attempt = hand_in(learner, make_open_quiz(second_marking="always"))
    mark(attempt, assessor, (2, 2), comment="Great stuff")
    mark(attempt, make_assessor(learner), (0, 0), comment="Poor stuff")
    (row,) = OpenAnswer.objects.all()
    waiting = sign_in(assessor).get(page_of(row)).text
    assert "Two markers disagree" in waiting
    assert "Save and go on" not in waiting
    assert sign_in(assessor).post(page_of(row), given(version=2)).status_code == 403
    hr = sign_in(make_marker())
    assert "you decide" in hr.get(QUEUE).text
    page = hr.get(page_of(row)).text
    assert "Great stuff" in page
    assert "Poor stuff" in page
    assert hr.post(page_of(row), given(version=2, levels=(1, 1))).status_code == 303
    # Both ticks of the machine, and half of the open answer's two marks.
    assert AttemptResult.objects.get().percent == "3/4"


def test_hr_corrects_here_too_with_a_reason(learner, assessor):
    attempt = hand_in(learner, make_open_quiz())
    mark(attempt, assessor)
    (row,) = OpenAnswer.objects.all()
    client = sign_in(make_marker())
    page = client.get(page_of(row)).text
    assert "Secretname" in page
    assert client.post(page_of(row), given(version=1, reason="")).status_code == 422
    given_now = given(version=1, levels=(0, 0), reason="Copied.")
    assert client.post(page_of(row), given_now).status_code == 303
    assert AttemptResult.objects.latest().get().percent == "1/2"


def test_out_of_reach_and_the_own_answer_are_not_found(learner, assessor):
    quiz = make_open_quiz()
    hand_in(make_learner(), quiz)
    hand_in(require_employee(assessor), quiz)
    client = sign_in(assessor)
    for row in OpenAnswer.objects.all():
        assert client.get(page_of(row)).status_code == 404
        assert client.post(page_of(row), given()).status_code == 404
    assert client.get(QUEUE + "999999/").status_code == 404
    assert "Nothing to mark" in client.get(QUEUE).text
    for path in (QUEUE, page_of(row)):
        assert sign_in(learner.user).get(path).status_code == 404
        assert "/login/" in Client().get(path).headers["Location"]
    assert not Mark.objects.exists()


def test_an_auditor_looks_and_does_not_mark(learner):
    hand_in(learner, make_open_quiz())
    (row,) = OpenAnswer.objects.all()
    client = sign_in(make_marker("auditor"))
    page = client.get(page_of(row)).text
    assert "Good morning, Ms Vale." in page
    assert "Save and go on" not in page
    assert client.post(page_of(row), given()).status_code == 403
    assert not Mark.objects.exists()


def test_script_in_an_answer_stays_text(learner, assessor):
    hand_in(learner, make_open_quiz(), words="<script>alert(1)</script>")
    (row,) = OpenAnswer.objects.all()
    assert "<script>alert(1)" not in sign_in(assessor).get(page_of(row)).text
