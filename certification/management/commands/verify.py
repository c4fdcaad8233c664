"""``manage.py verify``: re-derive and compare."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from certification.reports.reads import find_drift


class Command(BaseCommand):
    """Print every place where a cache says something else than the facts; exit 1 if there is."""

    help = "Re-derive standings, spans and tallies from the facts and compare."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to verify."""
        parser.add_argument("what", choices=["standings"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and count."""
        count = 0
        for drift in find_drift(now=timezone.now()):
            count += 1
            self.stdout.write(
                f"{drift.where}: {drift.field} is {drift.cached!r}, facts say {drift.derived!r}"
            )
        self.stdout.write(f"verify standings: {count} differences")
        if count:
            sys.exit(1)
