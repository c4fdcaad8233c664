"""Who may add facts about whom."""

from datetime import date, timedelta

import pytest

from certification.awards.actions import (
    PastAward,
    advance,
    assign_certification,
    end_assignment,
    exempt_employee,
    extend_award,
    record_past_awards,
    reinstate_award,
    revoke_award,
)
from certification.models import Assignment, Award, AwardEvent, Cycle, Exemption, Standing
from lms.api import InvalidInputError, NotAllowedError, NotFoundError, record_absence
from tests.certification.factories import NOW, assign, make_simple_certification
from tests.lms.factories import GrantFactory, make_granted, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def certification():
    return make_simple_certification()[0]


@pytest.fixture
def award(person, certification):
    row = PastAward(
        person.pk,
        certification.pk,
        date(2026, 1, 1),
        date(2026, 1, 1),
        date(2027, 1, 1),
        "register",
    )
    return record_past_awards(rows=[row], actor=None, now=NOW)[0]


def revoke(award, actor, reason="Broke it"):
    return revoke_award(award=award, effective_on=NOW.date(), reason=reason, actor=actor, now=NOW)


def exempt(person, certification, actor, reason="Stock only"):
    return exempt_employee(
        employee=person, certification=certification, from_on=NOW.date(),
        until_on=NOW.date() + DAY, reason=reason, actor=actor, now=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    "role", ["trainer", "assessor", "auditor", "branch_manager", "regional_hr"]
)
def test_only_hr_revokes(role, person, award):
    place = {"branch": person.home_branch} if role == "branch_manager" else {}
    with pytest.raises((NotAllowedError, NotFoundError)):
        revoke(award, make_granted(role, **place))
    assert not AwardEvent.objects.exists()
    assert revoke(award, make_granted("hr")).actor is not None


def test_a_learner_neither_exempts_nor_awards_himself(person, certification):
    row = PastAward(person.pk, certification.pk, date(2026, 1, 1), date(2026, 1, 1), None, "x")
    with pytest.raises(NotAllowedError):
        exempt(person, certification, person.user)
    with pytest.raises(NotAllowedError):
        record_past_awards(rows=[row], actor=person.user, now=NOW)
    assert not Exemption.objects.exists()
    assert not Award.objects.exists()


def test_hr_changes_nothing_about_himself(person, certification, award):
    GrantFactory(user=person.user, role="hr")
    with pytest.raises(NotAllowedError) as refused:
        revoke(award, person.user)
    assert refused.value.code == "own_record"
    with pytest.raises(NotAllowedError):
        record_absence(
            employee=person, kind="sick", from_on=NOW.date(), until_on=NOW.date() + DAY,
            actor=person.user, now=NOW, today=NOW.date(),
        )  # fmt: skip


def test_a_branch_manager_assigns_and_exempts_own_people_only(person, certification):
    manager = make_granted("branch_manager", branch=person.home_branch)
    stranger = make_person()
    values = {"certification": certification, "from_on": NOW.date(), "reason": "Needed", "now": NOW}
    assignment = assign_certification(employee=person, actor=manager, **values)
    exempt(person, certification, manager)
    end_assignment(assignment=assignment, on=NOW.date(), reason="Moved", actor=manager, now=NOW)
    with pytest.raises(NotFoundError):
        assign_certification(employee=stranger, actor=manager, **values)
    assert not Assignment.objects.filter(employee=stranger).exists()


def test_a_fact_without_a_reason_is_refused(person, certification, award):
    for refused in (
        lambda: exempt(person, certification, None, reason=" "),
        lambda: revoke(award, None, reason=""),
    ):
        with pytest.raises(InvalidInputError) as error:
            refused()
        assert error.value.field == "reason"


def test_leave_outside_of_the_employment_is_refused(person):
    with pytest.raises(InvalidInputError) as error:
        record_absence(
            employee=person, kind="sick", from_on=date(1, 1, 1), until_on=NOW.date(),
            actor=None, now=NOW, today=NOW.date(),
        )  # fmt: skip
    assert error.value.field == "from_on"


def test_a_second_extension_must_reach_further_than_the_first(award):
    values = {"award": award, "effective_on": NOW.date(), "reason": "Rebuilding", "actor": None}
    extend_award(until_on=date(2027, 3, 1), now=NOW, **values)
    with pytest.raises(InvalidInputError) as error:
        extend_award(until_on=date(2027, 2, 1), now=NOW + DAY, **values)
    assert error.value.field == "until_on"


def test_a_revocation_taken_back_takes_its_cycle_back(person, certification, award):
    assign(person, certification)
    revoke(award, None)
    assert Cycle.objects.filter(employee=person, state="open").exists()
    reinstate_award(
        award=award, effective_on=NOW.date(), reason="Mistake", actor=None, now=NOW + DAY
    )
    assert not Cycle.objects.filter(employee=person, state="open").exists()
    advance(now=NOW + 40 * DAY)
    row = Standing.objects.get(employee=person)
    assert (row.badge, row.task) == ("certified", "scheduled")
