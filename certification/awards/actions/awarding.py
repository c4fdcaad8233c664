"""Count finished work for the open cycles, and award what is complete."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from certification.awards.actions.catching_up import CaughtUp, catch_up
from certification.awards.actions.cycles import create_cycle
from certification.awards.models import Award, AwardName, Cycle, CycleEvidence
from certification.awards.reads import (
    Case,
    ChangeBook,
    Rulebook,
    award_numbers,
    derive_timeline,
    frozen_wording,
    local_today,
    path_of_cycle,
    read_proven_work,
)
from certification.awards.rules import (
    HeldSpan,
    Need,
    Work,
    find_completion,
    find_span,
    match_evidence,
    select_needs,
    start_of_day,
)
from certification.catalogue.models import CertificationVersion, Requirement
from certification.standing.rules import Pair
from courses import api as courses_api
from lms import api as lms_api
from quizzes import api as quizzes_api

Works = Mapping[int, list[Work]]
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
HELD: Final = Requirement.Kind.CERTIFICATION.value

READERS: Final[tuple[tuple[frozenset[str], Callable[..., Iterable[lms_api.FinishedWork]]], ...]] = (
    (frozenset({"acknowledgement"}), lms_api.read_acknowledged_work),
    (frozenset({"quiz", "scenario"}), quizzes_api.read_finished_work),
    (frozenset({"course"}), courses_api.read_finished_work),
    (frozenset({"lesson"}), courses_api.read_finished_lessons),
    (frozenset({"evidence", "sign_off"}), read_proven_work),
)
"""Who knows of which kinds of finished work."""


@dataclass
class Batch:
    """Some people's cases, and all that deciding about them needs, read once."""

    cases: dict[Pair, Case]
    rulebook: Rulebook
    changes: ChangeBook
    now: datetime
    works: Works = field(default_factory=dict)

    def works_of(self, case: Case) -> list[Work]:
        """Return what the person of a case finished."""
        return self.works.get(case.employee.pk, [])

    @cached_property
    def certification_ids(self) -> dict[UUID, int]:
        """The ids of the certifications by uuid."""
        return {row.uuid: key for key, row in self.rulebook.certifications.items()}

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of work that anything asks for."""
        asked = (need.kind for needs in self.rulebook.needs.values() for need in needs)
        return frozenset(chain(asked, self.changes.kinds))


def load_works(batch: Batch, since: datetime | None) -> dict[int, list[Work]]:
    """Return everything asked for that these people finished, by employee id.

    One call per lower app that anything is asked of.
    """
    ids = sorted({case.employee.pk for case in batch.cases.values()})
    return read_works(ids, since, batch.kinds)


def read_works(
    employee_ids: Sequence[int], since: datetime | None, kinds: frozenset[str]
) -> dict[int, list[Work]]:
    """Return what these people finished of some kinds, by employee id."""
    works: dict[int, list[Work]] = {}
    for known, read in READERS:
        if not known & kinds:
            continue
        for row in read(employee_ids=employee_ids, since=since):
            works.setdefault(row.employee_id, []).append(
                Work(
                    kind=row.kind,
                    target=row.work_uuid,
                    evidence=row.evidence_uuid,
                    done_at=row.done_at,
                    material_number=row.material_number,
                )
            )
    return works


def needs_of(case: Case, cycle: Cycle, batch: Batch) -> list[Need]:
    """Return what a cycle asks for, but for the changes that joined it."""
    path = path_of_cycle(cycle, local_today(case, batch.now))
    return select_needs(batch.rulebook.needs.get(cycle.version_id, []), path)


def find_held(case: Case, needs: Iterable[Need], batch: Batch) -> dict[int, list[HeldSpan]]:
    """Return when the other certifications that a person's needs ask for are held. No query."""
    found = {}
    for need in needs:
        other = batch.certification_ids.get(need.target) if need.kind == HELD else None
        held = batch.cases.get((case.employee.pk, other)) if other is not None else None
        if held is not None and held.awards:
            found[need.id] = list_held_spans(held, batch.rulebook)
    return found


