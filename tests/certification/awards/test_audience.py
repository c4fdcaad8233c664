"""Who needs a certification follows the roster, on the days of each branch."""

from datetime import UTC, date, datetime, timedelta

import pytest

from certification.awards.actions import advance
from certification.catalogue.actions import add_audience_rule
from certification.models import Assignment, Cycle, Standing
from lms.api import end_employment, transfer_employee
from tests.certification.factories import NOW, make_simple_certification
from tests.lms.factories import BranchFactory, JobRoleFactory, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def certification():
    return make_simple_certification()[0]


def rule_for(certification, **fields):
    values = {"reason": "Serves customers", "from_on": date(2026, 1, 1), "now": NOW} | fields
    return add_audience_rule(certification=certification, **values)


def test_a_rule_reaches_the_people_of_its_place_and_role(certification):
    branch, other = BranchFactory(), BranchFactory()
    cashier, stock = JobRoleFactory(), JobRoleFactory()
    wanted = make_person(branch, cashier)
    make_person(branch, stock)
    make_person(other, cashier)
    rule_for(certification, region=branch.region, job_roles=[cashier])
    assert advance(now=NOW).assigned == 1
    assert advance(now=NOW).assigned == 0
    assert Assignment.objects.get().employee == wanted


def test_a_mover_is_asked_for_what_the_new_place_asks(certification):
    branch, other = BranchFactory(), BranchFactory()
    person = make_person(branch)
    rule_for(certification, branch=other)
    advance(now=NOW)
    assert not Assignment.objects.exists()
    transfer_employee(
        employee=person, branch=other, job_role=person.home_job_role, from_on=NOW.date(),
        actor=None, now=NOW, today=NOW.date(),
    )  # fmt: skip
    assert Assignment.objects.get().employee == person
    assert Cycle.objects.get().state == "open"


def test_a_leaver_is_asked_for_nothing_any_more(certification):
    person = make_person()
    rule_for(certification)
    advance(now=NOW)
    later = NOW + 5 * DAY
    end_employment(employee=person, left_on=later.date(), actor=None, now=later, today=later.date())
    row = Standing.objects.get()
    assert (row.required, row.counted, row.is_new) == ("not_required", False, False)
    assert Cycle.objects.get().state == "cancelled"


def test_tenure_grows_by_itself(certification):
    rule_for(certification, tenure_days=30)
    make_person(hired_on=NOW.date() - 20 * DAY)
    assert advance(now=NOW).assigned == 0
    assert advance(now=NOW + 10 * DAY).assigned == 1


def test_a_rule_that_ends_takes_its_assignments_back(certification):
    make_person()
    rule = rule_for(certification)
    advance(now=NOW)
    rule.until_on = NOW.date() + DAY
    rule.save()
    advance(now=NOW + 2 * DAY)
    assert Standing.objects.get().required == "not_required"


@pytest.mark.parametrize(
    ("zone", "day"), [("Pacific/Apia", date(2026, 3, 3)), ("Pacific/Honolulu", date(2026, 3, 2))]
)
def test_an_assignment_begins_on_the_day_it_is_at_the_branch(certification, zone, day):
    make_person(BranchFactory(time_zone=zone))
    rule_for(certification)
    advance(now=datetime(2026, 3, 2, 22, tzinfo=UTC))
    assert Assignment.objects.get().from_on == day
    assert Cycle.objects.get().due_on == day + 30 * DAY
