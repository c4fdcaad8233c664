"""The roster file: one row per person, and what speaks against a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from lms.organisation.rules.places import read_dates, sort_rejections
from lms.organisation.rules.tables import (
    Layout,
    Reason,
    Rejection,
    Row,
    fold,
    read_table,
    reject_duplicates,
)

ROSTER_LAYOUT: Final = Layout(
    lengths={
        "employee_number": 40,
        "given_name": 120,
        "family_name": 120,
        "email": 254,
        "branch_code": 40,
        "job_role_code": 40,
        "manager_number": 40,
        "hired_on": 10,
        "left_on": 10,
        "locale": 12,
    },
    required=("employee_number", "given_name", "family_name", "branch_code", "job_role_code"),
)
EMAIL: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([^\W_]([^\W_]|-)*\.)+[^\W_]([^\W_]|-)*[^\W_]"
)
LOCALE: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class RosterRow:
    """One person of a file; codes as they were written, compared by ``fold``."""

    number: int
    employee_number: str
    given_name: str
    family_name: str
    email: str
    branch_code: str
    job_role_code: str
    manager_number: str
    hired_on: date | None
    left_on: date | None
    locale: str

    @property
    def key(self) -> str:
        """The employee number in the form in which two numbers are the same."""
        return fold(self.employee_number)


@dataclass(frozen=True)
class ParsedRoster:
    """What a roster file holds.

    ``keys`` are all numbers in it, refused rows' too; ``columns`` are the known ones it has.
    """

    rows: tuple[RosterRow, ...]
    rejections: tuple[Rejection, ...]
    unknown_columns: tuple[str, ...]
    keys: frozenset[str]
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True)
class KnownPerson:
    """What the roster in the database says about a person, as far as rows depend on it."""

    email: str
    manager_key: str
    within_reach: bool = True


@dataclass(frozen=True)
class KnownRoster:
    """What rows are checked against. Keys are folded; ``branches`` only those within reach."""

    branches: frozenset[str]
    job_roles: frozenset[str]
    people: Mapping[str, KnownPerson]


@dataclass(frozen=True)
class CheckedRoster:
    """Rows that may go in, rows that may not, and managers left out of rows that go in."""

    rows: tuple[RosterRow, ...]
    rejections: tuple[Rejection, ...]
    warnings: tuple[Rejection, ...]


def parse_roster(content: bytes) -> ParsedRoster:
    """Return the people of a CSV file and the rows that were refused.

    Raises:
        FileProblem: the file as a whole cannot be read.

    """
    table = read_table(content, ROSTER_LAYOUT)
    kept, refused = reject_duplicates(table.rows, "employee_number")
    rows: list[RosterRow] = []
    rejections = [*table.rejections, *refused]
    for row in kept:
        found = read_person(row)
        if isinstance(found, RosterRow):
            rows.append(found)
        else:
            rejections.append(found)
    return ParsedRoster(
        tuple(rows),
        sort_rejections(rejections),
        table.unknown_columns,
        frozenset({*table.keys_of("employee_number"), *(row.key for row in rows)}),
        table.columns,
    )


def read_person(row: Row) -> RosterRow | Rejection:
    """Return a person, or the first thing that is wrong with the row."""
    cells = row.cells
    if cells["left_on"] and not cells["hired_on"]:
        return Rejection(row.number, "hired_on", "", Reason.REQUIRED)
    if cells["email"] and not EMAIL.fullmatch(cells["email"]):
        return Rejection(row.number, "email", cells["email"], Reason.EMAIL)
    if cells["locale"] and not LOCALE.fullmatch(cells["locale"]):
        return Rejection(row.number, "locale", cells["locale"], Reason.LOCALE)
    dates = read_dates(row, "hired_on", "left_on")
    if isinstance(dates, Rejection):
        return dates
    texts = {name: value for name, value in cells.items() if name not in ("hired_on", "left_on")}
    return RosterRow(number=row.number, hired_on=dates[0], left_on=dates[1], **texts)


def check_roster(parsed: ParsedRoster, known: KnownRoster) -> CheckedRoster:
    """Return which rows may go in, given what is known.

    A row is refused for what it says itself. Somebody whose manager's row was refused goes in
    without that manager, with a warning: the mistake of one row never keeps out thirty.
    """
    rejections: list[Rejection] = []
    rows: list[RosterRow] = []
    for row in parsed.rows:
        problem = check_places(row, known) or check_manager(row, parsed, known)
        if problem is None:
            rows.append(row)
        else:
            rejections.append(problem)
    for settle in (reject_shared_emails, reject_cycles):
        rows, refused = settle(rows, known)
        rejections.extend(refused)
    rows, warnings = drop_refused_managers(rows, known)
    return CheckedRoster(tuple(rows), sort_rejections(rejections), sort_rejections(warnings))


def check_places(row: RosterRow, known: KnownRoster) -> Rejection | None:
    """Return why a row's branch, job role or person is not the importer's to write."""
    person = known.people.get(row.key)
    if person is not None and not person.within_reach:
        return Rejection(row.number, "employee_number", row.employee_number, Reason.OUT_OF_SCOPE)
    if fold(row.branch_code) not in known.branches:
        return Rejection(row.number, "branch_code", row.branch_code, Reason.UNKNOWN_BRANCH)
    if fold(row.job_role_code) not in known.job_roles:
        return Rejection(row.number, "job_role_code", row.job_role_code, Reason.UNKNOWN_ROLE)
    return None


def check_manager(row: RosterRow, parsed: ParsedRoster, known: KnownRoster) -> Rejection | None:
    """Return why a row's manager cannot be: the person themself, or nobody anywhere."""
    key = fold(row.manager_number)
    if key and key == row.key:
        return Rejection(row.number, "manager_number", row.manager_number, Reason.MANAGER_CYCLE)
    if key and key not in parsed.keys and key not in known.people:
        return Rejection(row.number, "manager_number", row.manager_number, Reason.UNKNOWN_MANAGER)
    return None


