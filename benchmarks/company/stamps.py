"""Stamping lives over people, inside the database.

What people share is written once: the rows of each career and of each life, without the columns
that differ from person to person. One statement a table then joins people to their lives, so that
twenty million standings are never a row in Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, models

from benchmarks.company.sheets import (
    Sheet,
    fields_of,
    list_models,
    run_all,
    table_of,
    values_of,
)
from certification.standing.models import BranchTally
from certification.standing.rules import TALLY_FIELDS

STRIDE: Final = 8
"""Room for the numbers of several cycles or awards of one pair, so that workers need not agree."""
VARIANTS: Final = 2
MASK_BITS: Final = 60
"""A person's draws between the two variants of each life, as the bits of one number."""

PEOPLE: Final = ("person", "number", "given", "family", "manager", "branch", "before", "role",
                 "career", "walk", "mask")  # fmt: skip
KEYS: Final = ("life", "place", "of_place")
"""Which life (or career) a shared row belongs to, its number within, and that of its cycle."""
NUMBERED: Final = f"(q.pair * {STRIDE} + s.place)"
BY_CAREER: Final[dict[str, dict[str, str]]] = {
    "Employee": {
        "id": "q.person",
        "uuid": "uuid:1:q.person",
        "employee_number": "q.number",
        "given_name": "q.given",
        "family_name": "q.family",
        "email": "lower(q.number) || '@company.example'",
        "manager_id": "q.manager",
        "home_branch_id": "q.branch",
        "home_job_role_id": "q.role",
    },
    "Posting": {
        "id": "2 * q.person + s.place",
        "employee_id": "q.person",
        "branch_id": "CASE s.place WHEN 0 THEN q.before ELSE q.branch END",
        "job_role_id": "q.role",
    },
    "PostingEnd": {"id": "2 * q.person + s.place", "posting_id": "2 * q.person + s.place"},
    "Absence": {"id": "q.person", "uuid": "uuid:2:q.person", "employee_id": "q.person"},
}
BY_LIFE: Final[dict[str, dict[str, str]]] = {
    "Assignment": {"id": "q.pair", "uuid": "uuid:3:q.pair", "employee_id": "q.person"},
    "AssignmentEnd": {"id": "q.pair", "assignment_id": "q.pair"},
    "Exemption": {"id": "q.pair", "uuid": "uuid:4:q.pair", "employee_id": "q.person"},
    "Cycle": {"id": NUMBERED, "uuid": f"uuid:5:{NUMBERED}", "employee_id": "q.person"},
    "Award": {
        "id": NUMBERED,
        "uuid": f"uuid:6:{NUMBERED}",
        "public_code": f"digits:26:{NUMBERED}",
        "employee_id": "q.person",
        "cycle_id": f"q.pair * {STRIDE} + s.of_place",
        "branch_id": "q.branch",
        "idempotency_key": f"'company:' || {NUMBERED}",
    },
    "AwardName": {"id": NUMBERED, "award_id": NUMBERED, "full_name": "q.given || ' ' || q.family"},
    "AwardEvent": {"id": NUMBERED, "uuid": f"uuid:7:{NUMBERED}", "award_id": NUMBERED},
    "CoverageSpan": {"id": NUMBERED, "employee_id": "q.person"},
    "Standing": {"id": "q.pair", "employee_id": "q.person", "branch_id": "q.branch"},
}
"""The columns of each table that differ from person to person, as expressions."""
STAGED_AS: Final = {"AwardName": "Award"}
"""A table that has a row for each row of another one."""


@dataclass(frozen=True)
class Grid:
    """How many certifications and ways through the company there are: what numbers lives."""

    certifications: int
    walks: int

    def number(self, place: int, walk: int, variant: int) -> int:
        """Return the number of a life; ``place`` is that of its certification."""
        return (place * self.walks + walk) * VARIANTS + variant


