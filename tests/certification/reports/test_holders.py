"""Who was certified on a day: whoever held it and worked somewhere that day."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certification.reports.reads import Holder, find_holders
from lms.api import Employee, Posting
from tests.certification.reports.company import NOW, TODAY, certify, make_certification
from tests.lms.factories import (
    BranchFactory,
    EmployeeFactory,
    JobRoleFactory,
    PostingFactory,
    RegionFactory,
)

pytestmark = pytest.mark.django_db
START, END = date(2025, 6, 1), date(2026, 6, 1)
LEFT_ON = date(2026, 2, 1)
MOMENTS = pytest.mark.parametrize("known_at", [None, NOW], ids=["today", "then"])


@pytest.fixture
def phone():
    """A certification that three hold: one stays, one has left, one was never posted."""
    north, south = (RegionFactory(name=name) for name in ("North", "South"))
    places = {
        "N1": BranchFactory(code="N1", region=north),
        "S1": BranchFactory(code="S1", region=south),
    }
    role = JobRoleFactory()
    people = [
        EmployeeFactory(
            employee_number=number,
            given_name="Ann",
            family_name=f"Berg {number}",
            home_branch=places[code],
            home_job_role=role,
            **more,
        )
        for number, code, more in (
            ("E3", "N1", {}),
            ("E2", "S1", {}),
            ("E1", "N1", {"left_on": LEFT_ON}),
            ("E0", "N1", {"posted": False}),
        )
    ]
    # Helping out elsewhere is not where somebody works.
    PostingFactory(employee=people[0], branch=places["S1"], job_role=role, kind="secondary")
    found = make_certification()
    certify(people, found)
    found.places, found.regions = places, {"North": north, "South": south}
    return found


def ask(certification, on=TODAY, known_at=None, **more):
    return [
        (holder.branch_code, holder.employee_number)
        for holder in find_holders(
            certification=certification,
            on=on,
            people=Employee.objects.all(),
            known_at=known_at,
            **more,
        )
    ]


@MOMENTS
def test_who_has_left_is_listed_until_the_last_day_only(phone, known_at):
    before = date(2026, 1, 31)
    assert ask(phone, before, known_at) == [("N1", "E1"), ("N1", "E3"), ("S1", "E2")]
    assert ask(phone, LEFT_ON, known_at) == [("N1", "E3"), ("S1", "E2")]


def test_somebody_whose_leaving_was_not_yet_known_is_listed_as_known_then(phone):
    early = datetime(2026, 1, 5, tzinfo=UTC)
    Posting.objects.update(recorded_at=early)
    Posting.objects.get(until_on=LEFT_ON).ends.update(recorded_at=NOW)
    phone.awards.update(recorded_at=early)
    assert ("N1", "E1") in ask(phone, known_at=early)
    assert ("N1", "E1") not in ask(phone, known_at=NOW)


@MOMENTS
def test_a_place_means_the_main_posting_of_the_day(phone, known_at):
    for place in ({"branch": phone.places["N1"]}, {"region": phone.regions["North"]}):
        assert ask(phone, known_at=known_at, **place) == [("N1", "E3")]
    assert ask(phone, known_at=known_at, branch=phone.places["S1"]) == [("S1", "E2")]


@MOMENTS
def test_pages_follow_each_other(phone, known_at):
    on = date(2026, 1, 31)
    whole = ask(phone, on, known_at)
    first = ask(phone, on, known_at, most=1)
    assert first + ask(phone, on, known_at, after=first[0], most=5) == whole


@MOMENTS
def test_a_holder_has_name_and_days(phone, known_at):
    found = find_holders(
        certification=phone, on=TODAY, people=Employee.objects.all(), known_at=known_at
    )
    assert next(found) == Holder("E3", "Ann Berg E3", "N1", START, END)


def test_the_whole_list_is_one_read_however_many(phone):
    with CaptureQueriesContext(connection) as captured:
        assert len(ask(phone)) == 2
    reads = [query["sql"] for query in captured if "sb_lms_employee" in query["sql"]]
    assert len(reads) == 1
    assert reads[0].count("SELECT") == 1  # joins only, no subquery for each person
