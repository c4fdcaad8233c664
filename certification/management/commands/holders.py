"""``manage.py holders``: who was certified on a day, as known at a moment."""

from __future__ import annotations

import csv
import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.catalogue.models import Certification
from certification.reports.reads import Holder, find_holders
from lms.api import Branch, Employee, Region, parse_instant


class Command(BaseCommand):
    """Print the holders as CSV or JSON, and their number last on the error stream."""

    help = "List who was certified on a day, as known now or at an earlier instant."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take certification, day, and what narrows the list."""
        parser.add_argument("certification", help="certification code")
        parser.add_argument("--on", type=date.fromisoformat, required=True, metavar="DATE")
        parser.add_argument(
            "--known-at", type=parse_instant, metavar="ISO", help="an instant with zone"
        )
        parser.add_argument("--branch", metavar="CODE")
        parser.add_argument("--region", metavar="NAME")
        parser.add_argument("--format", choices=["csv", "json"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find the places, ask, print."""
        certification = find_or_refuse(Certification, "code", options["certification"])
        branch = options["branch"] and find_or_refuse(Branch, "code", options["branch"])
        region = options["region"] and find_or_refuse(Region, "name", options["region"])
        rows = find_holders(
            certification=certification,
            on=options["on"],
            people=Employee.objects.all(),
            known_at=options["known_at"],
            branch=branch or None,
            region=region or None,
        )
        if options["format"] == "json":
            found = [row._asdict() for row in rows]
            self.stdout.write(json.dumps(found, default=str, indent=2, ensure_ascii=False))
            count = len(found)
        else:
            count = self.write_csv(rows)
        self.stderr.write(f"holders: {count} on {options['on']}")

    def write_csv(self, rows: Any) -> int:
        """Write a header and a line per holder; return their number."""
        writer = csv.writer(self.stdout)
        writer.writerow(Holder._fields)
        count = 0
        for row in rows:
            writer.writerow(row)
            count += 1
        return count


def find_or_refuse(model: Any, field: str, value: str) -> Any:
    """Return the one row with this value, or stop with exit code 2."""
    row = model.objects.filter(**{field: value}).first()
    if row is None:
        raise CommandError(f"Unknown {model.__name__.lower()}: {value}", returncode=2)
    return row
