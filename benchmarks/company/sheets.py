"""Writing rows fast: COPY on PostgreSQL, inserts of many rows elsewhere; indexes at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
WORKERS: Final = 2
ROWS_AT_ONCE: Final = 100_000


class Sheet:
    """Rows of one table that wait to be inserted."""

    def __init__(self, table: str, columns: Sequence[str]) -> None:
        self.table = table
        self.columns = tuple(columns)
        self.rows: list[Sequence[Any]] = []

    def add(self, *row: Any) -> None:
        """Take a row; write all that wait when there are many."""
        self.rows.append(row)
        if len(self.rows) >= ROWS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Insert what waits."""
        rows, self.rows = self.rows, []
        names = ", ".join(f'"{name}"' for name in self.columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                text = "".join("\t".join(map(to_text, row)) + "\n" for row in rows)
                with cursor.copy(f"COPY {self.table} ({names}) FROM STDIN") as copy:
                    copy.write(text)
            elif rows:
                marks = ", ".join(["%s"] * len(self.columns))
                cursor.executemany(f"INSERT INTO {self.table} ({names}) VALUES ({marks})", rows)  # noqa: S608


def fields_of(model: type[models.Model]) -> dict[str, Any]:
    """Return the fields of a model that have a column, by the column's name."""
    fields = model._meta.concrete_fields  # noqa: SLF001  (Django's documented name)
    return {str(field.get_attname_column()[1]): field for field in fields}


def table_of(model: type[models.Model]) -> str:
    """Return the name of a model's table."""
    return str(model._meta.db_table)  # noqa: SLF001


def values_of(instance: models.Model, columns: Sequence[str]) -> list[Any]:
    """Return what an instance has in some columns, as the database takes it."""
    fields = fields_of(type(instance))
    values = [(fields[name], getattr(instance, fields[name].attname)) for name in columns]
    if connection.vendor == "postgresql":
        return [value for _field, value in values]  # COPY has a text form of its own
    return [field.get_db_prep_save(value, connection) for field, value in values]


def to_text(value: Any) -> str:
    """Return a value as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict | list):
        value = json.dumps(value)
    return str(value).translate(ESCAPES)


def speed_up_session() -> None:
    """Let this connection write fast: no wait for the disk, no check of each foreign key.

    The keys are right by construction. Only a superuser may leave the checks out; for others
    loading is slower.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute("SET work_mem = '64MB'")
        cursor.execute("SET jit = off")  # many statements, each run once
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET session_replication_role = replica")


@contextmanager
def without_indexes(tables: Sequence[str]) -> Iterator[None]:
    """Drop all indexes but the primary keys while rows come in, and build them again at the end.

    Building an index over sorted rows costs a fraction of growing it row by row.
    """
    if connection.vendor != "postgresql":
        yield
        return
    drops, builds = list_indexes(list(tables))
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
            "FROM pg_constraint WHERE contype IN ('u', 'x') "
            "AND conrelid::regclass::text = ANY(%s)",
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
    builds = [text for _name, text in indexes]
    # A constraint locks its table: last, so that two workers seldom wait for each other.
    builds += [
        f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {text}' for table, name, text in constraints
    ]
    return drops, builds


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


def end_load(loaded: Sequence[type[models.Model]]) -> None:
    """Let new rows get numbers behind the loaded ones, and tell the planner what there is."""
    run_all(connection.ops.sequence_reset_sql(no_style(), list(loaded)))
    run_all([f"ANALYZE {table_of(model)}" for model in loaded])


def list_models() -> list[type[models.Model]]:
    """Return the models of the two apps that the company lives in."""
    labels = ("sb_lms", "sb_certification")
    return [model for label in labels for model in apps.get_app_config(label).get_models()]
