"""A branch's people and one person's record."""

from datetime import timedelta
from uuid import uuid4

import pytest

from certification.awards.actions import extend_award, revoke_award
from certification.reports.reads import (
    PeopleFilters,
    read_branch_people,
    read_person,
    stream_people_rows,
)
from certification.reports.reads.history import tell_history
from lms.api import NotFoundError
from tests.certification.reports.company import (
    NOW,
    TODAY,
    assign,
    certify,
    make_certification,
    make_people,
)
from tests.lms.factories import AbsenceFactory, BranchFactory, JobRoleFactory, make_granted

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone():
    return make_certification()


@pytest.fixture
def branch():
    return BranchFactory(code="N1")


@pytest.fixture
def role():
    return JobRoleFactory(name="Cashier")


def read(user, branch, **filters):
    return read_branch_people(
        user=user, branch=branch.uuid, filters=PeopleFilters(**filters), today=TODAY
    )


def test_a_branch_lists_its_people_by_name_with_badge_and_date(phone, branch, role):
    people = make_people(branch, role, 2)
    assign(people, phone)
    certify(people[:1], phone)
    sheet = read(make_granted("hr"), branch)
    assert [row.uuid for row in sheet.rows] == [person.uuid for person in people]
    assert [row.cells[0].badge for row in sheet.rows] == ["certified", "overdue"]
    assert (sheet.totals[0].compliant, sheet.totals[0].counted) == (1, 2)


def test_who_left_is_not_listed_and_who_is_elsewhere_neither(phone, branch, role):
    make_people(branch, role, 1, left_on=TODAY)
    make_people(BranchFactory(), role, 1)
    assert read(make_granted("hr"), branch).rows == ()


def test_people_can_be_narrowed_to_a_state(phone, branch, role):
    people = make_people(branch, role, 3)
    assign(people, phone)
    certify(people[:1], phone)
    sheet = read(make_granted("hr"), branch, badge="overdue")
    assert {row.uuid for row in sheet.rows} == {people[1].uuid, people[2].uuid}
    assert sheet.totals[0].counted == 3


@pytest.mark.parametrize("size", [5, 500])
def test_a_branch_costs_at_most_eight_queries(
    phone, branch, role, size, django_assert_max_num_queries
):
    make_people(branch, role, size, posted=False)
    user = make_granted("regional_hr", region=branch.region)
    with django_assert_max_num_queries(8):
        sheet = read(user, branch)
    assert sheet.rows_in_all == size
    _first, rows = stream_people_rows(
        user=user, branch=branch.uuid, filters=PeopleFilters(), today=TODAY
    )
    assert len({row.uuid for row in rows}) == size


def test_a_branch_out_of_scope_is_not_found(branch):
    for user in (make_granted("hr", branch=BranchFactory()), make_granted("trainer")):
        with pytest.raises(NotFoundError):
            read(user, branch)


def test_a_record_tells_every_kind_of_fact_with_its_reason(phone, branch, role):
    person = make_people(branch, role, 1)[0]
    assign([person], phone)
    award = certify([person], phone)[0]
    AbsenceFactory(employee=person, from_on=TODAY, until_on=TODAY + timedelta(days=5))
    extend_award(
        award=award,
        effective_on=TODAY,
        until_on=TODAY + timedelta(days=200),
        reason="course room flooded",
        actor=None,
        now=NOW,
    )
    record = read_person(user=make_granted("hr"), uuid=person.uuid, now=NOW)
    one = record.certifications[0]
    assert one.reasons
    assert one.awards[0].reasons
    assert one.awards[0].valid_until == TODAY + timedelta(days=200)
    kinds = {line.kind for line in tell_history(record)}
    assert kinds >= {"posting", "absence", "assigned", "award", "event"}
    texts = [line.detail for line in tell_history(record)]
    assert "course room flooded" in texts


def test_history_runs_from_the_newest_to_the_oldest(phone, branch, role):
    person = make_people(branch, role, 1)[0]
    assign([person], phone)
    certify([person], phone)
    days = [
        line.on
        for line in tell_history(read_person(user=make_granted("hr"), uuid=person.uuid, now=NOW))
    ]
    assert days == sorted(days, reverse=True)


def test_a_record_is_for_those_who_see_the_person(phone, branch, role):
    manager = make_people(branch, role, 1, user=True)[0]
    person = make_people(branch, role, 1, user=True, manager=manager)[0]
    for user in (person.user, manager.user, make_granted("auditor", branch=branch)):
        assert read_person(user=user, uuid=person.uuid, now=NOW).employee == person
    other = make_people(branch, role, 1, user=True)[0]
    for user in (other.user, make_granted("hr", branch=BranchFactory())):
        with pytest.raises(NotFoundError):
            read_person(user=user, uuid=person.uuid, now=NOW)
    with pytest.raises(NotFoundError):
        read_person(user=manager.user, uuid=uuid4(), now=NOW)


@pytest.mark.parametrize("years", [1, 12])
def test_a_record_costs_the_same_for_short_and_long_histories(
    phone, branch, role, years, django_assert_max_num_queries
):
    person = make_people(branch, role, 1)[0]
    assign([person], phone)
    for n in range(years):
        start = TODAY.replace(year=TODAY.year - 1 - n)
        awards = certify(
            [person], phone, from_on=start, until_on=start.replace(year=start.year + 1)
        )
        revoke_award(award=awards[0], effective_on=TODAY, reason="x", actor=None, now=NOW)
    user = make_granted("hr")
    with django_assert_max_num_queries(19):
        record = read_person(user=user, uuid=person.uuid, now=NOW)
    assert len(record.certifications[0].awards) == years
