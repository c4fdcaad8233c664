import pytest

from lms.api import Grant, InvalidInputError, NotAllowedError, NotFoundError, grant_role
from lms.organisation.actions import revoke_grant
from tests.lms.factories import (
    NOW,
    BranchFactory,
    GrantFactory,
    RegionFactory,
    UserFactory,
    make_granted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return RegionFactory()


def test_a_role_is_given_once_however_often_it_is_given():
    user, branch = UserFactory(), BranchFactory()

    first = grant_role(user=user, role="branch_manager", branch=branch, actor=None, now=NOW)
    again = grant_role(user=user, role="branch_manager", branch=branch, actor=None, now=NOW)

    assert first == again
    assert Grant.objects.count() == 1


def test_a_role_taken_back_stays_in_history_and_reaches_nothing():
    user, branch = UserFactory(), BranchFactory()
    grant = grant_role(user=user, role="branch_manager", branch=branch, actor=None, now=NOW)

    revoke_grant(grant=grant, actor=None, now=NOW)
    revoke_grant(grant=grant, actor=None, now=NOW.replace(year=2027))

    grant.refresh_from_db()
    assert grant.revoked_at == NOW
    assert not Grant.objects.reach_of(user).branch_ids


@pytest.mark.parametrize("role", ["hr", "regional_hr"])
def test_nobody_changes_their_own_roles(role):
    actor, branch = make_granted(role), BranchFactory()

    with pytest.raises(NotAllowedError) as caught:
        grant_role(user=actor, role="branch_manager", branch=branch, actor=actor, now=NOW)
    assert caught.value.code == "own_grant"
    with pytest.raises(NotAllowedError):
        revoke_grant(grant=actor.standardbearer_grants.get(), actor=actor, now=NOW)


def test_not_even_the_owner_of_the_site_changes_their_own_roles():
    owner = UserFactory(superuser=True)

    with pytest.raises(NotAllowedError):
        grant_role(user=owner, role="hr", actor=owner, now=NOW)


@pytest.mark.parametrize(
    ("actor_role", "role", "allowed"),
    [
        ("hr", "regional_hr", True),
        ("hr", "auditor", True),
        ("hr", "trainer", True),
        ("hr", "hr", False),
        ("regional_hr", "branch_manager", True),
        ("regional_hr", "assessor", True),
        ("regional_hr", "regional_hr", False),
        ("regional_hr", "trainer", False),
        ("regional_hr", "hr", False),
        ("branch_manager", "assessor", False),
        ("auditor", "assessor", False),
        ("trainer", "assessor", False),
    ],
)
def test_only_roles_below_the_own_one_are_given(actor_role, role, allowed, region):
    branch = BranchFactory(region=region)
    place = None if actor_role == "hr" else region
    actor = make_granted(actor_role, region=place)
    give = {"user": UserFactory(), "role": role, "branch": branch, "actor": actor, "now": NOW}

    if allowed:
        assert grant_role(**give).granted_by == actor
    else:
        with pytest.raises((NotAllowedError, NotFoundError)):
            grant_role(**give)
        assert not give["user"].standardbearer_grants.exists()


def test_regional_hr_gives_roles_only_below_the_own_place(region):
    south = RegionFactory(name="South", parent=region)
    actor = make_granted("regional_hr", region=region)
    give = {"role": "branch_manager", "actor": actor, "now": NOW}

    grant_role(user=UserFactory(), region=south, **give)
    with pytest.raises(NotAllowedError):
        grant_role(user=UserFactory(), region=region, **give)
    with pytest.raises(NotAllowedError):
        grant_role(user=UserFactory(), **give)
    with pytest.raises(NotFoundError):
        grant_role(user=UserFactory(), branch=BranchFactory(), **give)


def test_a_grant_elsewhere_cannot_be_taken_back(region):
    grant = GrantFactory(role="branch_manager", branch=BranchFactory())

    with pytest.raises(NotFoundError):
        revoke_grant(grant=grant, actor=make_granted("regional_hr", region=region), now=NOW)


@pytest.mark.parametrize("fields", [{"role": "king"}, {"role": "hr", "both": True}])
def test_a_grant_that_makes_no_sense_is_refused(fields, region):
    both = fields.pop("both", False)
    place = {"region": region, "branch": BranchFactory(region=region)} if both else {}

    with pytest.raises(InvalidInputError):
        grant_role(user=UserFactory(), actor=None, now=NOW, **fields, **place)
