"""What the import commands share: reading the file, the report, the summary and the exit code."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.errors import LmsError
from lms.organisation.rules.results import ImportResult, RowError
from lms.organisation.rules.tables import guard_formula

SHOWN: Final = 20


class ImportCommand(BaseCommand):
    """Reads one file. Exit code 0: all rows are in; 1: some were refused; 2: wrong usage."""

    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and what every import offers."""
        parser.add_argument("file", metavar="FILE", type=Path, help="CSV file in UTF-8")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, say what would")
        parser.add_argument("--report", metavar="OUT.csv", type=Path, help="refused rows as CSV")

    def run_import(self, options: dict[str, Any], load: Callable[..., ImportResult]) -> None:
        """Run an import action on the file of the command line and say how it went."""
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=2) from error
        if self.stderr.isatty():
            self.stderr.write(f"Reading {path.name} ({len(content):,} bytes) …")
        try:
            result = load(
                content=content,
                file_name=path.name,
                actor=None,
                now=timezone.now(),
                dry_run=options["dry_run"],
            )
        except LmsError as error:
            raise CommandError(f"{path.name}: {error.message}", returncode=2) from error
        self.report(result, options["report"])
        self.stdout.write(summarise(path.name, result))
        if result.row_errors:
            raise SystemExit(1)

    def report(self, result: ImportResult, path: Path | None) -> None:
        """Show the first refused rows and write all of them to the report file."""
        if path is not None:
            write_report(path, result.row_errors)
        for name in result.unknown_columns:
            self.stderr.write(f"Column “{name}” is not known and was not read.")
        for error in result.row_errors[:SHOWN]:
            self.stderr.write(f"Row {error.row}, {error.column} “{error.value}”: {error.reason}")
        if len(result.row_errors) > SHOWN:
            self.stderr.write(f"… and {len(result.row_errors) - SHOWN} more refused rows.")
        for warning in result.warnings[:SHOWN]:
            self.stderr.write(f"Row {warning.row}, {warning.column}: {warning.reason}")


def write_report(path: Path, errors: tuple[RowError, ...]) -> None:
    """Write refused rows as CSV; nothing in it is read as a formula by a spreadsheet."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["row", "column", "value", "reason", "code"])
            for error in errors:
                cells = (error.column, error.value, error.reason, error.code)
                writer.writerow([error.row, *(guard_formula(cell) for cell in cells)])
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", returncode=2) from error


def summarise(name: str, result: ImportResult) -> str:
    """Return the one line that says what happened."""
    counts = ", ".join(f"{count} {kind}" for kind, count in result.counts.items())
    if result.repeated:
        return f"{name}: already imported, nothing to do ({counts})."
    if result.dry_run:
        return f"{name}: dry run, nothing written ({counts})."
    if not result.applied:
        return f"{name}: nothing written because of refused rows ({counts})."
    return f"{name}: {counts}."
