"""Which lessons to read again after a role-play that did not pass, and why those."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lms.api import Standard, registry
from quizzes.scenarios.rules import Decision

# More would be a reading list, and nobody reads those.
MOST_READINGS = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """A standard to look at again: the reason in words, and the lessons that teach it."""

    title: str
    reason: str
    links: tuple[tuple[str, str], ...]


def find_weak(decisions: Sequence[Decision]) -> list[str]:
    """Return the standards that were gone against, what must never happen first. No query."""
    wrong = [d.choice for d in decisions if d.choice.critical or d.choice.verdict == "violates"]
    worst_first = sorted(wrong, key=lambda choice: not choice.critical)
    return list(dict.fromkeys(code for choice in worst_first for code in sorted(choice.points)))


def list_readings(
    codes: Sequence[str], titles: Mapping[str, str], reasons: Mapping[str, str]
) -> tuple[Reading, ...]:
    """Return the lessons on each standard; one without a reason of its own was gone against.

    One query, and what the providers of ``registry.standard_links`` ask for each standard.
    """
    wanted = list(codes)[:MOST_READINGS]
    standards = {row.code: row for row in Standard.objects.filter(code__in=wanted)}
    readings = []
    for code in wanted:
        if code not in standards:
            continue
        found = [link for provide in registry.standard_links for link in provide(standards[code])]
        lessons = dict.fromkeys((link.label, link.url) for link in found if link.kind == "lesson")
        reason = reasons.get(code) or _("Something you said goes against this standard.")
        readings.append(Reading(titles.get(code, code), reason, tuple(lessons)))
    return tuple(readings)
