"""``manage.py deliver``: the sender; alone it is enough, broker or not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from lms.messages.actions import deliver_due
from lms.organisation.rules import parse_instant


class Command(BaseCommand):
    """Send every mail that is due."""

    help = "Make mails of due notices and send each once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the instant up to which to send."""
        parser.add_argument(
            "--at", type=parse_instant, metavar="ISO", help="an instant with zone; default: now"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Send and say what became of the mails."""
        self.stdout.write(f"deliver: {deliver_due(now=options['at'] or timezone.now())}")
