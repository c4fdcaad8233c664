"""The queue of proposals: who sees it, who decides, and what is refused."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from certification.awards.actions import propose_award
from certification.models import Award, ProposalDecision
from tests.certification.factories import make_simple_certification
from tests.certification.reports.test_admin import open_admin
from tests.lms.factories import BranchFactory, make_granted, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal():
    now = timezone.now()
    return propose_award(
        employee=make_person(),
        certification=make_simple_certification()[0],
        basis="manual",
        valid_from=now.date(),
        valid_until=now.date() + timedelta(days=90),
        reason="Ten years at the counter",
        actor=make_granted("regional_hr"),
        now=now,
    )


def address(proposal):
    return reverse("sb_proposals:proposal", args=[proposal.uuid])


def test_a_second_person_sees_what_it_changes_and_confirms(client, proposal):
    client.force_login(open_admin(make_granted("hr")))
    listed = client.get(reverse("sb_proposals:index"))
    assert proposal.employee.full_name in listed.content.decode()
    assert "Proposals (1)" in listed.content.decode()
    page = client.get(address(proposal))
    assert page.context["effects"][0].after.now.badge in ("certified", "not_required")
    assert not Award.objects.exists()
    assert page.context["decision"] is None
    assert 'value="confirm"' in page.content.decode()
    client.post(address(proposal), {"decide": "confirm"})
    assert Award.objects.get().basis == "manual"
    decided = client.get(reverse("sb_proposals:index"), {"show": "decided"})
    assert "Confirmed" in decided.content.decode()
    assert "Proposals (" not in decided.content.decode()


def test_a_refusal_needs_a_reason_and_keeps_what_was_typed(client, proposal):
    client.force_login(open_admin(make_granted("hr")))
    page = client.post(address(proposal), {"decide": "refuse", "reason": ""})
    assert page.context["form"].errors["reason"]
    client.post(address(proposal), {"decide": "refuse", "reason": "No proof"})
    assert ProposalDecision.objects.get().kind == "refused"
    again = client.post(address(proposal), {"decide": "confirm"})
    assert "already decided" in str(again.context["form"].non_field_errors())
    assert not Award.objects.exists()


def test_who_proposed_it_may_only_take_it_back(client, proposal):
    client.force_login(open_admin(proposal.proposed_by))
    page = client.get(address(proposal))
    assert page.context["verbs"] == ["withdraw"]
    client.post(address(proposal), {"decide": "confirm"})
    assert not Award.objects.exists()
    client.post(address(proposal), {"decide": "withdraw"})
    assert ProposalDecision.objects.get().kind == "withdrawn"


@pytest.mark.parametrize("role", ["trainer", "auditor", "branch_manager"])
def test_others_have_no_queue(client, proposal, role):
    place = {"branch": proposal.employee.home_branch} if role == "branch_manager" else {}
    client.force_login(open_admin(make_granted(role, **place)))
    for url in (reverse("sb_proposals:index"), address(proposal)):
        assert client.get(url).status_code == 302
    assert client.post(address(proposal), {"decide": "confirm"}).status_code == 302
    assert not Award.objects.exists()


def test_another_region_finds_nothing(client, proposal):
    client.force_login(open_admin(make_granted("hr", region=BranchFactory().region)))
    assert client.get(address(proposal)).status_code == 404
    assert client.post(address(proposal), {"decide": "confirm"}).status_code == 404
    body = client.get(reverse("sb_proposals:index")).content.decode()
    assert proposal.employee.full_name not in body
