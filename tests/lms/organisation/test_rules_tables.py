from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.organisation.rules import (
    FileProblem,
    FileReason,
    Reason,
    parse_branches,
    parse_job_roles,
    parse_roster,
)
from lms.organisation.rules.tables import fold, guard_formula, read_date

HEADER = (
    "employee_number,given_name,family_name,email,branch_code,job_role_code,manager_number,"
    "hired_on,left_on,locale"
)
ROW = "A1,Ann,Lee,ann@example.com,0101,cashier,,2024-01-08,,en"


def roster(*rows, header=HEADER):
    return "\n".join([header, *rows]).encode()


def reasons(parsed):
    return [(found.row, found.column, found.reason) for found in parsed.rejections]


def refusal(content, parse=parse_roster):
    with pytest.raises(FileProblem) as caught:
        parse(content)
    return caught.value


def test_a_plain_row_is_read_with_its_dates():
    (row,) = parse_roster(roster(ROW)).rows

    assert (row.number, row.employee_number, row.branch_code) == (2, "A1", "0101")
    assert row.hired_on.isoformat() == "2024-01-08"
    assert row.left_on is None


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_mark_separator_and_line_ends_do_not_matter(mark, separator, newline):
    text = f"{HEADER}\n{ROW}\n".replace(",", separator).replace("\n", newline)

    assert parse_roster(mark + text.encode()).rows == parse_roster(roster(ROW)).rows


def test_columns_may_stand_in_any_order_and_case():
    content = roster(
        "cashier,0101,Lee,Ann,A1",
        header=" Job_Role_Code,BRANCH_CODE,family_name,given_name,employee_number",
    )

    (row,) = parse_roster(content).rows

    assert (row.employee_number, row.job_role_code, row.given_name) == ("A1", "cashier", "Ann")


def test_columns_that_nobody_knows_are_named_and_not_read():
    parsed = parse_roster(roster(ROW + ",42", header=HEADER + ",salary"))

    assert parsed.unknown_columns == ("salary",)
    assert len(parsed.rows) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_refused_by_name(encoding):
    assert refusal(f"{HEADER}\n{ROW}".encode(encoding)).reason is FileReason.UTF16


def test_another_encoding_is_refused_with_its_line():
    problem = refusal(roster(ROW) + "\nA2,Zoë,Lee,,0101,cashier,,,,".encode("latin-1"))

    assert (problem.reason, problem.line) == (FileReason.NOT_UTF8, 3)


def test_a_quote_that_never_closes_is_refused_where_it_opened():
    problem = refusal(roster(ROW, 'A2,"Ann,Lee,,0101,cashier,,,,', ROW))

    assert (problem.reason, problem.line) == (FileReason.BROKEN, 3)


def test_a_field_of_a_megabyte_is_refused_without_being_shown():
    problem = refusal(roster(ROW.replace("Ann", "A" * 1_000_000)))

    assert problem.reason is FileReason.FIELD_TOO_LARGE


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n\r\n", b"   "])
def test_an_empty_file_is_refused(content):
    assert refusal(content).reason in (FileReason.EMPTY, FileReason.HEADER_MISSING)


def test_a_tab_between_cells_means_that_columns_are_missing():
    problem = refusal(roster(ROW).replace(b",", b"\t"))

    assert problem.reason is FileReason.HEADER_MISSING
    assert "employee_number" in problem.names


def test_a_column_that_stands_there_twice_is_refused():
    problem = refusal(roster(ROW + ",x", header=HEADER + ",Email"))

    assert (problem.reason, problem.names) == (FileReason.HEADER_TWICE, ("email",))


