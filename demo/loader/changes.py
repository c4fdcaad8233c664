"""What changed for many at once: standards, rules of certifications, coverage, designs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from certification.awards.actions.migrate import migrate_cycles
from certification.catalogue.actions import import_certifications, retire_certification
from certification.certificates.actions import Look, add_design, read_logo
from certification.coverage.actions import add_coverage_rule
from demo.loader.files import FOLDER, Calendar, read_json
from demo.loader.people import HR, find_certification, find_login
from lms import api as lms_api

Change = dict[str, Any]


def change_standard(row: Change, calendar: Calendar, at: datetime) -> None:
    """Publish the next version of a standard: what it said, but for what the change says."""
    del calendar
    before = next(
        document for document in read_json("standards.json") if document["code"] == row["code"]
    )
    lms_api.import_standards(documents=[before | row["fields"]], actor=None, now=at)


def change_rule(row: Change, calendar: Calendar, at: datetime) -> None:
    """Publish the next version of a certification."""
    documents = read_json("certifications.json")
    before = next(document for document in documents if document["code"] == row["code"])
    import_certifications(
        documents=[
            before
            | {
                "policy": before["policy"] | row["policy"],
                "change_note": row["change_note"],
            }
        ],
        effective_on=calendar.day(row["effective_on"]),
        actor=find_login(HR),
        now=at,
    )


def move_cycles(row: Change, calendar: Calendar, at: datetime) -> None:
    """Move the open cycles of a certification to its newest version."""
    del calendar
    version = find_certification(row["code"]).versions.latest("number")
    migrate_cycles(to_version=version, reason=row["reason"], actor=find_login(HR), now=at)


def retire(row: Change, calendar: Calendar, at: datetime) -> None:
    """Retire a certification."""
    retire_certification(
        certification=find_certification(row["code"]),
        on=calendar.day(row["on"]),
        actor=find_login(HR),
        now=at,
    )


def ask_for_cover(row: Change, calendar: Calendar, at: datetime) -> None:
    """Ask for so many certified people at each branch."""
    region = lms_api.Region.objects.filter(name=row.get("region", "")).first()
    add_coverage_rule(
        certification=find_certification(row["code"]),
        at_least=row["at_least"],
        reason=row["reason"],
        from_on=calendar.day(row["at"]),
        region=region,
        actor=find_login(HR),
        now=at,
    )


CHANGES: dict[str, Callable[[Change, Calendar, datetime], None]] = {
    "standard_changed": change_standard,
    "rule_changed": change_rule,
    "cycles_moved": move_cycles,
    "retired": retire,
    "coverage": ask_for_cover,
}


def load_designs(now: datetime) -> None:
    """Bring in the designs of certificates and say which certification uses which."""
    for row in read_json("designs.json"):
        look = dict(row["look"])
        if row.get("logo"):
            look["logo"] = read_logo((FOLDER / "pictures" / row["logo"]).read_bytes())
        design = add_design(name=row["name"], look=Look(**look), actor=find_login(HR), now=now)
        for code in row["used_by"]:
            certification = find_certification(code)
            certification.design = design
            certification.save(update_fields=["design"])
