"""Rows that are read by the million: read as they are, and looked up by many numbers at once."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.db.models.signals import post_init, pre_init
from django.test.utils import CaptureQueriesContext

from lms.api import Employee, Standard
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
        found = set(Employee.objects.filter(pk__sb_among=wanted).values_list("pk", flat=True))
    assert found == wanted
    assert len(queries) == 1
    assert Employee.objects.filter(home_branch_id__sb_among=[branch.pk]).count() == 3
    assert not Employee.objects.filter(pk__sb_among=[]).exists()
    assert Employee.objects.exclude(pk__sb_among=[]).count() == 3
    assert Employee.objects.exclude(pk__sb_among=wanted).get() == people[2]


@pytest.mark.parametrize("signal", [pre_init, post_init])
def test_a_site_that_listens_to_a_new_row_hears_of_each_row_that_is_read(signal):
    make_person(given_name="Ada")
    heard = []

    def listen(sender, **_more):
        heard.append(sender)

    signal.connect(listen, sender=Employee)
    try:
        person = Employee.objects.select_related(None).get()
    finally:
        signal.disconnect(listen, sender=Employee)
    assert heard == [Employee]
    assert person.given_name == "Ada"
    assert not person._state.adding


def test_other_databases_are_asked_with_a_plain_list():
    where = Employee.objects.filter(pk__sb_among=[3, 4]).query.where.children[0]
    compiler = Employee.objects.all().query.get_compiler("default")
    sql, params = where.as_sql(compiler, SimpleNamespace(vendor="other"))
    assert sql.endswith("IN (%s, %s)")
    assert list(params) == [3, 4]


def test_only_keys_know_the_lookup():
    for field in (models.CharField, models.IntegerField, models.DateTimeField):
        assert "sb_among" not in field.get_lookups()
    with pytest.raises(FieldError):
        Standard.objects.filter(code__sb_among=[1])
