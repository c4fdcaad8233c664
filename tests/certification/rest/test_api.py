"""The API of certification: scope, filters, pages, queries, and a schema that validates."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command

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
    BranchFactory,
    JobRoleFactory,
    RegionFactory,
    UserFactory,
    make_granted,
    make_person,
)

pytestmark = pytest.mark.django_db
API = "/api/v1"
LISTS = ("certifications", "assignments", "standings", "awards")


@pytest.fixture
def moment():
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def company(moment):
    """A branch of three; two hold the phone certification."""

    class Company:
        region = RegionFactory(name="North")
        branch = BranchFactory(code="N1", name="Altstadt", region=region)
        role = JobRoleFactory(name="Cashier")
        phone = make_certification("phone", "Phone")
        people = make_people(branch, role, 3)

    certify(Company.people[:2], Company.phone)
    assign(Company.people, Company.phone)
    return Company


@pytest.fixture
def outside(company):
    """Marked people with the same certification, out of scope."""
    found = build_canary()
    certify([found.employee], company.phone)
    assign([found.employee, found.manager], company.phone)
    return found


@pytest.fixture
def hr(client, company):
    client.force_login(make_granted("regional_hr", region=company.region))
    return client


def rows(response):
    assert response.status_code == 200, response.content
    return response.json()["results"]


def test_lists_tell_what_is_in_scope_and_nothing_else(hr, company, outside):
    expected = {"certifications": 1, "assignments": 3, "standings": 3, "awards": 2}
    for name in LISTS:
        response = hr.get(f"{API}/{name}/")
        assert len(rows(response)) == expected[name], name
        assert_no_canary(response, outside)
    for address in (
        f"{API}/holders/?certification=phone",
        f"{API}/holders/?certification=phone&known_at=2026-03-02T09:00:00Z",
        f"{API}/matrix/",
        f"{API}/matrix/?view=branches",
    ):
        response = hr.get(address)
        assert response.status_code == 200, address
        assert_no_canary(response, outside)


def test_one_of_somebody_out_of_scope_is_not_found_like_an_unknown_one(hr, company, outside):
    from certification.awards.models import Assignment, Award

    for address in (
        f"awards/{Award.objects.get(employee=outside.employee).uuid}/",
        f"awards/{uuid4()}/",
        f"assignments/{Assignment.objects.filter(employee=outside.employee)[0].uuid}/",
        f"holders/?certification=phone&branch={outside.branch.uuid}",
        f"matrix/?region={outside.region.uuid}",
        f"matrix/?region={uuid4()}",
    ):
        response = hr.get(f"{API}/{address}")
        assert response.status_code == 404, address
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["code"] == "not_found"


def test_filters_by_people_out_of_scope_find_nothing(hr, company, outside):
    for name in LISTS[1:]:
        assert rows(hr.get(f"{API}/{name}/?employee={outside.employee.uuid}")) == []
    assert rows(hr.get(f"{API}/standings/?region={outside.region.uuid}")) == []


def test_a_learner_sees_the_own_records_only(client, company):
    person = make_person(company.branch, company.role)
    assign([person], company.phone)
    client.force_login(person.user)
    numbers = [row["employee"]["employee_number"] for row in rows(client.get(f"{API}/standings/"))]
    assert numbers == [person.employee_number]
    assert len(rows(client.get(f"{API}/certifications/"))) == 1
    assert client.get(f"{API}/matrix/").status_code == 403


def test_a_login_that_belongs_to_nobody_sees_nothing(client, company):
    client.force_login(UserFactory())
    for name in LISTS:
        assert rows(client.get(f"{API}/{name}/")) == []


def test_strangers_get_nothing(client, company):
    for name in (*LISTS, "holders", "matrix"):
        response = client.get(f"{API}/{name}/")
        assert response.status_code in (401, 403)
        assert "Phone" not in response.content.decode()


def test_nothing_can_be_written(hr, company):
    for name in (*LISTS, "holders", "matrix"):
        for verb in (hr.post, hr.put, hr.patch, hr.delete):
            assert verb(f"{API}/{name}/").status_code in (403, 405)


@pytest.mark.parametrize("name", [*LISTS, "matrix"])
def test_names_that_nobody_knows_are_refused(hr, name):
    response = hr.get(f"{API}/{name}/?colour=red")
    assert response.status_code == 400
    assert response.json()["field"] == "colour"


@pytest.mark.parametrize(
    "address",
    [
        "standings/?badge=purple",
        "standings/?due_by=soon",
        "standings/?employee=1",
        "standings/?ordering=employee__user__password",
        "awards/?basis=x",
        "awards/?awarded_since=yesterday",
        "awards/?page_size=0",
        "awards/?cursor=%C3%A4",
        "assignments/?ordering=reason",
        "holders/",
        "holders/?certification=nope",
        "holders/?certification=phone&on=2026-02-31",
        "holders/?certification=phone&on=x",
        "holders/?certification=phone&known_at=2026-03-02T09:00:00",
        "holders/?certification=phone&branch=x",
        "holders/?certification=phone&cursor=x",
        "holders/?certification=phone&cursor=WzEsMl0=",
        "holders/?certification=phone&page_size=1000",
        "holders/?certification=phone&colour=red",
        "holders/?certification=%00",
        "matrix/?region=x",
        "matrix/?level=purple",
        "matrix/?certification=nope",
        "matrix/?sort=height",
        "matrix/?page=0",
    ],
)
def test_values_that_make_no_sense_are_refused_with_words(hr, address):
    response = hr.get(f"{API}/{address}")
    assert response.status_code == 400, response.content
    problem = response.json()
    assert problem["code"] == "invalid_input"
    assert problem["errors"]


def test_standings_can_be_narrowed(hr, company):
    held = rows(hr.get(f"{API}/standings/?badge=certified&certification=phone&branch=N1"))
    assert len(held) == 2
    late = rows(hr.get(f"{API}/standings/?task=overdue&required=required&due_by={TODAY}"))
    assert [row["employee"]["uuid"] for row in late] == [str(company.people[2].uuid)]
    below = rows(hr.get(f"{API}/standings/?region={company.region.uuid}"))
    assert len(below) == 3


def test_holders_are_those_of_the_day_page_by_page(hr, company):
    all_of_them = rows(hr.get(f"{API}/holders/?certification=phone&branch={company.branch.uuid}"))
    assert [row["employee_number"] for row in all_of_them] == [
        person.employee_number for person in company.people[:2]
    ]
    first = hr.get(f"{API}/holders/?certification=phone&page_size=1").json()
    second = hr.get(first["next"]).json()
    assert first["results"] + second["results"] == all_of_them
    assert second["next"] is None
    assert rows(hr.get(f"{API}/holders/?certification=phone&on=2025-05-31")) == []
    assert len(rows(hr.get(f"{API}/holders/?certification=phone&on=2026-05-31"))) == 2
    assert rows(hr.get(f"{API}/holders/?certification=phone&on=2026-06-01")) == []


def test_the_matrix_counts_as_on_screen(hr, company):
    found = hr.get(f"{API}/matrix/?view=branches").json()
    assert found["rows"][0]["place"]["code"] == "N1"
    cell = found["rows"][0]["cells"][0]
    assert (cell["percent"], cell["compliant"], cell["counted"]) == (66, 2, 3)
    assert found["totals"][0] == cell == found["overall"]


def test_a_certification_tells_its_rule_and_what_must_be_done(hr, company):
    found = hr.get(f"{API}/certifications/{company.phone.uuid}/").json()
    assert found["versions"][0]["policy"]["active"] == "P1Y"
    assert found["versions"][0]["requirements"][0]["kind"] == "quiz"


def follow(client, address):
    """Return the rows of all pages; more pages than rows mean that it never ends."""
    found, pages = [], 0
    while address:
        body = client.get(address).json()
        found += [json.dumps(row) for row in body["results"]]
        address, pages = body["next"], pages + 1
        assert pages < 40
    return found


@pytest.mark.parametrize("turned", ["", "-"])
@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("certifications", "code"),
        ("assignments", "from_on"),
        ("assignments", "due_on"),
        ("standings", "due_on"),
        ("standings", "valid_until"),
        ("awards", "awarded_at"),
        ("awards", "valid_until"),
    ],
)
def test_every_ordering_gives_each_row_once_also_where_days_are_empty(
    hr, company, name, field, turned
):
    certify(company.people[2:], company.phone, until_on=None)
    counter = make_certification("counter", "Counter")
    for day in range(1, 5):
        person = make_people(company.branch, company.role, 1)
        assign(person, counter, due_on=TODAY + timedelta(days=day // 2))
        assign(person, company.phone)
    expected = set(follow(hr, f"{API}/{name}/?page_size=200"))

    found = follow(hr, f"{API}/{name}/?ordering={turned}{field}&page_size=2")

    assert len(found) == len(expected)
    assert set(found) == expected
    days = [json.loads(row)[field] or "9999-12-31" for row in found]
    assert days == sorted(days, reverse=bool(turned))


def test_rows_without_a_day_are_there_to_be_sorted(hr, company):
    """Else the test above could not fail."""
    assert {row["due_on"] for row in rows(hr.get(f"{API}/assignments/"))} == {None}


@pytest.mark.parametrize("cursor", ["AAAA", "%25%25", "eD0x", "cD1hYmM=", "é", "bz0tMQ=="])
@pytest.mark.parametrize("name", ["assignments", "standings", "awards", "holders"])
def test_a_cursor_that_makes_no_sense_is_refused(hr, name, cursor):
    more = "certification=phone" if name == "holders" else "ordering=-valid_until"
    more = more.replace("valid_until", "due_on") if name == "assignments" else more
    response = hr.get(f"{API}/{name}/?{more}&cursor={cursor}")
    assert response.status_code == 400, response.content
    assert response.json()["field"] == "cursor"


@pytest.mark.parametrize("size", [3, 45])
@pytest.mark.parametrize(
    "address", [*(f"{name}/" for name in LISTS), "holders/?certification=phone", "matrix/"]
)
def test_a_page_costs_the_same_for_few_and_many(
    hr, company, size, address, django_assert_max_num_queries
):
    more = make_people(company.branch, company.role, size)
    certify(more, company.phone)
    assign(more[:3], company.phone)
    hr.get(f"{API}/{address}")
    with django_assert_max_num_queries(14):
        assert hr.get(f"{API}/{address}").status_code == 200


def test_the_schema_validates_without_a_warning(tmp_path):
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml")
    )
    text = (tmp_path / "schema.yml").read_text()
    for name in (*LISTS, "holders", "matrix"):
        assert f"/api/v1/{name}/:" in text


def test_the_documentation_loads_nothing_from_elsewhere(hr):
    response = hr.get(f"{API}/docs/")
    body = response.content.decode()
    assert response.status_code == 200
    assert "//cdn" not in body
    assert "https://" not in body
    policy = response["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline'" in policy
