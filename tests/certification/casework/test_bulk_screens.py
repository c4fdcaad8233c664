"""Bulk actions on their screens: chosen in the list, previewed, done, found and refused."""

import pytest
from django.urls import reverse
from django.utils import timezone

from certification.awards.actions import refresh_people
from certification.casework.reads.people import PeopleQuery, read_people
from certification.casework.tasks import continue_bulk_actions
from certification.models import (
    BulkAction,
    Exemption,
    Standing,
)
from tests.certification.casework.bulks import DAY, KINDS, begin, prepare
from tests.certification.factories import assign
from tests.certification.people import make_award
from tests.certification.reports.test_admin import open_admin
from tests.lms.factories import BranchFactory, make_granted, make_person

pytestmark = pytest.mark.django_db


def address(kind, people=(), **more):
    query = [f"kind={kind}", *(f"person={person.uuid}" for person in people)]
    query += [f"{key}={value}" for key, value in more.items()]
    return reverse("sb_people:bulk") + "?" + "&".join(query)


def test_from_the_list_over_the_preview_to_done_and_back(client, people, certification, hr, now):
    prepare("exempt", people, certification, now)
    client.force_login(open_admin(hr))
    page = client.get(reverse("sb_people:index"), {"certification": certification.code})
    assert page.context["people"].count == 3
    url = address("exempt", people[:2], certification=certification.code)
    form = client.get(url)
    assert form.status_code == 200
    today = timezone.localdate()
    body = {
        "certification": certification.code, "from_on": today.isoformat(),
        "last_on": (today + 9 * DAY).isoformat(), "reason": "Shop closes",
    }  # fmt: skip
    looked = client.post(url, body | {"preview": "1"})
    preview = looked.context["preview"]
    assert len(preview.done) == 2
    assert {(row.badge, row.before, row.after) for row in preview.moved} == {
        ("exempt", 0, 2), ("not_started", 2, 0),
    }  # fmt: skip
    assert not Exemption.objects.exists()
    wrong = client.post(url, body | {"save": "1", "number": "7"})
    assert wrong.status_code == 200
    assert not Exemption.objects.exists()
    done = client.post(url, body | {"save": "1", "number": "2"}, follow=True)
    assert Exemption.objects.count() == 2
    assert "Take it back" in done.content.decode()
    bulk = BulkAction.objects.get()
    back = client.post(reverse("sb_people:undo", args=[bulk.uuid]), follow=True)
    assert "Taken back on" in back.content.decode()
    assert Standing.objects.filter(badge="exempt").count() == 0
    assert client.get(reverse("sb_people:bulks")).status_code == 200


def test_all_that_fit_are_taken_and_many_are_left_to_a_worker(
    client, people, certification, hr, monkeypatch
):
    from certification.casework.viewsets import bulk as views

    rung = []
    monkeypatch.setattr(views, "AT_ONCE", 2)
    monkeypatch.setattr(views, "ring_bulk", lambda: rung.append(1))
    client.force_login(open_admin(hr))
    url = address("assign", all=1, branch=people[0].home_branch.code)
    body = {
        "certification": certification.code, "from_on": timezone.localdate().isoformat(),
        "reason": "New law", "save": "1", "number": "3",
    }  # fmt: skip
    page = client.post(url, body, follow=True)
    assert rung == [1]
    assert "It is being done" in page.content.decode()
    assert page["Refresh"] == "5"
    continue_bulk_actions()
    page = client.get(reverse("sb_people:bulk_done", args=[BulkAction.objects.get().uuid]))
    assert page.context["counts"]["done"] == 3
    assert "Refresh" not in page


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", ["trainer", "auditor", "branch_manager", "regional_hr", "hr"])
def test_bulk_is_for_those_whom_the_policy_names(client, people, kind, role):
    place = {"branch": people[0].home_branch} if role == "branch_manager" else {}
    client.force_login(open_admin(make_granted(role, **place)))
    allowed = {
        "hr": set(KINDS),
        "regional_hr": set(KINDS) - {"extend", "revoke"},
        "branch_manager": set(KINDS) - {"extend", "revoke"},
    }.get(role, set())
    status = client.get(address(kind, people)).status_code
    assert status == (200 if kind in allowed else 302)


def test_others_bulk_actions_are_not_found(client, people, certification, hr, now):
    bulk = begin("assign", people, certification, hr, now)
    client.force_login(open_admin(make_granted("regional_hr", region=BranchFactory().region)))
    for name in ("bulk_done", "undo"):
        url = reverse(f"sb_people:{name}", args=[bulk.uuid])
        answer = client.post(url) if name == "undo" else client.get(url)
        assert answer.status_code == 404
    strangers = client.get(address("assign", people))
    assert strangers.context["number"] == 0


@pytest.mark.parametrize(
    "query",
    ["badge=nonsense", "due=x", "due=99999", "region=x", "branch=NOPE", "standard=NOPE", "page=x",
     "page=99999", "q=%00", "role=zz", "certification=zz", "expiring=-1"],
)  # fmt: skip
def test_nonsense_in_the_address_is_said_and_never_an_error(client, people, hr, query):
    client.force_login(open_admin(hr))
    assert client.get(reverse("sb_people:index") + "?" + query).status_code == 200
    page = client.get(reverse("sb_people:bulk") + "?kind=assign&all=1&" + query)
    assert page.status_code == 200
    # What makes no sense must not widen to everybody.
    assert page.context["number"] == (3 if query.startswith("page=") else 0)


def test_people_are_found_by_every_filter(people, certification, hr, now):
    today = now.date()
    make_award(people[0], certification, start=today - 300 * DAY, until=today + 20 * DAY)
    assign(people[1], certification, now)
    refresh_people(employee_ids=[person.pk for person in people], now=now)
    everybody = {person.pk for person in people}
    cases = [
        (PeopleQuery(q=people[2].employee_number), {people[2].pk}),
        (PeopleQuery(branch=people[0].home_branch.code), everybody),
        (PeopleQuery(region=str(people[0].home_branch.region.uuid)), everybody),
        (PeopleQuery(role=people[0].home_job_role.code), {people[0].pk}),
        (PeopleQuery(certification=certification.code), {people[0].pk, people[1].pk}),
        (PeopleQuery(badge="not_started"), {people[1].pk}),
        (PeopleQuery(due=40), {people[1].pk}),
        (PeopleQuery(expiring=30), {people[0].pk}),
        (PeopleQuery(expiring=10), set()),
        (PeopleQuery(standard="STD-CERT"), {people[0].pk, people[1].pk}),
    ]
    for query, wanted in cases:
        page = read_people(user=hr, query=query, today=today)
        found = {row.person.pk for row in page.rows}
        assert wanted <= found if query.role else found == wanted, query


@pytest.mark.parametrize("size", [3, 60])
def test_the_list_costs_the_same_for_few_and_many(
    size, certification, now, django_assert_max_num_queries
):
    branch = BranchFactory()
    for _n in range(size):
        make_person(home_branch=branch)
    user = make_granted("regional_hr", region=branch.region)
    narrow = PeopleQuery(
        badge="overdue", standard="STD-CERT", region=str(branch.region.uuid), due=9
    )
    with django_assert_max_num_queries(10):
        assert read_people(user=user, query=narrow, today=now.date()).count == 0
    with django_assert_max_num_queries(4):
        page = read_people(user=user, query=PeopleQuery(), today=now.date())
    assert page.count == size