def test_blank_rows_are_passed_over_but_counted():
    parsed = parse_roster(roster("", ",,,,,,,,,", ROW))

    assert [row.number for row in parsed.rows] == [4]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("A1,Ann,Lee", "", Reason.CELLS),
        (ROW + ",more", "", Reason.CELLS),
        (ROW.replace("Ann", ""), "given_name", Reason.REQUIRED),
        (ROW.replace("Ann", "A" * 121), "given_name", Reason.TOO_LONG),
        (ROW.replace("Ann", "A\0nn"), "given_name", Reason.CONTROL),
        (ROW.replace("ann@example.com", "not an address"), "email", Reason.EMAIL),
        (ROW.replace("ann@example.com", "ann@example"), "email", Reason.EMAIL),
        (ROW.replace("ann@example.com", '"a,b@example.com"'), "email", Reason.EMAIL),
        (
            ROW.replace("ann@example.com", '"ann@example.com\nBcc: all@example.com"'),
            "email",
            Reason.CONTROL,
        ),
        (ROW.replace("2024-01-08", "08.01.2024"), "hired_on", Reason.DATE),
        (ROW.replace("2024-01-08", "2024-02-30"), "hired_on", Reason.DATE),
        (ROW.replace("2024-01-08", "2024-W02-1"), "hired_on", Reason.DATE),
        (ROW.replace(",,en", ",2023-01-01,en"), "left_on", Reason.DATE_ORDER),
        (ROW.replace("2024-01-08,,", ",2023-01-01,"), "hired_on", Reason.REQUIRED),
        (ROW.replace(",en", ",english!"), "locale", Reason.LOCALE),
    ],
)
def test_a_bad_row_is_refused_and_the_good_one_goes_in(row, column, reason):
    parsed = parse_roster(roster(row, ROW.replace("A1", "A2").replace("ann@", "b@")))

    assert [found.employee_number for found in parsed.rows] == ["A2"]
    assert reasons(parsed) == [(2, column, reason)]


@pytest.mark.parametrize("twin", ["a1", "Ａ1", " A1 "])
def test_numbers_that_differ_by_case_or_unicode_form_are_one_number(twin):
    parsed = parse_roster(roster(ROW, ROW.replace("A1", twin, 1).replace("ann@", "b@")))

    (found,) = parsed.rejections
    assert (found.row, found.reason, found.other_row) == (3, Reason.DUPLICATE, 2)


def test_composed_and_decomposed_letters_are_one_spelling():
    composed, decomposed = "Zo\u00eb", "Zoe\u0308"
    first, second = parse_roster(
        roster(
            ROW.replace("Ann", composed),
            ROW.replace("Ann", decomposed).replace("A1", "A2").replace("ann@", "b@"),
        )
    ).rows

    assert first.given_name == second.given_name


def test_a_refused_row_shows_at_most_eighty_characters_of_what_was_wrong():
    (found,) = parse_roster(roster(ROW.replace("Ann", "A" * 100_000))).rejections

    assert len(found.value) == 80


def test_numbers_of_refused_rows_are_known_too():
    parsed = parse_roster(roster(ROW.replace("2024-01-08", "soon"), "B1,only,three"))

    assert {"a1", "b1"} <= parsed.keys


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("0101,Main,EMEA//South,Europe/Berlin", "region_path", Reason.REGION_PATH),
        ("0101,Main,EMEA,Mars/Olympus", "time_zone", Reason.TIME_ZONE),
        ("0101,Main," + "/".join("abcdefghijk") + ",Europe/Berlin", "region_path", None),
    ],
)
def test_a_branch_needs_a_region_and_a_time_zone_that_exist(row, column, reason):
    content = f"branch_code,name,region_path,time_zone\n{row}".encode()

    (found,) = parse_branches(content).rejections

    assert found.column == column
    assert found.reason is (reason or Reason.REGION_PATH)


def test_a_branch_cannot_close_before_it_opens():
    content = (
        b"branch_code,name,region_path,time_zone,opened_on,closed_on\n"
        b"0101,Main,EMEA,Europe/Berlin,2020-01-01,2020-01-01"
    )

    assert reasons(parse_branches(content)) == [(2, "closed_on", Reason.DATE_ORDER)]


@given(st.binary(max_size=400))
def test_no_bytes_make_the_readers_raise_anything_but_a_file_problem(content):
    for parse in (parse_roster, parse_branches, parse_job_roles):
        with suppress(FileProblem):
            parse(content)


@given(st.lists(st.lists(st.text(max_size=12), min_size=10, max_size=11), max_size=6))
def test_no_cells_make_the_reader_raise_anything_but_a_file_problem(cells):
    rows = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in cells]
    content = "\n".join([HEADER, *rows]).encode("utf-8", "replace")
    try:
        parsed = parse_roster(content)
    except FileProblem:
        return
    assert len(parsed.rows) + len(parsed.rejections) <= len(cells)


@given(st.text(max_size=20))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=12))
def test_a_date_is_iso_or_refused(text):
    try:
        found = read_date(text)
    except ValueError:
        return
    assert found is None or found.isoformat() == text


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "+49 30",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\ufeff=1",
        "\u00a0=1",
        "＝1",
    ],
)
def test_cells_that_a_spreadsheet_would_run_are_marked_as_text(value):
    assert guard_formula(value) == f"'{value}"


@pytest.mark.parametrize("value", ["Amara", "", "3=4", 5, -5, None])
def test_other_cells_stay_as_they_are(value):
    assert guard_formula(value) == value
