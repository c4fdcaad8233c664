"""What a screen shows, as CSV: streamed, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date

from django.http import StreamingHttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from certification.reports.reads import BranchPeople, Matrix, MatrixRow, PersonRow
from certification.reports.reads.people import PersonCell
from certification.reports.reads.words import badge_words, last_day
from certification.reports.rules import Counts
from lms.api import guard_formula

Line = list[object]
BOM = "\ufeff"


class Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        """Return the value."""
        return value


def answer_csv(lines: Iterable[Line], *, name: str) -> StreamingHttpResponse:
    """Return lines as a file, one at a time; formulas are marked as text."""
    writer = csv.writer(Echo())

    def stream() -> Iterator[str]:
        yield BOM  # without it spreadsheets take UTF-8 for something else
        for line in lines:
            yield writer.writerow([guard_formula(value) for value in line])

    response = StreamingHttpResponse(stream(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(name) or "export"}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def matrix_lines(matrix: Matrix, rows: Iterable[MatrixRow]) -> Iterator[Line]:
    """Return heading, rows and totals: per column share, certified, counted and new."""
    titles = [_("All"), *(row.title for row in matrix.certifications)]
    heading: Line = [_("Region or branch")]
    for title in titles:
        heading += [
            f"{title}: %",
            _("%(title)s: certified") % {"title": title},
            _("%(title)s: counted") % {"title": title},
            _("%(title)s: new") % {"title": title},
        ]
    yield heading
    for row in rows:
        yield [row.place.label, *cell_values([row.overall, *row.cells])]
    yield [_("Total"), *cell_values([matrix.overall, *matrix.totals])]


def cell_values(cells: Iterable[Counts]) -> Iterator[object]:
    """Return four values per cell; an empty share where nobody is counted."""
    for cell in cells:
        yield "" if cell.percent is None else cell.percent
        yield cell.compliant
        yield cell.counted
        yield cell.newcomers


def people_lines(people: BranchPeople, rows: Iterable[PersonRow]) -> Iterator[Line]:
    """Return heading and people: per certification the badge, the last day held and the due day."""
    heading: Line = [_("Number"), _("Name"), _("Job role")]
    for certification in people.certifications:
        title = certification.title
        heading += [
            title,
            _("%(title)s: held until") % {"title": title},
            _("%(title)s: due") % {"title": title},
        ]
    yield heading
    for row in rows:
        line: Line = [row.employee_number, row.name, row.job_role]
        for cell in row.cells:
            line += person_values(cell)
        yield line


def person_values(cell: PersonCell | None) -> list[object]:
    """Return badge and dates of a cell; days as ISO, which every spreadsheet reads."""
    if cell is None:
        return ["", "", ""]
    held = last_day(cell.valid_until) if cell.valid_until else None
    asked = cell.valid_until is None and cell.required in ("required", "optional", "absent")
    return [badge_words(cell.badge), iso(held), iso(cell.due_on if asked else None)]


def iso(day: date | None) -> str:
    """Return a day as ISO text, or nothing."""
    return day.isoformat() if day else ""
