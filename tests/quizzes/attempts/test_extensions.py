"""Minutes given back to an attempt under way: who may, what it does, what is kept of it."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from lms.api import InvalidInputError, NotAllowedError, NotFoundError, RuleError
from quizzes.attempts.actions import (
    close_if_overdue,
    close_overdue_attempts,
    extend_attempt,
    grant_extra_time,
    results,
    starts,
    submit_attempt,
)
from quizzes.attempts.models import Attempt, AttemptExtension
from tests.lms.factories import BranchFactory, make_granted, make_person
from tests.quizzes.factories import NOW, answer, make_small_quiz, start, take

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ADDRESS = "/branch/minutes/"
GIVERS = ["assessor", "branch_manager", "regional_hr", "hr"]
REASON = "The power was out."


@pytest.fixture
def attempt():
    return start(make_person(), make_small_quiz(time_limit_minutes=20))


@pytest.fixture
def manager(attempt):
    return make_granted("branch_manager", branch=attempt.employee.home_branch)


def extend(attempt, actor=None, minutes=10, now=NOW, reason=REASON, seen_times=None):
    times = AttemptExtension.objects.filter(attempt=attempt).count()
    return extend_attempt(
        attempt=attempt,
        minutes=minutes,
        reason=reason,
        seen_times=times if seen_times is None else seen_times,
        actor=actor,
        now=now,
    )


def test_minutes_are_added_to_the_end_with_its_grace_and_kept_as_a_fact(attempt, manager):
    extend(attempt, manager)
    extend(attempt, manager, minutes=5)
    attempt.refresh_from_db()
    assert attempt.due_at == NOW + 35 * MINUTE
    assert attempt.grace_until == attempt.due_at + timedelta(seconds=30)
    first, second = AttemptExtension.objects.filter(attempt=attempt)
    assert (first.due_before, first.due_after) == (NOW + 20 * MINUTE, NOW + 30 * MINUTE)
    assert (second.due_before, second.minutes) == (first.due_after, 5)
    assert (first.made_by, first.made_at, first.reason) == (manager, NOW, REASON)


def test_answers_are_taken_in_the_minutes_that_were_given(attempt, manager):
    late = NOW + 25 * MINUTE
    extend(attempt, manager)
    attempt.refresh_from_db()
    answer(attempt, 1, "b", now=late)
    assert close_if_overdue(attempt=attempt, now=late).is_open


def test_a_time_that_ran_out_in_the_dark_goes_on_from_now(attempt, manager):
    light = NOW + 60 * MINUTE
    extend(attempt, manager, now=light)
    attempt.refresh_from_db()
    assert attempt.due_at == light + 10 * MINUTE


def look_at(attempt, now):
    return close_if_overdue(attempt=attempt, now=now)


def sweep(attempt, now):
    assert close_overdue_attempts(now=now) == 0
    return Attempt.objects.get(pk=attempt.pk)


def begin(attempt, now):
    return start(attempt.employee, attempt.quiz, now=now)


@pytest.mark.parametrize("road", [look_at, sweep, begin])
def test_minutes_given_while_the_clock_closes_are_not_thrown_away(attempt, road, monkeypatch):
    late = NOW + 21 * MINUTE
    finish = results.finish_attempt

    def finish_after_minutes_were_given(**options):
        extend(attempt, now=late)
        return finish(**options)

    for module in (results, starts):
        monkeypatch.setattr(module, "finish_attempt", finish_after_minutes_were_given)
    kept = road(attempt, late)
    assert (kept.pk, kept.is_open, kept.due_at) == (attempt.pk, True, late + 10 * MINUTE)
    assert AttemptExtension.objects.count() == 1


def end_by_clock(attempt, now):
    return close_if_overdue(attempt=attempt, now=now)


def hand_in(attempt, now):
    return submit_attempt(attempt=attempt, actor=None, now=NOW)


@pytest.mark.parametrize(
    ("end", "counting", "words"),
    [
        (end_by_clock, "highest", "The time ran out and the try was closed. HR can allow"),
        (hand_in, "highest", "This try was handed in meanwhile. HR can allow"),
        (end_by_clock, "first", "The time ran out and the try was closed."),
    ],
)
def test_what_was_closed_or_handed_in_stays_so(end, counting, words):
    attempt = start(make_person(), make_small_quiz(counting=counting))
    late = NOW + 21 * MINUTE
    end(attempt, late)
    with pytest.raises(RuleError) as error:
        extend(attempt, now=late)
    assert error.value.code == "attempt_closed"
    assert error.value.message.startswith(words)
    assert ("HR" in error.value.message) == (counting != "first")
    assert not AttemptExtension.objects.exists()


def test_the_same_form_sent_twice_gives_once(attempt, manager):
    given = extend(attempt, manager, seen_times=0)
    assert extend(attempt, manager, seen_times=0) == given
    assert AttemptExtension.objects.get() == given
    assert Attempt.objects.get(pk=attempt.pk).due_at == NOW + 30 * MINUTE
    hand_in(attempt, NOW)
    assert extend(attempt, manager, seen_times=0) == given


def test_who_did_not_see_what_others_gave_is_told_before_giving_more(attempt, manager):
    extend(attempt, make_granted("hr"))
    for seen_times in (0, -1, 10**16):
        with pytest.raises(RuleError) as error:
            extend(attempt, manager, seen_times=seen_times)
        assert error.value.code == "extended_meanwhile"
    assert AttemptExtension.objects.count() == 1
    extend(attempt, manager, seen_times=1)


def test_one_try_gets_four_hours_at_most(attempt):
    extend(attempt, minutes=120)
    extend(attempt, minutes=100)
    with pytest.raises(InvalidInputError) as error:
        extend(attempt, minutes=21)
    assert error.value.message == "One try gets at most 240 minutes in all. 20 are left."
    extend(attempt, minutes=20)
    assert Attempt.objects.get(pk=attempt.pk).due_at == NOW + 260 * MINUTE


def test_a_quiz_without_a_clock_needs_no_minutes():
    attempt = start(make_person(), make_small_quiz(time_limit_minutes=None))
    with pytest.raises(RuleError) as error:
        extend(attempt)
    assert error.value.code == "no_clock"


@pytest.mark.parametrize(
    ("minutes", "reason"), [(0, REASON), (-5, REASON), (121, REASON), (5, " "), (5, "x" * 301)]
)
def test_bad_minutes_or_reasons_are_refused(attempt, minutes, reason):
    with pytest.raises(InvalidInputError):
        extend(attempt, minutes=minutes, reason=reason)
    attempt.refresh_from_db()
    assert attempt.due_at == NOW + 20 * MINUTE


def test_the_database_keeps_no_minutes_that_go_back(attempt):
    with pytest.raises(IntegrityError), transaction.atomic():
        AttemptExtension.objects.create(
            attempt=attempt, minutes=1, reason="x", due_before=NOW, due_after=NOW, made_at=NOW
        )


@pytest.mark.parametrize("role", GIVERS)
def test_supervisors_and_hr_give_minutes_within_their_reach_only(attempt, role):
    home = attempt.employee.home_branch
    place = {"region": home.region} if role == "regional_hr" else {"branch": home}
    near = make_granted(role, **({} if role == "hr" else place))
    assert extend(attempt, near).made_by == near
    if role != "hr":
        with pytest.raises(NotFoundError):
            extend(attempt, make_granted(role, branch=BranchFactory()))


def test_nobody_gives_the_own_attempt_minutes_and_no_other_role_any(attempt, manager):
    person = attempt.employee
    trainer = make_granted("trainer", branch=person.home_branch)
    with pytest.raises((NotAllowedError, NotFoundError)):
        extend(attempt, trainer)
    person.user = manager
    person.save(update_fields=["user"])
    with pytest.raises(NotAllowedError):
        extend(attempt, manager)


@time_machine.travel(NOW, tick=False)
def test_a_manager_finds_the_attempt_and_gives_minutes_on_the_page(client, attempt, manager):
    client.force_login(manager)
    take(make_person(attempt.employee.home_branch), make_small_quiz(), right=4)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(ADDRESS).content.decode()
    assert len(queries) <= 8
    assert attempt.employee.employee_number in page
    assert page.count('name="minutes"') == 1
    assert 'name="seen" value="0"' in page
    sent = {"attempt": attempt.uuid, "seen": "0", "minutes": "15", "reason": REASON}
    for _again in range(2):
        answered = client.post(ADDRESS, sent)
        assert (answered.status_code, answered["Location"]) == (303, ADDRESS)
    page = client.get(ADDRESS).content.decode()
    for words in ("has 15 minutes more", "15 minutes given so far", 'name="seen" value="1"'):
        assert words in page
    assert client.post(ADDRESS, sent | {"minutes": "5"}).status_code == 409
    assert client.post(ADDRESS, sent | {"seen": "x"}).status_code == 409
    assert Attempt.objects.get(pk=attempt.pk).due_at == NOW + 35 * MINUTE


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("minutes", ["", "0", "abc", "1e3", "9" * 30])
def test_a_refused_form_says_why_and_keeps_what_was_typed(client, attempt, manager, minutes):
    client.force_login(manager)
    answered = client.post(
        ADDRESS, {"attempt": attempt.uuid, "minutes": minutes, "reason": "Power & light"}
    )
    assert answered.status_code == 422
    assert "1 to 120" in answered.content.decode()
    assert "Power &amp; light" in answered.content.decode()


@time_machine.travel(NOW, tick=False)
def test_who_is_out_of_reach_is_neither_shown_nor_found(client, attempt):
    client.force_login(make_granted("branch_manager", branch=BranchFactory()))
    assert attempt.employee.employee_number not in client.get(ADDRESS).content.decode()
    sent = {"attempt": attempt.uuid, "minutes": "15", "reason": REASON}
    assert client.post(ADDRESS, sent).status_code == 404
    client.force_login(make_granted("trainer"))
    assert client.get(ADDRESS).status_code == 404
    assert client.post(ADDRESS, sent | {"attempt": "junk"}).status_code == 404


@time_machine.travel(NOW + 2 * MINUTE, tick=False)
def test_neither_page_tells_clock_times_or_who_has_extra_time(client):
    person = make_person()
    grant_extra_time(employee=person, factor=Decimal("1.5"), reason="Letter", actor=None, now=NOW)
    attempt = start(person, make_small_quiz(time_limit_minutes=20))
    manager = make_granted("branch_manager", branch=person.home_branch)
    extend(attempt, manager)
    client.force_login(manager)
    page = client.get(ADDRESS).content.decode()
    client.force_login(make_granted("hr"))
    inspected = client.get(f"/admin/attempts/inspect/{attempt.pk}/").content.decode()
    for shown in (page, inspected):
        assert person.full_name in shown
        assert not [tale for tale in ("09:30", "10:30", "9:40", "10:40") if tale in shown]
    assert "10 on" in inspected
    assert REASON in inspected
