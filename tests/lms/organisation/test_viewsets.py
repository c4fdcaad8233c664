import csv
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.api import Absence, Grant, JobRole
from lms.organisation.models import RosterImport
from tests.canary import assert_no_canary
from tests.lms.factories import (
    NOW,
    TODAY,
    AbsenceFactory,
    BranchFactory,
    GrantFactory,
    RegionFactory,
    UserFactory,
    make_granted,
    make_person,
)

pytestmark = pytest.mark.django_db
LISTS = [
    "sb-employees",
    "sb-branches",
    "sb-regions",
    "sb-job-roles",
    "sb-absences",
    "sb-postings",
    "sb-grants",
    "sb-imports",
]


@pytest.fixture
def region():
    return RegionFactory(name="EMEA")


@pytest.fixture
def branch(region):
    return BranchFactory(code="0101", name="Main", region=region)


@pytest.fixture
def hr(client, region):
    user = make_granted("regional_hr", region=region)
    client.force_login(user)
    return client


@pytest.fixture
def whole(client):
    client.force_login(make_granted("hr"))
    return client


@pytest.fixture
def leaky(canary):
    """The canary with an import whose refused rows are marked."""
    RosterImport.objects.create(
        kind="roster", file_name="CANARY.csv", digest="x", imported_at=NOW, row_errors=["CANARY"]
    )
    return canary


@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens_for_hr_and_says_what_is_there(whole, branch, name):
    person = make_person(branch)
    GrantFactory(role="branch_manager", branch=branch)

    response = whole.get(reverse(f"{name}:index"))

    assert response.status_code == 200
    if name == "sb-employees":
        assert person.employee_number in response.content.decode()


@pytest.mark.parametrize("name", [name for name in LISTS if name != "sb-job-roles"])
@pytest.mark.parametrize("query", ["", "?q=CANARY", "?export=csv", "?export=xlsx", "results/"])
def test_no_list_search_or_export_leads_out_of_scope(hr, leaky, branch, name, query):
    make_person(branch)

    response = hr.get(reverse(f"{name}:index") + query)

    assert response.status_code == 200
    if "q=CANARY" in query:
        assert b"canary@" not in response.content
        assert b"CANARY-" not in response.content
    else:
        assert_no_canary(response, leaky)


@pytest.mark.parametrize("screen", ["inspect", "edit", "delete", "history", "usage"])
def test_no_screen_about_one_row_leads_out_of_scope(hr, leaky, branch, screen):
    rows = {
        "sb-employees": leaky.employee,
        "sb-branches": leaky.branch,
        "sb-regions": leaky.region,
        "sb-absences": leaky.absence,
        "sb-postings": leaky.employee.postings.get(),
        "sb-grants": leaky.grant,
        "sb-imports": RosterImport.objects.get(),
    }
    for name, row in rows.items():
        response = hr.get(reverse(f"{name}:{screen}", args=[row.pk]))

        assert response.status_code == 404, name
        assert_no_canary(response.content.decode().replace(str(row.pk), ""))


@pytest.mark.parametrize("screen", ["edit", "delete"])
def test_nobody_edits_or_deletes_people_and_their_history(client, branch, screen):
    person = make_person(branch)
    client.force_login(UserFactory(superuser=True))
    for name, row in (("sb-employees", person), ("sb-postings", person.postings.get())):
        response = client.post(reverse(f"{name}:{screen}", args=[row.pk]), {})

        assert response.status_code == 302
        assert response.headers["Location"] == reverse("wagtailadmin_home")
    person.refresh_from_db()
    assert person.postings.count() == 1


def test_an_employee_is_inspected_by_chosen_fields(hr, branch):
    person = make_person(branch, given_name="Ann")

    text = hr.get(reverse("sb-employees:inspect", args=[person.pk])).content.decode()

    assert "Ann" in text
    assert str(person.uuid) not in text


def test_exports_hold_what_the_list_shows_and_no_formula(hr, branch):
    make_person(branch, employee_number="A1", family_name="=cmd()")

    response = hr.get(reverse("sb-employees:index") + "?export=csv")
    rows = list(csv.reader(b"".join(response.streaming_content).decode().splitlines()))

    assert rows[1][:4] == ["A1", "Ada", "'=cmd()", "0101"]


def test_lists_are_searched_and_filtered(hr, branch):
    make_person(branch, employee_number="A1", family_name="Findme")
    make_person(branch, employee_number="A2", left_on=TODAY)

    def found(query):
        text = hr.get(reverse("sb-employees:index") + query).content.decode()
        return [
            number
            for number in ("A1", "A2")
            if f">{number}<" in text.replace("\n", "").replace(" ", "")
        ]

    assert found("?q=findme") == ["A1"]
    assert found("?left=true") == ["A2"]
    assert found("?branch=0999") == []


