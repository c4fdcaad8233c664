"""The report "Sure and wrong" in the admin: what is counted, for whom, from how many people."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lms.api import Standard
from quizzes.attempts.actions import save_response, submit_attempt
from quizzes.attempts.rules.certainties import CertaintyCount, tally_certainties
from tests.indexes import keep_indexes
from tests.lms.factories import BranchFactory, make_granted, make_person
from tests.quizzes.factories import NOW, make_questions, make_quiz, single, start, token_of

pytestmark = pytest.mark.django_db
REPORT = "/admin/reports/sure-and-wrong/"


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def quiz():
    with keep_indexes():
        make_questions([single("Q1"), single("Q2", "PHONE-02")])
    slots = [{"question": "Q1"}, {"question": "Q2"}]
    return make_quiz(slots=slots, ask_certainty=True, time_limit_minutes=None, cool_down_minutes=0)


def sit(quiz, person, replies, now=NOW):
    """Hand in a try; a reply is the option and how sure, None leaves the question out."""
    attempt = start(person, quiz, now)
    for number, reply in enumerate(replies, start=1):
        if reply is not None:
            save_response(
                attempt=attempt,
                item_number=number,
                raw=token_of(attempt.items.get(number=number), reply[0]),
                certainty=reply[1],
                actor=person.user,
                now=now,
            )
    submit_attempt(attempt=attempt, actor=person.user, now=now)


def sign_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def export(client, **query) -> list[dict]:
    response = client.get(REPORT, {"export": "csv", **query})
    return list(csv.DictReader(io.StringIO(response.getvalue().decode())))


def sit_five(quiz, branch=None):
    """Five people: on the first question three are sure and wrong; the second only four answer."""
    first = [("a", "sure")] * 3 + [("b", "sure"), ("a", "unsure")]
    second = [("b", "unsure")] * 4 + [None]
    people = [make_person(branch) for _ in first]
    for person, *replies in zip(people, first, second, strict=True):
        sit(quiz, person, replies)
    return people


def test_questions_of_five_people_show_the_most_surely_wrong_first(quiz):
    people = sit_five(quiz)
    client = sign_in(make_granted("hr"))
    page = client.get(REPORT).text
    assert "What about Q1?" in page
    assert "3 (60 %)" in page
    assert "What about Q2?" not in page
    sit(quiz, make_person(), [("b", "sure"), ("a", "sure")])
    rows = export(client)
    assert [row["Code"] for row in rows] == ["Q1", "Q2"]
    assert list(rows[0].values())[2:] == ["PHONE-01", "6", "3", "2", "1", "0"]
    assert list(rows[1].values())[2:] == ["PHONE-02", "5", "1", "0", "0", "4"]
    # A second try changes nothing: by then people know.
    sit(quiz, people[0], [("b", "sure"), ("b", "sure")])
    assert export(client) == rows


def test_filters_narrow_by_quiz_standard_branch_role_and_time(quiz):
    branch = BranchFactory(code="HAM")
    people = sit_five(quiz, branch)
    sit(quiz, make_person(branch), [None, ("b", "sure")])
    client = sign_in(make_granted("hr"))
    asked = {"quiz": quiz.pk, "branch": "ham", "period": "year"}
    assert [row["Code"] for row in export(client, **asked)] == ["Q1", "Q2"]
    role = people[0].home_job_role_id
    assert export(client, job_role=role) == []
    assert "Fewer than 5 people" in client.get(REPORT, {"job_role": role}).text
    chosen = Standard.objects.get(code="PHONE-02")
    assert [row["Code"] for row in export(client, standard=chosen.pk)] == ["Q2"]


def test_the_report_reads_a_quarter_and_never_more_than_a_year(quiz):
    sit_five(quiz)
    for days, quarter, year in ((89, 1, 1), (91, 0, 1), (364, 0, 1), (366, 0, 0)):
        with time_machine.travel(NOW + timedelta(days=days), tick=False):
            client = sign_in(make_granted("hr"))
            assert len(export(client)) == quarter
            assert len(export(client, period="year")) == year
            assert len(export(client, period="all")) == quarter


def test_only_people_in_reach_are_counted(quiz):
    here, there = BranchFactory(), BranchFactory()
    sit_five(quiz, there)
    assert export(sign_in(make_granted("trainer", branch=there)))[0]["Answers"] == "5"
    near = sign_in(make_granted("trainer", branch=here))
    assert export(near) == []
    page = near.get(REPORT).text
    assert "Nothing to show from the last 90 days." in page
    assert "What about Q1?" not in page


def test_only_who_reads_answers_opens_it():
    for role in ("trainer", "auditor", "regional_hr"):
        client = sign_in(make_granted(role))
        assert client.get(REPORT).status_code == 200
        assert "reports/sure-and-wrong/" in client.get("/admin/").text
    assert sign_in(make_granted("branch_manager")).get(REPORT).status_code in {302, 403}
    assert sign_in(make_person().user).get(REPORT).status_code in {302, 403}


def test_more_people_take_no_more_queries(quiz):
    client = sign_in(make_granted("hr"))
    counts = []
    for _round in range(2):
        sit_five(quiz)
        client.get(REPORT)
        with CaptureQueriesContext(connection) as asked:
            client.get(REPORT)
        counts.append(len(asked))
        counting = [q for q in asked.captured_queries if "sb_quizzes_responseevent" in q["sql"]]
        assert len(counting) == 1
    assert counts[0] == counts[1]


def test_two_quizzes_of_the_same_few_people_are_not_five():
    rows = [CertaintyCount(1, quiz, "sure", "wrong", 4) for quiz in (1, 2)]
    assert tally_certainties(rows) == []
    (tally,) = tally_certainties([*rows, CertaintyCount(1, 2, "unsure", "partial", 1)])
    assert (tally.answers, tally.sure_wrong, tally.unsure_wrong) == (9, 8, 1)
    blank = CertaintyCount(1, 1, "sure", "blank", 9)
    assert tally_certainties([*rows, blank]) == []
