"""The roster as it stood on a day, made of today's roster and the moves since."""

from __future__ import annotations

from demo.loader.files import Calendar, Row, read_rows, to_csv

COLUMNS = [
    "employee_number",
    "given_name",
    "family_name",
    "email",
    "branch_code",
    "job_role_code",
    "manager_number",
    "hired_on",
    "left_on",
    "locale",
]


def roster_of(day: str, calendar: Calendar) -> bytes:
    """Return the roster file as HR would have sent it on a day of the files' own calendar.

    Who was hired later is missing, who left later has not left, who moved later is where he or
    she was; a manager who was not there yet is left out. Who left and came back is on it with the
    first of the two stints until the second begins.
    """
    moves = {row["employee_number"]: row for row in read_rows("moves.csv")}
    rows = list_rows(day)
    present = {row["employee_number"] for row in rows}
    return to_csv([row_of(row, moves, present, day, calendar) for row in rows], COLUMNS)


def list_rows(day: str) -> list[Row]:
    """Return the rows of whoever had been hired by a day."""
    stints = {row["employee_number"]: row for row in read_rows("stints.csv")}
    rows = [go_back(row, stints, day) for row in read_rows("roster.csv")]
    return [row for row in rows if row["hired_on"] <= day]


def list_present(day: str) -> set[str]:
    """Return the numbers on the roster of a day."""
    return {row["employee_number"] for row in list_rows(day)}


def go_back(row: Row, stints: dict[str, Row], day: str) -> Row:
    """Return a row with the earlier stint of somebody who has not come back by a day."""
    stint = stints.get(row["employee_number"])
    if stint is None or row["hired_on"] <= day:
        return row
    return row | {"hired_on": stint["hired_on"], "left_on": stint["left_on"]}


def row_of(row: Row, moves: dict[str, Row], present: set[str], day: str, calendar: Calendar) -> Row:
    """Return one person's row as of a day, with its dates moved."""
    row = dict(row)
    move = moves.get(row["employee_number"])
    if move is not None and day < move["on"]:
        row["branch_code"] = move["from_branch_code"]
        row["job_role_code"] = move["from_job_role_code"]
    if row["left_on"] > day:
        row["left_on"] = ""
    if row["manager_number"] not in present:
        row["manager_number"] = ""
    return row | {name: calendar.move(row[name]) for name in ("hired_on", "left_on")}
