"""Many rows in one statement: new ones written, known ones brought up to date or added to."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certification.models import BranchTally, Standing
from certification.standing.actions.standings import COLUMNS, KEYS
from certification.standing.actions.upserting import upsert
from certification.standing.rules import TALLY_FIELDS
from tests.certification.factories import make_simple_certification
from tests.lms.factories import BranchFactory, make_person

pytestmark = pytest.mark.django_db
PLACE = ("branch_id", "certification_id")
AT = datetime(2026, 3, 8, 23, 30, tzinfo=UTC)


@pytest.fixture
def certification():
    return make_simple_certification()[0]


def make_row(person, certification, due_on):
    return (
        person.pk, certification.pk, person.home_branch_id, "valid", "scheduled", "required",
        "certified", date(2026, 1, 1), date(2027, 1, 1), None, due_on, None, True, True, False,
        date(2026, 3, 1), AT,
    )  # fmt: skip


def test_rows_come_back_as_they_were_given(certification):
    people = [make_person() for _n in range(3)]
    upsert(Standing, KEYS, COLUMNS, [make_row(one, certification, None) for one in people])
    changed = make_row(people[0], certification, date(2026, 4, 1))
    with CaptureQueriesContext(connection) as queries:
        upsert(Standing, KEYS, COLUMNS, [changed, make_row(people[1], certification, None)])
    assert len(queries) == 1
    assert Standing.objects.count() == 3
    stored = Standing.objects.get(employee=people[0])
    assert tuple(getattr(stored, name) for name in (*KEYS, *COLUMNS)) == changed


def test_numbers_are_added_to_what_is_there(certification):
    branch = BranchFactory()
    for number in (5, -2):
        row = (branch.pk, certification.pk, *[number] * len(TALLY_FIELDS))
        upsert(BranchTally, PLACE, TALLY_FIELDS, [row], adds=True)
    tally = BranchTally.objects.get()
    assert [getattr(tally, name) for name in TALLY_FIELDS] == [3] * len(TALLY_FIELDS)


def test_no_rows_are_no_statement():
    with CaptureQueriesContext(connection) as queries:
        upsert(Standing, KEYS, COLUMNS, [])
    assert not queries.captured_queries
