"""One life: what happened to a person in one certification, derived once and given to many.

The dates of a life come from ``timeline`` alone, as those of real people do. Whoever shares time
zone, career and variant has the same facts, and therefore the same standing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from benchmarks.company.plan import Career
from certification.awards.actions.cycles import count_from
from certification.awards.models import (
    Assignment,
    AssignmentEnd,
    Award,
    AwardEvent,
    Cycle,
    Exemption,
)
from certification.awards.reads import (
    Case,
    Rulebook,
    award_numbers,
    derive_row,
    derive_timeline,
    local_today,
)
from certification.awards.rules import start_of_day
from certification.catalogue.models import AudienceRule
from certification.policy.rules.cycles import Cycle as WantedCycle
from certification.standing.rules import Derived
from lms.api import Absence, Employee

MOST_CYCLES = 8
DAY = timedelta(days=1)


@dataclass
class Life:
    """The facts of one person and certification, and what follows from them."""

    case: Case
    row: Derived
    ends: list[AssignmentEnd] = field(default_factory=list)


class Lives:
    """Makes lives of any certification under its rules, as of one moment."""

    def __init__(
        self, *, seed: int, rulebook: Rulebook, rules: dict[int, AudienceRule], now: datetime
    ) -> None:
        self.seed = seed
        self.rulebook = rulebook
        self.rules = rules
        self.now = now

    def live(self, certification_id: int, zone: str, career: Career, variant: int) -> Life:
        """Return one life; the same arguments return the same one."""
        rng = Random(f"{self.seed}:{certification_id}:{zone}:{career.number}:{variant}")  # noqa: S311
        rule = self.rules[certification_id]
        case = Case(Employee(pk=1, home_branch_id=1), certification_id, zone)
        case.absences = list_absences(career)
        life = Life(case, row=None)  # type: ignore[arg-type]  # derived last
        since = max(career.hired_on, rule.from_on)
        self.ask(life, rule, since, career)
        if since > career.hired_on + 60 * DAY and rng.random() < 0.7:
            self.bring_along(case, since, rng)
        if rng.random() < 0.015:
            exempt(case, since, local_today(case, self.now), rng)
        until = career.left_on or local_today(case, self.now) + DAY
        cursor = self.go_through(case, since, until, rng)
        if career.left_on is not None:
            cancel_open(case, career.left_on)
        elif case.open_cycle is None and rng.random() < 0.08:
            self.disturb(case, cursor, until, rng)
        life.row = derive_row(case, self.rulebook, self.now)
        return life

    def ask(self, life: Life, rule: AudienceRule, since: date, career: Career) -> None:
        """Assign by rule from a day on, until the person left."""
        assignment = Assignment(
            certification_id=rule.certification_id,
            source=Assignment.Source.RULE,
            rule=rule,
            optional=rule.optional,
            from_on=since,
            reason=rule.reason,
            recorded_at=start_of_day(since, life.case.zone),
        )
        life.case.assignments.append(assignment)
        if career.left_on is not None:
            life.ends.append(
                AssignmentEnd(
                    assignment=assignment,
                    on=career.left_on,
                    reason="The rule no longer applies.",
                    recorded_at=start_of_day(career.left_on, life.case.zone),
                )
            )

    def bring_along(self, case: Case, since: date, rng: Random) -> None:
        """Record an award from before the certification was kept here."""
        version = self.rulebook.version_on(case.certification_id, since)
        assert version is not None
        active = version.policy["active"]
        days = 365 if active is None else {"P6M": 182, "P1Y": 365, "P2Y": 730, "P3Y": 1095}[active]
        valid_from = since - timedelta(days=rng.randint(1, days - 10))
        valid_until = None if active is None else valid_from + timedelta(days=days)
        case.awards.append(
            Award(
                pk=1,
                certification_id=case.certification_id,
                version=version,
                basis=Award.Basis.IMPORTED,
                awarded_at=start_of_day(valid_from, case.zone),
                zone=case.zone,
                valid_from=valid_from,
                valid_until=valid_until,
                anchor_on=valid_until,
                evidence_note="paper file",
                trace=["imported: dates as given"],
                recorded_at=start_of_day(since, case.zone),
            )
        )

    def go_through(self, case: Case, since: date, until: date, rng: Random) -> date:
        """Open cycle after cycle and complete most of them; return the day of the last award."""
        cursor = since
        for _turn in range(MOST_CYCLES):
            found = self.find_opening(case, cursor, until)
            if found is None:
                return cursor
            cycle = self.open(case, *found)
            done_on = draw_completion(cycle, found[0], rng)
            if done_on is None or done_on >= until:
                if rng.random() < 0.3:
                    cycle.started_at = start_of_day(found[0], case.zone) + timedelta(hours=2)
                    case.forget_timeline()
                return cursor
            self.complete(case, cycle, done_on, rng)
            cursor = done_on
        return cursor

    def find_opening(
        self, case: Case, cursor: date, until: date
    ) -> tuple[date, WantedCycle] | None:
        """Return the next day before ``until`` on which a cycle opens, and the cycle."""
        line = derive_timeline(case, self.rulebook)
        while cursor < until:
            wanted = line.open_cycle(cursor)
            if wanted is None:
                return None
            if wanted.opens_on <= cursor:
                return cursor, wanted
            cursor = wanted.opens_on
        return None

    def open(self, case: Case, on: date, wanted: WantedCycle) -> Cycle:
        """Freeze a cycle as the sweep of that day would have."""
        version = self.rulebook.version_on(case.certification_id, wanted.opens_on)
        assert version is not None
        cycle = Cycle(
            certification_id=case.certification_id,
            version=version,
            seq=len(case.cycles) + 1,
            kind=wanted.kind,
            opens_on=wanted.opens_on,
            due_on=wanted.planned_due_on,
            closes_on=wanted.planned_closes_on,
            baseline_until=wanted.baseline_until,
            counts_from=count_from(case, version, wanted.opens_on),
            recorded_at=start_of_day(on, case.zone) + timedelta(hours=1),
        )
        case.cycles.append(cycle)
        case.forget_timeline()
        return cycle

    def complete(self, case: Case, cycle: Cycle, on: date, rng: Random) -> None:
        """Add the award that a cycle earns when it is completed on a day."""
        at = start_of_day(on, case.zone) + timedelta(minutes=rng.randint(9 * 60, 17 * 60))
        award = Award(
            certification_id=case.certification_id,
            version=cycle.version,
            basis=Award.Basis.COMPLETED,
            awarded_at=at,
            zone=case.zone,
            recorded_at=at,
            frozen={"version": cycle.version.number, "evidence": []},
        )
        award.cycle = cycle
        case.awards.append(award)
        case.forget_timeline()
        number = award_numbers(case)[award.uuid]
        made = derive_timeline(case, self.rulebook).awards
        earned = next(one for one in made if one.number == number)
        award.valid_from = earned.valid_from
        award.valid_until = earned.valid_until
        award.anchor_on = earned.anchor_on
        award.anchor_active = earned.anchor_active or ""
        award.intervals = earned.intervals
        award.trace = list(earned.trace)
        award.pk = len(case.awards)
        cycle.state = Cycle.State.COMPLETED
        cycle.started_at = cycle.finished_at = at
        case.forget_timeline()

    def disturb(self, case: Case, cursor: date, until: date, rng: Random) -> None:
        """Revoke, suspend or extend the last award, and open what that asks for."""
        if not case.awards or (until - cursor).days < 3:
            return
        award = case.awards[-1]
        on = cursor + timedelta(days=rng.randint(1, (until - cursor).days - 2))
        kind = rng.choice([AwardEvent.Kind.REVOKED, AwardEvent.Kind.SUSPENDED, "extended"])
        event = AwardEvent(
            kind=kind,
            effective_on=on,
            reason="Drawn by lot",
            recorded_at=start_of_day(on, case.zone) + timedelta(hours=8),
        )
        if kind == AwardEvent.Kind.EXTENDED:
            if award.valid_until is None:
                return
            event.until_on = max(award.valid_until, on) + 30 * DAY
        case.award_events[award.pk] = [event]
        case.forget_timeline()
        found = self.find_opening(case, local_today(case, self.now), until)
        if found is not None:
            self.open(case, *found)


def list_absences(career: Career) -> list[Absence]:
    """Return the leave of a career, not stored."""
    if career.absent_from is None or career.absent_until is None:
        return []
    noon = datetime.combine(career.absent_from - DAY, datetime.min.time(), UTC)
    leave = Absence(
        kind=Absence.Kind.PARENTAL,
        from_on=career.absent_from,
        until_on=career.absent_until,
        recorded_at=noon,
    )
    return [as_if_read(leave)]


def as_if_read(row: Any) -> Any:
    """Return leave or an exemption as if read from the database, with no earlier end to it."""
    row.pk = 1
    ends = type(row).ends.rel.related_model.objects
    row._prefetched_objects_cache = {"ends": ends.none()}  # noqa: SLF001  (it is not stored)
    return row


def exempt(case: Case, since: date, today: date, rng: Random) -> None:
    """Exempt for some months around today."""
    from_on = max(since, today - timedelta(days=rng.randint(0, 150)))
    exemption = Exemption(
        certification_id=case.certification_id,
        from_on=from_on,
        until_on=from_on + timedelta(days=rng.randint(60, 200)),
        reason="Works elsewhere for a while",
        recorded_at=start_of_day(from_on, case.zone),
    )
    case.exemptions.append(as_if_read(exemption))


def draw_completion(cycle: Cycle, on: date, rng: Random) -> date | None:
    """Return when a cycle opened ``on`` is completed: in time mostly, late at times, or never."""
    chance = rng.random()
    if chance < 0.04:
        return None
    late = cycle.due_on is not None and chance < 0.13
    if late and cycle.due_on is not None:
        return max(on, cycle.due_on) + timedelta(days=rng.randint(1, 45))
    days = 30 if cycle.due_on is None else (cycle.due_on - on).days
    return on + timedelta(days=rng.randint(0, max(days, 0)))


def cancel_open(case: Case, left_on: date) -> None:
    """Close the open cycle of somebody who left."""
    cycle = case.open_cycle
    if cycle is not None:
        cycle.state = Cycle.State.CANCELLED
        cycle.finished_at = start_of_day(left_on, case.zone)
        case.forget_timeline()
