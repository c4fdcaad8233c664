"""``manage.py make_company``: a synthetic company to measure with."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lms.api import parse_instant


class Command(BaseCommand):
    """Load a company of any size with years of history into an empty database."""

    help = "Load a synthetic company with years of history; the same seed makes the same one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the size, the seed and the day."""
        parser.add_argument("--branches", type=int, default=10_000)
        parser.add_argument("--employees", type=int, default=1_000_000)
        parser.add_argument("--certifications", type=int, default=20)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--at", type=parse_instant, metavar="ISO", help="an instant with zone; default: now"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be made")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or say why not."""
        if find_spec("benchmarks") is None or find_spec("benchmarks.company") is None:
            raise CommandError("The benchmarks are not part of this installation.", returncode=2)
        names = ("branches", "employees", "certifications")
        if any(options[name] < 1 for name in names):
            raise CommandError("All numbers must be at least 1.", returncode=2)
        company = import_module("benchmarks.company")
        size = company.Size(*(options[name] for name in names), seed=options["seed"])
        told = f"{size.branches:,} branches, {size.employees:,} people, {size.pairs:,} standings"
        if options["dry_run"]:
            self.stdout.write(f"make_company: would make {told}")
            return
        start = monotonic()
        try:
            company.make_company(size=size, now=options["at"] or timezone.now(), say=self.say)
        except company.NotEmptyError as error:
            message = "There is a company already. Use an empty database."
            raise CommandError(message, returncode=2) from error
        self.stdout.write(f"make_company: {told} in {monotonic() - start:.0f} seconds")

    def say(self, text: str) -> None:
        """Show how far it has come, on a terminal only."""
        if self.stdout.isatty():
            self.stdout.write(f"\r  {text}", ending="")
            self.stdout.flush()
