"""The reports in Wagtail's admin: who gets in, what they see, and what the export holds."""

import csv
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from certification.awards.models import Assignment, Award
from certification.catalogue.actions import add_audience_rule
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
    GrantFactory,
    JobRoleFactory,
    RegionFactory,
    UserFactory,
    make_granted,
)

pytestmark = pytest.mark.django_db


def open_admin(user):
    """Let a login into Wagtail's admin, as its group would."""
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return user


@pytest.fixture
def company(db):
    """One region with a branch of three; two hold the phone certification."""

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
    """Marked records with certifications of their own, out of everybody's scope."""
    found = build_canary()
    assign([found.employee, found.manager], company.phone)
    certify([found.employee], company.phone)
    add_audience_rule(
        certification=company.phone,
        reason="CANARY-rule",
        from_on=TODAY,
        branch=found.branch,
        now=NOW,
    )
    return found


def addresses(company):
    """Return every address of the reports that a reader of the company may open."""
    return [
        reverse("wagtailadmin_home"),
        reverse("sb_matrix:index"),
        reverse("sb_matrix:index") + "?view=branches&sort=-phone&level=bad",
        reverse("sb_matrix:export"),
        reverse("sb_matrix:index") + f"?region={company.region.uuid}",
        reverse("sb_matrix:branch", args=[company.branch.uuid]),
        reverse("sb_matrix:branch_export", args=[company.branch.uuid]),
        reverse("sb_matrix:person", args=[company.people[0].uuid]),
        reverse("sb_people:index"),
        reverse("sb_people:index") + "?q=Person&lacking=1",
        reverse("sb_people:bulks"),
        reverse("sb_certifications:index"),
        reverse("sb_certifications:inspect", args=[company.phone.pk]),
        reverse("sb_awards:index"),
        reverse("sb_awards:index") + "?q=Person",
        reverse("sb_awards:inspect", args=[Award.objects.get(employee=company.people[0]).pk]),
        reverse("sb_assignments:index"),
        reverse("sb_assignments:index_results"),
        reverse("sb_audience_rules:index"),
    ]


@pytest.mark.parametrize("role", ["regional_hr", "auditor", "branch_manager"])
def test_nothing_out_of_scope_is_told_on_any_screen(client, company, outside, role):
    client.force_login(open_admin(make_granted(role, region=company.region)))
    for address in addresses(company):
        response = client.get(address)
        assert response.status_code == 200, address
        assert_no_canary(response, outside)


@pytest.mark.parametrize("role", ["hr", "auditor"])
def test_a_role_for_the_company_sees_everything(client, company, outside, role):
    client.force_login(open_admin(make_granted(role)))
    body = client.get(reverse("sb_matrix:index") + "?view=branches").content.decode()
    assert "CANARY-branch-name" in body
    person = reverse("sb_matrix:person", args=[outside.employee.uuid])
    assert client.get(person).status_code == 200


def test_what_is_out_of_scope_is_not_found_exactly_like_the_unknown(client, company, outside):
    client.force_login(open_admin(make_granted("regional_hr", region=company.region)))
    award = Award.objects.get(employee=outside.employee)
    assignment = Assignment.objects.filter(employee=outside.employee).first()
    for address in (
        reverse("sb_matrix:index") + f"?region={outside.region.uuid}",
        reverse("sb_matrix:index") + f"?region={uuid4()}",
        reverse("sb_matrix:index") + "?region=nonsense",
        reverse("sb_matrix:export") + f"?region={outside.region.uuid}",
        reverse("sb_matrix:branch", args=[outside.branch.uuid]),
        reverse("sb_matrix:branch_export", args=[outside.branch.uuid]),
        reverse("sb_matrix:branch", args=[uuid4()]),
        reverse("sb_matrix:person", args=[outside.employee.uuid]),
        reverse("sb_matrix:person", args=[uuid4()]),
        reverse("sb_awards:inspect", args=[award.pk]),
        reverse("sb_assignments:inspect", args=[assignment.pk]),
    ):
        response = client.get(address)
        assert response.status_code == 404, address
        assert_no_canary(response, outside)


def test_who_holds_no_role_over_people_is_refused(client, company):
    plain, trainer = open_admin(UserFactory()), open_admin(UserFactory())
    GrantFactory(user=trainer, role="trainer")
    for user in (plain, trainer):
        client.force_login(user)
        for address in addresses(company)[1:]:
            response = client.get(address)
            assert response.status_code in (302, 403, 404), address
        assert "sb_matrix" not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_branch_managers_stay_out_of_wagtails_admin_unless_a_group_lets_them_in(client, company):
    client.force_login(make_granted("branch_manager", branch=company.branch))
    assert client.get(reverse("sb_matrix:index")).status_code in (302, 403)


def test_facts_have_no_address_to_edit_them():
    from django.urls import NoReverseMatch

    for name in ("add", "edit", "delete", "copy", "history"):
        for viewset in ("sb_awards", "sb_certifications", "sb_assignments", "sb_audience_rules"):
            with pytest.raises(NoReverseMatch):
                reverse(f"{viewset}:{name}", args=[] if name == "add" else [1])


