"""The rules of certifications, loaded once per batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from certification.awards.rules import Need
from certification.catalogue.models import Certification, CertificationVersion, Requirement
from certification.policy.rules.policy import Policy, parse_policy


@dataclass
class Rulebook:
    """The certifications with all their versions, loaded once per batch."""

    certifications: dict[int, Certification]
    versions: dict[int, list[CertificationVersion]]
    needs: dict[int, list[Need]]
    read: dict[int, tuple[Policy, tuple[Mapping[str, Any], ...]]] = field(default_factory=dict)

    def policies(self, certification_id: int) -> tuple[Policy, tuple[Mapping[str, Any], ...]]:
        """Return the first policy of a certification and the later ones as events, read once."""
        if certification_id not in self.read:
            first, *later = self.versions[certification_id]
            events = tuple(
                {
                    "type": "policy",
                    "effective_on": version.effective_on,
                    "policy": parse_policy(version.policy),
                    "recorded_at": version.recorded_at,
                }
                for version in later
            )
            self.read[certification_id] = (parse_policy(first.policy), events)
        return self.read[certification_id]

    @cached_property
    def versions_by_id(self) -> dict[int, CertificationVersion]:
        """Every version by its number in the database."""
        return {row.pk: row for rows in self.versions.values() for row in rows}

    def version_on(self, certification_id: int, day: date) -> CertificationVersion | None:
        """Return the version in force on a day; before the first one, the first."""
        versions = self.versions.get(certification_id, [])
        in_force = [version for version in versions if version.effective_on <= day]
        return in_force[-1] if in_force else (versions[0] if versions else None)


def load_rulebook(certification_ids: Collection[int] | None = None) -> Rulebook:
    """Return the rules of some or all certifications. Three queries."""
    rows = Certification.objects.select_related("design")
    if certification_ids is not None:
        rows = rows.filter(pk__in=certification_ids)
    certifications = {row.pk: row for row in rows}
    versions: dict[int, list[CertificationVersion]] = defaultdict(list)
    needs: dict[int, list[Need]] = defaultdict(list)
    for version in (
        CertificationVersion.objects.filter(certification_id__in=list(certifications))
        .prefetch_related("requirements")
        .order_by("effective_on", "number")
    ):
        version.certification = certifications[version.certification_id]
        versions[version.certification_id].append(version)
        needs[version.pk] = [to_need(row) for row in version.requirements.all()]
    return Rulebook(certifications, dict(versions), dict(needs))


def to_need(row: Requirement) -> Need:
    """Return a requirement as the rules take it."""
    return Need(
        id=row.pk,
        kind=row.kind,
        target=row.target,
        lowest_material_number=row.lowest_material_number,
        path=row.path,
        group=row.group,
        group_needs=row.group_needs,
    )
