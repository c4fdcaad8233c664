import base64
import json
from urllib.parse import urlencode

import pytest
from django.test import RequestFactory
from rest_framework.request import Request

from lms.rest.pagination import StableCursorPagination
from tests.canary import assert_no_canary
from tests.lms.factories import (
    BranchFactory,
    EmployeeFactory,
    RegionFactory,
    make_granted,
    make_person,
)

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


@pytest.fixture
def region():
    return RegionFactory(name="EMEA")


@pytest.fixture
def branch(region):
    return BranchFactory(code="0101", region=region)


@pytest.fixture
def hr(client, region):
    client.force_login(make_granted("regional_hr", region=region))
    return client


def numbers(response):
    assert response.status_code == 200, response.content
    return [row["employee_number"] for row in response.json()["results"]]


def assert_problem(response, status, code):
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == PROBLEM
    body = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["detail"]
    return body


def test_people_are_told_by_an_allow_list(hr, branch):
    ann = make_person(branch, employee_number="A1", given_name="Ann", family_name="Lee")

    row = hr.get("/api/v1/employees/").json()["results"][0]

    assert row == {
        "uuid": str(ann.uuid),
        "employee_number": "A1",
        "given_name": "Ann",
        "family_name": "Lee",
        "branch": {"uuid": str(branch.uuid), "code": "0101", "name": "Branch 0101"},
        "job_role": {"code": ann.home_job_role.code, "name": ann.home_job_role.name},
        "hired_on": "2024-01-08",
        "left_on": None,
        "locale": "en",
    }
    assert ann.email not in hr.get(f"/api/v1/employees/{ann.uuid}/").content.decode()


def test_branches_are_told_with_their_region(hr, branch):
    row = hr.get("/api/v1/branches/").json()["results"][0]

    assert (row["code"], row["region"]["name"]) == ("0101", "EMEA")


ROADS = [
    "/api/v1/employees/",
    "/api/v1/employees/?search=CANARY",
    "/api/v1/employees/?branch=CANARY-branch",
    "/api/v1/employees/?job_role=CANARY-role",
    "/api/v1/employees/?employee_number=CANARY-1",
    "/api/v1/employees/?region={canary.region.uuid}",
    "/api/v1/employees/{canary.employee.uuid}/",
    "/api/v1/branches/",
    "/api/v1/branches/?code=CANARY-branch",
    "/api/v1/branches/?region={canary.region.uuid}",
    "/api/v1/branches/{canary.branch.uuid}/",
]


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("role", ["regional_hr", "branch_manager", "learner", "trainer"])
def test_no_road_leads_out_of_scope(client, canary, branch, role, road):
    person = make_person(branch)
    if role == "learner":
        user = person.user
    elif role == "branch_manager":
        user = make_granted(role, branch=branch)
    else:
        user = make_granted(role, region=branch.region)
    client.force_login(user)

    response = client.get(road.format(canary=canary))

    # What was asked for may be repeated in links; what was found may not.
    body = response.json()
    assert_no_canary(json.dumps(body.get("results", body)))
    assert_no_canary(response) if "CANARY" not in road else None
    if "uuid}/" in road:
        assert_problem(response, 404, "not_found")


def test_out_of_scope_looks_exactly_like_unknown(hr, canary):
    hidden = hr.get(f"/api/v1/employees/{canary.employee.uuid}/")
    unknown = hr.get("/api/v1/employees/00000000-0000-4000-8000-000000000000/")

    assert (hidden.status_code, hidden.content) == (unknown.status_code, unknown.content)


def test_the_owner_of_everything_sees_the_canary_so_the_test_can_fail(client, canary):
    client.force_login(make_granted("hr"))

    with pytest.raises(AssertionError):
        assert_no_canary(client.get("/api/v1/employees/"), canary)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"branch": "0101"}, ["A1", "A2"]),
        ({"search": "lee an"}, ["A1"]),
        ({"employee_number": "a2"}, ["A2"]),
        ({"employed_on": "2025-12-31"}, ["A1"]),
        ({"ordering": "-employee_number"}, ["A2", "A1"]),
        ({"branch": "0999"}, []),
    ],
)
def test_lists_are_filtered_and_sorted(hr, branch, query, found):
    EmployeeFactory(home_branch=branch, employee_number="A1", given_name="Ann", family_name="Lee")
    EmployeeFactory(home_branch=branch, employee_number="A2", left_on="2025-06-01")

    assert numbers(hr.get("/api/v1/employees/", query)) == found


