import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quizzes.attempts.models import Attempt, AttemptResult, OpenAnswer
from quizzes.marking.models import Mark
from tests.quizzes.factories import NOW
from tests.quizzes.marking.factories import (
    hand_in,
    make_learner,
    make_marker,
    make_open_quiz,
    mark,
)

pytestmark = pytest.mark.django_db
QUEUE = "/admin/marking/"


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def sign_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def marker():
    return make_marker()


def page_of(row) -> str:
    return reverse("sb_marking:inspect", args=[row.pk])


def given(version=0, levels=(2, 2), **fields) -> dict:
    return {
        "version": version,
        "comment": "",
        **{f"level-{place}": level for place, level in enumerate(levels)},
        **fields,
    }


def test_the_queue_is_the_oldest_first_counted_in_the_menu_and_tells_no_names(marker):
    quiz = make_open_quiz()
    people = [make_learner(family_name=f"Secret{n}") for n in range(2)]
    for person in people:
        hand_in(person, quiz)
    page = sign_in(marker).get(QUEUE, {"state": "mine"}).text
    first, second = OpenAnswer.objects.all()
    assert page.index(str(first)) < page.index(str(second))
    assert "What do you say in OPEN-1?" in page
    assert "To mark (2)" in page
    assert "Secret" not in page


def test_the_queue_takes_the_same_queries_with_more_answers(marker):
    client, quiz = sign_in(marker), make_open_quiz()
    counts = []
    for _ in range(2):
        hand_in(make_learner(), quiz)
        client.get(QUEUE, {"state": "mine"})
        with CaptureQueriesContext(connection) as asked:
            client.get(QUEUE, {"state": "mine"})
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_saving_a_mark_leads_to_the_next_answer_and_then_back_to_the_list(marker):
    quiz = make_open_quiz()
    for _ in range(2):
        hand_in(make_learner(), quiz)
    first, second = OpenAnswer.objects.all()
    client = sign_in(marker)
    page = client.get(page_of(first)).text
    assert "Good morning, Ms Vale." in page
    assert "Greets by name" in page
    assert "half (1)" in page
    assert "vague (0.5)" in page
    answer = client.post(page_of(first), given(levels=(1, 1), comment="Almost."))
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(second))
    answer = client.post(page_of(second), given())
    assert answer.headers["Location"] == reverse("sb_marking:index")
    assert list(Mark.objects.values_list("share", "comment")) == [("1/2", "Almost."), ("1/1", "")]


def test_a_form_that_is_not_full_says_so_and_keeps_what_was_typed(marker):
    hand_in(make_learner(), make_open_quiz())
    (row,) = OpenAnswer.objects.all()
    answer = sign_in(marker).post(page_of(row), {"version": 0, "comment": "Kept", "level-0": 2})
    assert answer.status_code == 422
    assert "Choose a level." in answer.text
    assert "Kept" in answer.text
    assert not Mark.objects.exists()


def test_the_second_of_two_sessions_is_told_and_loses_nothing():
    hand_in(make_learner(), make_open_quiz())
    (row,) = OpenAnswer.objects.all()
    fast, slow = sign_in(make_marker()), sign_in(make_marker(first_name="Sam"))
    for client in (fast, slow):
        assert client.get(page_of(row)).status_code == 200
    assert fast.post(page_of(row), given(comment="Fast")).status_code == 302
    late = slow.post(page_of(row), given(levels=(1, 0), comment="My long words"))
    assert late.status_code == 409
    assert "Somebody else has marked this answer while you had it open." in late.text
    assert "My long words" in late.text
    assert "Fast" in late.text
    assert Mark.objects.count() == 1
    assert AttemptResult.objects.get().percent == "1/1"


def test_with_a_second_marker_the_late_one_may_save_again_as_the_second():
    hand_in(make_learner(), make_open_quiz(second_marking="always"))
    (row,) = OpenAnswer.objects.all()
    fast, slow = sign_in(make_marker()), sign_in(make_marker())
    fast.post(page_of(row), given(comment="Fast words"))
    late = slow.post(page_of(row), given(levels=(2, 1), comment="Slow words"))
    assert late.status_code == 409
    assert "Slow words" in late.text
    assert "Fast words" not in late.text
    assert 'name="version" value="1"' in late.text
    again = slow.post(page_of(row), given(version=1, levels=(2, 1), comment="Slow words"))
    assert again.status_code == 302
    assert AttemptResult.objects.get().percent == "23/24"


