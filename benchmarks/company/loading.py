"""Put the company into an empty database, branch by branch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from time import monotonic
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.company.lives import Life, Lives, list_absences
from benchmarks.company.plan import (
    AREAS,
    FAMILY,
    GIVEN,
    ROLES,
    Career,
    Size,
    draw_careers,
    introduced_on,
    list_versions,
    spread_people,
)
from benchmarks.company.sheets import (
    WORKERS,
    Sheet,
    end_load,
    open_sheets,
    speed_up_session,
    without_indexes,
)
from certification.awards.models import AwardName
from certification.awards.reads import load_rulebook
from certification.awards.rules import start_of_day
from certification.catalogue.models import (
    AudienceRule,
    Certification,
    CertificationVersion,
    Requirement,
)
from certification.standing.actions import to_model, to_share
from certification.standing.models import BranchTally, CoverageSpan
from certification.standing.rules import TALLY_FIELDS
from lms.api import Branch, Employee, JobRole, Posting, Region

VARIANTS: Final = 2
PEOPLE_AT_ONCE: Final = 1_000
STRIDE: Final = 8
"""Room for the numbers of several cycles or awards of one pair, so that workers need not agree."""

Say = Callable[[str], None]


class NotEmptyError(Exception):
    """There is a company in the database already."""


@dataclass(frozen=True)
class Stamp:
    """A life in the form of rows: tails by table, and where it counts in the tally."""

    assignment: Any
    ends: tuple[Any, ...]
    exemptions: tuple[Any, ...]
    cycles: tuple[Any, ...]
    awards: tuple[tuple[Any, int | None], ...]
    events: tuple[tuple[int, Any], ...]
    spans: tuple[Any, ...]
    standing: Any
    counts: tuple[int, ...]


def make_company(*, size: Size, now: datetime, say: Say = lambda _text: None) -> None:
    """Load the company as of ``now``.

    On PostgreSQL the rows come in by COPY over two connections, each part in its own transaction:
    drop the database when it was interrupted.

    Raises: NotEmptyError.
    """
    if Employee.objects.exists() or Branch.objects.exists() or Certification.objects.exists():
        raise NotEmptyError
    with transaction.atomic():
        branches = make_places(size)
        make_rules(size, timezone.localdate(now), now)
    loader = Loader(size, branches, now)
    sheets = open_sheets()
    with without_indexes(sheets):
        loader.load_all(say)
        say("building indexes")
    end_load(sheets, Branch, BranchTally, Certification, JobRole)


def make_places(size: Size) -> list[Branch]:
    """Write regions three steps deep, branches and job roles; return the branches in order."""
    tops = [Region.add_root(name=area, uuid=make_uuid(area)) for area, _zone in AREAS]
    below = max(1, min(5, size.branches // 50))
    leaves = []
    for number, top in enumerate(tops):
        for country in range(below):
            name = f"{AREAS[number][0]} {country + 1}"
            node = top.add_child(name=name, uuid=make_uuid(name))
            for part in range(below):
                leaf = node.add_child(name=f"{name}.{part + 1}", uuid=make_uuid(f"{name}.{part}"))
                leaves.append((leaf, AREAS[number][1]))
    found = []
    for number in range(size.branches):
        # Neighbours in number are neighbours in the tree.
        leaf, zone = leaves[number * len(leaves) // size.branches]
        code = f"B{number + 1:05d}"
        found.append(
            Branch(
                id=number + 1,
                uuid=make_uuid(code),
                code=code,
                name=f"Branch {number + 1}",
                region_id=leaf.pk,
                time_zone=zone,
            )
        )
    Branch.objects.bulk_create(found, batch_size=1000)
    JobRole.objects.bulk_create(
        JobRole(id=number, uuid=make_uuid(name), code=f"R{number}", name=name)
        for number, name in enumerate(ROLES, start=1)
    )
    return found


def make_rules(size: Size, today: date, now: datetime) -> None:
    """Write certifications with their versions, and a rule each that asks them of everybody."""
    for number in range(size.certifications):
        code = f"C{number + 1:02d}"
        certification = Certification.objects.create(
            pk=number + 1,  # lives are drawn by it
            uuid=make_uuid(code),
            code=code,
            title=f"Certification {number + 1}",
            reminder_days=[30, 7, 1],
        )
        for place, (effective_on, policy) in enumerate(list_versions(number, today), start=1):
            version = CertificationVersion.objects.create(
                uuid=make_uuid(f"{code}:{place}"),
                certification=certification,
                number=place,
                effective_on=effective_on,
                policy=policy,
                recorded_at=start_of_day(effective_on, "UTC"),
            )
            Requirement.objects.create(
                uuid=make_uuid(f"{code}:{place}:quiz"),
                version=version,
                kind=Requirement.Kind.QUIZ,
                target=make_uuid(f"{code}:quiz"),
                label="Pass the quiz",
            )
        AudienceRule.objects.create(
            uuid=make_uuid(f"{code}:rule"),
            certification=certification,
            optional=number % 10 == 9,
            reason="Everybody in the company",
            from_on=introduced_on(number, today),
            recorded_at=now,
        )


def make_uuid(name: str) -> str:
    """Return the uuid of something there are few of."""
    return uuid5(NAMESPACE_URL, f"company:{name}").hex


class Loader:
    """Writes people and their lives, part by part, on as many connections as there are workers."""

    def __init__(self, size: Size, branches: list[Branch], now: datetime) -> None:
        self.size = size
        self.branches = branches
        rules = {rule.certification_id: rule for rule in AudienceRule.objects.all()}
        self.certifications = sorted(rules)
        self.lives = Lives(seed=size.seed, rulebook=load_rulebook(), rules=rules, now=now)
        self.careers = draw_careers(size, timezone.localdate(now))
        self.stamps: dict[tuple[int, str, int, int], Stamp] = {}

    def load_all(self, say: Say) -> None:
        """Load every part and say how far it has come."""
        parts = list(split_branches(spread_people(self.size)))
        start, done = monotonic(), 0
        if connection.vendor != "postgresql":
            for part in parts:
                self.load_part(part, open_sheets())
            return
        with ThreadPoolExecutor(WORKERS) as pool:
            for people in pool.map(self.load_apart, parts):
                done += people
                say(f"{done:,} people after {monotonic() - start:.0f} s")

    def load_apart(self, part: list[tuple[int, int, int]]) -> int:
        """Load a part on this thread's own connection."""
        try:
            speed_up_session()
            return self.load_part(part, open_sheets())
        finally:
            connection.close()

    def load_part(self, part: list[tuple[int, int, int]], sheets: dict[str, Sheet]) -> int:
        """Load some branches, given by number, first person and end; return how many people."""
        people = 0
        with transaction.atomic():
            tallies = []
            for branch, first, end in part:
                tallies += self.load_branch(branch, first, end, sheets)
                people += end - first
            for sheet in sheets.values():
                sheet.flush()
            BranchTally.objects.bulk_create(tallies, batch_size=1000)
        return people

    def load_branch(
        self, number: int, first: int, end: int, sheets: dict[str, Sheet]
    ) -> list[BranchTally]:
        """Add the people of a branch to the sheets; return its tallies."""
        branch = self.branches[number]
        rng = Random(f"{self.size.seed}:branch:{number}")  # noqa: S311
        totals = [[0] * len(TALLY_FIELDS) for _one in self.certifications]
        for person in range(first, end):
            career = rng.choice(self.careers)
            role = rng.randint(1, len(ROLES) - 1) if person > first else len(ROLES)
            name = self.add_person(person, first, branch, career, role, sheets)
            variants = rng.choices(range(VARIANTS), k=len(self.certifications))
            pair = person * len(self.certifications)
            for place, certification_id in enumerate(self.certifications):
                stamp = self.stamp(
                    certification_id, branch.time_zone, career, variants[place], sheets
                )
                add_life(sheets, stamp, pair + place, person, branch.pk, name)
                for position in stamp.counts:
                    totals[place][position] += 1
        return [
            BranchTally(
                branch=branch,
                certification_id=certification_id,
                **dict(zip(TALLY_FIELDS, values, strict=True)),
            )
            for certification_id, values in zip(self.certifications, totals, strict=True)
            if any(values)
        ]

    def add_person(
        self,
        person: int,
        first: int,
        branch: Branch,
        career: Career,
        role: int,
        sheets: dict[str, Sheet],
    ) -> Any:
        """Add somebody with postings and leave; return the tail of the name on awards."""
        given = GIVEN[person % len(GIVEN)]
        family = f"{FAMILY[person * 7 % len(FAMILY)]}-{person % 997}"
        manager: Any = first if person > first else sheets["Employee"].null
        number = f"E{person:07d}"
        head = (person, make_hex(1, person), number, given, family,
                f"{number.lower()}@company.example", manager, branch.pk, role)  # fmt: skip
        tails = self.tails_of(career, sheets)
        sheets["Employee"].add(head, tails[0])
        before = branch.pk - 1 if branch.pk > 1 else len(self.branches)
        if career.moved_on is not None:
            sheets["Posting"].add((2 * person, person, before, role), tails[1])
        sheets["Posting"].add((2 * person + 1, person, branch.pk, role), tails[2])
        for tail in tails[3:]:
            sheets["Absence"].add((person, make_hex(2, person), person), tail)
        return sheets["AwardName"].tail(AwardName(full_name=f"{given} {family}"))

    def tails_of(self, career: Career, sheets: dict[str, Sheet]) -> list[Any]:
        """Return the tails of a career: person, earlier posting, present posting, leave."""
        key = (0, "", career.number, 0)
        found: Any = self.stamps.get(key)
        if found is None:
            start = start_of_day(career.hired_on, "UTC")
            here_on = career.moved_on or career.hired_on
            person = Employee(hired_on=career.hired_on, left_on=career.left_on)
            before = Posting(from_on=career.hired_on, until_on=here_on, recorded_at=start)
            here = Posting(from_on=here_on, until_on=career.left_on, recorded_at=start)
            found = [
                sheets["Employee"].tail(person),
                sheets["Posting"].tail(before),
                sheets["Posting"].tail(here),
                *(sheets["Absence"].tail(leave) for leave in list_absences(career)),
            ]
            self.stamps[key] = found
        return list(found)

    def stamp(
        self,
        certification_id: int,
        zone: str,
        career: Career,
        variant: int,
        sheets: dict[str, Sheet],
    ) -> Stamp:
        """Return a life in the form of rows, derived at its first use."""
        key = (certification_id, zone, career.number, variant)
        found = self.stamps.get(key)
        if found is None:
            life = self.lives.live(certification_id, zone, career, variant)
            found = self.stamps[key] = make_stamp(life, sheets)
        return found