def read_csv(response):
    """Return the lines of an export."""
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(text.splitlines()))


def test_the_export_holds_the_rows_and_numbers_of_the_screen(client, company):
    empty = BranchFactory(code="N0", name="Bahnhof", region=company.region)
    client.force_login(open_admin(make_granted("hr")))
    query = f"?region={company.region.uuid}&sort=-phone"
    body = client.get(reverse("sb_matrix:index") + query).content.decode()
    heading, first, second, total = read_csv(client.get(reverse("sb_matrix:export") + query))
    assert heading[:5] == [
        "Region or branch",
        "All: %",
        "All: certified",
        "All: counted",
        "All: new",
    ]
    assert first == ["N1 Altstadt", "66", "2", "3", "0", "66", "2", "3", "0"]
    assert second == [str(empty), "", "0", "0", "0", "", "0", "0", "0"]
    assert total == ["Total", "66", "2", "3", "0", "66", "2", "3", "0"]
    assert body.index("N1 Altstadt") < body.index("N0 Bahnhof")
    assert body.count("66\N{NARROW NO-BREAK SPACE}%") == 4
    assert body.count("2/3") == 4


def test_the_people_export_says_what_the_screen_says(client, company):
    client.force_login(open_admin(make_granted("hr")))
    lines = read_csv(client.get(reverse("sb_matrix:branch_export", args=[company.branch.uuid])))
    assert lines[0] == [
        "Number", "Name", "Job role", "Phone", "Phone: held until", "Phone: due"
    ]  # fmt: skip
    states = {line[0]: line[3:] for line in lines[1:]}
    held, _other, never = company.people
    assert states[held.employee_number][1] == "2026-05-31"
    assert states[never.employee_number] == ["Overdue", "", "2026-02-04"]
    body = client.get(reverse("sb_matrix:branch", args=[company.branch.uuid])).content.decode()
    assert body.count("Overdue</b>") == 1
    narrowed = client.get(
        reverse("sb_matrix:branch_export", args=[company.branch.uuid]) + "?badge=overdue"
    )
    assert [line[0] for line in read_csv(narrowed)[1:]] == [never.employee_number]


def test_names_that_a_spreadsheet_would_run_are_exported_as_text(client, company):
    make_people(company.branch, company.role, 1, given_name="=cmd()", family_name="|'!A1")
    client.force_login(open_admin(make_granted("hr")))
    lines = read_csv(client.get(reverse("sb_matrix:branch_export", args=[company.branch.uuid])))
    assert "'=cmd() |'!A1" in [line[1] for line in lines]


def test_names_are_escaped_on_every_screen(client, company):
    nasty = make_people(company.branch, company.role, 1, given_name="<script>x</script>")[0]
    assign([nasty], company.phone)
    client.force_login(open_admin(make_granted("hr")))
    pages = [address for address in addresses(company) if "export" not in address]
    for address in [*pages, reverse("sb_matrix:person", args=[nasty.uuid])]:
        assert "<script>x" not in str(client.get(address).getvalue())


def test_filters_that_make_no_sense_are_said_and_left_out(client, company):
    client.force_login(open_admin(make_granted("hr")))
    query = "?level=purple&certification=nope&sort=height&page=-3"
    response = client.get(reverse("sb_matrix:index") + query)
    assert response.status_code == 200
    body = response.content.decode()
    assert "left out" in body
    assert "N1 Altstadt" in body


def test_the_home_page_counts_what_the_reader_sees(client, company, outside):
    client.force_login(open_admin(make_granted("hr", region=company.region)))
    body = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "66\N{NARROW NO-BREAK SPACE}%" in body
    assert "<span>1</span> overdue" in body


def test_every_date_of_a_person_says_why(client, company):
    client.force_login(open_admin(make_granted("hr")))
    body = client.get(reverse("sb_matrix:person", args=[company.people[0].uuid])).content.decode()
    assert body.count("Why this date?") == 2
    assert "31 May 2026" in body


def test_lists_and_details_show_the_last_day_and_not_the_one_after(client, company):
    client.force_login(open_admin(make_granted("hr")))
    award = Award.objects.get(employee=company.people[0])
    for address in (
        reverse("sb_awards:index"),
        reverse("sb_awards:inspect", args=[award.pk]),
        reverse("sb_matrix:branch", args=[company.branch.uuid]),
    ):
        body = client.get(address).content.decode()
        assert "31 May 2026" in body, address
        assert "1 Jun 2026" not in body, address


@pytest.mark.parametrize("size", [5, 60])
def test_the_screens_cost_the_same_for_few_and_many_people(
    client, company, size, django_assert_max_num_queries
):
    extra = make_people(company.branch, company.role, size)
    certify(extra, company.phone)
    client.force_login(open_admin(make_granted("hr")))
    for address in (addresses(company)[1], addresses(company)[5]):
        client.get(address)
        # Ten of them count what waits in the queues of the menu.
        with django_assert_max_num_queries(28):
            assert client.get(address).status_code == 200
