"""Put the company into an empty database: lives once, then stamped over people by the database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from random import Random
from time import monotonic
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.company.lives import Life, Lives, list_absences
from benchmarks.company.plan import (
    AREAS,
    CAREERS,
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
    end_load,
    run_all,
    speed_up_session,
    table_of,
    without_indexes,
)
from benchmarks.company.stamps import (
    MASK_BITS,
    Grid,
    Stage,
    find_lives,
    note_mask,
    split_ranges,
)
from certification.awards.reads import load_rulebook, pause_collector
from certification.awards.rules import start_of_day
from certification.catalogue.models import (
    AudienceRule,
    Certification,
    CertificationVersion,
    Requirement,
)
from certification.standing.actions import COLUMNS, to_share
from certification.standing.models import BranchTally, CoverageSpan, Standing
from lms.api import Branch, Employee, JobRole, Posting, Region
from lms.organisation.models import PostingEnd

PEOPLE_AT_ONCE: Final = 10_000

Say = Callable[[str], None]


class NotEmptyError(Exception):
    """There is a company in the database already."""


def make_company(*, size: Size, now: datetime, say: Say = lambda _text: None) -> None:
    """Load the company as of ``now``.

    On PostgreSQL two connections stamp the rows, each part in its own transaction: drop the
    database when it was interrupted.

    Raises: NotEmptyError.
    """
    if Employee.objects.exists() or Branch.objects.exists() or Certification.objects.exists():
        raise NotEmptyError
    with transaction.atomic():
        branches = make_places(size)
        make_rules(size, timezone.localdate(now), now)
    loader = Loader(size, branches, now)
    stage = loader.stage
    stage.create()
    try:
        loader.write_people()
        say("people are drawn")
        loader.write_lives()
        say("lives are derived")
        with without_indexes([*map(table_of, stage.loaded), table_of(BranchTally)]):
            loader.stamp_all(say)
            say("building indexes")
    finally:
        run_all(stage.drops())
    end_load([*stage.loaded, Branch, BranchTally, Certification, JobRole])


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
    """Draws people, derives the lives they have, and has the database put the two together."""

    def __init__(self, size: Size, branches: list[Branch], now: datetime) -> None:
        self.size = size
        self.branches = branches
        rules = {rule.certification_id: rule for rule in AudienceRule.objects.all()}
        self.certifications = sorted(rules)
        self.lives = Lives(seed=size.seed, rulebook=load_rulebook(), rules=rules, now=now)
        self.careers = draw_careers(size, timezone.localdate(now))
        self.zones = [zone for _name, zone in AREAS]
        self.grid = Grid(len(self.certifications), len(self.zones) * CAREERS)
        self.stage = Stage(self.grid)
        self.people = spread_people(size)
        self.seen: dict[int, list[int]] = {}

    def write_people(self) -> None:
        """Write who there is and where, with the career and the lives each draws."""
        first = 1
        for branch, count in zip(self.branches, self.people, strict=True):
            rng = Random(f"{self.size.seed}:branch:{branch.pk}")  # noqa: S311
            zone = self.zones.index(branch.time_zone)
            for person in range(first, first + count):
                career = rng.randrange(CAREERS)
                role = rng.randint(1, len(ROLES) - 1) if person > first else len(ROLES)
                mask = rng.getrandbits(MASK_BITS)
                walk = zone * CAREERS + career
                note_mask(self.seen, walk, mask)
                self.stage.people.add(
                    person,
                    f"E{person:07d}",
                    GIVEN[person % len(GIVEN)],
                    f"{FAMILY[person * 7 % len(FAMILY)]}-{person % 997}",
                    first if person > first else None,
                    branch.pk,
                    branch.pk - 1 if branch.pk > 1 else len(self.branches),
                    role,
                    career,
                    walk,
                    mask,
                )
            first += count

    @pause_collector()
    def write_lives(self) -> None:
        """Write what people share: the rows of careers, and those of the lives that are drawn."""
        for place in range(len(self.certifications)):
            self.stage.places.add(place)
        for career in self.careers:
            self.write_career(career)
        for place, walk, variant in find_lives(self.seen, self.grid):
            zone, number = divmod(walk, CAREERS)
            life = self.lives.live(
                self.certifications[place], self.zones[zone], self.careers[number], variant
            )
            self.write_life(life, self.grid.number(place, walk, variant))
        self.stage.flush()

    def write_career(self, career: Career) -> None:
        """Write the shared rows of a career: the person, where he or she worked, and leave."""
        key, stage = career.number, self.stage
        stage.add(Employee(hired_on=career.hired_on, left_on=career.left_on), key)
        here_on = career.moved_on or career.hired_on
        if career.moved_on is not None:
            write_posting(stage, key, 0, career.hired_on, career.moved_on)
        write_posting(stage, key, 1, here_on, career.left_on)
        for leave in list_absences(career):
            stage.add(leave, key)

    def write_life(self, life: Life, number: int) -> None:
        """Write the shared rows of a life, and where it counts in the tally."""
        case, row, stage = life.case, life.row, self.stage
        cycles = {id(cycle): place for place, cycle in enumerate(case.cycles)}
        places = {award.pk: place for place, award in enumerate(case.awards)}
        standing = Standing(
            employee_id=row.employee_id,
            certification_id=row.certification_id,
            **{name: getattr(row, name) for name in COLUMNS},
        )
        for one in (case.assignments[0], *life.ends, *case.exemptions, standing):
            stage.add(one, number)
        for place, cycle in enumerate(case.cycles):
            stage.add(cycle, number, place)
        for place, award in enumerate(case.awards):
            stage.add(award, number, place, cycles.get(id(award.cycle)))
        for pk, events in case.award_events.items():
            for event in events:
                stage.add(event, number, places[pk])
        for place, (start, until) in enumerate(row.spans):
            span = CoverageSpan(
                certification_id=row.certification_id, from_on=start, until_on=until
            )
            stage.add(span, number, place)
        stage.shares.add(number, row.certification_id, *to_share(row).values)

    def stamp_all(self, say: Say) -> None:
        """Stamp every part, on as many connections as there are workers."""
        parts = list(split_ranges(self.people, PEOPLE_AT_ONCE))
        start, done = monotonic(), 0
        if connection.vendor != "postgresql":
            for first, end in parts:
                self.stage.stamp(first, end)
            return
        with ThreadPoolExecutor(WORKERS) as pool:
            for people in pool.map(self.stamp_apart, parts):
                done += people
                say(f"{done:,} people after {monotonic() - start:.0f} s")

    def stamp_apart(self, part: tuple[int, int]) -> int:
        """Stamp a part on this thread's own connection; return how many people."""
        try:
            speed_up_session()
            with transaction.atomic():
                self.stage.stamp(*part)
            return part[1] - part[0]
        finally:
            connection.close()


def write_posting(stage: Stage, career: int, place: int, start: date, until: date | None) -> None:
    """Write a posting, and its end as it was learned: on the day."""
    learned = start_of_day(start, "UTC")
    stage.add(Posting(from_on=start, until_on=until, recorded_at=learned), career, place)
    if until is not None:
        end = PostingEnd(
            until_on=until, reason="By the roster.", recorded_at=start_of_day(until, "UTC")
        )
        stage.add(end, career, place)
