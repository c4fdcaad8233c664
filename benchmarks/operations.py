"""The operations with a budget, each beside a hand-written one of the same effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from benchmarks import by_hand
from benchmarks.measuring import Measured, Result, Work, measure, measure_once
from benchmarks.scenarios import run_scenarios
from benchmarks.taking import run_taking
from certification.awards.actions.sweep import BATCH as SWEEP_BATCH
from certification.awards.actions.sweep import (
    Swept,
    find_people_with_ended_rules,
    find_people_with_new_rules,
    sweep_standings,
)
from certification.awards.models import Cycle
from certification.catalogue.models import Certification
from certification.reports.reads import (
    MatrixFilters,
    PeopleFilters,
    find_holders,
    read_branch_people,
    read_matrix,
)
from certification.reports.reads.verify import find_row_drift
from certification.standing.models import Standing
from lms.api import Branch, Employee, Notice, Region

VERIFIED_PEOPLE: Final = 100
SWEPT_SHARE: Final = 100
"""The sweep is measured when about one row in so many is due."""
LARGE: Final = 5_000
"""Sweeping more people than this takes minutes: it is measured once and not warmed up."""


@dataclass(frozen=True)
class Ground:
    """A loaded company and the moment it was loaded for."""

    employees: int
    now: datetime
    times: int

    @property
    def today(self) -> date:
        """The day."""
        return timezone.localdate(self.now)


def run_all(ground: Ground) -> Iterator[Result]:
    """Measure every operation on a company."""
    for name, limit, make in OPERATIONS:
        ours, hand = make(ground)
        yield Result(
            name,
            ground.employees,
            measure(ours, times=ground.times),
            measure(hand, times=ground.times),
            limit,
        )
    yield verify(ground)
    yield look_for_rules(ground)
    yield from sweep(ground)
    yield from run_taking(ground.employees, ground.now, ground.times)
    yield from run_scenarios(ground.employees, ground.times)


def find_reader() -> Any:
    """Return a login that sees everything."""
    users = get_user_model().objects
    found = users.filter(is_superuser=True).first()
    return found or users.create_superuser("bench", "bench@company.example", None)


def matrix_page(ground: Ground) -> tuple[Work, Work]:
    """Fifty branches by all certifications out of all branches, with the totals of all."""
    user, filters = find_reader(), MatrixFilters(flat=True)

    def ours() -> int:
        matrix = read_matrix(user=user, filters=filters, today=ground.today)
        return len(matrix.rows) * len(matrix.certifications)

    def hand() -> int:
        by_hand.read_frame(ground.today)
        by_hand.fetch(by_hand.COUNT, ["%"])
        by_hand.fetch(by_hand.TOTALS, ["%"])
        return len(by_hand.fetch(by_hand.MATRIX, ["%", 0]))

    return ours, hand


def region_totals(ground: Ground) -> tuple[Work, Work]:
    """The regions below the first one, each with its totals."""
    user = find_reader()
    region = Region.objects.order_by("path").first()
    assert region is not None
    filters = MatrixFilters(region=region.uuid)

    def ours() -> int:
        matrix = read_matrix(user=user, filters=filters, today=ground.today)
        return len(matrix.rows) * len(matrix.certifications)

    def hand() -> int:
        by_hand.read_frame(ground.today)
        by_hand.fetch(by_hand.OWN_BRANCHES, [region.pk])
        return len(by_hand.fetch(by_hand.REGIONS, [f"{region.path}%"]))

    return ours, hand


def branch_people(ground: Ground) -> tuple[Work, Work]:
    """The first fifty people of a branch by all certifications."""
    user = find_reader()
    branch = Branch.objects.order_by("code")[Branch.objects.count() // 2]

    def ours() -> int:
        page = read_branch_people(
            user=user, branch=branch.uuid, filters=PeopleFilters(), today=ground.today
        )
        return len(page.rows) * len(page.certifications)

    def hand() -> int:
        by_hand.read_frame(ground.today)
        by_hand.fetch(by_hand.BRANCH, [branch.code])
        by_hand.fetch(by_hand.HEADS, [branch.pk, ground.today, ground.today])
        by_hand.fetch(by_hand.TALLIES, [branch.pk])
        return len(by_hand.fetch(by_hand.PEOPLE, [branch.pk, ground.today, ground.today]))

    return ours, hand


def holders(ground: Ground) -> tuple[Work, Work]:
    """Everybody who held one certification half a year ago."""
    certification = Certification.objects.earliest("pk")
    on = ground.today - timedelta(days=180)

    def ours() -> int:
        found = find_holders(certification=certification, on=on, people=Employee.objects.all())
        return sum(1 for _one in found)

    def hand() -> int:
        return len(by_hand.fetch(by_hand.HOLDERS, [on, on, certification.pk, on, on]))

    return ours, hand


def verify(ground: Ground) -> Result:
    """Derive some people's standings again and compare; at most 300 s per million rows."""
    people = Employee.objects.order_by("pk")[:VERIFIED_PEOPLE]
    ids = list(people.values_list("pk", flat=True))
    rows = Standing.objects.filter(employee_id__in=ids).count()

    def ours() -> int:
        found = list(islice(find_row_drift(Employee.objects.filter(pk__in=ids), ground.now), 5))
        if found:
            raise AssertionError(f"the company is not true: {found}")
        return rows

    return Result("verify standings", ground.employees, measure(ours, times=1), None, 300.0)


