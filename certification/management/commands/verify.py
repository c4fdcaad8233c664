"""``manage.py verify``: re-derive and compare."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certification.reports.reads import find_drift
from quizzes import api as quizzes_api


class Command(BaseCommand):
    """Print every place that says something else than the facts, the first one first; exit 1."""

    help = (
        "Re-derive standings from the facts, results from the answers, or counts from the plays, "
        "and compare."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to verify."""
        parser.add_argument("what", choices=list(SOURCES))
        words = "put wrong counts of plays right; what differs is printed all the same"
        parser.add_argument("--mend", action="store_true", help=words)

    def handle(self, *args: Any, what: str, mend: bool = False, **options: Any) -> None:
        """Compare and count."""
        if mend and what != "plays":
            raise CommandError("Only counts of plays can be mended.", returncode=2)
        count = 0
        for line in SOURCES[what]():
            count += 1
            self.stdout.write(line)
        self.stdout.write(f"verify {what}: {count} differences")
        if mend:
            self.stdout.write(f"verify {what}: {quizzes_api.mend_counts()} mended")
        elif count:
            sys.exit(1)


def describe_standings() -> Iterator[str]:
    """Yield a line per value of a cache that the facts do not give."""
    for drift in find_drift(now=timezone.now()):
        yield f"{drift.where}: {drift.field} is {drift.cached!r}, facts say {drift.derived!r}"


def describe_results() -> Iterator[str]:
    """Yield a line per stored mark or result that its own rules do not give."""
    for wrong in quizzes_api.find_wrong_results():
        yield f"{wrong.where}: {wrong.field} is {wrong.stored!r}, rules say {wrong.derived!r}"


def describe_plays() -> Iterator[str]:
    """Yield a line per count that the plays themselves do not give."""
    for wrong in quizzes_api.find_wrong_counts():
        yield f"{wrong.where}: stored {wrong.stored}, plays say {wrong.derived}"


SOURCES = {"standings": describe_standings, "results": describe_results, "plays": describe_plays}
