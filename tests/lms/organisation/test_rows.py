"""Rows that are read by the million: read as they are, and looked up by many numbers at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.api import Employee
from tests.lms.factories import BranchFactory, make_person

pytestmark = pytest.mark.django_db


def test_a_row_that_was_read_is_stored_and_saved_again():
    stored = make_person(given_name="Ada")
    person = Employee.objects.get(pk=stored.pk)
    assert person == stored
    assert not person._state.adding
    assert person._state.db == "default"
    person.given_name = "Eva"
    person.save()
    assert Employee.objects.get(pk=stored.pk).given_name == "Eva"
    assert Employee.objects.count() == 1


def test_a_column_that_was_left_out_is_fetched_when_asked_for():
    make_person(given_name="Ada")
    person = Employee.objects.only("employee_number").get()
    assert person.get_deferred_fields() >= {"given_name"}
    with CaptureQueriesContext(connection) as queries:
        assert person.given_name == "Ada"
    assert len(queries) == 1


def test_a_related_row_comes_with_it():
    branch = BranchFactory(name="Harbour")
    make_person(branch)
    with CaptureQueriesContext(connection) as queries:
        person = Employee.objects.select_related("home_branch").get()
        assert person.home_branch.name == "Harbour"
    assert len(queries) == 1


def test_many_numbers_are_one_value():
    branch = BranchFactory()
    people = [make_person(branch) for _n in range(3)]
    wanted = {person.pk for person in people[:2]}
    with CaptureQueriesContext(connection) as queries:
        found = set(Employee.objects.filter(pk__among=wanted).values_list("pk", flat=True))
    assert found == wanted
    assert len(queries) == 1
    assert Employee.objects.filter(home_branch_id__among=[branch.pk]).count() == 3
    assert not Employee.objects.filter(pk__among=[]).exists()
    assert Employee.objects.exclude(pk__among=[]).count() == 3
    assert Employee.objects.exclude(pk__among=wanted).get() == people[2]
