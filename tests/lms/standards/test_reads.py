"""What lessons, screens and reports read about standards, with their query counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from lms.api import read_acknowledged_work, read_latest_versions, registry
from lms.organisation.models import Employee
from lms.standards.actions import acknowledge_standard
from lms.standards.reads import (
    count_acknowledged,
    describe_draft,
    read_categories_in_use,
    read_standard_page,
    read_standard_rows,
    read_standards,
)
from tests.lms.factories import BranchFactory, JobRoleFactory, make_person
from tests.lms.standards.factories import (
    change_standard,
    draft_standard,
    make_category,
    publish_standard,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def confirm(employee, standard, now=NOW):
    return acknowledge_standard(
        employee=employee, standard=standard, name_as_written="Ada", actor=None, now=now
    )


def test_latest_versions_are_found_by_code_and_by_uuid_in_one_query(django_assert_num_queries):
    phone = publish_standard()
    change_standard(phone, title="Two rings")
    refund = publish_standard("REFUND-01")
    draft_standard("DRAFT-01")
    with django_assert_num_queries(1):
        found = read_latest_versions(["PHONE-01", refund.uuid, "DRAFT-01", "NONE-01"])
    assert set(found) == {"PHONE-01", refund.uuid}
    text = found["PHONE-01"]
    assert (text.title, text.number, text.material_number) == ("Two rings", 2, 2)
    assert text.measures[0].sentence == "Phone answered within 3 rings"
    assert text.url == "/standards/PHONE-01/"


def test_no_keys_ask_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert read_latest_versions([]) == {}


def test_an_unpublished_standard_is_not_in_force():
    standard = publish_standard()
    standard.unpublish()
    assert read_latest_versions(["PHONE-01"]) == {}
    assert read_standards() == []


def test_the_look_up_is_one_query_whatever_the_number(django_assert_num_queries):
    for at in range(6):
        publish_standard(f"S-{at:02}")
    with django_assert_num_queries(1):
        assert len(read_standards(query="phnoe")) == 6


def test_the_look_up_narrows_by_channel_and_category():
    publish_standard()
    publish_standard(
        "REFUND-01", category=make_category("refunds", "Refunds"), channels=["counter"]
    )
    assert [text.code for text in read_standards(channel="counter")] == ["REFUND-01"]
    assert [text.code for text in read_standards(category="communication")] == ["PHONE-01"]
    assert read_standards(channel="counter", category="communication") == []
    assert [category.slug for category in read_categories_in_use()] == ["communication", "refunds"]


def test_rows_say_what_is_to_be_confirmed(django_assert_num_queries):
    person = make_person()
    publish_standard()
    refund = publish_standard("REFUND-01", needs_acknowledgement=True)
    publish_standard("PRIVACY-01", needs_acknowledgement=True)
    confirm(person, refund)
    with django_assert_num_queries(2):
        rows = read_standard_rows(employee=person)
    assert {row.text.code: row.confirmation for row in rows} == {
        "PHONE-01": "",
        "PRIVACY-01": "wanted",
        "REFUND-01": "given",
    }
    assert {row.confirmation for row in read_standard_rows(employee=None)} == {""}


def test_the_staff_page_is_three_queries_and_knows_its_history(
    django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(registry.standard_links, "_items", [])
    person = make_person()
    standard = publish_standard("REFUND-01", needs_acknowledgement=True)
    confirm(person, standard)
    change_standard(standard, title="Refunds within a week", change_note="A week, not a month")
    with django_assert_num_queries(3):
        page = read_standard_page(code="REFUND-01", employee=person)
    assert [version.number for version in page.history] == [2, 1]
    assert page.confirmed is None
    assert page.confirmed_before.version.number == 1
    assert page.asks_to_confirm


def test_a_draft_describes_itself_before_it_was_ever_saved():
    standard = draft_standard(title="Soon")
    assert describe_draft(standard).title == "Soon"
    assert describe_draft(standard).number == 0


def test_confirmations_count_as_finished_work(django_assert_num_queries):
    person, other = make_person(), make_person()
    standard = publish_standard("REFUND-01")
    first = confirm(person, standard)
    standard = change_standard(standard, title="New refunds")
    second = confirm(person, standard, now=NOW + timedelta(days=1))
    confirm(other, standard)
    with django_assert_num_queries(1):
        work = read_acknowledged_work(employee_ids=[person.pk])
    assert [(one.evidence_uuid, one.material_number) for one in work] == [
        (first.uuid, 1),
        (second.uuid, 2),
    ]
    assert {(one.kind, one.work_uuid) for one in work} == {("acknowledgement", standard.uuid)}
    later = read_acknowledged_work(employee_ids=[person.pk], since=NOW + timedelta(days=1))
    assert [one.evidence_uuid for one in later] == [second.uuid]


def test_acknowledged_by_n_of_m_counts_whom_it_applies_to(django_assert_num_queries):
    today = date(2026, 3, 2)
    shop, office = BranchFactory(kind="shop"), BranchFactory(kind="office")
    cashier = JobRoleFactory(code="cashier")
    people = [make_person(shop, cashier), make_person(shop, cashier)]
    make_person(office, cashier)
    make_person(shop, JobRoleFactory(code="cook"))
    make_person(shop, cashier, left_on=today)
    standard = publish_standard("REFUND-01", job_roles=[cashier], branch_kinds=["shop"])
    confirm(people[0], standard)
    everybody = Employee.objects.all()
    with django_assert_num_queries(3):
        assert count_acknowledged(standard=standard, employees=everybody, on=today) == (1, 2)
    nobody = Employee.objects.none()
    assert count_acknowledged(standard=standard, employees=nobody, on=today) == (0, 0)


def test_a_change_of_wording_takes_no_confirmation_back_and_a_material_one_does():
    today = date(2026, 3, 2)
    person = make_person()
    standard = publish_standard("REFUND-01")
    confirm(person, standard)
    everybody = Employee.objects.all()
    standard = change_standard(standard, change="editorial", title="Refunds.")
    assert count_acknowledged(standard=standard, employees=everybody, on=today) == (1, 1)
    standard = change_standard(standard, change="material", title="No refunds")
    assert count_acknowledged(standard=standard, employees=everybody, on=today) == (0, 1)
