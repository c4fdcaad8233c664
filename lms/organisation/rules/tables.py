"""Read a CSV file that somebody sent: any separator of two, any order of columns, never a crash.

What is wrong with the file as a whole is raised (``FileProblem``); what is wrong with a row is
returned beside the good rows. Reasons are codes; ``organisation.wording`` has the words.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

MAX_BYTES: Final = 200_000_000
MAX_VALUE_SHOWN: Final = 80
SEPARATORS: Final = (",", ";")
_UNSEEN: Final = " \u00a0\u200b\ufeff"
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Reason(StrEnum):
    """Why a row was refused. The values are stable: they stand in report files and the API."""

    CELLS = "wrong_number_of_cells"
    REQUIRED = "required"
    CONTROL = "control_character"
    TOO_LONG = "too_long"
    DATE = "not_a_date"
    DATE_ORDER = "dates_out_of_order"
    EMAIL = "not_an_email"
    EMAIL_TWICE = "email_used_twice"
    DUPLICATE = "duplicate"
    LOCALE = "not_a_language"
    TIME_ZONE = "not_a_time_zone"
    REGION_PATH = "not_a_region_path"
    UNKNOWN_BRANCH = "unknown_branch"
    UNKNOWN_ROLE = "unknown_job_role"
    UNKNOWN_MANAGER = "unknown_manager"
    MANAGER_REFUSED = "manager_was_refused"
    MANAGER_CYCLE = "manager_cycle"
    OUT_OF_SCOPE = "out_of_scope"
    HISTORY = "history_stands_against_it"


class FileReason(StrEnum):
    """Why a whole file was refused."""

    EMPTY = "empty_file"
    TOO_LARGE = "file_too_large"
    UTF16 = "utf_16"
    NOT_UTF8 = "not_utf_8"
    BROKEN = "broken_quotes"
    FIELD_TOO_LARGE = "field_too_large"
    HEADER_TWICE = "column_twice"
    HEADER_MISSING = "columns_missing"


class FileProblem(Exception):  # noqa: N818  (it is a finding, said to a person)
    """The file cannot be read at all. ``line`` counts from 1; 0 when no line is to blame."""

    def __init__(self, reason: FileReason, *, line: int = 0, names: Sequence[str] = ()) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.line = line
        self.names = tuple(names)


@dataclass(frozen=True)
class Rejection:
    """One row that does not go in. ``row`` counts as a spreadsheet does: the header is row 1."""

    row: int
    column: str
    value: str
    reason: Reason
    other_row: int = 0

    def __post_init__(self) -> None:
        # A report shows what was wrong, not fifty megabytes of it.
        object.__setattr__(self, "value", self.value[:MAX_VALUE_SHOWN])


@dataclass(frozen=True)
class Row:
    """A row as text: every known column is there, cleaned, empty when it was not in the file."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """What a file holds: rows whose cells are text, what was refused, columns nobody knows."""

    rows: tuple[Row, ...]
    rejections: tuple[Rejection, ...]
    unknown_columns: tuple[str, ...]
    columns: frozenset[str] = frozenset()
    texts: tuple[Mapping[str, str], ...] = ()
    """Cells of the refused rows, as far as they could be told apart."""

    def keys_of(self, column: str) -> set[str]:
        """Return the folded codes of a column over all rows, refused ones too."""
        cells = [*(row.cells for row in self.rows), *self.texts]
        return {fold(clean(found.get(column, ""))) for found in cells}


@dataclass(frozen=True)
class Layout:
    """The columns of a kind of file, with the longest value each may hold."""

    lengths: Mapping[str, int]
    required: Collection[str] = field(default_factory=tuple)


def read_table(content: bytes, layout: Layout) -> Table:
    """Return the rows of a CSV file.

    Blank rows are passed over; a cell is stripped and brought to Unicode form C.

    Raises:
        FileProblem: not UTF-8, a quote that never closes, a header without the needed columns.

    """
    records = read_records(decode_text(content))
    header = next((record for _number, record in records if any(record)), None)
    if header is None:
        raise FileProblem(FileReason.EMPTY)
    names = read_header(header, layout)
    rows: list[Row] = []
    rejections: list[Rejection] = []
    refused: list[Mapping[str, str]] = []
    for number, record in records:
        if not any(cell.strip() for cell in record):
            continue
        if len(record) != len(names):
            rejections.append(Rejection(number, "", "; ".join(record), Reason.CELLS))
            refused.append(dict(zip(names, record, strict=False)))
            continue
        cells = dict(zip(names, record, strict=True))
        found = read_row(number, cells, layout)
        if isinstance(found, Row):
            rows.append(found)
        else:
            rejections.append(found)
            refused.append(cells)
    unknown = tuple(name for name in names if name not in layout.lengths)
    known = frozenset(names) & frozenset(layout.lengths)
    return Table(tuple(rows), tuple(rejections), unknown, known, tuple(refused))


def decode_text(content: bytes) -> str:
    """Return the text of a UTF-8 file, with or without a byte order mark."""
    if len(content) > MAX_BYTES:
        raise FileProblem(FileReason.TOO_LARGE)
    start = content[:4]
    # Text in UTF-16 has a zero byte in every other place, mark or no mark.
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or start.count(0) >= 2:
        raise FileProblem(FileReason.UTF16)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileProblem(FileReason.NOT_UTF8, line=line) from error


def read_records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (row as a spreadsheet counts, cells). A quote that never closes names its line."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=choose_separator(text), strict=True
    )
    number = 0
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            too_large = "field larger than" in str(error)
            reason = FileReason.FIELD_TOO_LARGE if too_large else FileReason.BROKEN
            raise FileProblem(reason, line=line) from error
        number += 1
        yield number, record


def choose_separator(text: str) -> str:
    """Return the separator that the first line with text uses more often."""
    first = next((line for line in text[:20_000].splitlines() if line.strip()), "")
    return max(SEPARATORS, key=first.count)


def read_header(header: Sequence[str], layout: Layout) -> list[str]:
    """Return the column names in the order of the file, cleaned."""
    names = [clean(name).casefold() for name in header]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FileProblem(FileReason.HEADER_TWICE, names=twice)
    missing = [name for name in layout.lengths if name in layout.required and name not in names]
    if missing:
        raise FileProblem(FileReason.HEADER_MISSING, names=missing)
    return names


def read_row(number: int, cells: Mapping[str, str], layout: Layout) -> Row | Rejection:
    """Return a row of clean cells, or the first thing that is wrong with it."""
    values = {name: clean(cells.get(name, "")) for name in layout.lengths}
    for name, value in values.items():
        reason = check_cell(name, value, layout)
        if reason is not None:
            return Rejection(number, name, value, reason)
    return Row(number, values)


def check_cell(name: str, value: str, layout: Layout) -> Reason | None:
    """Return what is wrong with a cell whatever its column means."""
    if not value:
        return Reason.REQUIRED if name in layout.required else None
    if len(value) > layout.lengths[name]:
        return Reason.TOO_LONG
    # Line breaks inside a value forge mail headers; zero bytes cannot be stored.
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in value):
        return Reason.CONTROL
    return None


def clean(value: str) -> str:
    """Return a value stripped and in Unicode form C, so that é is é however it was typed."""
    return unicodedata.normalize("NFC", value.strip().strip("\ufeff"))


def fold(value: str) -> str:
    """Return the form in which two codes are the same code: no case, one Unicode form."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold())


def guard_formula(value: object) -> object:
    """Return a cell of an export that no spreadsheet runs as a formula; numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(_UNSEEN).startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def read_date(value: str) -> date | None:
    """Return an ISO date (YYYY-MM-DD), None for an empty cell.

    Raises:
        ValueError: anything else, also other ISO forms such as 2026-W10-1.

    """
    if not value:
        return None
    found = date.fromisoformat(value)
    if found.isoformat() != value:
        raise ValueError(value)
    return found


def reject_duplicates(rows: Sequence[Row], column: str) -> tuple[list[Row], list[Rejection]]:
    """Return the rows without those whose code stood in an earlier row, and the refused ones."""
    first: dict[str, int] = {}
    kept: list[Row] = []
    refused: list[Rejection] = []
    for row in rows:
        value = row.cells[column]
        key = fold(value)
        if value and key in first:
            refused.append(Rejection(row.number, column, value, Reason.DUPLICATE, first[key]))
            continue
        first.setdefault(key, row.number)
        kept.append(row)
    return kept, refused
