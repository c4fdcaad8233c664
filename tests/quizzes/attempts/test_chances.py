"""What stands against a try and who may be let in: the first try, the opening, the local day."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from lms.api import Employee, RuleError
from quizzes.attempts.actions import submit_attempt
from quizzes.attempts.reads import list_candidates, read_quiz_cards
from tests.courses.factories import TEXT, block, lesson_pages, make_course
from tests.lms.factories import BranchFactory, make_person
from tests.quizzes.factories import NOW, answer, make_small_quiz, start

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def sit(person, quiz, right: int) -> None:
    attempt = start(person, quiz)
    for number in range(1, attempt.items.count() + 1):
        answer(attempt, number, "b" if number <= right else "a")
    submit_attempt(attempt=attempt, actor=person.user, now=NOW)


@pytest.mark.parametrize("counting", ["first", "highest"])
def test_a_failed_first_try_is_decided_only_where_the_first_one_counts(counting):
    person = make_person()
    quiz = make_small_quiz(counting=counting, cool_down_minutes=0, attempts_allowed=3)
    sit(person, quiz, 0)
    card = read_quiz_cards(employee=person, uuids=[quiz.uuid], now=NOW)[quiz.uuid]
    client = Client()
    client.force_login(person.user)
    address = reverse("sb_quizzes:quiz", args=[quiz.uuid])
    page = client.get(address).text
    if counting == "highest":
        assert (card.state, card.why) == ("open", "")
        assert 'form="start"' in page
        return
    assert (card.state, card.why) == ("spent", "first_counts")
    assert "Your first try counts, and it is decided." in page
    assert "Practise (does not count)" in page
    assert 'form="start"' not in page
    with pytest.raises(RuleError, match="first try counts"):
        start(person, quiz)
    assert "Your first try counts" in client.post(address).text
    assert client.post(address, {"purpose": "practice"}).status_code == 303


def test_a_passed_first_try_stays_passed():
    person = make_person()
    quiz = make_small_quiz(counting="first", cool_down_minutes=0)
    sit(person, quiz, 4)
    card = read_quiz_cards(employee=person, uuids=[quiz.uuid], now=NOW)[quiz.uuid]
    assert (card.state, card.why) == ("passed", "")


def test_a_lesson_says_that_a_quiz_opens_or_is_decided(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    person = make_person()
    opens_at = NOW + timedelta(days=1)
    later = make_small_quiz(code="LATER", opens_at=opens_at.isoformat())
    first = make_small_quiz(code="FIRST", counting="first", cool_down_minutes=0)
    course = make_course(lessons=[[TEXT, block("quiz", later), block("quiz", first)]])
    sit(person, first, 0)
    client = Client()
    client.force_login(person.user)
    page = client.get(lesson_pages(course)[0].url).text
    assert "Not open yet" in page
    assert "It opens on" in page
    assert "try again from" not in page
    assert "Your first try counts, and it is decided." in page
    assert "they can open another try" not in page


def test_who_may_be_let_in_goes_by_the_day_at_the_branch():
    evening = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    ahead, behind = BranchFactory(time_zone="Pacific/Auckland"), BranchFactory(time_zone="UTC")
    day = date(2026, 3, 3)
    for branch in (ahead, behind):
        make_person(branch, hired_on=day, given_name="New", family_name=branch.time_zone)
        make_person(branch, left_on=day, given_name="Old", family_name=branch.time_zone)
    quiz = make_small_quiz(admission="supervisor")
    rows = list_candidates(people=Employee.objects.all(), quiz=quiz, words="", now=evening)
    found = {row.employee.full_name for row in rows}
    assert found == {"New Pacific/Auckland", "Old UTC"}
