import pytest

from tests.lms.factories import EmployeeFactory, make_granted, make_person

pytestmark = pytest.mark.django_db


def test_a_made_person_is_posted_where_they_are_at_home():
    person = make_person()

    assert person.user.check_password("correct horse battery")
    posting = person.postings.get()
    assert (posting.branch, posting.job_role) == (person.home_branch, person.home_job_role)


def test_a_person_without_a_login_may_be_made():
    assert EmployeeFactory().user is None


def test_a_granted_login_reaches_its_branch():
    person = make_person()

    user = make_granted("branch_manager", branch=person.home_branch)

    assert list(type(person).objects.visible_to(user)) == [person]
