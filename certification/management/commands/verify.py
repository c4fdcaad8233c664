"""``manage.py verify``: re-derive and compare."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from certification.reports.reads import find_drift
from quizzes import api as quizzes_api


class Command(BaseCommand):
    """Print every place that says something else than the facts, the first one first; exit 1."""

    help = "Re-derive standings from the facts, or results from the answers, and compare."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to verify."""
        parser.add_argument("what", choices=["standings", "results"])

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        """Compare and count."""
        lines = describe_standings() if what == "standings" else describe_results()
        count = 0
        for line in lines:
            count += 1
            self.stdout.write(line)
        self.stdout.write(f"verify {what}: {count} differences")
        if count:
            sys.exit(1)


def describe_standings() -> Iterator[str]:
    """Yield a line per value of a cache that the facts do not give."""
    for drift in find_drift(now=timezone.now()):
        yield f"{drift.where}: {drift.field} is {drift.cached!r}, facts say {drift.derived!r}"


def describe_results() -> Iterator[str]:
    """Yield a line per stored mark or result that its own rules do not give."""
    for wrong in quizzes_api.find_wrong_results():
        yield f"{wrong.where}: {wrong.field} is {wrong.stored!r}, rules say {wrong.derived!r}"
