"""What only PostgreSQL can say, and two people writing at once."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from lms.api import Posting
from tests.lms.factories import HIRED_ON, TODAY, BranchFactory, PostingFactory, make_person

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="the constraint exists on PostgreSQL only; elsewhere the actions check",
    ),
]


def test_the_database_itself_refuses_two_main_postings_on_one_day():
    ann = make_person()
    ann.postings.update(until_on=TODAY)

    with pytest.raises(IntegrityError, match="primary_no_overlap"), transaction.atomic():
        PostingFactory(employee=ann, from_on=TODAY - timedelta(days=1), until_on=None)
    assert ann.postings.count() == 1


def test_postings_that_touch_do_not_overlap():
    ann = make_person()
    ann.postings.update(until_on=TODAY)

    PostingFactory(employee=ann, from_on=TODAY)
    PostingFactory(employee=ann, from_on=HIRED_ON - timedelta(days=9), until_on=HIRED_ON)

    assert ann.postings.count() == 3


def test_helping_out_may_overlap():
    ann = make_person()

    PostingFactory(employee=ann, kind=Posting.Kind.SECONDARY, branch=BranchFactory())

    assert ann.postings.count() == 2


def test_the_constraint_can_be_taken_away_and_put_back():
    from importlib import import_module

    from django.apps import apps

    migration = import_module("lms.migrations.0001_organisation")
    with connection.schema_editor() as editor:
        migration.allow_overlaps(apps, editor)
        migration.forbid_overlaps(apps, editor)
    ann = make_person()
    with pytest.raises(DatabaseError), transaction.atomic():
        PostingFactory(employee=ann)
