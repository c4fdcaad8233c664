"""``manage.py load_demo``: the demo company, where its files are."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone


class Command(BaseCommand):
    """Load Harbour & Finch; a second run changes nothing."""

    help = "Load the demo company through the product's own importers."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or say that the files are not here."""
        if find_spec("demo") is None or find_spec("demo.loader") is None:
            raise CommandError("The demo company is not part of this installation.", returncode=2)
        start = monotonic()
        made = import_module("demo.loader").load_company(now=timezone.now(), say=self.say)
        if made:
            self.stdout.write(f"load_demo: loaded in {monotonic() - start:.0f} seconds")
        else:
            self.stdout.write("load_demo: already there, nothing changed")

    def say(self, text: str) -> None:
        """Show what is being loaded."""
        self.stdout.write(f"  {text}")
        self.stdout.flush()
