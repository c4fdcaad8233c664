import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import quizzes
from lms.api import registry
from quizzes.attempts.models import Attempt, AttemptResult, ResponseEvent
from tests.lms.factories import PASSWORD, UserFactory, make_person
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
    token_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_throttled():
    """Forget wrong passwords: the next test uses the same ids again."""
    yield
    cache.clear()


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def learner(client, person, clock):
    client.force_login(person.user)
    return client


@pytest.fixture
def quiet(monkeypatch):
    """Leave the top bar's own queries out of a count."""
    monkeypatch.setattr(registry.navigation, "_items", [])


def intro(quiz):
    return f"/quizzes/{quiz.uuid}/"


def at(attempt, rest=""):
    return f"/attempts/{attempt.uuid}/{rest}"


def count_statements(queries):
    """Count what reads or writes rows; savepoints stand for the begin and commit of a request."""
    return len([q for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def test_the_whole_way_through_without_javascript(learner, person):
    quiz = make_small_quiz()
    assert b"Start" in learner.get(intro(quiz)).content
    assert not Attempt.objects.exists()
    response = learner.post(intro(quiz))
    assert response.status_code == 303
    attempt = Attempt.objects.get()
    assert learner.get(response["Location"])["Location"] == at(attempt, "1/")
    for item in attempt.items.all():
        form = learner.get(at(attempt, f"{item.number}/"))
        assert "saved" not in form.context["page"].view
        sent = {"choice": token_of(item, "b")} | ({"last": "1"} if item.number == 4 else {})
        response = learner.post(at(attempt, f"{item.number}/"), sent)
        assert response.status_code == 303
    assert response["Location"] == at(attempt, "review/")
    assert "All questions are answered" in learner.get(at(attempt, "review/")).text
    response = learner.post(at(attempt, "review/"))
    assert (response.status_code, response["Location"]) == (303, at(attempt, "result/"))
    text = learner.get(at(attempt, "result/")).text
    assert "Passed. Well done!" in text
    assert "100" in text


def test_a_fail_says_why_what_to_read_and_when_the_next_try_opens(learner, person, monkeypatch):
    monkeypatch.setattr(registry.standard_links, "_items", [])
    quiz = make_small_quiz(standard_marks={"PHONE-01": 60})
    link = registry.Link(kind="lesson", label="Answering the phone", url="/courses/x/")
    registry.standard_links.register(lambda _standard: [link])
    attempt = take(person, quiz, right=1)
    text = learner.get(at(attempt, "result/")).text
    assert "Not passed yet" in text
    assert "You reached 25 %. 75 % are needed to pass." in text
    assert "“Title of PHONE-01”: 25 %. At least 60 % are needed." in text
    assert '<a class="btn quiet block" href="/courses/x/">' in text
    # Half past nine UTC, told in the zone of the branch.
    assert "10:30" in text


def test_right_answers_stay_hidden_while_another_try_is_possible(learner, person, clock):
    quiz = make_small_quiz(attempts_allowed=2, cool_down_minutes=0)
    first = take(person, quiz, right=0)
    held_back = learner.get(at(first, "result/"))
    assert "Right answers are shown when no further try is possible." in held_back.text
    assert all(
        "right" not in row for item in held_back.context["page"].items for row in item["options"]
    )
    second = start(person, quiz)
    under_way = learner.get(at(first, "result/"))
    assert "hidden while another attempt is under way" in under_way.text
    assert under_way.context["page"].items == ()
    learner.post(at(second, "review/"))
    spent = learner.get(at(first, "result/"))
    assert any(row["right"] for item in spent.context["page"].items for row in item["options"])


@pytest.mark.parametrize(
    ("ticked", "marks", "feedback"),
    [
        (["mark", "feedback", "right_answer"], True, True),
        (["mark"], True, False),
        ([], False, False),
    ],
)
def test_feedback_is_released_as_the_trainer_set_it(learner, person, ticked, marks, feedback):
    quiz = make_small_quiz(feedback={"right_after": ticked})
    attempt = take(person, quiz, right=0)
    text = learner.get(at(attempt, "result/")).text
    assert ("a-said" in text, "general-said" in text) == (feedback, feedback)
    assert (">wrong<" in text or "wrong</span>" in text) == marks
    assert "b-said" not in text


def test_pages_of_an_attempt_stay_within_their_budgets(learner, person, quiet):
    quiz = make_small_quiz()
    attempt = start(person, quiz)
    answer(attempt, 1, "a")
    token = token_of(attempt.items.get(number=1), "b")
    with CaptureQueriesContext(connection) as queries:
        assert learner.get(at(attempt, "1/")).status_code == 200
    assert count_statements(queries) <= 6, [q["sql"][:90] for q in queries]
    with CaptureQueriesContext(connection) as queries:
        assert learner.post(at(attempt, "1/"), {"choice": token}).status_code == 303
    assert count_statements(queries) <= 6, [q["sql"][:90] for q in queries]
    with CaptureQueriesContext(connection) as queries:
        learner.post(at(attempt, "review/"))
    assert count_statements(queries) <= 15, [q["sql"][:90] for q in queries]
    with CaptureQueriesContext(connection) as queries:
        learner.get(at(attempt, "result/"))
    assert count_statements(queries) <= 12, [q["sql"][:90] for q in queries]


def test_other_peoples_attempts_look_unknown(learner, person):
    attempt = start(make_person(), make_small_quiz())
    unknown = learner.get("/attempts/00000000-0000-4000-8000-000000000000/")
    for rest in ("", "1/", "review/", "result/"):
        answered = learner.get(at(attempt, rest))
        assert answered.status_code == unknown.status_code == 404
    for rest in ("1/", "review/"):
        assert learner.post(at(attempt, rest), {"choice": "x"}).status_code == 404
    attempt.refresh_from_db()
    assert attempt.state == "open"


def test_a_login_without_a_roster_entry_is_told_so(client, clock):
    quiz = make_small_quiz()

    client.force_login(UserFactory())
    answered = client.get(intro(quiz))
    assert answered.status_code == 404
    assert "not linked to the roster" in answered.text


def test_answering_without_a_choice_saves_nothing_and_says_so(learner, person):
    attempt = start(person, make_small_quiz())
    answer(attempt, 1, "b")
    answered = learner.post(at(attempt, "1/"), {})
    assert answered.status_code == 422
    assert "Choose an answer, or skip" in answered.text
    assert ResponseEvent.objects.count() == 1


def test_a_multiple_choice_can_be_emptied_again(learner, person):
    make_questions([multiple("M")])
    attempt = start(person, make_quiz(slots=[{"question": "M"}]))
    answer(attempt, 1, ["a", "b"])
    form = learner.get(at(attempt, "1/")).text
    assert form.count(" checked") == 2
    sent = {"multiple": "1", "saved": "1", "last": "1"}
    assert learner.post(at(attempt, "1/"), sent)["Location"] == at(attempt, "review/")
    assert "not answered" in learner.get(at(attempt, "review/")).text


def test_junk_in_the_form_is_refused_with_words(learner, person):
    attempt = start(person, make_small_quiz())
    item = attempt.items.get(number=1)
    for choice in (["nonsense"], [token_of(item, "a"), token_of(item, "b")], ["\x00"], ["b"]):
        answered = learner.post(at(attempt, "1/"), {"choice": choice})
        assert answered.status_code == 422
        assert "does not fit the question" in answered.text
    assert learner.post(at(attempt, "9/"), {"choice": "x"}).status_code == 404
    assert not ResponseEvent.objects.exists()


def test_back_button_double_submit_and_a_second_tab_do_no_harm(learner, person):
    attempt = start(person, make_small_quiz())
    first = token_of(attempt.items.get(number=1), "a")
    second = token_of(attempt.items.get(number=1), "b")
    for choice in (first, first, second):
        assert learner.post(at(attempt, "1/"), {"choice": choice}).status_code == 303
    assert ResponseEvent.objects.count() == 2
    for _ in range(2):
        assert learner.post(at(attempt, "review/"))["Location"] == at(attempt, "result/")
    assert AttemptResult.objects.count() == 1
    late = learner.post(at(attempt, "1/"), {"choice": first}, follow=True)
    assert late.redirect_chain[-1][0] == at(attempt, "result/")
    assert "has been handed in" in late.text
    assert learner.get(at(attempt, "1/"))["Location"] == at(attempt, "result/")


def test_time_running_out_shows_the_result_of_what_was_saved(learner, person, clock):
    attempt = start(person, make_small_quiz())
    answer(attempt, 1, "b")
    assert "20 min left" in learner.get(at(attempt, "1/")).text
    clock.shift(timedelta(minutes=19))
    assert "1 min left" in learner.get(at(attempt, "1/")).text
    clock.shift(timedelta(minutes=2))
    token = token_of(attempt.items.get(number=2), "b")
    late = learner.post(at(attempt, "2/"), {"choice": token}, follow=True)
    assert "The time ended" in late.text
    assert "The time was over before this answer came in" in late.text
    assert ResponseEvent.objects.count() == 1


def test_an_answer_sent_after_the_session_ended_is_kept_over_the_login(client, person, clock):
    attempt = start(person, make_small_quiz())
    token = token_of(attempt.items.get(number=2), "b")
    asked = client.post(at(attempt, "2/"), {"choice": token})
    assert asked.status_code == 302
    assert "login" in asked["Location"]
    sent = {"username": person.employee_number, "password": PASSWORD, "next": at(attempt, "2/")}
    back = client.post("/login/", sent, follow=True)
    assert back.redirect_chain[-1][0] == at(attempt, "2/")
    assert "Your answer is still here" in back.text
    assert re.search(rf'value="{re.escape(token)}"[^>]* checked', back.text)
    assert not ResponseEvent.objects.exists()
    assert client.post(at(attempt, "2/"), {"choice": token}).status_code == 303
    assert "still here" not in client.get(at(attempt, "2/")).text


def test_a_refused_start_says_why_on_the_page(learner, person):
    quiz = make_small_quiz()
    take(person, quiz, right=0)
    answered = learner.post(intro(quiz))
    assert answered.status_code == 409
    assert "The next try is not open yet" in answered.text
    assert Attempt.objects.count() == 1


def test_practice_is_offered_and_named(learner, person):
    quiz = make_small_quiz()
    learner.post(intro(quiz), {"purpose": "practice"})
    attempt = Attempt.objects.get()
    assert attempt.purpose == "practice"
    assert "Go on practising" in learner.get(intro(quiz)).text
    learner.post(at(attempt, "review/"))
    assert "practice, does not count" in learner.get(at(attempt, "result/")).text


def test_a_quiz_that_is_not_live_is_not_found(learner):
    quiz = make_small_quiz()
    quiz.unpublish()
    assert learner.get(intro(quiz)).status_code == 404
    assert learner.post(intro(quiz)).status_code == 404


def test_markup_in_questions_is_cleaned_and_escaped(learner, person):
    make_questions(
        [
            single(
                "X",
                prompt='<p onclick="x()">Why <b>not</b>?<script>alert(1)</script></p><p>More.</p>',
                options=[
                    {"id": "a", "text": "<img src=x onerror=alert(1)>", "fraction": "1"},
                    {"id": "b", "text": "plain", "fraction": "0"},
                ],
            )
        ]
    )
    attempt = start(person, make_quiz(slots=[{"question": "X"}]))
    text = learner.get(at(attempt, "1/")).text
    assert "<h1>Why <b>not</b>?</h1>" in text
    assert "onclick" not in text
    assert "alert(1)</script>" not in text
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text


def test_a_failed_try_looked_at_after_a_pass_speaks_of_another_try(client):
    quiz = make_small_quiz(cool_down_minutes=0)
    person = make_person()
    client.force_login(person.user)
    failed = take(person, quiz, right=1)
    passed = take(person, quiz, right=4)
    pages = [
        client.get(reverse("sb_quizzes:result", args=[attempt.uuid])).content.decode()
        for attempt in (failed, passed)
    ]
    assert ["You have passed this quiz in another try." in page for page in pages] == [True, False]


def test_what_is_shown_changes_with_the_hour_and_with_the_closing_day(learner, person, clock):
    ticks = {"right_after": [], "later": ["mark"], "after_close": ["mark", "right_answer"]}
    closes_at = NOW + timedelta(hours=3)
    quiz = make_small_quiz(
        feedback=ticks, attempts_allowed=1, cool_down_minutes=0, closes_at=closes_at.isoformat()
    )
    attempt = take(person, quiz, right=1)
    address = at(attempt, "result/")
    told = []
    for hours in (0, 1, 2):
        clock.move_to(NOW + timedelta(hours=hours + hours // 2))
        page = learner.get(address).context["page"]
        rows = [row for item in page.items for row in item["options"]]
        told.append((bool(page.items), any("right" in row for row in rows), page.hidden))
    assert told == [
        (False, False, "More is shown here an hour after handing in."),
        (True, False, "More is shown here after the quiz has closed."),
        (True, True, ""),
    ]


def test_a_quiz_says_when_it_opens_and_when_it_has_closed(learner, clock):
    opens_at, closes_at = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    quiz = make_small_quiz(opens_at=opens_at.isoformat(), closes_at=closes_at.isoformat())
    assert "This quiz opens on" in learner.get(intro(quiz)).text
    early = learner.post(intro(quiz))
    assert (early.status_code, "not open yet" in early.text) == (409, True)
    clock.move_to(closes_at)
    assert "This quiz has closed" in learner.get(intro(quiz)).text
    assert learner.post(intro(quiz)).status_code == 409
    assert not Attempt.objects.exists()


def test_only_the_average_counts_where_the_author_says_so(learner, person, clock):
    quiz = make_small_quiz(counting="average", cool_down_minutes=0, pass_percent=75)
    assert "The average of all your tries counts." in learner.get(intro(quiz)).text
    results = []
    for right in (2, 4):
        attempt = take(person, quiz, right=right)
        results.append(attempt.results.get())
    assert [result.passed for result in results] == [False, True]
    assert [result.quiz_passed for result in results] == [False, True]
    other = make_person()
    for right in (1, 4):
        last = take(other, quiz, right=right)
    assert (last.results.get().passed, last.results.get().quiz_passed) == (True, False)
    assert start(other, quiz).number == 3


def test_a_password_is_asked_for_on_the_page(learner):
    quiz = make_small_quiz(admission="password", password="harbour")
    assert 'name="password"' in learner.get(intro(quiz)).text
    refused = learner.post(intro(quiz), {"password": "wrong"})
    assert (refused.status_code, "This is not the password." in refused.text) == (409, True)
    assert learner.post(intro(quiz), {"password": "harbour"}).status_code == 303


def test_lists_close_what_the_clock_has_ended(learner, person, clock):
    from quizzes.api import show_quiz_cards

    quiz = make_small_quiz()
    attempt = start(person, quiz)
    clock.shift(timedelta(hours=1))
    cards = show_quiz_cards(employee=person, uuids=[quiz.uuid], now=NOW + timedelta(hours=1))
    attempt.refresh_from_db()
    assert (cards[quiz.uuid].state, attempt.state) == ("open", "closed")


def test_the_script_stays_small():
    script = Path(quizzes.__file__).parent / "static/standardbearer/quizzes/answers.js"
    assert script.stat().st_size <= 6_000
