"""``manage.py import_awards``: the history that a company brings along."""

from __future__ import annotations

from typing import Any

from certification.awards.actions import import_awards
from lms.files import ImportCommand


class Command(ImportCommand):
    """Record past awards of people on the roster."""

    help = (
        "Record past awards (CSV: employee_number, certification_code, awarded_on, valid_from, "
        "valid_until, evidence; an empty valid_until never lapses); the same file twice changes "
        "nothing."
    )

    def handle(self, *_args: object, **options: Any) -> None:
        """Run the import."""
        self.run_import(options, import_awards)
