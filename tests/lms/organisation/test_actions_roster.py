from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms import registry
from lms.api import (
    Employee,
    InvalidInputError,
    NotAllowedError,
    Posting,
    RuleError,
    import_roster,
)
from lms.organisation.models import RosterImport
from tests.lms.factories import (
    NOW,
    TODAY,
    BranchFactory,
    EmployeeFactory,
    JobRoleFactory,
    RegionFactory,
    UserFactory,
    make_granted,
)

pytestmark = pytest.mark.django_db
HEADER = (
    "employee_number,given_name,family_name,email,branch_code,job_role_code,manager_number,"
    "hired_on,left_on,locale"
)


@pytest.fixture(autouse=True)
def places():
    region = RegionFactory(name="EMEA")
    JobRoleFactory(code="cashier")
    JobRoleFactory(code="lead")
    return [BranchFactory(code=code, region=region) for code in ("0101", "0102")]


@pytest.fixture
def told(monkeypatch):
    calls = []
    followers = registry.Providers("for this test")
    followers.register(lambda ids, today, now: calls.append((list(ids), today, now)))
    monkeypatch.setattr(registry, "roster_followers", followers)
    return calls


def row(
    number, *, email=None, branch="0101", role="cashier", manager="", hired="2024-01-08", left=""
):
    address = f"{number.lower()}@example.com" if email is None else email
    return f"{number},Ann,Lee,{address},{branch},{role},{manager},{hired},{left},en"


def bring_in(*rows, now=NOW, **options):
    content = "\n".join([HEADER, *rows]).encode()
    options.setdefault("actor", None)
    return import_roster(content=content, file_name="roster.csv", now=now, **options)


def counts(result):
    return {kind: count for kind, count in result.counts.items() if count}


def spans(number):
    rows = Posting.objects.real().filter(employee__employee_number=number)
    postings = rows.order_by("from_on")
    return [(p.branch.code, p.job_role.code, p.from_on, p.until_on) for p in postings]


def test_joiners_get_a_posting_a_home_a_manager_and_a_login(told):
    result = bring_in(row("A1", role="lead"), row("A2", manager="A1"))

    assert counts(result) == {"joiners": 2}
    ann = Employee.objects.get(employee_number="A2")
    assert ann.manager.employee_number == "A1"
    assert (ann.home_branch.code, ann.home_job_role.code) == ("0101", "cashier")
    assert spans("A2") == [("0101", "cashier", date(2024, 1, 8), None)]
    assert ann.user.get_username() == "A2"
    assert ann.user.email == "a2@example.com"
    assert not ann.user.has_usable_password()
    assert told == [(sorted(Employee.objects.values_list("pk", flat=True)), TODAY, NOW)]


def test_nobody_without_an_address_and_no_leaver_gets_a_login():
    bring_in(row("A1", email=""), row("A2", left="2025-01-01"))

    assert not Employee.objects.exclude(user=None).exists()
    assert spans("A2") == [("0101", "cashier", date(2024, 1, 8), date(2025, 1, 1))]


def test_a_login_that_exists_is_never_taken_over():
    admin = UserFactory(username="A1", superuser=True)

    bring_in(row("A1"))

    assert Employee.objects.get(employee_number="A1").user is None
    admin.refresh_from_db()
    assert admin.has_usable_password()


def test_the_same_file_twice_is_nothing(told, django_assert_max_num_queries):
    bring_in(row("A1"), row("A2"))
    told.clear()

    with django_assert_max_num_queries(8):
        result = bring_in(row("A1"), row("A2"), now=NOW + timedelta(days=1))

    assert result.repeated
    assert counts(result) == {"unchanged": 2}
    assert RosterImport.objects.count() == 1
    assert told == []


def test_an_earlier_file_may_come_again_after_another():
    bring_in(row("A1"))
    bring_in(row("A1", branch="0102"), now=NOW + timedelta(days=1))

    result = bring_in(row("A1"), now=NOW + timedelta(days=2))

    assert counts(result) == {"movers": 1}


def test_a_file_with_refused_rows_may_come_again_when_the_branch_is_there():
    first = bring_in(row("A1", branch="0999"))
    BranchFactory(code="0999")

    assert [(e.row, e.column, e.value, e.code) for e in first.row_errors] == [
        (2, "branch_code", "0999", "unknown_branch")
    ]
    assert "branches first" in first.row_errors[0].reason
    assert counts(bring_in(row("A1", branch="0999"))) == {"joiners": 1}


def test_rows_that_say_nothing_new_write_nothing(told):
    bring_in(row("A1"), row("A2"))
    told.clear()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        result = bring_in(row("A2"), row("A1"))

    assert counts(result) == {"unchanged": 2}
    written = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql.split('"')[1] for sql in written] == ["sb_lms_rosterimport"]
    assert told == []


def test_a_mover_keeps_history(told):
    bring_in(row("A1"), row("A2"))
    told.clear()

    result = bring_in(row("A1", branch="0102", role="lead"), row("A2"))

    assert counts(result) == {"movers": 1, "unchanged": 1}
    assert spans("A1") == [
        ("0101", "cashier", date(2024, 1, 8), TODAY),
        ("0102", "lead", TODAY, None),
    ]
    ann = Employee.objects.get(employee_number="A1")
    assert ann.home_branch.code == "0102"
    assert told[0][0] == [ann.pk]