def list_held_spans(case: Case, rulebook: Rulebook) -> list[HeldSpan]:
    """Return the spans on which a case is held, to the moment of the completion it begins with."""
    spans = []
    for begins_on, ends_on in derive_timeline(case, rulebook).spans():
        begins_at = start_of_day(begins_on, case.zone)
        first = next((award for award in case.awards if award.valid_from == begins_on), None)
        if first is not None and first.basis == Award.Basis.COMPLETED:
            begins_at = max(begins_at, first.awarded_at)
        spans.append(
            HeldSpan(
                begins_at=begins_at,
                ends_at=start_of_day(ends_on, case.zone) if ends_on is not None else None,
                evidence=(first or case.awards[-1]).uuid,
            )
        )
    return spans


def complete_cycle(case: Case, batch: Batch) -> Award | None:
    """Record the evidence for the open cycle and award it when its last requirement is met.

    A cycle that a change joined is complete when the change is caught up on as well. One that is
    only there for a change ends then, without an award: what is held stays as it is.
    """
    cycle = case.open_cycle
    if cycle is None:
        return None
    needs = needs_of(case, cycle, batch)
    found = match_evidence(needs, batch.works_of(case), cycle.counts_from)
    caught_up = catch_up(case, batch.rulebook, batch.changes, batch.works_of(case), batch.now)
    held = find_held(case, needs, batch)
    if not (found or held or caught_up.found):
        return None
    evidence = store_evidence(cycle, found, caught_up, batch.now)
    done = {row.requirement_id: row.done_at for row in evidence if row.requirement_id is not None}
    completed_at = None
    if caught_up.is_complete:
        # Nothing is complete under a version before the cycle was moved to it.
        moments = [move.recorded_at for move in case.moves.get(cycle.pk, ())]
        since = max([cycle.counts_from, caught_up.at or cycle.counts_from, *moments])
        completed_at = find_completion(needs, done, held, since=since, by=batch.now)
    if completed_at is None:
        if evidence:
            mark_started(case, cycle, min(row.done_at for row in evidence))
        return None
    evidence = store_held(cycle, needs, held, evidence, completed_at, batch.now)
    return award_cycle(case, cycle, batch, evidence, completed_at=completed_at)


def read_evidence(cycle: Cycle) -> list[CycleEvidence]:
    """Return what met the requirements of a cycle, in order of when it was done. One query.

    A cycle that was moved keeps what met those of its former version, which no longer count.
    """
    counts = Q(requirement__version=cycle.version_id) | Q(delta_need__isnull=False)
    rows = CycleEvidence.objects.filter(counts, cycle=cycle)
    rows = rows.select_related("requirement", "delta_need")
    return list(rows.order_by("done_at", "pk"))


def store_evidence(
    cycle: Cycle, found: Mapping[int, Work], caught_up: CaughtUp, now: datetime
) -> list[CycleEvidence]:
    """Write which work met which need; what is already written stays. Return all there is."""
    rows = [make_evidence(cycle, work, now, requirement_id=key) for key, work in found.items()]
    rows += [
        make_evidence(cycle, work, now, delta_need_id=key) for key, work in caught_up.found.items()
    ]
    if rows:
        CycleEvidence.objects.bulk_create(rows, ignore_conflicts=True)
    return read_evidence(cycle)


def make_evidence(cycle: Cycle, work: Work, now: datetime, **met: int) -> CycleEvidence:
    """Return a row of evidence, not yet stored; ``met`` names the need it meets."""
    return CycleEvidence(
        cycle=cycle,
        kind=work.kind,
        uuid=work.evidence,
        material_number=work.material_number,
        done_at=work.done_at,
        recorded_at=now,
        **met,
    )


def store_held(
    cycle: Cycle,
    needs: Sequence[Need],
    held: Mapping[int, Sequence[HeldSpan]],
    evidence: list[CycleEvidence],
    completed_at: datetime,
    now: datetime,
) -> list[CycleEvidence]:
    """Write which other certifications were held at the completion; return all the evidence.

    Only now: while the cycle is open, a lapse takes such a need back.
    """
    spans = {
        need: span
        for need in needs
        if (span := find_span(held.get(need.id, ()), completed_at)) is not None
    }
    if not spans:
        return evidence
    CycleEvidence.objects.bulk_create(
        [
            make_evidence(
                cycle,
                Work(HELD, need.target, span.evidence, span.begins_at, 1),
                now,
                requirement_id=need.id,
            )
            for need, span in spans.items()
        ],
        ignore_conflicts=True,
    )
    return read_evidence(cycle)


