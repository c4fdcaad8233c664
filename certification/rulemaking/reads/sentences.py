"""What a version changes in words, and whom it reaches in numbers that last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from certification.catalogue.models import CertificationVersion
from certification.reports.reads.rulebook import describe_requirements, describe_rule
from certification.rulemaking.rules.impact import Impact


@dataclass(frozen=True)
class Difference:
    """The sentences of a version beside those of the one before."""

    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    same: tuple[str, ...] = ()


def compare_sentences(newest: CertificationVersion | None, lines: Sequence[str]) -> Difference:
    """Return which sentences go, come and stay. One query; a first version has only new ones."""
    if newest is None:
        return Difference(new=tuple(lines))
    requirements = list(newest.requirements.order_by("position", "pk"))
    before = [*describe_requirements(requirements), *describe_rule(newest)]
    return Difference(
        gone=tuple(line for line in before if line not in lines),
        new=tuple(line for line in lines if line not in before),
        same=tuple(line for line in lines if line in before),
    )


def summarise_impact(impact: Impact) -> dict[str, Any]:
    """Return the numbers of a preview as they are kept with the version: no names."""
    return {
        **asdict(impact.totals.numbers),
        "open_cycles": impact.totals.open_cycles,
        "branches": len(impact.rows),
        "computed_at": impact.computed_at.isoformat(),
    }
