"""What people have done already of what a version under preview asks for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from certification.awards.actions.awarding import read_works
from certification.awards.models import Cycle, CycleEvidence
from certification.awards.reads import Case, Rulebook
from certification.awards.rules import (
    Need,
    Work,
    find_completion,
    match_evidence,
    select_needs,
)
from certification.policy.rules.cycles import Cycle as OpenCycle

NOT_STORED: Final = -1
"""The key of a version that exists only in a preview."""


@dataclass
class Desk:
    """The finished work of some people with open cycles. Empty where it cannot matter."""

    works: Mapping[int, Sequence[Work]] = field(default_factory=dict)
    done: Mapping[int, Mapping[tuple[str, UUID], datetime]] = field(default_factory=dict)

    def is_complete(self, case: Case, planned: Rulebook, cycle: OpenCycle) -> bool:
        """Return whether everything that the version asks for is done.

        That another certification is held is left out: who lacks only that is not counted.
        """
        stored = case.open_cycle
        needs = select_needs(planned.needs[NOT_STORED], cycle.kind)
        if stored is None or asks_the_same(needs, stored, planned):
            return False
        found = match_evidence(needs, self.works.get(case.employee.pk, ()), stored.counts_from)
        done = {key: work.done_at for key, work in found.items()}
        kept = self.done.get(stored.pk, {})
        for need in needs:
            if (need.kind, need.target) in kept:
                done[need.id] = kept[need.kind, need.target]
        return find_completion(needs, done) is not None


def asks_the_same(needs: Sequence[Need], cycle: Cycle, rulebook: Rulebook) -> bool:
    """Return whether a cycle asks for just this already: then moving it completes nothing."""
    present = select_needs(rulebook.needs.get(cycle.version_id, []), cycle.kind)
    return {signature(need) for need in present} == {signature(need) for need in needs}


def signature(need: Need) -> tuple[str, UUID, int, str, int]:
    """Return what a need asks for, whatever its key."""
    return need.kind, need.target, need.lowest_material_number, need.group, need.group_needs


def load_done(cases: Collection[Case], planned: Rulebook) -> Desk:
    """Return the finished work that decides whether a move completes anything.

    Nothing is read where the version asks for what the open cycles ask for already. Otherwise
    one query, and one for each kind of work.
    """
    draft = planned.needs[NOT_STORED]
    cycles = [
        cycle
        for case in cases
        if (cycle := case.open_cycle) is not None
        and not asks_the_same(select_needs(draft, cycle.kind), cycle, planned)
    ]
    if not cycles:
        return Desk()
    done: dict[int, dict[tuple[str, UUID], datetime]] = {}
    rows = CycleEvidence.objects.filter(
        cycle__in=[cycle.pk for cycle in cycles], requirement__isnull=False
    ).select_related("requirement")
    for row in rows:
        if row.requirement is not None:
            key = (row.requirement.kind, row.requirement.target)
            done.setdefault(row.cycle_id, {})[key] = row.done_at
    ids = sorted({cycle.employee_id for cycle in cycles})
    since = min(cycle.counts_from for cycle in cycles)
    return Desk(read_works(ids, since, frozenset(need.kind for need in draft)), done)
