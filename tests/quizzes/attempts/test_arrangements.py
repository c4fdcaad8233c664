from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.api import InvalidInputError, NotAllowedError, NotFoundError, RuleError
from quizzes.attempts.actions import (
    end_arrangement,
    grant_extra_time,
    make_override,
    release_start,
    show_quiz_cards,
)
from quizzes.attempts.models import Attempt, Release
from quizzes.attempts.permissions import overrides_for
from quizzes.attempts.reads import read_quiz_page
from quizzes.attempts.rules import Leeway
from tests.lms.factories import BranchFactory, make_granted, make_person
from tests.quizzes.factories import NOW, make_small_quiz, start, take

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _nothing_throttled():
    """Forget wrong passwords: the next test uses the same ids again."""
    yield
    cache.clear()


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def hr():
    return make_granted("hr")


def ease(quiz, target, actor=None, **leeway):
    return make_override(
        quiz=quiz, target=target, leeway=Leeway(**leeway), reason="Asked", actor=actor, now=NOW
    )


def give_time(person, factor="1.50", actor=None, **options):
    return grant_extra_time(
        employee=person, factor=Decimal(factor), reason="Letter", actor=actor, now=NOW, **options
    )


def refusal(work):
    with pytest.raises(RuleError) as error:
        work()
    return error.value.code


def test_an_exception_gives_one_person_another_try_and_nobody_else(person, hr):
    quiz = make_small_quiz(attempts_allowed=1, cool_down_minutes=30)
    other = make_person()
    for taker in (person, other):
        take(taker, quiz, right=0)
    ease(quiz, person, hr, extra_tries=1, no_cool_down=True)
    assert start(person, quiz).number == 2
    assert refusal(lambda: start(other, quiz)) == "no_attempts_left"


def test_of_the_persons_and_the_branchs_exception_the_more_generous_holds(person):
    quiz = make_small_quiz(time_limit_minutes=20)
    ease(quiz, person.home_branch, time_limit_minutes=40, extra_tries=1)
    colleague = make_person(person.home_branch)
    ease(quiz, person, time_limit_minutes=60, extra_tries=0)
    stranger = make_person(BranchFactory())
    minutes = [
        (start(taker, quiz).due_at - NOW).total_seconds() / 60
        for taker in (person, colleague, stranger)
    ]
    assert minutes == [60, 40, 20]
    cards = show_quiz_cards(employee=person, uuids=[quiz.uuid], now=NOW)
    assert cards[quiz.uuid].attempts_left == 4


def test_an_ended_exception_no_longer_holds_and_a_second_one_is_refused(person):
    quiz = make_small_quiz()
    override = ease(quiz, person, time_limit_minutes=60)
    assert refusal(lambda: ease(quiz, person, extra_tries=1)) == "exception_exists"
    end_arrangement(arrangement=override, actor=None, now=NOW)
    assert start(person, quiz).due_at == NOW + timedelta(minutes=20)
    ease(quiz, person, extra_tries=1)


def test_the_exception_of_a_branch_without_people_is_seen_and_ended_from_its_place():
    branch = BranchFactory()
    override = ease(make_small_quiz(), branch, extra_tries=1)
    for role, place, seen in (
        ("regional_hr", branch.region, True),
        ("regional_hr", BranchFactory().region, False),
        ("trainer", branch.region, False),
    ):
        user = make_granted(role, region=place)
        assert list(overrides_for(user)) == [override] * seen
        assert list(overrides_for(user, "change")) == [override] * seen


def test_another_closing_day_for_a_branch(person):
    quiz = make_small_quiz(closes_at=NOW.isoformat())
    assert refusal(lambda: start(person, quiz)) == "quiz_closed"
    ease(quiz, person.home_branch, closes_at=NOW + timedelta(minutes=5))
    attempt = start(person, quiz)
    assert attempt.due_at == NOW + timedelta(minutes=5)


def test_nobody_eases_the_own_quiz_nor_grants_the_own_branch_and_profits(hr):
    quiz = make_small_quiz()
    own = make_person()
    own.user = hr
    own.save(update_fields=["user"])
    with pytest.raises(NotAllowedError):
        ease(quiz, own, hr, extra_tries=1)
    with pytest.raises(NotAllowedError):
        give_time(own, actor=hr)
    ease(quiz, own.home_branch, hr, time_limit_minutes=99)
    assert start(own, quiz).due_at == NOW + timedelta(minutes=20)