class Stage:
    """The tables of shared rows and of people. They are dropped when the company stands."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.models = {model.__name__: model for model in list_models()}
        self.people = Sheet("company_person", PEOPLE)
        self.places = Sheet("company_place", ["place"])
        self.shares = Sheet("company_share", ["life", "certification_id", *TALLY_FIELDS])
        self.sheets = {
            name: Sheet(stage_name(name), [*KEYS, *self.tail_columns(name)])
            for name in (*BY_CAREER, *BY_LIFE)
            if name not in STAGED_AS
        }

    @property
    def loaded(self) -> list[type[models.Model]]:
        """The models that get rows."""
        return [self.models[name] for name in (*BY_CAREER, *BY_LIFE)]

    def tail_columns(self, name: str) -> list[str]:
        """Return the columns of a table that a life or career gives."""
        own = (BY_CAREER | BY_LIFE)[name]
        return [column for column in fields_of(self.models[name]) if column not in own]

    def add(
        self, instance: models.Model, life: int, place: int = 0, of_place: int | None = None
    ) -> None:
        """Take a shared row."""
        sheet = self.sheets[type(instance).__name__]
        tail = values_of(instance, sheet.columns[len(KEYS) :])
        sheet.add(life, place, of_place, *tail)

    def create(self) -> None:
        """Make the tables."""
        kind = "UNLOGGED TABLE" if connection.vendor == "postgresql" else "TABLE"
        run_all(self.drops())
        for name, sheet in self.sheets.items():
            columns = ", ".join(f'"{column}"' for column in sheet.columns[len(KEYS) :])
            keys = ", ".join(f"0 AS {key}" for key in KEYS)
            shape = f"SELECT {keys}, {columns} FROM {table_of(self.models[name])} WHERE 1 = 0"  # noqa: S608
            run_all([f"CREATE {kind} {sheet.table} AS {shape}"])
        texts = ("number", "given", "family")
        columns = ", ".join(f"{name} {'text' if name in texts else 'bigint'}" for name in PEOPLE)
        shares = ", ".join(f"{name} integer" for name in self.shares.columns)
        run_all([
            f"CREATE {kind} {self.people.table} ({columns})",
            f"CREATE {kind} {self.places.table} (place bigint)",
            f"CREATE {kind} {self.shares.table} ({shares})",
        ])  # fmt: skip

    def flush(self) -> None:
        """Write what waits, and tell the planner."""
        for sheet in self.all_sheets():
            sheet.flush()
            if connection.vendor == "postgresql":
                run_all([f"ANALYZE {sheet.table}"])
        run_all([f"CREATE INDEX company_person_of ON {self.people.table} (person)"])

    def all_sheets(self) -> list[Sheet]:
        """Return the sheets of all tables."""
        return [*self.sheets.values(), self.people, self.places, self.shares]

    def drops(self) -> list[str]:
        """Return the statements that remove the tables."""
        return [f"DROP TABLE IF EXISTS {sheet.table}" for sheet in self.all_sheets()]

    def stamp(self, first: int, end: int) -> None:
        """Write everything of the people from one number up to another."""
        with connection.cursor() as cursor:
            for statement in self.statements():
                cursor.execute(statement, [first, end])

    def statements(self) -> Iterator[str]:
        """Yield one statement a table; each takes the first person and the end."""
        people = "SELECT * FROM company_person WHERE person >= %s AND person < %s ORDER BY person"
        for name, own in BY_CAREER.items():
            yield self.say_insert(name, own, people, "career")
        for name, own in BY_LIFE.items():
            yield self.say_insert(name, own, self.say_pairs(), "life")
        sums = [f"sum(s.{name})" for name in TALLY_FIELDS]
        yield (
            f"INSERT INTO {table_of(BranchTally)} "  # noqa: S608
            f"(id, branch_id, certification_id, {', '.join(TALLY_FIELDS)}) "
            f"SELECT q.branch * {self.grid.certifications} + min(q.place), q.branch, "
            f"s.certification_id, {', '.join(sums)} FROM ({self.say_pairs()}) q "
            f"JOIN {self.shares.table} s ON s.life = q.life "
            f"GROUP BY q.branch, s.certification_id HAVING {' + '.join(sums)} > 0"
        )

    def say_pairs(self) -> str:
        """Return the query of all certifications of some people, in order, with their lives."""
        grid = self.grid
        return (
            f"SELECT p.person * {grid.certifications} + c.place AS pair, c.place, p.person, "  # noqa: S608
            "p.branch, p.given, p.family, "
            f"(c.place * {grid.walks} + p.walk) * {VARIANTS} "
            f"+ ((p.mask >> CAST(c.place %% {MASK_BITS} AS integer)) & 1) AS life "
            f"FROM {self.people.table} p CROSS JOIN {self.places.table} c "
            "WHERE p.person >= %s AND p.person < %s ORDER BY 1"
        )

    def say_insert(self, name: str, own: dict[str, str], source: str, key: str) -> str:
        """Return the statement that fills a table from a source of people or pairs."""
        tail = [f'"{column}"' for column in self.tail_columns(name)]
        columns = [f'"{column}"' for column in own] + tail
        values = [translate(text) for text in own.values()] + [f"s.{column}" for column in tail]
        staged = stage_name(STAGED_AS.get(name, name))
        return (
            f"INSERT INTO {table_of(self.models[name])} ({', '.join(columns)}) "  # noqa: S608
            f"SELECT {', '.join(values)} FROM ({source}) q JOIN {staged} s ON s.life = q.{key}"
        )


def stage_name(model: str) -> str:
    """Return the name of the table of a model's shared rows."""
    return f"company_{model.lower()}"


def translate(text: str) -> str:
    """Return an expression in the database's words.

    ``uuid:kind:number`` is the uuid of a row of a kind, ``digits:width:number`` a number with
    zeros before it.
    """
    if text.startswith("uuid:"):
        _word, kind, number = text.split(":", 2)
        prefix = f"{int(kind):08x}000040008000"
        if connection.vendor == "postgresql":
            return f"('{prefix}' || lpad(to_hex({number}), 12, '0'))::uuid"
        return f"'{prefix}' || printf('%%012x', {number})"
    if text.startswith("digits:"):
        _word, width, number = text.split(":", 2)
        if connection.vendor == "postgresql":
            return f"lpad(({number})::text, {width}, '0')"
        return f"printf('%%0{width}d', {number})"
    return text


def split_ranges(people: Sequence[int], at_once: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of people, as first number and end, of whole branches; numbers begin at 1."""
    first = end = 1
    for count in people:
        end += count
        if end - first >= at_once:
            yield first, end
            first = end
    if end > first:
        yield first, end


def find_lives(seen: dict[int, list[int]], grid: Grid) -> Iterator[tuple[int, int, int]]:
    """Yield which lives people draw, as (place, walk, variant).

    ``seen`` holds by walk the bits that are unset, and those that are set, in anybody's mask.
    """
    for place in range(grid.certifications):
        for walk, bits in sorted(seen.items()):
            for variant in range(VARIANTS):
                if bits[variant] >> (place % MASK_BITS) & 1:
                    yield place, walk, variant


def note_mask(seen: dict[int, list[int]], walk: int, mask: int) -> None:
    """Note which variants a person draws."""
    bits: Any = seen.setdefault(walk, [0, 0])
    bits[0] |= ~mask
    bits[1] |= mask
