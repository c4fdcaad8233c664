import pytest
from django.contrib.auth.models import AnonymousUser

from lms.api import Branch, Employee, Region, may, people_for
from lms.organisation.permissions import scope_of
from lms.organisation.rules.policy import POLICY, find_scopes
from tests.lms.factories import (
    BranchFactory,
    EmployeeFactory,
    GrantFactory,
    RegionFactory,
    UserFactory,
    make_granted,
    make_person,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    """EMEA with a South below it, one branch each, one person each; and APAC beside it."""
    emea = RegionFactory(name="EMEA")
    south = RegionFactory(name="South", parent=emea)
    apac = RegionFactory(name="APAC")
    emea.refresh_from_db()
    return {
        name: make_person(BranchFactory(region=region, name=name))
        for name, region in (("emea", emea), ("south", south), ("apac", apac))
    }


def names(people):
    return sorted(person.home_branch.name for person in people)


@pytest.mark.parametrize(
    ("role", "place", "seen"),
    [
        ("hr", None, ["apac", "emea", "south"]),
        ("auditor", None, ["apac", "emea", "south"]),
        ("regional_hr", "emea", ["emea", "south"]),
        ("hr", "south", ["south"]),
        ("branch_manager", "south", ["south"]),
        ("trainer", None, []),
        ("assessor", "emea", []),
    ],
)
def test_people_are_seen_below_the_grant(company, role, place, seen):
    region = company[place].home_branch.region if place else None
    user = make_granted(role, region=region)

    assert names(Employee.objects.visible_to(user)) == seen
    assert names(people_for(user, "read", "person")) == seen
    for name, person in company.items():
        assert may(user, "read", "person", person) is (name in seen)


def test_a_branch_grant_reaches_that_branch_alone(company):
    branch = company["emea"].home_branch
    user = make_granted("branch_manager", branch=branch)

    assert names(Employee.objects.visible_to(user)) == ["emea"]
    assert list(Branch.objects.visible_to(user)) == [branch]
    assert not Region.objects.visible_to(user).exists()


def test_regions_with_a_longer_path_of_the_same_beginning_stay_apart():
    regions = [RegionFactory(name=f"{n:03d}") for n in range(40)]
    user = make_granted("regional_hr", region=regions[0])

    assert list(Region.objects.visible_to(user)) == [regions[0]]


def test_everybody_sees_themselves_and_their_reports():
    boss = make_person()
    report = EmployeeFactory(manager=boss)
    make_person()

    assert set(Employee.objects.visible_to(boss.user)) == {boss, report}
    assert may(boss.user, "create", "assignment", report)
    assert not may(boss.user, "create", "assignment", boss)


def test_grants_add_up(company):
    user = make_granted("branch_manager", branch=company["apac"].home_branch)
    GrantFactory(user=user, role="regional_hr", region=company["south"].home_branch.region)

    assert names(Employee.objects.visible_to(user)) == ["apac", "south"]
    assert may(user, "change", "person", company["south"])
    assert not may(user, "change", "person", company["apac"])


def test_nobody_is_nobody(company):
    inactive = make_granted("hr")
    inactive.is_active = False
    for user in (AnonymousUser(), inactive):
        assert not Employee.objects.visible_to(user).exists()
        assert not people_for(user, "read", "person").exists()
        assert not any(may(user, "read", resource) for resource in POLICY)


def test_the_owner_of_the_site_may_everything(company):
    owner = UserFactory(superuser=True)

    assert people_for(owner, "change", "person").count() == 3
    assert may(owner, "revoke", "award", company["apac"])


@pytest.mark.parametrize("resource", sorted(POLICY))
def test_what_may_be_done_with_a_person_is_what_the_list_of_people_says(company, resource):
    """“May I?” and “with whom?” are two answers from one table."""
    user = make_granted("regional_hr", region=company["emea"].home_branch.region)
    boss = company["apac"]
    Employee.objects.filter(pk=boss.pk).update(user=user)
    company["apac"].refresh_from_db()
    verbs = {verb for verbs in POLICY[resource].values() for verb in verbs}
    for verb in verbs:
        if "all" in find_scopes(verb, resource).values():
            continue
        listed = set(people_for(user, verb, resource))
        asked = {p for p in company.values() if may(user, verb, resource, p)}
        assert listed == asked, (verb, resource)


def test_trainers_never_award_and_auditors_never_write():
    assert find_scopes("propose", "award").keys() == {"regional_hr", "hr"}
    for resource, roles in POLICY.items():
        assert set(roles.get("auditor", {})) <= {"read"}, resource


def test_a_resource_that_is_not_in_the_table_is_a_mistake():
    with pytest.raises(KeyError):
        may(make_granted("hr"), "read", "payroll")


def test_the_scope_of_a_login_is_one_query(django_assert_num_queries):
    user = make_granted("hr")
    GrantFactory(user=user, role="trainer")

    with django_assert_num_queries(1):
        assert set(scope_of(user).reaches) == {"hr", "trainer"}
    with django_assert_num_queries(0):
        scope_of(AnonymousUser())


def test_listing_people_is_two_queries(company, django_assert_num_queries):
    user = make_granted("regional_hr", region=company["emea"].home_branch.region)

    with django_assert_num_queries(2):
        list(Employee.objects.visible_to(user))
    with django_assert_num_queries(2):
        list(people_for(user, "read", "person"))