def test_an_exception_needs_a_reason_something_granted_and_the_right(person, hr):
    quiz = make_small_quiz()
    with pytest.raises(InvalidInputError):
        ease(quiz, person, hr)
    with pytest.raises(InvalidInputError):
        make_override(
            quiz=quiz, target=person, leeway=Leeway(extra_tries=1), reason=" ", actor=hr, now=NOW
        )
    for role in ("trainer", "assessor", "branch_manager"):
        with pytest.raises((NotAllowedError, NotFoundError)):
            ease(quiz, person, make_granted(role), extra_tries=1)
    assert not quiz.overrides.exists()


@pytest.mark.parametrize(
    ("settings", "leeway", "field", "words"),
    [
        ({}, {"time_limit_minutes": 19}, "time_limit_minutes", "gives 20 minutes"),
        ({}, {"time_limit_minutes": 20}, "time_limit_minutes", "only give more"),
        ({"time_limit_minutes": None}, {"time_limit_minutes": 9}, "time_limit_minutes", "no clock"),
        ({"attempts_allowed": None}, {"extra_tries": 1}, "extra_tries", "any number of tries"),
        ({"counting": "first"}, {"extra_tries": 1}, "extra_tries", "the first try counts"),
        ({"counting": "first"}, {"no_cool_down": True}, "no_cool_down", "the first try counts"),
        ({}, {"closes_at": LATER}, "closes_at", "never closes"),
        (
            {"closes_at": (LATER + timedelta(hours=1)).isoformat()},
            {"closes_at": LATER},
            "closes_at",
            "only be later",
        ),
    ],
)
def test_an_exception_that_takes_away_or_gives_nothing_is_refused_in_words(
    person, settings, leeway, field, words
):
    quiz = make_small_quiz(**settings)
    with pytest.raises(InvalidInputError) as error:
        ease(quiz, person, **leeway)
    assert (error.value.field, words in error.value.message) == (field, True)
    assert not quiz.overrides.exists()


def test_an_exception_made_before_the_quiz_became_more_generous_takes_nothing_away(person):
    ease(make_small_quiz(time_limit_minutes=20), person, time_limit_minutes=30)
    quiz = make_small_quiz(time_limit_minutes=45)
    assert start(person, quiz).due_at == NOW + timedelta(minutes=45)


def test_extra_time_multiplies_the_limit_and_ends(person, hr):
    quiz = make_small_quiz(time_limit_minutes=20)
    extra = give_time(person, "1.25", hr)
    attempt = start(person, quiz)
    assert attempt.due_at == NOW + timedelta(minutes=25)
    assert attempt.grace_until == NOW + timedelta(minutes=25, seconds=30)
    end_arrangement(arrangement=extra, actor=hr, now=NOW)
    attempt.refresh_from_db()
    assert attempt.due_at == NOW + timedelta(minutes=25)
    give_time(person, "2", until_on=NOW.date())
    assert take(person, quiz, right=0, now=LATER).due_at == LATER + timedelta(minutes=20)


@pytest.mark.parametrize(("zone", "minutes"), [("America/Los_Angeles", 30), ("Europe/Berlin", 20)])
def test_extra_time_ends_with_its_last_day_at_the_branch(zone, minutes):
    # The last day is 1 March. One minute is left of it in California; in Berlin it is over.
    now = NOW.replace(hour=7, minute=59)
    person = make_person(BranchFactory(time_zone=zone))
    give_time(person, until_on=NOW.date())
    quiz = make_small_quiz(time_limit_minutes=20)
    assert read_quiz_page(quiz=quiz, employee=person, now=now).minutes == minutes
    assert start(person, quiz, now=now).due_at == now + timedelta(minutes=minutes)


@pytest.mark.parametrize("factor", ["1", "0.5", "3.01", "NaN"])
def test_extra_time_is_more_than_once_and_at_most_three_times(person, factor):
    with pytest.raises(InvalidInputError):
        give_time(person, factor)


