"""Bring in branches."""

from __future__ import annotations

from argparse import ArgumentParser
from functools import partial
from typing import Any

from lms.management.importing import ImportCommand
from lms.organisation.actions import import_branches


class Command(ImportCommand):
    """Create and change branches from a CSV file."""

    help = "Create and change branches with their regions from a CSV file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Also take what to do about refused rows."""
        super().add_arguments(parser)
        parser.add_argument(
            "--all-or-nothing", action="store_true", help="write nothing if any row is refused"
        )

    def handle(self, *_args: object, **options: Any) -> None:
        """Run the import."""
        self.run_import(options, partial(import_branches, all_or_nothing=options["all_or_nothing"]))