def mark_started(case: Case, cycle: Cycle, at: datetime) -> None:
    """Note when work on a cycle began; the first note stays."""
    if cycle.started_at is None and cycle.state == Cycle.State.OPEN:
        cycle.started_at = at
        cycle.save(update_fields=["started_at"])
        case.forget_timeline()


def award_early(case: Case, batch: Batch) -> Award | None:
    """Award somebody who completed everything while no cycle was open.

    That is a renewal before its window, or somebody of whom it was never asked. Only what was
    done or begun to be held after the last award counts, so that one piece of work never earns
    the same certification twice.
    """
    if case.open_cycle is not None:
        return None
    last = max((award.awarded_at for award in case.awards), default=None)
    since = last + timedelta(microseconds=1) if last is not None else LONG_AGO
    version = batch.rulebook.version_on(case.certification_id, local_today(case, batch.now))
    if version is None:
        return None
    kind = Cycle.Kind.RENEWAL if last is not None else Cycle.Kind.VOLUNTARY
    needs = select_needs(batch.rulebook.needs.get(version.pk, []), kind)
    found = match_evidence(needs, batch.works_of(case), since)
    held = find_held(case, needs, batch)
    done = {key: work.done_at for key, work in found.items()}
    begun = [span.begins_at for spans in held.values() for span in spans if span.begins_at >= since]
    moments = [*done.values(), *begun]
    completed_at = find_completion(needs, done, held, since=since, by=batch.now)
    if completed_at is None or not any(moment <= completed_at for moment in moments):
        return None
    opened_at = min(moments)
    cycle = create_cycle(
        case,
        version,
        kind=Cycle.Kind.VOLUNTARY,
        opens_on=opened_at.astimezone(ZoneInfo(case.zone)).date(),
        counts_from=opened_at,
        now=batch.now,
    )
    evidence = store_evidence(cycle, found, CaughtUp(), batch.now)
    evidence = store_held(cycle, needs, held, evidence, completed_at, batch.now)
    return award_cycle(case, cycle, batch, evidence, completed_at=completed_at)


def award_cycle(
    case: Case,
    cycle: Cycle,
    batch: Batch,
    evidence: Sequence[CycleEvidence],
    *,
    completed_at: datetime,
) -> Award:
    """Write the award that a completed cycle earns, dated on the completion day, and close it."""
    employee = case.employee
    award = Award(
        employee=employee,
        certification_id=case.certification_id,
        version=cycle.version,
        cycle=cycle,
        basis=Award.Basis.COMPLETED,
        awarded_at=completed_at,
        zone=case.zone,
        branch_id=employee.home_branch_id,
        idempotency_key=f"cycle:{cycle.uuid}",
        recorded_at=batch.now,
    )
    case.awards.append(award)
    case.forget_timeline()
    number = award_numbers(case)[award.uuid]
    earned = next(
        made for made in derive_timeline(case, batch.rulebook).awards if made.number == number
    )
    award.valid_from = earned.valid_from
    award.valid_until = earned.valid_until
    award.anchor_on = earned.anchor_on
    award.anchor_active = earned.anchor_active or ""
    award.intervals = earned.intervals
    award.trace = list(earned.trace)
    award.frozen = freeze(case, cycle, batch.rulebook, evidence)
    award.save()
    AwardName.objects.create(award=award, full_name=employee.full_name)
    cycle.state = Cycle.State.COMPLETED
    cycle.finished_at = completed_at
    cycle.started_at = cycle.started_at or completed_at
    cycle.save(update_fields=["state", "finished_at", "started_at"])
    case.forget_timeline()
    return award


def find_version(rulebook: Rulebook, cycle: Cycle) -> CertificationVersion:
    """Return the version of a cycle as the rulebook loaded it."""
    versions = rulebook.versions[cycle.certification_id]
    return next(version for version in versions if version.pk == cycle.version_id)


def freeze(
    case: Case, cycle: Cycle, rulebook: Rulebook, evidence: Sequence[CycleEvidence]
) -> dict[str, Any]:
    """Return what a certificate says and rests on, as it was when it was earned."""
    version = find_version(rulebook, cycle)
    return frozen_wording(case.employee, version) | {
        "evidence": [
            {
                "label": row.label,
                "kind": row.kind,
                "uuid": str(row.uuid),
                "material_number": row.material_number,
                "done_at": row.done_at.isoformat(),
            }
            for row in evidence
        ],
    }
