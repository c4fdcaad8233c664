"""Two sources of one duty, people who leave and come back, and people who move."""

from datetime import date, timedelta

import pytest

from certification.awards.actions import advance, refresh_people
from certification.catalogue.actions import add_audience_rule, end_audience_rule
from certification.models import Assignment, Award, Cycle, Standing
from certification.reports.reads import find_drift
from lms.api import end_employment, rehire, transfer_employee
from tests.certification.factories import NOW, YEARLY, assign, make_simple_certification
from tests.certification.people import make_award
from tests.lms.factories import BranchFactory, make_granted, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def certification():
    return make_simple_certification(policy=YEARLY | {"grace": None})[0]


def rule_for(certification, **fields):
    values = {"reason": "Serves customers", "from_on": TODAY, "actor": None, "now": NOW}
    return add_audience_rule(certification=certification, **(values | fields))


def end(rule, on=TODAY + DAY):
    return end_audience_rule(rule=rule, on=on, reason="Merged", actor=make_granted("hr"), now=NOW)


def duty(person):
    return Standing.objects.get(employee=person).required


def test_an_ended_rule_leaves_those_whom_a_person_asks(certification):
    by_both, by_rule = make_person(), make_person()
    rule = rule_for(certification)
    advance(now=NOW)
    assign(by_both, certification)
    opened = Cycle.objects.get(employee=by_both)
    end(rule)
    assert advance(now=NOW).assigned == 0
    advance(now=NOW + 2 * DAY)
    assert (duty(by_both), duty(by_rule)) == ("required", "not_required")
    assert Cycle.objects.get(employee=by_both, state="open") == opened
    # On the day that the rule says, though the sweep came a day later.
    assert Assignment.objects.filter(rule=rule, end__on=rule.end.on).count() == 2
    assert advance(now=NOW + 3 * DAY).assigned == 0
    assert list(find_drift(now=NOW + 3 * DAY)) == []


def test_of_two_rules_one_is_enough(certification):
    person = make_person()
    rule_for(certification, branch=person.home_branch)
    company = rule_for(certification)
    advance(now=NOW)
    assert Assignment.objects.count() == 2
    end(company)
    advance(now=NOW + 2 * DAY)
    assert duty(person) == "required"
    assert Cycle.objects.count() == 1


def test_a_rule_replaced_on_one_day_opens_nothing_anew(certification):
    person = make_person()
    old = rule_for(certification)
    advance(now=NOW)
    opened = Cycle.objects.get()
    rule_for(certification, from_on=TODAY + DAY, replaces=old, branch=person.home_branch)
    advance(now=NOW + DAY)
    assert Cycle.objects.get() == opened
    assert Standing.objects.get().due_on == opened.due_on
    assert Assignment.objects.filter(end__isnull=True).count() == 1


def leave(person, on):
    at = NOW + (on - TODAY)
    end_employment(employee=person, left_on=on, actor=None, now=at, today=on)


def come_back(person, on):
    at = NOW + (on - TODAY)
    rehire(
        employee=person, branch=person.home_branch, job_role=person.home_job_role, hired_on=on,
        actor=None, now=at, today=on,
    )  # fmt: skip
    advance(now=at)
    refresh_people(employee_ids=[person.pk], now=at)


def test_who_comes_back_while_it_still_holds_renews_in_its_window(certification):
    person = make_person()
    make_award(person, certification, start=date(2025, 9, 1), until=date(2026, 9, 1))
    rule_for(certification)
    advance(now=NOW)
    leave(person, TODAY + 10 * DAY)
    assert duty(person) == "not_required"
    come_back(person, TODAY + 60 * DAY)
    row = Standing.objects.get()
    assert (row.standing, row.task, row.required) == ("valid", "scheduled", "required")
    assert Award.objects.count() == 1


def test_who_comes_back_after_it_lapsed_has_the_time_of_the_rule_and_renews(certification):
    person = make_person()
    make_award(person, certification, start=date(2025, 3, 20), until=date(2026, 3, 20))
    rule_for(certification)
    advance(now=NOW)
    leave(person, TODAY + 5 * DAY)
    back_on = TODAY + 100 * DAY
    come_back(person, back_on)
    row = Standing.objects.get()
    cycle = Cycle.objects.get(state="open")
    assert (row.standing, row.required, row.is_new) == ("expired", "required", True)
    assert (cycle.kind, cycle.opens_on, cycle.due_on) == ("renewal", back_on, back_on + 30 * DAY)


def test_who_comes_back_never_having_held_it_starts_anew(certification):
    person = make_person()
    rule_for(certification)
    advance(now=NOW)
    leave(person, TODAY + 5 * DAY)
    back_on = TODAY + 100 * DAY
    come_back(person, back_on)
    cycle = Cycle.objects.get(state="open")
    assert (cycle.kind, cycle.seq, cycle.due_on) == ("first", 2, back_on + 30 * DAY)


def test_a_mover_keeps_awards_and_loses_and_gains_what_the_places_ask(certification):
    other, _ = make_simple_certification("OTHER")
    here, there = BranchFactory(), BranchFactory(time_zone="Asia/Kathmandu")
    person = make_person(here)
    held = make_award(person, certification, start=date(2026, 1, 10), until=date(2027, 1, 10))
    rule_for(certification, branch=here)
    rule_for(other, branch=there)
    advance(now=NOW)
    transfer_employee(
        employee=person, branch=there, job_role=person.home_job_role, from_on=TODAY,
        actor=None, now=NOW, today=TODAY,
    )  # fmt: skip
    rows = {row.certification: row for row in Standing.objects.select_related("certification")}
    assert (rows[certification].standing, rows[certification].required) == ("valid", "not_required")
    assert rows[certification].valid_until == held.valid_until
    assert rows[other].required == "required"
    assert {row.branch for row in rows.values()} == {there}
    assert list(find_drift(now=NOW)) == []
