"""``manage.py advance``: the sweep."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from certification.awards.actions import advance
from lms.api import parse_instant


class Command(BaseCommand):
    """Bring every standing to now, or to a given instant."""

    help = "Open cycles that are due, count work left behind, let standings lapse, plan reminders."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the instant to advance to."""
        parser.add_argument(
            "--at", type=parse_instant, metavar="ISO", help="an instant with zone; default: now"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the sweep and say what it found."""
        done = advance(now=options["at"] or timezone.now())
        self.stdout.write(
            f"advance: {done.events} events, {done.assigned} people assigned, "
            f"{done.rows} rows looked at, {done.changed} standings changed, "
            f"{done.opened} cycles opened, {done.awarded} awards made"
        )