def reject_shared_emails(
    rows: Sequence[RosterRow], known: KnownRoster
) -> tuple[list[RosterRow], list[Rejection]]:
    """Refuse rows whose address somebody else has, in the file or already in the roster.

    A refused row leaves its person with the address they had, which may take it away from
    another row; so this repeats until nothing more is refused.
    """
    kept = list(rows)
    refused: list[Rejection] = []
    while True:
        holders = hold_emails(kept, known)
        clashing = [row for row in kept if row.email and holders[fold(row.email)] != row.key]
        if not clashing:
            return kept, refused
        refused.extend(
            Rejection(row.number, "email", row.email, Reason.EMAIL_TWICE) for row in clashing
        )
        gone = {row.key for row in clashing}
        kept = [row for row in kept if row.key not in gone]


def hold_emails(rows: Sequence[RosterRow], known: KnownRoster) -> dict[str, str]:
    """Return who has which address once these rows are in: first those who keep theirs."""
    in_file = {row.key for row in rows}
    holders = {
        fold(person.email): key
        for key, person in known.people.items()
        if person.email and key not in in_file
    }
    keeping = [row for row in rows if keeps_email(row, known)]
    for row in [*keeping, *rows]:
        if row.email:
            holders.setdefault(fold(row.email), row.key)
    return holders


def keeps_email(row: RosterRow, known: KnownRoster) -> bool:
    """Return whether a person of the file has this address already."""
    person = known.people.get(row.key)
    return person is not None and fold(person.email) == fold(row.email)


def reject_cycles(
    rows: Sequence[RosterRow], known: KnownRoster
) -> tuple[list[RosterRow], list[Rejection]]:
    """Refuse rows that would make people their own manager's manager, until none is left."""
    kept = list(rows)
    refused: list[Rejection] = []
    while True:
        managers = {key: person.manager_key for key, person in known.people.items()}
        managers.update({row.key: fold(row.manager_number) for row in kept})
        circling = find_cycles(managers) & {row.key for row in kept}
        if not circling:
            return kept, refused
        refused.extend(
            Rejection(row.number, "manager_number", row.manager_number, Reason.MANAGER_CYCLE)
            for row in kept
            if row.key in circling
        )
        kept = [row for row in kept if row.key not in circling]


def find_cycles(managers: Mapping[str, str]) -> set[str]:
    """Return everybody who stands on a circle of managers. Linear in the number of people."""
    done: set[str] = set()
    circling: set[str] = set()
    for start in managers:
        path: dict[str, None] = {}
        key = start
        while key and key not in done and key not in path:
            path[key] = None
            key = managers.get(key, "")
        if key in path:
            steps = list(path)
            circling.update(steps[steps.index(key) :])
        done.update(path)
    return circling


def drop_refused_managers(
    rows: Iterable[RosterRow], known: KnownRoster
) -> tuple[list[RosterRow], list[Rejection]]:
    """Empty managers whose own row was refused and who are not on the roster yet."""
    rows = list(rows)
    there = {row.key for row in rows} | set(known.people)
    kept: list[RosterRow] = []
    warnings: list[Rejection] = []
    for row in rows:
        if row.manager_number and fold(row.manager_number) not in there:
            warnings.append(
                Rejection(row.number, "manager_number", row.manager_number, Reason.MANAGER_REFUSED)
            )
            row = replace(row, manager_number="")  # noqa: PLW2901
        kept.append(row)
    return kept, warnings
