"""Files of branches and of job roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from lms.organisation.rules.tables import (
    Layout,
    Reason,
    Rejection,
    Row,
    clean,
    read_date,
    read_table,
    reject_duplicates,
)

BRANCH_LAYOUT: Final = Layout(
    lengths={
        "branch_code": 40,
        "name": 120,
        "region_path": 500,
        "time_zone": 60,
        "kind": 40,
        "opened_on": 10,
        "closed_on": 10,
    },
    required=("branch_code", "name", "region_path", "time_zone"),
)
JOB_ROLE_LAYOUT: Final = Layout(lengths={"code": 40, "name": 120}, required=("code", "name"))
MAX_REGION_NAME: Final = 120
MAX_REGION_DEPTH: Final = 10


@dataclass(frozen=True)
class BranchRow:
    """One branch of a file. ``region`` is the path from the top of the tree, by name."""

    number: int
    code: str
    name: str
    region: tuple[str, ...]
    time_zone: str
    kind: str
    opened_on: date | None
    closed_on: date | None


@dataclass(frozen=True)
class JobRoleRow:
    """One job role of a file."""

    number: int
    code: str
    name: str


@dataclass(frozen=True)
class ParsedBranches:
    """What a branches file holds."""

    rows: tuple[BranchRow, ...]
    rejections: tuple[Rejection, ...]
    unknown_columns: tuple[str, ...]


@dataclass(frozen=True)
class ParsedJobRoles:
    """What a job roles file holds."""

    rows: tuple[JobRoleRow, ...]
    rejections: tuple[Rejection, ...]
    unknown_columns: tuple[str, ...]


def parse_branches(content: bytes) -> ParsedBranches:
    """Return the branches of a CSV file and the rows that were refused.

    Raises:
        FileProblem: the file as a whole cannot be read.

    """
    table = read_table(content, BRANCH_LAYOUT)
    kept, refused = reject_duplicates(table.rows, "branch_code")
    rows: list[BranchRow] = []
    rejections = [*table.rejections, *refused]
    for row in kept:
        found = read_branch(row)
        if isinstance(found, BranchRow):
            rows.append(found)
        else:
            rejections.append(found)
    return ParsedBranches(tuple(rows), sort_rejections(rejections), table.unknown_columns)


def parse_job_roles(content: bytes) -> ParsedJobRoles:
    """Return the job roles of a CSV file and the rows that were refused.

    Raises:
        FileProblem: the file as a whole cannot be read.

    """
    table = read_table(content, JOB_ROLE_LAYOUT)
    kept, refused = reject_duplicates(table.rows, "code")
    rows = tuple(JobRoleRow(row.number, row.cells["code"], row.cells["name"]) for row in kept)
    return ParsedJobRoles(
        rows, sort_rejections([*table.rejections, *refused]), table.unknown_columns
    )


def read_branch(row: Row) -> BranchRow | Rejection:
    """Return a branch, or the first thing that is wrong with its row."""
    cells = row.cells
    region = split_region_path(cells["region_path"])
    if not region:
        return Rejection(row.number, "region_path", cells["region_path"], Reason.REGION_PATH)
    if cells["time_zone"] not in list_time_zones():
        return Rejection(row.number, "time_zone", cells["time_zone"], Reason.TIME_ZONE)
    dates = read_dates(row, "opened_on", "closed_on")
    if isinstance(dates, Rejection):
        return dates
    return BranchRow(
        number=row.number,
        code=cells["branch_code"],
        name=cells["name"],
        region=region,
        time_zone=cells["time_zone"],
        kind=cells["kind"],
        opened_on=dates[0],
        closed_on=dates[1],
    )


@cache
def list_time_zones() -> frozenset[str]:
    """Return the IANA zones that this machine knows; reading them takes milliseconds."""
    return frozenset(available_timezones())


def split_region_path(path: str) -> tuple[str, ...]:
    """Return the names of a path like ``EMEA/Germany/South``; empty when it makes no sense."""
    names = tuple(clean(name) for name in path.strip("/").split("/"))
    sensible = len(names) <= MAX_REGION_DEPTH and all(
        0 < len(name) <= MAX_REGION_NAME for name in names
    )
    return names if sensible else ()


def read_dates(row: Row, start: str, end: str) -> tuple[date | None, date | None] | Rejection:
    """Return two dates of a row, the second of which must come after the first."""
    found: list[date | None] = []
    for column in (start, end):
        try:
            found.append(read_date(row.cells[column]))
        except ValueError:
            return Rejection(row.number, column, row.cells[column], Reason.DATE)
    if found[0] and found[1] and found[1] <= found[0]:
        return Rejection(row.number, end, row.cells[end], Reason.DATE_ORDER)
    return found[0], found[1]


def sort_rejections(rejections: list[Rejection]) -> tuple[Rejection, ...]:
    """Return rejections in the order of the file."""
    return tuple(sorted(rejections, key=lambda rejection: (rejection.row, rejection.column)))