@pytest.mark.parametrize(
    "role", ["trainer", "assessor", "branch_manager", "regional_hr", "auditor"]
)
def test_only_hr_gives_extra_time(person, role):
    with pytest.raises((NotAllowedError, NotFoundError)):
        give_time(person, actor=make_granted(role))


def test_a_start_that_needs_a_supervisor_uses_one_release_up(person):
    quiz = make_small_quiz(admission="supervisor", cool_down_minutes=0)
    assert refusal(lambda: start(person, quiz)) == "not_released"
    manager = make_granted("branch_manager", branch=person.home_branch)
    first = release_start(quiz=quiz, employee=person, actor=manager, now=NOW)
    assert release_start(quiz=quiz, employee=person, actor=manager, now=NOW) == first
    attempt = take(person, quiz, right=0)
    assert Release.objects.get().attempt == attempt
    assert refusal(lambda: start(person, quiz)) == "not_released"
    release_start(quiz=quiz, employee=person, actor=manager, now=NOW)
    late = NOW + timedelta(minutes=30)
    assert refusal(lambda: start(person, quiz, late)) == "not_released"


@pytest.mark.parametrize(
    "door",
    [
        {"admission": "supervisor"},
        {"admission": "password", "password": "harbour"},
        {"opens_at": LATER.isoformat()},
    ],
)
def test_practice_goes_round_no_door_until_there_is_nothing_left_behind_it(person, door):
    quiz = make_small_quiz(attempts_allowed=1, **door)
    assert refusal(lambda: start(person, quiz, purpose="practice")) == "quiz_not_open"
    assert not read_quiz_page(employee=person, quiz=quiz, now=NOW).may_practise
    if door.get("admission") == "supervisor":
        release_start(quiz=quiz, employee=person, actor=None, now=LATER)
    take(person, quiz, right=0, now=LATER, password="harbour")
    assert read_quiz_page(employee=person, quiz=quiz, now=LATER).may_practise
    assert start(person, quiz, LATER, purpose="practice").purpose == "practice"


def test_nobody_is_let_in_by_somebody_out_of_reach_or_by_oneself(person):
    quiz = make_small_quiz(admission="supervisor")
    far = make_granted("branch_manager", branch=BranchFactory())
    with pytest.raises(NotFoundError):
        release_start(quiz=quiz, employee=person, actor=far, now=NOW)
    manager = make_granted("branch_manager", branch=person.home_branch)
    person.user = manager
    person.save(update_fields=["user"])
    with pytest.raises(NotAllowedError):
        release_start(quiz=quiz, employee=person, actor=manager, now=NOW)
    assert (
        refusal(
            lambda: release_start(
                quiz=make_small_quiz(admission="open"), employee=person, actor=None, now=NOW
            )
        )
        == "no_release_needed"
    )


def test_a_password_opens_the_quiz_and_guessing_stops_after_five(person):
    quiz = make_small_quiz(admission="password", password="harbour")
    assert "harbour" not in str(quiz.versions.get().body)
    assert refusal(lambda: start(person, quiz)) == "password_needed"
    for _ in range(5):
        assert refusal(lambda: start(person, quiz, password="wrong")) == "wrong_password"
    assert refusal(lambda: start(person, quiz, password="harbour")) == "throttled"
    other = make_person()
    assert start(other, quiz, password="harbour").state == "open"
    # Who is in stays in: going on asks for nothing.
    assert start(other, quiz) == Attempt.objects.get()


def test_the_same_password_again_makes_no_new_version():
    make_small_quiz(admission="password", password="harbour")
    quiz = make_small_quiz(admission="password", password="harbour")
    assert quiz.versions.count() == 1
    assert make_small_quiz(admission="password", password="changed").versions.count() == 2


def test_a_start_with_every_arrangement_stays_within_twelve_queries(person):
    quiz = make_small_quiz(admission="supervisor")
    ease(quiz, person, extra_tries=1)
    ease(quiz, person.home_branch, time_limit_minutes=30)
    give_time(person)
    release_start(quiz=quiz, employee=person, actor=None, now=NOW)
    with CaptureQueriesContext(connection) as queries:
        start(person, quiz)
    assert len(queries) <= 14, [query["sql"][:100] for query in queries]
