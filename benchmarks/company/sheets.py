"""Writing millions of rows: COPY on PostgreSQL, inserts of many rows elsewhere.

A row is a *head*, which differs for every person, and a *tail*, which all that share a life have in
common and which is therefore put into the database's form once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

HEADS: Final = {
    "Employee": ("id", "uuid", "employee_number", "given_name", "family_name", "email",
                 "manager_id", "home_branch_id", "home_job_role_id"),
    "Posting": ("id", "employee_id", "branch_id", "job_role_id"),
    "Absence": ("id", "uuid", "employee_id"),
    "Assignment": ("id", "uuid", "employee_id"),
    "AssignmentEnd": ("id", "assignment_id"),
    "Exemption": ("id", "uuid", "employee_id"),
    "Cycle": ("id", "uuid", "employee_id"),
    "Award": ("id", "uuid", "public_code", "employee_id", "cycle_id", "branch_id",
              "idempotency_key"),
    "AwardName": ("id", "award_id"),
    "AwardEvent": ("id", "uuid", "award_id"),
    "CoverageSpan": ("id", "employee_id"),
    "Standing": ("id", "employee_id", "branch_id"),
}  # fmt: skip
"""The columns of each table that come first and differ from person to person."""

ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
WORKERS: Final = 2


class Sheet:
    """Rows of one table that wait to be inserted. This one works on any database."""

    null: Any = None

    def __init__(self, model: type[models.Model]) -> None:
        self.heads = HEADS[model.__name__]
        fields = {field.get_attname_column()[1]: field for field in fields_of(model)}
        self.columns = (*self.heads, *(name for name in fields if name not in self.heads))
        self.rest = [fields[name] for name in self.columns[len(self.heads) :]]
        self.table = table_of(model)
        self.rows: list[Any] = []

    def tail(self, instance: models.Model) -> Any:
        """Return what an instance has in the columns after the head."""
        return tuple(
            field.get_db_prep_save(getattr(instance, field.attname), connection)
            for field in self.rest
        )

    def add(self, head: Sequence[Any], tail: Any) -> None:
        """Take a row."""
        self.rows.append((*head, *tail))

    def flush(self) -> None:
        """Insert what waits."""
        rows, self.rows = self.rows, []
        if not rows:
            return
        names = ", ".join(connection.ops.quote_name(name) for name in self.columns)
        marks = ", ".join(["%s"] * len(self.columns))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {self.table} ({names}) VALUES ({marks})", rows)  # noqa: S608


class CopySheet(Sheet):
    """Rows as lines of COPY's text format."""

    null = "\\N"

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__(model)
        self.head = "%s\t" * len(self.heads)

    def tail(self, instance: models.Model) -> str:
        """Return the columns after the head as text, with the end of the line."""
        return "\t".join(to_text(getattr(instance, field.attname)) for field in self.rest) + "\n"

    def add(self, head: Sequence[Any], tail: str) -> None:
        """Take a row."""
        self.rows.append(self.head % head + tail)

    def flush(self) -> None:
        """Copy what waits."""
        rows, self.rows = self.rows, []
        if not rows:
            return
        names = ", ".join(f'"{name}"' for name in self.columns)
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {self.table} ({names}) FROM STDIN") as copy,
        ):
            copy.write("".join(rows))


def fields_of(model: type[models.Model]) -> list[Any]:
    """Return the fields of a model that have a column."""
    return list(model._meta.concrete_fields)  # noqa: SLF001  (Django's documented name)


def table_of(model: type[models.Model]) -> str:
    """Return the name of a model's table."""
    return str(model._meta.db_table)  # noqa: SLF001


def to_text(value: Any) -> str:
    """Return a value as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, dict | list):
        return json.dumps(value).translate(ESCAPES)
    return str(value).translate(ESCAPES)


def open_sheets() -> dict[str, Sheet]:
    """Return an empty sheet per table, by the name of its model."""
    kind = CopySheet if connection.vendor == "postgresql" else Sheet
    return {model.__name__: kind(model) for model in list_models() if model.__name__ in HEADS}


def speed_up_session() -> None:
    """Let this connection write fast: no wait for the disk, no check of each foreign key.

    The keys are right by construction. Only a superuser may leave the checks out; for others
    loading is slower.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET session_replication_role = replica")


@contextmanager
def without_indexes(sheets: dict[str, Sheet]) -> Iterator[None]:
    """Drop all indexes but the primary keys while rows come in, and build them again at the end.

    Building an index over sorted rows costs a fraction of growing it row by row.
    """
    if connection.vendor != "postgresql":
        yield
        return
    tables = [sheet.table for sheet in sheets.values()]
    drops, builds = list_indexes(tables)
    run_all(drops)
    try:
        yield
    finally:
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(build_index, builds))


def list_indexes(tables: list[str]) -> tuple[list[str], list[str]]:
    """Return the statements that drop the indexes of some tables, and those that build them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) "
            "FROM pg_constraint WHERE contype = 'u' AND conrelid::regclass::text = ANY(%s)",
            [tables],
        )
        constraints = cursor.fetchall()
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i "
            "WHERE indrelid::regclass::text = ANY(%s) AND NOT indisprimary AND NOT EXISTS "
            "(SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
            [tables],
        )
        indexes = cursor.fetchall()
    drops = [f'ALTER TABLE {table} DROP CONSTRAINT "{name}"' for table, name, _text in constraints]
    drops += [f"DROP INDEX {name}" for name, _text in indexes]
    builds = [
        f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {text}' for table, name, text in constraints
    ]
    return drops, builds + [text for _name, text in indexes]


def run_all(statements: Sequence[str]) -> None:
    """Run statements one by one."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def build_index(statement: str) -> None:
    """Build one index on a connection of its own."""
    try:
        speed_up_session()
        run_all([statement])
    finally:
        connection.close()


def end_load(sheets: dict[str, Sheet], *more: type[models.Model]) -> None:
    """Let new rows get numbers behind the loaded ones, and tell the planner what there is."""
    loaded = [model for model in list_models() if model.__name__ in sheets or model in more]
    run_all(connection.ops.sequence_reset_sql(no_style(), loaded))
    run_all([f"ANALYZE {table_of(model)}" for model in loaded])


def list_models() -> list[type[models.Model]]:
    """Return the models of the two apps that the company lives in."""
    labels = ("sb_lms", "sb_certification")
    return [model for label in labels for model in apps.get_app_config(label).get_models()]
