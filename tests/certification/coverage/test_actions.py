"""Coverage rules, and the forecasts that are kept of them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from certification.awards.actions import PastAward, advance, record_past_awards, revoke_award
from certification.awards.models import Award
from certification.coverage.actions import (
    add_coverage_rule,
    end_coverage_rule,
    refresh_coverage,
)
from certification.coverage.models import BranchCoverage
from certification.coverage.reads import forecast_branches, list_coverage
from lms.api import (
    Branch,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    Notice,
    RuleError,
    record_absence,
    transfer_employee,
)
from tests.certification.factories import make_simple_certification
from tests.lms.factories import (
    BranchFactory,
    GrantFactory,
    RegionFactory,
    make_granted,
    make_person,
)

NOW = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
TODAY = NOW.date()

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch():
    return BranchFactory(time_zone="UTC")


@pytest.fixture
def certification():
    certification, _standard = make_simple_certification()
    return certification


def make_manager_of(branch):
    """Return the login of somebody who works at a branch and manages it, without an award."""
    person = make_person(branch)
    GrantFactory(user=person.user, role="branch_manager", branch=branch)
    return person.user


def give(certification, *people_and_days):
    """Record awards that run out so many days from today."""
    record_past_awards(
        rows=[
            PastAward(
                employee_id=person.pk,
                certification_id=certification.pk,
                awarded_on=TODAY - timedelta(days=100),
                valid_from=TODAY - timedelta(days=100),
                valid_until=TODAY + timedelta(days=days),
                evidence="Paper file",
            )
            for person, days in people_and_days
        ],
        actor=None,
        now=NOW,
    )


def ask(certification, at_least=2, **place):
    place.setdefault("actor", None)
    return add_coverage_rule(
        certification=certification,
        at_least=at_least,
        reason="Two tills, two people",
        from_on=TODAY,
        now=NOW,
        **place,
    )


def test_a_rule_says_at_once_how_its_branches_stand(branch, certification):
    one, two = make_person(branch), make_person(branch)
    give(certification, (one, 13), (two, 200))
    ask(certification, branch=branch)
    row = BranchCoverage.objects.get()
    assert (row.now, row.in_30, row.in_60, row.in_90) == (2, 1, 1, 1)
    assert row.below_on == TODAY + timedelta(days=13)
    [cast] = forecast_branches([branch], now=NOW)
    assert cast.breaking_people == (one,)


def test_the_highest_of_several_rules_counts(branch, certification):
    ask(certification, 1)
    ask(certification, 3, region=branch.region)
    ask(certification, 2, branch=branch)
    assert BranchCoverage.objects.get().at_least == 3


def test_a_rule_for_a_region_leaves_other_branches_alone(branch, certification):
    elsewhere = BranchFactory(region=RegionFactory())
    ask(certification, region=branch.region)
    assert set(BranchCoverage.objects.values_list("branch_id", flat=True)) == {branch.pk}
    assert elsewhere.pk != branch.pk


def test_ending_a_rule_forgets_its_forecasts(branch, certification):
    rule = ask(certification, branch=branch)
    end_coverage_rule(rule=rule, on=TODAY, reason="The branch has one till", actor=None, now=NOW)
    assert not BranchCoverage.objects.exists()


def test_the_sweep_notices_a_revocation(branch, certification):
    one, two = make_person(branch), make_person(branch)
    give(certification, (one, 200), (two, 200))
    ask(certification, branch=branch)
    revoke_award(
        award=Award.objects.get(employee=one),
        effective_on=TODAY,
        reason="Mixed up two people",
        actor=None,
        now=NOW,
    )
    assert BranchCoverage.objects.get().now == 2
    advance(now=NOW)
    row = BranchCoverage.objects.get()
    assert (row.now, row.below_on) == (1, TODAY)


def test_the_sweep_notices_a_renewal(branch, certification):
    person = make_person(branch)
    give(certification, (person, 20))
    ask(certification, 1, branch=branch)
    assert BranchCoverage.objects.get().below_on == TODAY + timedelta(days=20)
    record_past_awards(
        rows=[
            PastAward(
                employee_id=person.pk,
                certification_id=certification.pk,
                awarded_on=TODAY,
                valid_from=TODAY,
                valid_until=TODAY + timedelta(days=365),
                evidence="Renewed on paper",
            )
        ],
        actor=None,
        now=NOW,
    )
    advance(now=NOW)
    assert BranchCoverage.objects.get().below_on is None


def test_a_new_day_moves_the_forecast_and_a_quiet_sweep_does_nothing(branch, certification):
    give(certification, (make_person(branch), 40))
    ask(certification, 1, branch=branch)
    assert refresh_coverage(now=NOW) == 0
    assert BranchCoverage.objects.get().in_30 == 1
    later = NOW + timedelta(days=11)
    assert refresh_coverage(now=later) == 1
    assert BranchCoverage.objects.get().in_30 == 0


def test_who_is_on_leave_or_transferred_away_does_not_count(branch, certification):
    one, two = make_person(branch), make_person(branch)
    give(certification, (one, 200), (two, 200))
    record_absence(
        employee=one,
        kind="parental",
        from_on=TODAY + timedelta(days=10),
        until_on=TODAY + timedelta(days=50),
        actor=None,
        now=NOW,
        today=TODAY,
    )
    transfer_employee(
        employee=two,
        branch=BranchFactory(region=branch.region),
        job_role=two.home_job_role,
        from_on=TODAY + timedelta(days=45),
        actor=None,
        now=NOW,
        today=TODAY,
    )
    [cast] = [row.forecast for row in with_rule(certification, branch)]
    assert (cast.now, *cast.ahead) == (2, 1, 1, 1)


def with_rule(certification, branch):
    ask(certification, branch=branch)
    return forecast_branches([Branch.objects.get(pk=branch.pk)], now=NOW)


def test_forecasts_cost_the_same_for_one_branch_and_for_six(
    branch, certification, django_assert_num_queries
):
    branches = [branch, *(BranchFactory(region=branch.region, time_zone="UTC") for _n in range(5))]
    for place in branches:
        give(certification, *((make_person(place), 30) for _n in range(3)))
    ask(certification, region=branch.region)
    with django_assert_num_queries(5):
        forecast_branches([branch], now=NOW)
    with django_assert_num_queries(5):
        forecast_branches(branches, now=NOW)


def test_managers_hear_thirty_and_seven_days_before_and_only_once(branch, certification):
    manager = make_manager_of(branch)
    give(certification, (make_person(branch), 60))
    ask(certification, 1, branch=branch)
    for offset in (0, 29, 30, 31, 52, 53, 54):
        advance(now=NOW + timedelta(days=offset))
    rows = Notice.objects.filter(subject__startswith="coverage:").order_by("due_at")
    assert [(row.kind, row.offset_days, row.recipient_id) for row in rows] == [
        ("coverage_drops", -30, manager.standardbearer_employee.pk),
        ("coverage_drops", -7, manager.standardbearer_employee.pk),
    ]
    assert {row.target_on for row in rows} == {TODAY + timedelta(days=60)}


def test_a_branch_that_stays_below_is_told_once(branch, certification):
    make_manager_of(branch)
    ask(certification, 1, branch=branch)
    for offset in range(4):
        advance(now=NOW + timedelta(days=offset))
    assert Notice.objects.filter(kind="coverage_low").count() == 1
    assert BranchCoverage.objects.get().below_on == TODAY


def test_refused_input_names_the_field_and_writes_nothing(branch, certification):
    for wrong, field in (({"at_least": 0}, "at_least"), ({"at_least": 501}, "at_least")):
        with pytest.raises(InvalidInputError) as caught:
            ask(certification, branch=branch, **wrong)
        assert caught.value.field == field
    with pytest.raises(InvalidInputError) as caught:
        ask(certification, branch=branch, region=branch.region)
    assert caught.value.field == "branch"
    certification.retired_on = date(2026, 1, 1)
    certification.save()
    with pytest.raises(RuleError):
        ask(certification, branch=branch)
    assert not BranchCoverage.objects.exists()


def test_rules_are_written_by_hr_of_the_place(branch, certification):
    other = RegionFactory()
    regional = make_granted("regional_hr", region=branch.region)
    ask(certification, branch=branch, actor=regional)
    ask(certification, region=branch.region, actor=regional)
    with pytest.raises(NotFoundError):
        ask(certification, region=other, actor=regional)
    BranchFactory(region=other)
    make_person(BranchFactory(region=other))
    with pytest.raises(NotAllowedError):
        ask(certification, actor=regional)
    with pytest.raises(NotAllowedError):
        ask(certification, branch=branch, actor=make_granted("branch_manager", branch=branch))
    ask(certification, actor=make_granted("hr"))


def test_readers_see_the_branches_of_their_scope_only(branch, certification):
    BranchFactory(region=RegionFactory())
    ask(certification, 1)
    manager = make_granted("branch_manager", branch=branch)
    assert [row.branch for row in list_coverage(manager)] == [branch]
    assert list_coverage(make_granted("hr")).count() == 2
    assert not list_coverage(make_granted("trainer")).exists()
