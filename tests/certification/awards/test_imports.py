"""Past awards from a file."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import given
from hypothesis import strategies as st

from certification.awards.actions import import_awards
from certification.awards.rules import AwardFault, AwardRow, read_award_row
from certification.models import Award, Certification
from lms.api import NotAllowedError
from tests.certification.factories import NOW, make_simple_certification
from tests.lms.factories import BranchFactory, make_granted, make_person

HEADER = "employee_number,certification_code,awarded_on,valid_from,valid_until,evidence"
CELLS = {
    "employee_number": "A1",
    "certification_code": "PHONE",
    "awarded_on": "2025-03-01",
    "valid_from": "2025-03-02",
    "valid_until": "2026-03-02",
    "evidence": "Signed list",
}


def test_a_row_says_who_what_and_for_which_days():
    assert read_award_row(2, CELLS) == AwardRow(
        2, "A1", "PHONE", date(2025, 3, 1), date(2025, 3, 2), date(2026, 3, 2), "Signed list"
    )
    assert read_award_row(2, CELLS | {"valid_until": ""}).valid_until is None


@pytest.mark.parametrize("text", ["01.03.2025", "20250301", "2025-W09-6", "2025-02-30", "soon"])
def test_only_plain_dates_are_taken(text):
    assert read_award_row(7, CELLS | {"valid_from": text}) == AwardFault(
        7, "valid_from", text, "not_a_date"
    )


@given(st.dates(), st.dates())
def test_an_award_ends_after_it_starts_or_is_refused(start, end):
    row = read_award_row(
        2, CELLS | {"valid_from": start.isoformat(), "valid_until": end.isoformat()}
    )
    assert isinstance(row, AwardRow) == (end > start)


@pytest.fixture
def person(db):
    return make_person()


@pytest.fixture
def code(db):
    return make_simple_certification()[0].code


@pytest.fixture
def row(person, code):
    return f"{person.employee_number},{code},2026-02-01,2026-02-01,2027-02-01,Register"


@pytest.fixture
def file(tmp_path):
    def write(*lines, encoding="utf-8"):
        path = tmp_path / "awards.csv"
        path.write_text("\n".join(lines) + "\n", encoding=encoding)
        return path

    return write


def run(*args):
    """Return exit code, output, and what stood on the error stream."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_awards", *map(str, args), stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, str(error), err.getvalue()
    except SystemExit as stop:
        return stop.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_a_file_comes_in_once(file, row, person):
    path = file(HEADER, row)
    assert run(path)[:2] == (0, "awards.csv: 1 created, 0 unchanged, 0 rejected.\n")
    award = Award.objects.get()
    assert (award.employee, award.basis) == (person, Award.Basis.IMPORTED)
    assert (award.valid_from, award.valid_until) == (date(2026, 2, 1), date(2027, 2, 1))
    assert award.evidence_note == "Register"
    assert run(path)[:2] == (0, "awards.csv: 0 created, 1 unchanged, 0 rejected.\n")
    assert Award.objects.count() == 1


def test_semicolons_a_mark_at_the_start_another_order_and_other_columns_are_fine(
    file, person, code
):
    path = file(
        "valid_until;evidence;colour;valid_from;awarded_on;certification_code;employee_number",
        f";;red;2026-02-01;2026-02-01;{code};{person.employee_number.lower()}",
        encoding="utf-8-sig",
    )
    status, said, warned = run(path)
    assert (status, said) == (0, "awards.csv: 1 created, 0 unchanged, 0 rejected.\n")
    assert "colour" in warned
    assert Award.objects.get().valid_until is None


def test_bad_rows_are_named_with_their_reason_and_the_good_ones_go_in(
    file, row, person, code, tmp_path
):
    Certification.objects.create(code="EMPTY", title="Nothing published")
    number = person.employee_number
    path = file(
        HEADER,
        row,
        f"NOBODY,{code},2026-02-01,2026-02-01,,",
        f"{number},OTHER,2026-02-01,2026-02-01,,",
        f"{number},EMPTY,2026-02-01,2026-02-01,,",
        f"{number},{code},1.2.2026,2026-02-01,,",
        f"{number},{code},2026-02-01,2026-02-01,2026-02-01,",
        f"{number},{code},2026-02-01",
    )
    report = tmp_path / "refused.csv"
    status, said, warned = run(path, "--report", report)
    assert (status, said) == (1, "awards.csv: 1 created, 0 unchanged, 6 rejected.\n")
    with report.open(encoding="utf-8-sig", newline="") as stream:
        refused = [(r["row"], r["column"], r["code"]) for r in csv.DictReader(stream)]
    assert refused == [
        ("3", "employee_number", "unknown_employee"),
        ("4", "certification_code", "unknown_certification"),
        ("5", "certification_code", "unknown_certification"),
        ("6", "awarded_on", "not_a_date"),
        ("7", "valid_until", "dates_out_of_order"),
        ("8", "", "wrong_number_of_cells"),
    ]
    assert "Row 3, employee_number “NOBODY”: Nobody on the roster" in warned
    assert Award.objects.count() == 1


def test_a_dry_run_says_what_would_happen_and_writes_nothing(file, row):
    status, said, _warned = run(file(HEADER, row, row), "--dry-run")
    assert (status, said) == (
        0,
        "awards.csv: dry run, nothing written (1 created, 1 unchanged, 0 rejected).\n",
    )
    assert not Award.objects.exists()


@pytest.mark.parametrize("missing", ["valid_until", "employee_number"])
def test_a_file_without_a_column_that_matters_is_refused_whole(file, row, missing):
    status, said, _warned = run(file(HEADER.replace(missing, "x"), row))
    assert status == 2
    assert missing in said
    assert not Award.objects.exists()


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path, db):
    assert run(tmp_path / "none.csv")[0] == 2


def test_nobody_brings_in_awards_of_people_out_of_reach(row):
    content = f"{HEADER}\n{row}\n".encode()
    values = {"content": content, "file_name": "a.csv", "now": NOW}
    with pytest.raises(NotAllowedError):
        import_awards(actor=make_granted("regional_hr"), **values)
    # To HR of another region they are as unknown as anybody, in a dry run too.
    actor = make_granted("hr", region=BranchFactory().region)
    for dry_run in (True, False):
        result = import_awards(actor=actor, dry_run=dry_run, **values)
        assert [error.code for error in result.row_errors] == ["unknown_employee"]
    assert not Award.objects.exists()


def test_many_rows_cost_as_many_queries_as_few(code, django_assert_max_num_queries):
    people = [make_person() for _n in range(40)]
    lines = [f"{p.employee_number},{code},2026-02-01,2026-02-01,2027-02-01,x" for p in people]
    content = "\n".join([HEADER, *lines]).encode()
    with django_assert_max_num_queries(60):
        result = import_awards(content=content, file_name="a.csv", actor=None, now=NOW)
    assert result.counts["created"] == 40