def test_pages_neither_repeat_nor_skip_when_somebody_joins(hr, branch):
    for n in range(5):
        EmployeeFactory(home_branch=branch, employee_number=f"A{n}")
    first = hr.get("/api/v1/employees/?page_size=2").json()
    EmployeeFactory(home_branch=branch, employee_number="A00")

    seen, page = [row["employee_number"] for row in first["results"]], first
    while page["next"]:
        page = hr.get(page["next"]).json()
        seen += [row["employee_number"] for row in page["results"]]

    assert seen == ["A0", "A1", "A2", "A3", "A4", "A00"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("salary=1", "salary"),
        ("user__password=x", "user__password"),
        ("ordering=email", "ordering"),
        ("ordering=user__password", "ordering"),
        ("ordering=", "ordering"),
        ("page_size=0", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=1e3", "page_size"),
        ("page_size=99999999999999999999", "page_size"),
        ("cursor=rubbish", "cursor"),
        ("employed_on=yesterday", "employed_on"),
        ("region=1", "region"),
        ("branch=a%00b", "branch"),
        ("search=a", "search"),
    ],
)
def test_a_query_that_nobody_knows_is_refused_by_name(hr, query, field):
    body = assert_problem(hr.get(f"/api/v1/employees/?{query}"), 400, "invalid_input")

    assert body["field"] == field
    assert body["errors"][0]["code"]


@pytest.mark.parametrize(
    "cursor", ["p=abc", "o=-5", "o=x", "p=%00", "p=1e309", "p=" + "9" * 400, "r=1&p=", "o=1e9"]
)
def test_a_forged_cursor_is_refused_or_finds_nothing_hidden(hr, branch, cursor, canary):
    make_person(branch)
    forged = base64.b64encode(cursor.encode()).decode()

    response = hr.get("/api/v1/employees/?" + urlencode({"cursor": forged}))

    assert response.status_code in (200, 400)
    assert_no_canary(response, canary)


def test_more_than_a_thousand_equal_rows_end_as_well():
    forged = base64.b64encode(b"o=4321").decode()
    request = Request(RequestFactory().get("/", {"cursor": forged}))
    assert StableCursorPagination().decode_cursor(request).offset == 4321


def test_errors_have_one_form_whatever_went_wrong(client, hr, branch):
    assert_problem(hr.post("/api/v1/branches/", {}), 405, "method_not_allowed")
    assert_problem(hr.get("/api/v1/branches/x/"), 404, "not_found")
    as_csv = hr.get("/api/v1/branches/", headers={"accept": "text/csv"})
    assert_problem(as_csv, 406, "not_acceptable")
    assert_problem(hr.get("/api/v1/nothing/at/all"), 404, "not_found")
    hr.logout()
    refused = hr.get("/api/v1/branches/")
    assert_problem(refused, 401, "not_authenticated")
    assert refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize("road", ["/api/v1/employees/", "/api/v1/branches/"])
def test_lists_cost_the_same_however_many_rows(hr, branch, road, django_assert_num_queries):
    for size in (1, 20):
        for _n in range(size):
            make_person(BranchFactory(region=branch.region))
        with django_assert_num_queries(5):  # session, login, still employed, grants, rows
            assert len(hr.get(road).json()["results"]) >= size


def test_the_schema_names_the_errors_and_every_parameter(client):
    text = client.get("/api/v1/schema/?format=json").content
    paths = json.loads(text)["paths"]
    listing = paths["/api/v1/employees/"]["get"]

    assert {"200", "400", "401"} <= set(listing["responses"])
    assert list(listing["responses"]["400"]["content"]) == [PROBLEM]
    assert {"cursor", "page_size", "ordering", "branch", "employed_on"} <= {
        parameter["name"] for parameter in listing["parameters"]
    }
    assert not [path for path in paths if not path.startswith("/api/v1/")]
    assert "email" not in json.dumps(paths["/api/v1/employees/"])
