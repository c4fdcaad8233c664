"""``manage.py explain``: why a date is what it is."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certification.catalogue.models import Certification
from certification.reports.reads import explain_standing
from lms.api import Employee, local_day, parse_instant, zone_of


class Command(BaseCommand):
    """Print standing, task, duty and dates of a person, each with its reason."""

    help = "Explain an employee's standing in a certification."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take person, certification, day and format."""
        parser.add_argument("employee", help="employee number")
        parser.add_argument("certification", help="certification code")
        parser.add_argument("--on", type=date.fromisoformat, metavar="DATE")
        parser.add_argument(
            "--known-at", type=parse_instant, metavar="ISO", help="an instant with zone"
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find both, derive, print."""
        employee = (
            Employee.objects.filter(employee_number=options["employee"])
            .select_related("home_branch")
            .first()
        )
        certification = Certification.objects.filter(code=options["certification"]).first()
        if employee is None or certification is None:
            what = "employee" if employee is None else "certification"
            raise CommandError(f"Unknown {what}: {options[what]}", returncode=2)
        on = options["on"] or local_day(timezone.now(), zone_of(employee))
        told = explain_standing(
            employee=employee, certification=certification, on=on, known_at=options["known_at"]
        ).as_dict()
        if options["format"] == "json":
            self.stdout.write(json.dumps(told, default=str, indent=2, ensure_ascii=False))
            return
        for key in (
            "branch",
            "standing",
            "task",
            "required",
            "badge",
            "valid_from",
            "valid_until",
            "due_on",
        ):
            self.stdout.write(f"{key:>12}: {told[key]}")
        if told["due_because"]:
            self.stdout.write(f"  · {told['due_because']}")
        for reason in (*told["asked_because"], *told["reasons"]):
            self.stdout.write(f"  · {reason}")
        for award in told["awards"]:
            self.stdout.write(f"award {award['basis']} {award['valid_from']}")
            for line in award["trace"]:
                self.stdout.write(f"  · {line}")
        self.stdout.write(f"explain: {employee.full_name}, {certification.title}, on {on}")
