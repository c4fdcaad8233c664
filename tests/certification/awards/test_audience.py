"""Who needs a certification follows the roster, on the days of each branch."""

from datetime import UTC, date, datetime, timedelta

import pytest

from certification.awards.actions import advance
from certification.awards.actions.sweep import (
    find_people_with_ended_rules,
    find_people_with_new_rules,
)
from certification.catalogue.actions import (
    RequirementDraft,
    add_audience_rule,
    publish_version,
)
from certification.models import Assignment, Cycle, Standing
from lms.api import Employee, end_employment, transfer_employee
from tests.certification.factories import NOW, YEARLY, make_simple_certification
from tests.lms.factories import BranchFactory, JobRoleFactory, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def certification():
    return make_simple_certification()[0]


def rule_for(certification, **fields):
    values = {"reason": "Serves customers", "from_on": date(2026, 1, 1), "now": NOW} | fields
    until_on = values.pop("until_on", None)
    rule = add_audience_rule(certification=certification, **values)
    if until_on is not None:
        rule.until_on = until_on
        rule.save()
    return rule


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
    rule_for(certification, until_on=NOW.date() + DAY)
    advance(now=NOW)
    advance(now=NOW + 4 * DAY)  # three days late
    assert Standing.objects.get().required == "not_required"
    assert Assignment.objects.get().end.on == NOW.date() + DAY


@pytest.mark.parametrize(
    ("zone", "day"), [("Pacific/Apia", date(2026, 3, 3)), ("Pacific/Honolulu", date(2026, 3, 2))]
)
def test_an_assignment_begins_on_the_day_it_is_at_the_branch(certification, zone, day):
    make_person(BranchFactory(time_zone=zone))
    rule_for(certification)
    advance(now=datetime(2026, 3, 2, 22, tzinfo=UTC))
    assert Assignment.objects.get().from_on == day
    assert Cycle.objects.get().due_on == day + 30 * DAY


KIRITIMATI_EVE = datetime(2026, 3, 9, 11, tzinfo=UTC)
"""It is already 10 March in Kiritimati, and 9 March nearly everywhere else."""
TENTH = date(2026, 3, 10)


@pytest.fixture
def places():
    """A person in Kiritimati, one in London and one in Honolulu, in order of their days."""
    zones = ["Pacific/Kiritimati", "Europe/London", "Pacific/Honolulu"]
    return [make_person(BranchFactory(time_zone=zone)) for zone in zones]


def asked(people):
    held = Assignment.objects.filter(end__isnull=True).values_list("employee_id", flat=True)
    return [person.pk in set(held) for person in people]


def test_a_rule_begins_at_each_branch_when_it_is_that_day_there(certification, places):
    rule_for(certification, from_on=TENTH)
    counts = []
    for hour, expected in [
        (-2, [False, False, False]),
        (0, [True, False, False]),
        (13, [True, True, False]),
        (23, [True, True, True]),
    ]:
        counts.append(advance(now=KIRITIMATI_EVE + hour * timedelta(hours=1)).assigned)
        assert asked(places) == expected, hour
    assert counts == [0, 1, 1, 1]
    assert set(Assignment.objects.values_list("from_on", flat=True)) == {TENTH}


def test_a_rule_ends_at_each_branch_when_it_is_that_day_there(certification, places):
    rule_for(certification, until_on=TENTH)
    advance(now=NOW)
    counts = []
    for hour, expected in [
        (-2, [True, True, True]),
        (0, [False, True, True]),
        (13, [False, False, True]),
        (23, [False, False, False]),
    ]:
        counts.append(advance(now=KIRITIMATI_EVE + hour * timedelta(hours=1)).assigned)
        assert asked(places) == expected, hour
    assert counts == [0, 1, 1, 1]


def test_tenure_and_the_last_day_of_work_are_of_the_branch_too(certification, places):
    rule_for(certification, tenure_days=30)
    Employee.objects.update(hired_on=TENTH - 30 * DAY)
    advance(now=KIRITIMATI_EVE)
    assert asked(places) == [True, False, False]
    Employee.objects.update(left_on=TENTH + DAY)
    advance(now=KIRITIMATI_EVE + DAY)
    assert asked(places) == [False, True, True]


def test_a_leaver_without_a_branch_is_taken_back_by_the_day_in_utc(certification):
    person = make_person()
    rule_for(certification)
    advance(now=NOW)
    Employee.objects.filter(pk=person.pk).update(home_branch=None, left_on=TENTH)
    advance(now=datetime(2026, 3, 9, 23, 59, tzinfo=UTC))
    assert asked([person]) == [True]
    advance(now=datetime(2026, 3, 10, tzinfo=UTC))
    assert asked([person]) == [False]


def test_a_version_in_force_from_a_day_opens_cycles_where_it_is_that_day(certification, places):
    first = certification.versions.get()
    need = first.requirements.get()
    second = publish_version(
        certification=certification,
        policy=YEARLY | {"due": "P5D"},
        requirements=[RequirementDraft(need.kind, need.target, need.label)],
        effective_on=TENTH,
        actor=None,
        now=NOW,
    )
    rule_for(certification)
    advance(now=KIRITIMATI_EVE)
    opened = dict(Cycle.objects.values_list("employee_id", "version_id"))
    assert [opened[person.pk] for person in places] == [second.pk, first.pk, first.pk]


def test_looking_for_new_rules_costs_one_query_a_rule_and_day(
    certification, places, django_assert_num_queries
):
    rule_for(certification)
    rule_for(certification, tenure_days=30)
    with django_assert_num_queries(1 + 2 * (2 + 2)):
        assert len(find_people_with_new_rules(KIRITIMATI_EVE)) == 3


def test_looking_for_rules_takes_a_query_a_rule_and_three_a_day(
    certification, django_assert_num_queries
):
    for zone in ("Europe/Berlin", "America/New_York"):
        make_person(BranchFactory(time_zone=zone))
    rule_for(certification)
    ended = rule_for(make_simple_certification("OTHER")[0], until_on=date(2026, 3, 9))
    advance(now=NOW)
    later = NOW + 10 * DAY
    with django_assert_num_queries(4):  # zones, rules and their roles, and one rule
        assert not find_people_with_new_rules(later)
    with django_assert_num_queries(4):  # zones, and what is over on the one day that it is
        found = find_people_with_ended_rules(later)
    held = Assignment.objects.filter(rule=ended).values_list("employee_id", flat=True)
    assert found == set(held)
    assert len(found) == 2
