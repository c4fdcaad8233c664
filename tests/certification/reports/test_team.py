"""The manager's page: who may work, who runs out, who is overdue, and one button."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from certification.reports.actions import Reminded, remind_people
from certification.reports.reads import read_team
from lms.api import NotAllowedError, NotFoundError, Notice, RuleError
from tests.canary import assert_no_canary, build_canary
from tests.certification.reports.company import (
    NOW,
    TODAY,
    assign,
    certify,
    make_certification,
    make_people,
)
from tests.lms.factories import (
    AbsenceFactory,
    BranchFactory,
    JobRoleFactory,
    PostingFactory,
    make_granted,
    make_person,
)

pytestmark = pytest.mark.django_db
SOON = TODAY + timedelta(days=20)


@pytest.fixture
def phone():
    return make_certification()


@pytest.fixture
def branch():
    return BranchFactory(code="N1", name="Altstadt")


@pytest.fixture
def people(phone, branch):
    """One certified for long, one until soon, one overdue."""
    found = make_people(branch, JobRoleFactory(name="Cashier"), 3)
    certify(found[:1], phone)
    certify(found[1:2], phone, until_on=SOON)
    assign(found, phone)
    return found


def open_team(branch):
    """Return the page of a branch for its manager."""
    user = make_granted("branch_manager", branch=branch)
    return read_team(user=user, branch=branch.uuid, now=NOW)


def names(rows):
    return [row.worker.pk for row in rows]


def test_a_manager_sees_who_may_work_who_runs_out_and_who_is_overdue(branch, people):
    team = read_team(
        user=make_granted("branch_manager", branch=branch), branch=branch.uuid, now=NOW
    )
    long, soon, late = people
    assert [worker.pk for worker in team.rosters[0].may] == [long.pk, soon.pk]
    assert [worker.pk for worker, _badge in team.rosters[0].may_not] == [late.pk]
    assert names(team.lapsing) == [soon.pk]
    assert team.lapsing[0].duties[0].on == SOON - timedelta(days=1)
    assert names(team.overdue) == [late.pk]
    assert team.may_remind_all


def test_who_helps_out_may_work_but_is_not_the_managers_to_remind(phone, branch, people):
    helper = make_people(BranchFactory(), JobRoleFactory(), 1)[0]
    assign([helper], phone)
    PostingFactory(employee=helper, branch=branch, kind="secondary", from_on=TODAY)
    team = read_team(
        user=make_granted("branch_manager", branch=branch), branch=branch.uuid, now=NOW
    )
    (found,) = [row for row, _badge in team.rosters[0].may_not if row.pk == helper.pk]
    assert not found.is_own
    assert helper.pk not in names(team.overdue)


def test_who_is_away_today_is_in_neither_list(branch, people):
    AbsenceFactory(employee=people[0], from_on=TODAY, until_on=TODAY + timedelta(days=2))
    team = read_team(
        user=make_granted("branch_manager", branch=branch), branch=branch.uuid, now=NOW
    )
    roster = team.rosters[0]
    everybody = [row.pk for row in roster.may] + [row.pk for row, _badge in roster.may_not]
    assert people[0].pk not in everybody


def test_today_is_the_day_at_the_branch():
    branch = BranchFactory(time_zone="Pacific/Auckland")
    late = NOW.replace(hour=20)
    user = make_granted("branch_manager", branch=branch)
    assert read_team(user=user, branch=branch.uuid, now=late).on == TODAY + timedelta(days=1)


@pytest.mark.parametrize("size", [5, 200])
def test_the_page_costs_the_same_for_few_and_many_people(
    phone, branch, size, django_assert_max_num_queries
):
    make_people(branch, JobRoleFactory(), size)
    user = make_granted("branch_manager", branch=branch)
    with django_assert_max_num_queries(9):
        team = read_team(user=user, branch=branch.uuid, now=NOW)
    assert team.people == size


def test_another_branch_is_not_found(branch):
    user = make_granted("branch_manager", branch=branch)
    for uuid in (BranchFactory().uuid, uuid4()):
        with pytest.raises(NotFoundError):
            read_team(user=user, branch=uuid, now=NOW)


def test_a_reminder_goes_out_once_a_day(branch, people):
    actor = make_granted("branch_manager", branch=branch)
    ids = [people[2].pk]
    first = remind_people(employee_ids=ids, actor=actor, now=NOW)
    again = remind_people(employee_ids=ids, actor=actor, now=NOW + timedelta(hours=2))
    next_day = remind_people(employee_ids=ids, actor=actor, now=NOW + timedelta(days=1))
    assert [(told.now, told.before) for told in (first, again, next_day)] == [
        (1, 0),
        (0, 1),
        (1, 0),
    ]
    notices = Notice.objects.filter(kind="reminded")
    assert notices.count() == 2
    assert all(notice.urgent and notice.recipient_id == people[2].pk for notice in notices)
    assert {notice.target_on for notice in notices} == {TODAY, TODAY + timedelta(days=1)}


def test_who_has_no_address_is_counted_apart_and_not_called_reminded(phone, branch, people):
    silent = make_people(branch, JobRoleFactory(), 2, email="")
    assign(silent, phone)
    actor = make_granted("branch_manager", branch=branch)
    told = remind_people(
        employee_ids=[people[2].pk, *(row.pk for row in silent)], actor=actor, now=NOW
    )
    assert told == Reminded(now=1, before=0, without_email=2)
    assert set(Notice.objects.filter(kind="reminded").values_list("recipient", flat=True)) == {
        people[2].pk
    }
    team = read_team(user=actor, branch=branch.uuid, now=NOW)
    assert not any(row.reminded for row in team.overdue if row.worker.pk != people[2].pk)
    assert not team.may_remind_all


def test_only_those_who_may_can_remind_and_nothing_is_planned(branch, people):
    before = Notice.objects.count()
    for user in (
        make_granted("auditor"),
        make_granted("branch_manager", branch=BranchFactory()),
        make_granted("trainer"),
    ):
        with pytest.raises(NotAllowedError):
            remind_people(employee_ids=[people[2].pk], actor=user, now=NOW)
    assert Notice.objects.count() == before


def test_somebody_with_nothing_to_do_is_not_reminded(branch, people):
    actor = make_granted("branch_manager", branch=branch)
    with pytest.raises(RuleError):
        remind_people(employee_ids=[people[0].pk], actor=actor, now=NOW)


@pytest.mark.parametrize("size", [3, 60])
def test_reminding_costs_the_same_for_few_and_many(
    phone, branch, size, django_assert_max_num_queries
):
    people = make_people(branch, JobRoleFactory(), size)
    assign(people, phone)
    actor = make_granted("branch_manager", branch=branch)
    with django_assert_max_num_queries(10):
        told = remind_people(employee_ids=[p.pk for p in people], actor=actor, now=NOW)
    assert told.now == size


# The pages


@pytest.fixture
def manager(branch, client):
    """A manager of the branch who is signed in, at the moment of the facts."""
    user = make_granted("branch_manager", branch=branch)
    with time_machine.travel(NOW, tick=False):
        client.force_login(user)
        yield user


BRANCH = "/branch/"


def test_the_page_links_to_records_and_offers_the_button(client, manager, people):
    body = client.get(BRANCH).content.decode()
    assert f"/branch/people/{people[2].uuid}/" in body
    assert body.count('name="person"') == 2
    assert "Altstadt" in body


def test_the_button_tells_what_happens_and_then_that_it_has(client, manager, people):
    sent = {"person": people[2].uuid}
    first = client.post("/branch/remind/", sent)
    assert first.status_code == 303
    assert "goes out now to 1 person" in client.get(first["Location"]).content.decode()
    body = client.get(client.post("/branch/remind/", sent)["Location"]).content.decode()
    assert "already reminded today" in body
    assert "Reminded today" in body
    assert Notice.objects.filter(kind="reminded").count() == 1


def test_all_who_are_overdue_are_reminded_at_once(client, manager, phone, branch, people):
    assign(make_people(branch, JobRoleFactory(), 2), phone)
    response = client.post("/branch/remind/", {"branch": branch.uuid})
    assert "3 people" in client.get(response["Location"]).content.decode()
    assert Notice.objects.filter(kind="reminded").count() == 3


def test_the_page_says_who_has_to_be_told_in_person(client, manager, phone, branch, people):
    silent = make_people(branch, JobRoleFactory(), 1, email="")
    assign(silent, phone)
    body = client.get(BRANCH).content.decode()
    assert "No e-mail: please tell them yourself" in body
    assert f'name="person" value="{silent[0].uuid}"' not in body
    sent = client.post("/branch/remind/", {"branch": branch.uuid})
    told = client.get(sent["Location"]).content.decode()
    assert "A reminder goes out now to 1 person." in told
    assert "1 person has no e-mail address: please tell them yourself." in told
    record = client.get(f"/branch/people/{silent[0].uuid}/").content.decode()
    assert 'action="/branch/remind/"' not in record


def test_reminding_needs_a_post(client, manager):
    assert client.get("/branch/remind/").status_code == 405


def test_pages_and_button_tell_nothing_about_people_out_of_scope(client, manager, phone, people):
    outside = build_canary()
    assign([outside.employee], phone)
    for address in (
        f"/branch/?branch={outside.branch.uuid}",
        f"/branch/people/{outside.employee.uuid}/",
        f"/branch/people/{uuid4()}/",
        "/branch/?branch=nonsense",
        "/branch/?branch=team",
    ):
        response = client.get(address)
        assert response.status_code == 404, address
        assert_no_canary(response)  # the address itself may be repeated
    for data in (
        {"person": outside.employee.uuid},
        {"branch": outside.branch.uuid},
        {"person": "x"},
        {},
    ):
        response = client.post("/branch/remind/", data)
        assert response.status_code == 404, data
        assert_no_canary(response, outside)
    assert_no_canary(client.get(BRANCH), outside)
    assert_no_canary(client.get(f"/branch/people/{people[0].uuid}/"), outside)
    assert not Notice.objects.filter(kind="reminded").exists()


def test_several_branches_are_a_choice(client, manager, branch, people):
    from tests.lms.factories import GrantFactory

    other = BranchFactory(code="N2", name="Bahnhof", region=branch.region)
    GrantFactory(user=manager, role="branch_manager", branch=other)
    body = client.get(BRANCH).content.decode()
    assert f"?branch={other.uuid}" in body
    assert client.get(f"{BRANCH}?branch={other.uuid}").status_code == 200


def test_line_managers_see_their_reports_without_the_button(client, phone, branch):
    boss = make_person(branch, JobRoleFactory())
    report = make_people(branch, JobRoleFactory(), 1, manager=boss)[0]
    other = make_people(branch, JobRoleFactory(), 1, family_name="Elsewhere")[0]
    assign([report, other], phone)
    client.force_login(boss.user)
    body = client.get(BRANCH).content.decode()
    assert report.full_name in body
    assert "Elsewhere" not in body
    assert "Remind" not in body
    assert client.post("/branch/remind/", {"person": report.uuid}).status_code == 403
    assert client.post("/branch/remind/", {"person": other.uuid}).status_code == 404


def test_who_manages_nobody_has_no_page_and_no_entry(client, branch):
    person = make_person(branch, JobRoleFactory())
    client.force_login(person.user)
    assert client.get(BRANCH).status_code == 404
    assert "My branch" not in client.get("/").content.decode()


def test_managers_have_an_entry_in_the_top_bar(client, branch):
    client.force_login(make_granted("branch_manager", branch=branch))
    assert "My branch" in client.get(BRANCH).content.decode()


def test_strangers_are_asked_to_sign_in(client):
    assert client.get(BRANCH).status_code == 302
    assert client.post("/branch/remind/").status_code == 302


def test_the_entry_costs_one_query(branch, django_assert_num_queries, rf):
    from certification.reports.views import find_entries

    for user in (make_granted("branch_manager", branch=branch), make_person(branch).user):
        with django_assert_num_queries(1):
            find_entries(user, rf.get("/"))
