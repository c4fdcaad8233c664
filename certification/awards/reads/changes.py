"""Material changes of standards that some people have to catch up on, read for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from certification.awards.models import Award, AwardEvent, Cycle, CycleDelta, Delta
from certification.awards.reads.cases import Case
from certification.awards.reads.rows import local_today
from certification.awards.rules import Need
from certification.standing.rules import Pair

TAKEN_AWAY = frozenset({AwardEvent.Kind.REVOKED, AwardEvent.Kind.VOIDED, AwardEvent.Kind.CORRECTED})
ON_AND_OFF = frozenset(
    {AwardEvent.Kind.SUSPENDED, AwardEvent.Kind.REINSTATED, AwardEvent.Kind.REVOKED}
)


@dataclass
class ChangeBook:
    """The changes that may concern some people, and which cycles they joined.

    ``events`` and ``told`` gather what is written for all of them at once: what happened to
    awards, and who is to be told of which change.
    """

    deltas: dict[int, list[Delta]] = field(default_factory=dict)
    joined: dict[int, list[CycleDelta]] = field(default_factory=dict)
    events: list[AwardEvent] = field(default_factory=list)
    told: list[CycleDelta] = field(default_factory=list)

    def of_cycle(self, cycle: Cycle) -> list[Delta]:
        """Return the changes that joined a cycle, oldest first."""
        return [row.delta for row in self.joined.get(cycle.pk, ())]

    @property
    def kinds(self) -> set[str]:
        """The kinds of work that these changes ask for."""
        return {
            need.kind for rows in self.deltas.values() for row in rows for need in row.needs.all()
        }


def load_changes(cases: dict[Pair, Case]) -> ChangeBook:
    """Return the changes younger than what these people hold or work on.

    One query where there are none, else three, whatever the number of people.
    """
    oldest = min(
        (begun for case in cases.values() for begun in list_beginnings(case)), default=None
    )
    if oldest is None:
        return ChangeBook()
    rows = (
        Delta.objects.filter(
            certification_id__in={case.certification_id for case in cases.values()},
            standard_version__published_at__gte=oldest,
        )
        .select_related("standard_version__standard")
        .defer("standard_version__body")
        .prefetch_related("needs")
        .order_by("standard_version__published_at", "pk")
    )
    deltas: dict[int, list[Delta]] = defaultdict(list)
    for row in rows:
        deltas[row.certification_id].append(row)
    if not deltas:
        return ChangeBook()
    return ChangeBook(dict(deltas), load_joined(cases, deltas))


def list_beginnings(case: Case) -> Iterable[datetime]:
    """Return when a person earned what a change may touch, and when work under way began."""
    moment = last_earned(case)
    if moment is not None:
        yield moment
    if case.open_cycle is not None:
        yield case.open_cycle.counts_from


def load_joined(
    cases: dict[Pair, Case], deltas: dict[int, list[Delta]]
) -> dict[int, list[CycleDelta]]:
    """Return what joined the cycles of these cases, by the cycle's id. One query."""
    known = {row.pk: row for rows in deltas.values() for row in rows}
    cycles = {cycle.pk for case in cases.values() for cycle in case.cycles}
    joined: dict[int, list[CycleDelta]] = defaultdict(list)
    links = CycleDelta.objects.filter(cycle_id__in=cycles, delta_id__in=known)
    for link in links.order_by("recorded_at", "pk"):
        link.delta = known[link.delta_id]
        joined[link.cycle_id].append(link)
    return dict(joined)


def last_earned(case: Case) -> datetime | None:
    """Return when the newest award that still stands was earned."""
    moments = [
        award.awarded_at
        for award in case.awards
        if not any(event.kind in TAKEN_AWAY for event in case.award_events.get(award.pk, ()))
    ]
    return max(moments, default=None)


def is_suspended_by_change(case: Case, award: Award) -> bool:
    """Return whether an award is suspended because a change was not caught up on.

    The system suspends for no other reason; people who do are named in the event.
    """
    states = [row for row in case.award_events.get(award.pk, ()) if row.kind in ON_AND_OFF]
    last = states[-1] if states else None
    return last is not None and last.kind == AwardEvent.Kind.SUSPENDED and last.actor_id is None


def find_waiting_changes(case: Case, book: ChangeBook, *, is_holder: bool) -> list[Delta]:
    """Return the changes that concern a case and have joined none of its cycles, oldest first.

    They concern who earned what is held before the change, and whoever does not hold it but
    began the work under way before. Some may take effect on a later day only.
    """
    if is_holder:
        since = last_earned(case)
    else:
        since = case.open_cycle.counts_from if case.open_cycle is not None else None
    if since is None:
        return []
    met = {
        row.delta_id
        for cycle in case.cycles
        if cycle.state != Cycle.State.CANCELLED
        for row in book.joined.get(cycle.pk, ())
    }
    return [
        delta
        for delta in book.deltas.get(case.certification_id, ())
        if delta.pk not in met and delta.standard_version.published_at > since
    ]


def find_next_change(case: Case, book: ChangeBook, now: datetime) -> date | None:
    """Return the next local day on which a change takes effect for a case, or None."""
    today = local_today(case, now)
    days = [
        delta.effective_on
        for delta in book.deltas.get(case.certification_id, ())
        if delta.effective_on > today
    ]
    return min(days, default=None)


def to_change_needs(delta: Delta) -> list[Need]:
    """Return what a change asks for as the rules take it: all of it."""
    return [
        Need(
            id=need.pk,
            kind=need.kind,
            target=need.target,
            lowest_material_number=need.lowest_material_number,
            path="both",
            group="",
            group_needs=1,
        )
        for need in delta.needs.all()
    ]
