"""Changes of rules as plain values, so that a worker can count them too."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from certification.catalogue.models import AudienceRule, Certification
from certification.catalogue.rules import RequirementDraft
from certification.rulemaking.models import ImpactPreview
from certification.rulemaking.reads.audiences import RuleChange
from certification.rulemaking.reads.impact import Change
from certification.rulemaking.reads.versions import VersionChange
from certification.rulemaking.rules.impact import Impact
from certification.rulemaking.rules.stored import load_impact
from lms.api import Branch, Region


def describe_version_draft(
    *, policy: Mapping[str, Any], requirements: Sequence[RequirementDraft], effective_on: date
) -> dict[str, Any]:
    """Return a version under preview as JSON values."""
    return {
        "kind": "version",
        "policy": dict(policy),
        "requirements": [
            {
                "kind": row.kind,
                "target": str(row.target),
                "label": "",
                "lowest_material_number": row.lowest_material_number,
                "path": row.path,
                "group": row.group,
                "group_needs": row.group_needs,
            }
            for row in requirements
        ],
        "effective_on": effective_on.isoformat(),
    }


def describe_rule_draft(
    *,
    region: Region | None,
    branch: Branch | None,
    role_ids: Sequence[int],
    tenure_days: int,
    optional: bool,
    from_on: date,
    until_on: date | None,
    replaces: AudienceRule | None = None,
) -> dict[str, Any]:
    """Return an audience rule under preview as JSON values."""
    return {
        "kind": "rule",
        "region": region.pk if region is not None else None,
        "branch": branch.pk if branch is not None else None,
        "role_ids": sorted(role_ids),
        "tenure_days": tenure_days,
        "optional": optional,
        "from_on": from_on.isoformat(),
        "until_on": until_on.isoformat() if until_on else None,
        "replaces": replaces.pk if replaces is not None else None,
    }


def describe_rule_end(*, rule: AudienceRule, on: date) -> dict[str, Any]:
    """Return the end of a rule under preview as JSON values."""
    return {"kind": "rule_end", "rule": rule.pk, "from_on": on.isoformat()}


def digest_draft(draft: Mapping[str, Any], day: date) -> str:
    """Return what tells a draft from every other one; another day counts anew."""
    text = json.dumps([draft, day.isoformat()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def read_change(certification: Certification, draft: Mapping[str, Any]) -> Change:
    """Return the change that a draft stands for. Raises: KeyError for what is no draft."""
    if draft["kind"] == "version":
        requirements = [
            RequirementDraft(**{**row, "target": UUID(row["target"])})
            for row in draft["requirements"]
        ]
        effective_on = date.fromisoformat(draft["effective_on"])
        return VersionChange(certification, draft["policy"], requirements, effective_on)
    from_on = date.fromisoformat(draft["from_on"])
    if draft["kind"] == "rule_end":
        rule = AudienceRule.objects.get(pk=draft["rule"])
        return RuleChange(certification, from_on, ends=rule)
    begins = AudienceRule(
        certification=certification,
        region=Region.objects.filter(pk=draft["region"]).first(),
        branch=Branch.objects.filter(pk=draft["branch"]).first(),
        tenure_days=draft["tenure_days"],
        optional=draft["optional"],
        from_on=from_on,
        until_on=date.fromisoformat(draft["until_on"]) if draft["until_on"] else None,
    )
    ends = AudienceRule.objects.filter(pk=draft["replaces"]).first()
    roles = frozenset(draft["role_ids"])
    return RuleChange(certification, from_on, begins=begins, role_ids=roles, ends=ends)


def start_of_count(change: Change, now: datetime) -> Impact:
    """Return an impact in which nobody is counted yet."""
    return Impact(effective_on=change.effective_on, computed_at=now)


def impact_of(preview: ImpactPreview) -> Impact:
    """Return what a preview has counted so far."""
    return load_impact(preview.result)