@pytest.mark.parametrize("name", LISTS)
def test_lists_cost_the_same_however_many_rows(whole, branch, name):
    def count(size):
        for _n in range(size):
            person = make_person(branch)
            GrantFactory(user=person.user, role="branch_manager", branch=branch)
            AbsenceFactory(employee=person)
            RosterImport.objects.create(
                kind="roster", file_name="r.csv", digest="x", imported_at=NOW, actor=person.user
            )
        whole.get(reverse(f"{name}:index"))
        with CaptureQueriesContext(connection) as queries:
            whole.get(reverse(f"{name}:index"))
        return len(queries)

    assert count(2) == count(12) <= 26


def absence(person, **fields):
    given = {
        "employee_number": person.employee_number,
        "kind": "parental",
        "from_on": TODAY.isoformat(),
        "until_on": (TODAY + timedelta(days=60)).isoformat(),
        "reason": "",
    }
    return {**given, **fields}


def test_leave_is_recorded_on_screen(hr, branch):
    person = make_person(branch)

    response = hr.post(reverse("sb-absences:add"), absence(person))

    assert response.status_code == 302
    found = Absence.objects.get()
    assert (found.employee, found.approved_by) == (person, response.wsgi_request.user)


def test_what_the_rules_refuse_stands_on_the_form_and_writes_nothing(hr, branch):
    person = make_person(branch)
    hr.post(reverse("sb-absences:add"), absence(person))

    again = hr.post(reverse("sb-absences:add"), absence(person, kind="sick"))
    backwards = hr.post(reverse("sb-absences:add"), absence(person, until_on=TODAY.isoformat()))

    assert "already recorded" in again.content.decode()
    assert "must end after it starts" in backwards.content.decode()
    assert Absence.objects.count() == 1


def test_leave_of_somebody_out_of_scope_is_leave_of_nobody(hr, canary):
    response = hr.post(reverse("sb-absences:add"), absence(canary.employee))

    assert "Nobody within your scope" in response.content.decode()
    assert Absence.objects.filter(employee=canary.employee).count() == 1


def test_a_role_is_given_and_taken_back_on_screen(hr, branch):
    person = make_person(branch)
    give = {
        "employee_number": person.employee_number,
        "role": "branch_manager",
        "branch_code": "0101",
    }

    assert hr.post(reverse("sb-grants:add"), give).status_code == 302
    grant = Grant.objects.get(user=person.user)
    assert (grant.branch, grant.region) == (branch, None)

    assert hr.post(reverse("sb-grants:delete", args=[grant.pk])).status_code == 302
    grant.refresh_from_db()
    assert grant.revoked_at is not None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"role": "hr"}, "below your own"),
        ({"branch_code": "CANARY-branch"}, "No branch within your scope"),
        ({"region_name": "CANARY-region", "branch_code": ""}, "No region within your scope"),
        ({"branch_code": ""}, "below your own"),
    ],
)
def test_a_role_that_is_not_yours_to_give_is_refused(hr, branch, canary, fields, words):
    person = make_person(branch)
    give = {
        "employee_number": person.employee_number,
        "role": "branch_manager",
        "branch_code": "0101",
    }

    response = hr.post(reverse("sb-grants:add"), {**give, **fields})

    assert words in response.content.decode()
    assert not person.user.standardbearer_grants.exists()


def test_an_own_role_cannot_be_taken_back(client, branch, region):
    user = make_granted("regional_hr", region=region)
    own = GrantFactory(user=user, role="branch_manager", branch=branch)
    client.force_login(user)

    client.post(reverse("sb-grants:delete", args=[own.pk]))

    own.refresh_from_db()
    assert own.revoked_at is None


def test_job_roles_are_written_by_hr_and_read_by_the_auditor(client):
    client.force_login(make_granted("hr"))
    client.post(reverse("sb-job-roles:add"), {"code": "cashier", "name": "Cashier"})
    assert JobRole.objects.get().code == "cashier"

    client.force_login(make_granted("auditor"))
    assert client.get(reverse("sb-job-roles:index")).status_code == 200
    client.post(reverse("sb-job-roles:add"), {"code": "pilot", "name": "Pilot"})
    assert JobRole.objects.count() == 1


@pytest.mark.parametrize(("role", "shown"), [("hr", True), ("auditor", True), ("trainer", False)])
def test_the_menu_shows_what_may_be_opened(client, branch, role, shown):
    client.force_login(make_granted(role))

    text = client.get("/admin/").content.decode()

    assert (reverse("sb-employees:index") in text) is shown


def test_an_import_is_shown_in_words_and_not_as_data(whole):
    found = RosterImport.objects.create(
        kind="roster",
        file_name="r.csv",
        digest="x",
        imported_at=NOW,
        counts={"joiners": 2, "rejected": 1},
        row_errors=[
            {"row": 3, "column": "email", "value": "<b>", "reason": "This is wrong.", "code": "x"}
        ],
    )

    text = whole.get(reverse("sb-imports:inspect", args=[found.pk])).content.decode()

    assert "2 joiners, 1 rejected" in text
    assert "Row 3, email “&lt;b&gt;”: This is wrong." in text
    assert "{" not in text[text.index("2 joiners") : text.index("This is wrong.")]
