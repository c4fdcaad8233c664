"""An award by hand takes two people, neither of whom earns it."""

from datetime import timedelta

import pytest

from certification.awards.actions import (
    advance,
    confirm_proposal,
    end_exemption,
    exempt_employee,
    propose_award,
    refuse_proposal,
    withdraw_proposal,
)
from certification.models import Award, AwardProposal, Certification, ProposalDecision, Standing
from lms.api import (
    Employee,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RuleError,
)
from tests.certification.factories import NOW, assign, make_simple_certification
from tests.lms.factories import GrantFactory, make_granted, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def certification():
    return make_simple_certification()[0]


def propose(person, certification, actor, **fields):
    values = {
        "basis": "manual",
        "valid_from": TODAY,
        "valid_until": TODAY + 100 * DAY,
        "reason": "Did it for ten years elsewhere",
        "now": NOW,
    }
    return propose_award(
        employee=person, certification=certification, actor=actor, **(values | fields)
    )


@pytest.mark.parametrize("basis", ["manual", "waived"])
def test_a_confirmed_proposal_is_an_award_with_its_trace(person, certification, basis):
    assign(person, certification)
    first, second = make_granted("regional_hr"), make_granted("hr")
    proposal = propose(person, certification, first, basis=basis)
    assert not Award.objects.exists()
    award = confirm_proposal(proposal=proposal, actor=second, now=NOW + DAY)
    assert (award.basis, award.evaluator) == (basis, second)
    # It covers no day before it was made.
    assert (award.valid_from, award.valid_until) == (TODAY + DAY, TODAY + 100 * DAY)
    text = "\n".join(award.trace)
    assert first.get_username() in text
    assert second.get_username() in text
    assert "ten years" in text
    row = Standing.objects.get()
    assert (row.standing, row.valid_until) == ("valid", TODAY + 100 * DAY)
    assert ProposalDecision.objects.get().award == award
    advance(now=NOW + 2 * DAY)
    assert Award.objects.count() == 1


def test_nobody_confirms_or_refuses_what_he_proposed(person, certification):
    hr = make_granted("hr")
    proposal = propose(person, certification, hr)
    for verb, fields in ((confirm_proposal, {}), (refuse_proposal, {"reason": "No"})):
        with pytest.raises(NotAllowedError) as refused:
            verb(proposal=proposal, actor=hr, now=NOW, **fields)
        assert refused.value.code == "second_person"
    assert not Award.objects.exists()


def test_nobody_proposes_or_confirms_for_himself(person, certification):
    GrantFactory(user=person.user, role="hr")
    with pytest.raises(NotAllowedError):
        propose(person, certification, person.user)
    proposal = propose(person, certification, make_granted("hr"))
    for verb, fields in ((confirm_proposal, {}), (refuse_proposal, {"reason": "No"})):
        with pytest.raises(NotAllowedError) as refused:
            verb(proposal=proposal, actor=person.user, now=NOW, **fields)
        assert refused.value.code == "own_record"
    assert not Award.objects.exists()


@pytest.mark.parametrize(
    ("role", "proposes", "confirms"),
    [
        ("trainer", False, False),
        ("assessor", False, False),
        ("auditor", False, False),
        ("branch_manager", False, False),
        ("regional_hr", True, False),
        ("hr", True, True),
    ],
)
def test_regional_hr_and_hr_propose_and_only_hr_confirms(
    person, certification, role, proposes, confirms
):
    place = {"branch": person.home_branch} if role == "branch_manager" else {}
    actor = make_granted(role, **place)
    if proposes:
        own = propose(person, certification, actor)
        withdraw_proposal(proposal=own, actor=actor, now=NOW)
    else:
        with pytest.raises((NotAllowedError, NotFoundError)):
            propose(person, certification, actor)
    proposal = propose(person, certification, make_granted("hr"))
    if confirms:
        confirm_proposal(proposal=proposal, actor=actor, now=NOW)
    else:
        for verb, fields in ((confirm_proposal, {}), (refuse_proposal, {"reason": "No"})):
            with pytest.raises((NotAllowedError, NotFoundError)):
                verb(proposal=proposal, actor=actor, now=NOW, **fields)
    assert Award.objects.exists() is confirms


