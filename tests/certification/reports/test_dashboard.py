"""The admin's home: which branches need somebody first, within the reader's scope."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.awards.actions import PastAward, advance, record_past_awards
from certification.reports.reads.summary import read_branches_in_need
from tests.certification.factories import NOW, assign, make_simple_certification
from tests.lms.factories import BranchFactory, make_granted, make_person

pytestmark = pytest.mark.django_db


def fill(certification, branch, *, held, overdue):
    """Give a branch people who hold the certification and people who are overdue."""
    people = [make_person(branch) for _ in range(held + overdue)]
    day = date(2026, 2, 1)
    record_past_awards(
        rows=[
            PastAward(person.pk, certification.pk, day, day, date(2030, 1, 1), "register")
            for person in people[:held]
        ],
        actor=None,
        now=NOW - timedelta(days=80),
    )
    for person in people:
        assign(person, certification, NOW - timedelta(days=60))


@pytest.fixture
def branches():
    certification = make_simple_certification()[0]
    good, poor, worst = (BranchFactory() for _ in range(3))
    fill(certification, good, held=2, overdue=0)
    fill(certification, poor, held=2, overdue=1)
    fill(certification, worst, held=1, overdue=2)
    advance(now=NOW)
    return good, poor, worst


def test_the_lowest_share_comes_first_and_full_branches_are_left_out(branches):
    _good, poor, worst = branches
    rows = read_branches_in_need(user=make_granted("hr"), now=NOW)
    assert [row.uuid for row in rows] == [worst.uuid, poor.uuid]
    assert (rows[0].counts.compliant, rows[0].counts.counted, rows[0].counts.overdue) == (1, 3, 2)


def test_only_branches_within_reach_are_named(branches):
    poor = branches[1]
    user = make_granted("regional_hr", region=poor.region)
    with CaptureQueriesContext(connection) as queries:
        rows = read_branches_in_need(user=user, now=NOW)
    assert [row.uuid for row in rows] == [poor.uuid]
    assert len(queries) == 2


def test_the_home_page_leads_to_the_branch(client, branches):
    client.force_login(make_granted("hr"))
    html = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("sb_matrix:branch", args=[branches[2].uuid]) in html
    assert reverse("sb_matrix:branch", args=[branches[0].uuid]) not in html


def test_a_trainer_sees_no_such_panel(client, branches):
    client.force_login(make_granted("trainer"))
    assert "branches-in-need" not in client.get(reverse("wagtailadmin_home")).content.decode()
