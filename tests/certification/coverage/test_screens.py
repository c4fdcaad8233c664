"""HR's coverage screens and what the branch manager sees."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certification.catalogue.models import CoverageRule
from certification.coverage.actions import add_coverage_rule
from tests.certification.coverage.test_actions import make_manager_of
from tests.certification.factories import make_simple_certification
from tests.lms.factories import BranchFactory, RegionFactory, make_granted, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def certification():
    certification, _standard = make_simple_certification()
    return certification


@pytest.fixture
def branch():
    branch = BranchFactory(code="0412", time_zone="UTC")
    make_person(branch)
    return branch


def ask(certification, **place):
    now = timezone.now()
    return add_coverage_rule(
        certification=certification,
        at_least=2,
        reason="Two tills are open",
        from_on=now.date() - timedelta(days=1),
        actor=None,
        now=now,
        **place,
    )


def open_as(client, user, name, *args, **data):
    client.force_login(user)
    return client.get(reverse(f"sb_coverage:{name}", args=args), data)


def test_hr_sees_the_branches_in_danger_first(client, branch, certification):
    ask(certification)
    page = open_as(client, make_granted("hr"), "index")
    assert "0412" in page.content.decode()
    assert "Too few today" in page.content.decode()


def test_filters_narrow_and_nonsense_is_ignored(client, branch, certification):
    ask(certification)
    hr = make_granted("hr")
    assert "0412" in open_as(client, hr, "index", level="below").content.decode()
    assert "No branch fits" in open_as(client, hr, "index", level="enough").content.decode()
    assert "0412" in open_as(client, hr, "index", level="x'--", page="zz").content.decode()


def test_the_list_costs_the_same_for_one_branch_and_for_ten(client, branch, certification):
    ask(certification)
    hr = make_granted("hr")
    open_as(client, hr, "index")
    with CaptureQueriesContext(connection) as for_one:
        open_as(client, hr, "index")
    for _n in range(9):
        BranchFactory()
    ask(certification, region=None)
    with CaptureQueriesContext(connection) as for_ten:
        page = open_as(client, hr, "index")
    assert page.content.decode().count("Title of CERT<span>") == 10
    assert len(for_ten) == len(for_one)


def test_a_branch_out_of_scope_is_not_found(client, branch, certification):
    ask(certification)
    other = make_granted("regional_hr", region=RegionFactory())
    assert open_as(client, other, "branch", branch.uuid).status_code == 404
    page = open_as(client, make_granted("auditor"), "branch", branch.uuid)
    assert "lacks 2 certified people" in page.content.decode()


def test_who_sees_nobodys_records_is_refused(client, branch, certification):
    page = open_as(client, make_granted("trainer"), "index")
    assert page.status_code in (302, 403)


def test_hr_adds_a_rule_and_ends_it(client, branch, certification):
    client.force_login(make_granted("hr"))
    data = {
        "certification": certification.code,
        "at_least": "2",
        "branch": "0412",
        "from_on": "2026-01-01",
        "reason": "Two tills are open",
    }
    answer = client.post(reverse("sb_coverage:add"), data)
    assert answer.status_code == 302
    rule = CoverageRule.objects.get()
    assert rule.branch == branch
    end = {"on": "2026-01-02", "reason": "One till is left"}
    assert client.post(reverse("sb_coverage:end", args=[rule.uuid]), end).status_code == 302
    rule.refresh_from_db()
    assert rule.end.reason == "One till is left"


def test_wrong_input_stands_at_its_field_and_is_kept(client, branch, certification):
    client.force_login(make_granted("hr"))
    data = {
        "certification": certification.code,
        "at_least": "0",
        "branch": "9999",
        "from_on": "tomorrow",
        "reason": "Two tills",
    }
    page = client.post(reverse("sb_coverage:add"), data)
    assert set(page.context["form"].errors) == {"at_least", "branch", "from_on"}
    assert "Two tills" in page.content.decode()
    assert not CoverageRule.objects.exists()


def test_regional_hr_cannot_write_a_rule_for_the_company(client, branch, certification):
    make_person(BranchFactory(region=RegionFactory()))
    client.force_login(make_granted("regional_hr", region=branch.region))
    data = {
        "certification": certification.code,
        "at_least": "2",
        "from_on": "2026-01-01",
        "reason": "Two tills",
    }
    page = client.post(reverse("sb_coverage:add"), data)
    assert "whole company" in str(page.context["form"].non_field_errors())
    assert not CoverageRule.objects.exists()


def test_an_auditor_reads_and_does_not_write(client, branch, certification):
    client.force_login(make_granted("auditor"))
    assert "sb-empty" in client.get(reverse("sb_coverage:rules")).content.decode()
    data = {
        "certification": certification.code,
        "at_least": "2",
        "branch": "0412",
        "from_on": "2026-01-01",
        "reason": "Two tills",
    }
    client.post(reverse("sb_coverage:add"), data)
    assert not CoverageRule.objects.exists()


def test_the_branch_manager_reads_it_on_the_branch_page(client, branch, certification):
    ask(certification)
    client.force_login(make_manager_of(branch))
    page = client.get(reverse("sb_certification:branch"), {"branch": str(branch.uuid)})
    assert "Branch 0412 lacks 2 certified people" in page.content.decode()