def test_hr_of_another_region_sees_no_proposal(person, certification):
    stranger = make_granted("hr", region=make_person().home_branch.region)
    with pytest.raises(NotFoundError):
        propose(person, certification, stranger)
    proposal = propose(person, certification, make_granted("hr"))
    with pytest.raises(NotFoundError):
        confirm_proposal(proposal=proposal, actor=stranger, now=NOW)


def test_a_proposal_is_decided_once(person, certification):
    first, second = make_granted("hr"), make_granted("hr")
    proposal = propose(person, certification, first)
    refuse_proposal(proposal=proposal, reason="No proof", actor=second, now=NOW)
    for verb, actor in ((confirm_proposal, second), (withdraw_proposal, first)):
        with pytest.raises(RuleError) as refused:
            verb(proposal=proposal, actor=actor, now=NOW)
        assert refused.value.code == "already_decided"
    with pytest.raises(NotAllowedError):
        withdraw_proposal(proposal=propose(person, certification, first), actor=second, now=NOW)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"valid_from": TODAY - DAY}, "valid_from"),
        ({"valid_until": TODAY}, "valid_until"),
        ({"reason": " "}, "reason"),
        ({"basis": "completed"}, "basis"),
        ({"basis": "imported"}, "basis"),
    ],
)
def test_impossible_proposals_name_the_field(person, certification, fields, field):
    with pytest.raises(InvalidInputError) as refused:
        propose(person, certification, make_granted("hr"), **fields)
    assert refused.value.field == field
    assert not AwardProposal.objects.exists()


def test_leavers_and_retired_certifications_get_no_award(person, certification):
    hr, second = make_granted("hr"), make_granted("hr")
    proposal = propose(person, certification, hr)
    with pytest.raises(RuleError):
        propose(person, certification, second)
    Employee.objects.filter(pk=person.pk).update(left_on=TODAY)
    proposal = AwardProposal.objects.get(pk=proposal.pk)
    with pytest.raises(RuleError) as refused:
        confirm_proposal(proposal=proposal, actor=second, now=NOW)
    assert refused.value.code == "has_left"
    other = make_simple_certification("X")[0]
    for verb in (propose, assign_to):
        with pytest.raises(RuleError):
            verb(Employee.objects.get(pk=person.pk), other, hr)
    Employee.objects.update(left_on=None)
    Certification.objects.update(retired_on=TODAY)
    proposal = AwardProposal.objects.get(pk=proposal.pk)
    with pytest.raises(RuleError) as refused:
        confirm_proposal(proposal=proposal, actor=second, now=NOW)
    assert refused.value.code == "retired"
    assert not Award.objects.exists()


def assign_to(person, certification, _actor):
    assign(person, certification)


def test_a_proposal_whose_days_have_passed_makes_no_award(person, certification):
    proposal = propose(person, certification, make_granted("hr"), valid_until=TODAY + DAY)
    with pytest.raises(RuleError) as refused:
        confirm_proposal(proposal=proposal, actor=make_granted("hr"), now=NOW + 3 * DAY)
    assert refused.value.code == "days_passed"


def exempt(person, certification, **fields):
    values = {"from_on": TODAY, "until_on": TODAY + 10 * DAY, "reason": "Stock only", "now": NOW}
    return exempt_employee(
        employee=person, certification=certification, actor=None, **(values | fields)
    )


def test_an_exemption_ends_earlier_and_what_was_known_stays(person, certification):
    assign(person, certification)
    exemption = exempt(person, certification)
    assert Standing.objects.get().badge == "exempt"
    end_exemption(exemption=exemption, on=TODAY + DAY, reason="Back", actor=None, now=NOW)
    assert Standing.objects.get().badge == "exempt"
    advance(now=NOW + DAY)
    assert Standing.objects.get().required == "required"
    with pytest.raises(InvalidInputError) as refused:
        end_exemption(exemption=exemption, on=TODAY + 2 * DAY, reason="x", actor=None, now=NOW)
    assert refused.value.field == "on"


def test_an_exemption_that_never_was_asks_at_once(person, certification):
    assign(person, certification)
    exemption = exempt(person, certification)
    end_exemption(exemption=exemption, on=TODAY, reason="Wrong person", actor=None, now=NOW)
    assert Standing.objects.get().required == "required"
    manager = make_granted("branch_manager", branch=make_person().home_branch)
    with pytest.raises(NotFoundError):
        end_exemption(exemption=exemption, on=TODAY, reason="x", actor=manager, now=NOW)
