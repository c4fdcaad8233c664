from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser

from lms.api import NotFoundError, find_employee, local_day, require_employee, zone_of
from tests.lms.factories import BranchFactory, EmployeeFactory, UserFactory, make_person


@pytest.mark.django_db
def test_a_login_finds_its_person_with_branch_and_role_in_one_query(django_assert_num_queries):
    ann = make_person()
    user = get_user_model().objects.get(pk=ann.user.pk)

    with django_assert_num_queries(1):
        found = find_employee(user)
        again = find_employee(user)
        assert found.home_branch.region.name
        assert found.home_job_role.name
    assert found == again == ann


@pytest.mark.django_db
def test_a_login_without_a_person_is_told_so():
    user = UserFactory()

    assert find_employee(user) is None
    assert find_employee(AnonymousUser()) is None
    with pytest.raises(NotFoundError, match="not linked to the roster"):
        require_employee(user)


@pytest.mark.django_db
def test_days_are_counted_in_the_zone_of_the_home_branch():
    assert zone_of(make_person(BranchFactory(time_zone="Asia/Tokyo"))) == "Asia/Tokyo"
    assert zone_of(EmployeeFactory(home_branch=None, home_job_role=None)) == "UTC"


@pytest.mark.parametrize(
    ("zone", "day"),
    [("UTC", 31), ("Pacific/Kiritimati", 1), ("Pacific/Niue", 30), ("Asia/Kathmandu", 31)],
)
def test_the_day_of_an_instant_depends_on_the_zone(zone, day):
    assert local_day(datetime(2026, 5, 31, 10, 59, tzinfo=UTC), zone).day == day


def test_an_instant_without_an_offset_means_no_day():
    with pytest.raises(ValueError, match="offset"):
        local_day(datetime(2026, 5, 31, 10, 59), "UTC")  # noqa: DTZ001
    assert local_day(datetime(2026, 5, 31, tzinfo=UTC), "UTC") == date(2026, 5, 31)