def look_for_rules(ground: Ground) -> Result:
    """Ask who is to be given or to lose an assignment today: each sweep looks at everybody."""

    def ours() -> int:
        find_people_with_new_rules(ground.now)
        find_people_with_ended_rules(ground.now)
        return ground.employees

    return Result("look for rules", ground.employees, measure(ours, times=3), None, None)


def sweep(ground: Ground) -> Iterator[Result]:
    """Sweep what is due after some time, and again by hand; then see that nothing is left."""
    now = find_moment(ground)
    longest: list[float] = []

    def ours() -> int:
        done = Swept()
        sweep_standings(done, now=now)
        longest.append(done.longest_batch)
        return done.rows

    large = ground.employees > LARGE
    times = 1 if large else min(ground.times, 3)
    with put_back_after() as put_back:
        hand = None
        if connection.vendor == "postgresql":
            hand = measure(
                lambda: by_hand.sweep_by_hand(now), times=times, put_back=put_back, warm=large
            )
        measured = measure(ours, times=times, put_back=put_back, warm=large)
        held = longest[0 if large else 1 : -1]  # the last run was watched, which slows it down
        ours()
        if ours():
            raise AssertionError("a second sweep found something to do")
    yield Result("sweep", ground.employees, measured, hand, 1.5)
    rows = min(SWEEP_BATCH, measured.rows)
    lock = Measured(tuple(held), rows)
    yield Result("sweep: slowest batch", ground.employees, lock, None, None, at_most=0.5)


def find_moment(ground: Ground) -> datetime:
    """Return the moment at which about one row in a hundred is due."""
    waiting = Standing.objects.filter(next_change_at__isnull=False).order_by("next_change_at")
    place = Standing.objects.count() // SWEPT_SHARE
    found = waiting.values_list("next_change_at", flat=True)[place]
    assert found is not None
    return found


@contextmanager
def put_back_after() -> Iterator[Callable[[], None]]:
    """Give a function that undoes sweeps: standings, tallies, cycles and notices are as before."""
    last_cycle = Cycle.objects.latest("pk").pk
    tables = ("sb_certification_standing", "sb_certification_branchtally")
    run([f"CREATE TEMPORARY TABLE kept_{name} AS SELECT * FROM {name}" for name in tables])  # noqa: S608
    run(["CREATE INDEX kept_ids ON kept_sb_certification_standing (id)"])

    def put_back() -> None:
        Notice.objects.all()._raw_delete("default")  # noqa: SLF001
        Cycle.objects.filter(pk__gt=last_cycle)._raw_delete("default")  # noqa: SLF001
        run([restore(name) for name in tables])
        if connection.vendor == "postgresql":
            run([f"VACUUM ANALYZE {name}" for name in tables])

    try:
        yield put_back
    finally:
        run([f"DROP TABLE kept_{name}" for name in tables])


def restore(table: str) -> str:
    """Return the statement that brings the changed rows of a table back to what was kept."""
    columns = column_names(table)
    same = f"FROM kept_{table} k WHERE k.id = {table}.id"
    return (
        f"UPDATE {table} SET ({columns}) = (SELECT {columns} {same}) "  # noqa: S608
        f"WHERE EXISTS (SELECT 1 {same} AND ({change_of(table)}))"
    )


def change_of(table: str) -> str:
    """Return the condition that a row differs from the one that was kept."""
    if table.endswith("standing"):
        return f"k.derived_on <> {table}.derived_on"
    fields = ("counted", "compliant", "newcomers", "overdue", "expiring", "optional",
              "optional_held")  # fmt: skip
    return " OR ".join(f"k.{name} <> {table}.{name}" for name in fields)


def column_names(table: str) -> str:
    """Return the columns of a table but for its number."""
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return ", ".join(column.name for column in described if column.name != "id")


def run(statements: list[str]) -> None:
    """Run statements."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def time_loading(employees: int, load: Callable[[], int]) -> Result:
    """Time the making of a company; at most 15 minutes for 20 million standings."""
    measured: Measured = measure_once(load)
    return Result("make_company", employees, measured, None, 45.0)


OPERATIONS: Final = (
    ("matrix page, 50 branches", 2.0, matrix_page),
    ("totals of a region", 1.5, region_totals),
    ("one branch, 50 people", 2.0, branch_people),
    ("holders on a date", 1.5, holders),
)
