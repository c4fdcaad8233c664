"""An impact as plain values that a database keeps, and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from certification.rulemaking.rules.impact import BranchImpact, Example, Impact, Numbers


def dump_impact(impact: Impact) -> dict[str, Any]:
    """Return an impact as JSON values."""
    return {
        "effective_on": impact.effective_on.isoformat(),
        "computed_at": impact.computed_at.isoformat(),
        "rows": [dump_row(row) for row in impact.rows],
        "totals": dump_row(impact.totals),
    }


def dump_row(row: BranchImpact) -> dict[str, Any]:
    """Return a row as JSON values."""
    found = asdict(row)
    for example in found["examples"]:
        for name in ("before", "after"):
            example[name] = example[name].isoformat() if example[name] else None
    return found


def load_impact(values: Mapping[str, Any]) -> Impact:
    """Return the impact that ``dump_impact`` wrote down."""
    return Impact(
        effective_on=date.fromisoformat(values["effective_on"]),
        computed_at=datetime.fromisoformat(values["computed_at"]),
        rows=tuple(load_row(row) for row in values["rows"]),
        totals=load_row(values["totals"]),
    )


def load_row(values: Mapping[str, Any]) -> BranchImpact:
    """Return the row that ``dump_row`` wrote down."""
    more = {
        "numbers": Numbers(**values["numbers"]),
        "migrated": Numbers(**values["migrated"]),
        "examples": tuple(load_example(row) for row in values["examples"]),
    }
    return BranchImpact(**{**values, **more})


def load_example(values: Mapping[str, Any]) -> Example:
    """Return the example that ``dump_row`` wrote down."""
    days = {
        name: date.fromisoformat(values[name]) if values[name] else None
        for name in ("before", "after")
    }
    return Example(**{**values, **days})