def make_stamp(life: Life, sheets: dict[str, Sheet]) -> Stamp:
    """Put a life into the database's form."""
    case, row = life.case, life.row
    cycles = {id(cycle): place for place, cycle in enumerate(case.cycles)}
    places = {award.pk: place for place, award in enumerate(case.awards)}
    standing = to_model(row)
    return Stamp(
        assignment=sheets["Assignment"].tail(case.assignments[0]),
        ends=tuple(sheets["AssignmentEnd"].tail(end) for end in life.ends),
        exemptions=tuple(sheets["Exemption"].tail(one) for one in case.exemptions),
        cycles=tuple(sheets["Cycle"].tail(cycle) for cycle in case.cycles),
        awards=tuple(
            (sheets["Award"].tail(award), cycles.get(id(award.cycle))) for award in case.awards
        ),
        events=tuple(
            (places[pk], sheets["AwardEvent"].tail(event))
            for pk, events in case.award_events.items()
            for event in events
        ),
        spans=tuple(
            sheets["CoverageSpan"].tail(
                CoverageSpan(certification_id=row.certification_id, from_on=start, until_on=until)
            )
            for start, until in row.spans
        ),
        standing=sheets["Standing"].tail(standing),
        counts=tuple(place for place, value in enumerate(to_share(standing).values) if value),
    )


