"""``manage.py show_logins``: where the demo runs and who may sign in."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Print the demo's address and logins."""

    help = "Print the demo's address and logins."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the port."""
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a table."""
        if find_spec("demo") is None or find_spec("demo.loader") is None:
            raise CommandError("The demo company is not part of this installation.", returncode=2)
        site = f"http://127.0.0.1:{options['port']}"
        self.stdout.write(f"\n  My training  {site}/\n  Admin        {site}/admin/\n")
        self.stdout.write("\n  Sign in with           Password            Who")
        for login, password, what in import_module("demo.loader").list_logins():
            self.stdout.write(f"  {login:<30} {password:<19} {what}")
        self.stdout.write("\n  Ctrl-C stops web, worker and beat.\n")
