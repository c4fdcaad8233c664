"""Bring in job roles."""

from __future__ import annotations

from typing import Any

from lms.management.importing import ImportCommand
from lms.organisation.actions import import_job_roles


class Command(ImportCommand):
    """Create and change job roles from a CSV file."""

    help = "Create and change job roles from a CSV file; the same file twice changes nothing."

    def handle(self, *_args: object, **options: Any) -> None:
        """Run the import."""
        self.run_import(options, import_job_roles)