def add_life(
    sheets: dict[str, Sheet], stamp: Stamp, pair: int, person: int, branch: int, name: Any
) -> None:
    """Add the rows of one person and certification; ``pair`` numbers them through.

    ``name`` is the tail of a row that holds the person's name.
    """
    base = pair * STRIDE
    sheets["Assignment"].add((pair, make_hex(3, pair), person), stamp.assignment)
    for tail in stamp.ends:
        sheets["AssignmentEnd"].add((pair, pair), tail)
    for tail in stamp.exemptions:
        sheets["Exemption"].add((pair, make_hex(4, pair), person), tail)
    for number, tail in enumerate(stamp.cycles, base):
        sheets["Cycle"].add((number, make_hex(5, number), person), tail)
    awards, names = sheets["Award"], sheets["AwardName"]
    for number, (tail, cycle) in enumerate(stamp.awards, base):
        of_cycle = awards.null if cycle is None else base + cycle
        code = f"{number:026d}"
        awards.add(
            (number, make_hex(6, number), code, person, of_cycle, branch, f"company:{number}"), tail
        )
        names.add((number, number), name)
    for place, tail in stamp.events:
        sheets["AwardEvent"].add((base + place, make_hex(7, base + place), base + place), tail)
    for number, tail in enumerate(stamp.spans, base):
        sheets["CoverageSpan"].add((number, person), tail)
    sheets["Standing"].add((pair, person, branch), stamp.standing)


def make_hex(kind: int, number: int) -> str:
    """Return the uuid of a row of a kind, as 32 digits."""
    return f"{kind:08x}000040008000{number:012x}"


def split_branches(people: list[int]) -> Iterator[list[tuple[int, int, int]]]:
    """Yield branches with their people, as (number, first, end), a thousand people at once."""
    part: list[tuple[int, int, int]] = []
    first, held = 1, 0
    for number, count in enumerate(people):
        part.append((number, first, first + count))
        first, held = first + count, held + count
        if held >= PEOPLE_AT_ONCE:
            yield part
            part, held = [], 0
    if part:
        yield part
