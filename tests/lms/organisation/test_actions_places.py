import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.api import (
    Branch,
    InvalidInputError,
    JobRole,
    NotAllowedError,
    Region,
    import_branches,
    import_job_roles,
)
from tests.lms.factories import NOW, BranchFactory, RegionFactory, make_granted

pytestmark = pytest.mark.django_db
HEADER = "branch_code,name,region_path,time_zone,kind,opened_on,closed_on"


def bring_in(*rows, **options):
    options.setdefault("actor", None)
    content = "\n".join([HEADER, *rows]).encode()
    return import_branches(content=content, file_name="branches.csv", now=NOW, **options)


def counts(result):
    return {kind: count for kind, count in result.counts.items() if count}


def test_branches_come_with_their_regions():
    result = bring_in(
        "0101,Main,EMEA/Germany/South,Europe/Berlin,shop,2003-03-10,",
        "0102,Pier,emea/Germany,Europe/Berlin,shop,,",
        "0201,Bay,APAC,Australia/Sydney,shop,,",
    )

    assert counts(result) == {"created": 3}
    assert [(r.name, r.depth) for r in Region.objects.order_by("path")] == [
        ("EMEA", 1),
        ("Germany", 2),
        ("South", 3),
        ("APAC", 1),
    ]
    branch = Branch.objects.get(code="0101")
    assert [r.name for r in branch.region.get_ancestors()] == ["EMEA", "Germany"]
    assert branch.opened_on.isoformat() == "2003-03-10"


def test_the_same_file_twice_is_nothing_and_another_changes_what_differs():
    row = "0101,Main,EMEA,Europe/Berlin,shop,,"
    bring_in(row)

    assert bring_in(row).repeated
    changed = bring_in("0101,Main Street,EMEA/North,Europe/Berlin,shop,,")

    assert counts(changed) == {"changed": 1}
    assert Branch.objects.get().region.name == "North"


def test_a_dry_run_makes_neither_branch_nor_region():
    assert counts(bring_in("0101,Main,EMEA,Europe/Berlin,shop,,", dry_run=True)) == {"created": 1}
    assert not Region.objects.exists()


def test_a_bad_row_is_refused_and_with_all_or_nothing_all_are():
    rows = ("0101,Main,EMEA,Europe/Berlin,,,", "0102,Pier,EMEA,Moon/Sea,,,")

    assert bring_in(*rows, all_or_nothing=True).applied is False
    assert not Branch.objects.exists()
    result = bring_in(*rows)
    assert [(e.row, e.column, e.code) for e in result.row_errors] == [
        (3, "time_zone", "not_a_time_zone")
    ]
    assert Branch.objects.count() == 1


def test_statements_do_not_grow_with_rows():
    region = RegionFactory(name="EMEA")
    assert region

    def count(first, size, name):
        rows = [f"{n},{name},EMEA,Europe/Berlin,,," for n in range(first, first + size)]
        with CaptureQueriesContext(connection) as queries:
            bring_in(*rows)
        return len(queries)

    assert count(1000, 5, "a") == count(2000, 60, "a")
    assert count(1000, 5, "b") == count(2000, 60, "b")


def test_job_roles_are_created_and_renamed():
    def load(text):
        return counts(
            import_job_roles(content=text.encode(), file_name="r.csv", actor=None, now=NOW)
        )

    assert load("code,name\ncashier,Cashier\nlead,Lead") == {"created": 2}
    assert load("code,name\nCASHIER,Till staff\nlead,Lead") == {"changed": 1, "unchanged": 1}
    assert JobRole.objects.get(code="cashier").name == "Till staff"


def test_only_hr_of_the_whole_company_brings_in_branches():
    branch = BranchFactory()
    for user in (
        make_granted("regional_hr"),
        make_granted("hr", region=branch.region),
        make_granted("auditor"),
    ):
        with pytest.raises(NotAllowedError):
            bring_in("0101,Main,EMEA,Europe/Berlin,,,", actor=user)
    assert counts(bring_in("0101,Main,EMEA,Europe/Berlin,,,", actor=make_granted("hr")))


def test_a_file_without_the_columns_is_refused_by_name():
    with pytest.raises(InvalidInputError, match="time_zone"):
        import_branches(content=b"branch_code,name\n1,2", file_name="b", actor=None, now=NOW)
