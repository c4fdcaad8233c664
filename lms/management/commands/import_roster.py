"""Bring in the roster."""

from __future__ import annotations

from argparse import ArgumentParser
from functools import partial
from typing import Any

from lms.management.importing import ImportCommand
from lms.organisation.actions import import_roster


class Command(ImportCommand):
    """Follow a roster file: joiners, movers, leavers, returners."""

    help = "Follow a roster file (CSV); the same file twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Also take what a missing person and a refused row mean."""
        super().add_arguments(parser)
        parser.add_argument(
            "--full", action="store_true", help="people who are not in the file have left"
        )
        parser.add_argument(
            "--confirm-removals",
            action="store_true",
            help="go on although --full removes more than one person in ten",
        )
        parser.add_argument(
            "--all-or-nothing", action="store_true", help="write nothing if any row is refused"
        )
        parser.add_argument(
            "--no-logins", action="store_true", help="make no logins for people who join"
        )

    def handle(self, *_args: object, **options: Any) -> None:
        """Run the import."""
        self.run_import(
            options,
            partial(
                import_roster,
                full=options["full"],
                confirm_removals=options["confirm_removals"],
                all_or_nothing=options["all_or_nothing"],
                invite=not options["no_logins"],
            ),
        )