def test_a_leaver_and_a_returner_stay_the_same_person():
    bring_in(row("A1"))
    ann = Employee.objects.get(employee_number="A1")

    left = bring_in(row("A1", left="2026-02-01"))
    back = bring_in(row("A1", hired="2026-03-01"), now=NOW + timedelta(days=1))

    assert (counts(left), counts(back)) == ({"leavers": 1}, {"returners": 1})
    again = Employee.objects.get(employee_number="A1")
    assert (again.pk, again.uuid, again.user_id) == (ann.pk, ann.uuid, ann.user_id)
    assert (again.hired_on, again.left_on) == (date(2026, 3, 1), None)
    assert spans("A1") == [
        ("0101", "cashier", date(2024, 1, 8), date(2026, 2, 1)),
        ("0101", "cashier", date(2026, 3, 1), None),
    ]


def test_two_people_swap_addresses_and_their_logins_follow():
    bring_in(row("A1", email="x@e.com"), row("A2", email="y@e.com"))

    result = bring_in(row("A1", email="y@e.com"), row("A2", email="x@e.com"))

    assert counts(result) == {"changed": 2}
    ann = Employee.objects.get(employee_number="A1")
    assert (ann.email, ann.user.email) == ("y@e.com", "y@e.com")


def test_numbers_match_whatever_their_case():
    bring_in(row("HF01"))

    assert counts(bring_in(row("hf01"))) == {"unchanged": 1}


def test_a_full_file_ends_the_employment_of_who_is_absent():
    numbers = [f"A{n}" for n in range(20)]
    bring_in(*(row(number) for number in numbers))

    result = bring_in(*(row(number) for number in numbers[1:]), full=True)

    assert counts(result) == {"leavers": 1, "unchanged": 19}
    assert Employee.objects.get(employee_number="A0").left_on == TODAY


def test_a_row_that_is_refused_is_not_absent():
    bring_in(*(row(f"A{n}") for n in range(20)))

    rows = [row(f"A{n}") for n in range(1, 20)]
    result = bring_in(row("A0", branch="0999"), *rows, full=True)

    assert counts(result) == {"unchanged": 19, "rejected": 1}
    assert Employee.objects.get(employee_number="A0").left_on is None


def test_a_full_file_that_removes_more_than_one_in_ten_stops_unless_confirmed():
    bring_in(*(row(f"A{n}") for n in range(10)))

    with pytest.raises(RuleError) as caught:
        bring_in(row("A0"), full=True)
    assert caught.value.code == "too_many_removals"
    assert not Employee.objects.exclude(left_on=None).exists()

    assert counts(bring_in(row("A0"), full=True, confirm_removals=True))["leavers"] == 9


def test_all_or_nothing_writes_nothing_when_a_row_is_refused():
    result = bring_in(row("A1"), row("A2", role="pilot"), all_or_nothing=True)

    assert (result.applied, counts(result)) == (False, {"joiners": 1, "rejected": 1})
    assert not Employee.objects.exists()
    assert not RosterImport.objects.exists()


def test_a_dry_run_says_what_would_happen_and_writes_nothing():
    result = bring_in(row("A1"), dry_run=True)

    assert result.changes == {"joiners": ("A1",)}
    assert not Employee.objects.exists()
    assert not bring_in(row("A1")).repeated


def test_a_file_that_cannot_be_read_is_refused_in_words():
    with pytest.raises(InvalidInputError) as caught:
        import_roster(content=b"\xff\xfea\0", file_name="r.csv", actor=None, now=NOW)

    assert caught.value.code == "utf_16"
    assert "CSV UTF-8" in caught.value.message


def test_statements_do_not_grow_with_rows(told):
    def count(first, size, **fields):
        rows = [
            row(f"A{n}", manager=f"A{first}" if n > first else "", **fields)
            for n in range(first, first + size)
        ]
        with CaptureQueriesContext(connection) as queries:
            bring_in(*rows)
        return len(queries)

    assert count(1000, 5) == count(2000, 60)
    assert count(1000, 5, branch="0102") == count(2000, 60, branch="0102")


def test_regional_hr_writes_only_in_the_own_region(places):
    other = BranchFactory(code="0900")
    outsider = EmployeeFactory(employee_number="Z1", home_branch=other)
    hr = make_granted("regional_hr", region=places[0].region)

    result = bring_in(
        row("A1"), row("A2", branch="0900"), row("Z1"), row("A3"), actor=hr, full=True
    )

    assert counts(result) == {"joiners": 2, "rejected": 2}
    assert [error.code for error in result.row_errors] == ["unknown_branch", "out_of_scope"]
    outsider.refresh_from_db()
    assert (outsider.left_on, outsider.home_branch) == (None, other)


def test_a_branch_manager_may_only_try_a_file_out(places):
    manager = make_granted("branch_manager", branch=places[0])

    assert counts(bring_in(row("A1"), actor=manager, dry_run=True)) == {"joiners": 1}
    with pytest.raises(NotAllowedError):
        bring_in(row("A1"), actor=manager)


@pytest.mark.parametrize("role", ["auditor", "trainer", "assessor"])
def test_others_do_not_import(role):
    with pytest.raises(NotAllowedError):
        bring_in(row("A1"), actor=make_granted(role), dry_run=True)


def test_a_follower_that_fails_takes_everything_back(monkeypatch):
    def fail(_ids, _today, _now):
        raise RuleError("no")

    followers = registry.Providers("for this test")
    followers.register(fail)
    monkeypatch.setattr(registry, "roster_followers", followers)

    with pytest.raises(RuleError):
        bring_in(row("A1"))
    assert not Employee.objects.exists()
    assert not get_user_model().objects.exists()