def test_the_second_marker_sees_nothing_of_the_first_mark():
    attempt = hand_in(make_learner(), make_open_quiz(second_marking="always"))
    mark(attempt, make_marker(first_name="Robin", last_name="Firstmarker"), comment="First words")
    (row,) = OpenAnswer.objects.all()
    page = sign_in(make_marker()).get(page_of(row)).text
    assert "Somebody has marked this before you." in page
    for leak in ("First words", "Firstmarker", "checked"):
        assert leak not in page.split("main", 1)[1], leak


def test_the_third_person_sees_both_marks_and_the_markers_only_wait():
    attempt = hand_in(make_learner(), make_open_quiz(second_marking="always"))
    first = make_marker()
    mark(attempt, first, (2, 2), comment="Great stuff")
    mark(attempt, make_marker(), (0, 0), comment="Poor stuff")
    (row,) = OpenAnswer.objects.all()
    page = sign_in(make_marker()).get(page_of(row)).text
    assert "Great stuff" in page
    assert "Poor stuff" in page
    waiting = sign_in(first).get(page_of(row)).text
    assert "Two markers disagree" in waiting
    assert "Save and go on" not in waiting
    assert sign_in(first).post(page_of(row), given(version=2)).status_code in {302, 403}
    assert Mark.objects.count() == 2


def test_hr_corrects_with_a_reason_and_sees_the_name_then():
    attempt = hand_in(make_learner(family_name="Named"), make_open_quiz())
    mark(attempt, make_marker())
    (row,) = OpenAnswer.objects.all()
    client = sign_in(make_marker())
    page = client.get(page_of(row)).text
    assert "Named" in page
    assert "Correct the mark" in page
    refused = client.post(page_of(row), given(version=1, levels=(0, 0), reason=""))
    assert refused.status_code == 422
    answer = client.post(page_of(row), given(version=1, levels=(0, 0), reason="Copied."))
    assert answer.status_code == 302
    assert AttemptResult.objects.latest().get().percent == "1/2"


def test_answers_out_of_reach_and_the_own_one_are_not_found(marker):
    person = make_learner()
    hand_in(person, make_open_quiz())
    (row,) = OpenAnswer.objects.all()
    trainer = make_marker("trainer")
    assert sign_in(trainer).get(page_of(row)).status_code == 404
    assert sign_in(trainer).post(page_of(row), given()).status_code == 404
    person.user = marker
    person.save()
    assert sign_in(marker).get(page_of(row)).status_code == 404
    assert str(row) not in sign_in(marker).get(QUEUE).text
    assert sign_in(marker).get(QUEUE + "999999/").status_code == 404


def test_an_auditor_looks_and_does_not_mark():
    hand_in(make_learner(), make_open_quiz())
    (row,) = OpenAnswer.objects.all()
    client = sign_in(make_marker("auditor"))
    page = client.get(page_of(row)).text
    assert "Good morning, Ms Vale." in page
    assert "Save and go on" not in page
    assert client.post(page_of(row), given()).status_code in {302, 403}
    assert not Mark.objects.exists()


def test_script_in_an_answer_stays_text(marker):
    hand_in(make_learner(), make_open_quiz(), words="<script>alert(1)</script>")
    (row,) = OpenAnswer.objects.all()
    assert "<script>alert(1)" not in sign_in(marker).get(page_of(row)).text


def test_the_learner_reads_that_it_waits_and_later_what_was_said(marker):
    person = make_learner()
    attempt = hand_in(person, make_open_quiz(pass_percent=75))
    client = sign_in(person.user)
    result = reverse("sb_quizzes:result", args=[attempt.uuid])
    page = client.get(result).text
    assert "Now a person marks it." in page
    assert "Good morning, Ms Vale." in page
    for leak in ("Greets by name", "vague", "%"):
        assert leak not in page.split("<main", 1)[1].split("</main")[0], leak
    quiz = client.get(reverse("sb_quizzes:quiz", args=[attempt.quiz.uuid])).text
    assert "being marked" in quiz
    assert "A person is marking your answers" in quiz
    mark(attempt, marker, (2, 1), comment="Nice tone.")
    page = client.get(result).text
    assert "Passed" in page
    assert "Nice tone." in page
    assert "Offers a way out" in page


def test_the_api_says_that_an_attempt_waits(marker):
    person = make_learner()
    attempt = hand_in(person, make_open_quiz())
    client = sign_in(person.user)
    address = f"/api/v1/attempts/{attempt.uuid}/"
    told = client.get(address).json()
    assert (told["result"], told["waiting_for_marking"]) == (None, True)
    assert "Greets by name" not in client.get(address).text
    mark(attempt, marker)
    assert client.get(address).json()["result"]["passed"] is True


def test_the_list_of_attempts_says_that_one_waits(marker):
    hand_in(make_learner(), make_open_quiz())
    assert Attempt.objects.count() == 1
    assert "waiting for marking" in sign_in(marker).get("/admin/attempts/").text
