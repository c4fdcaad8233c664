"""Write many rows with one statement, without an object for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import connection, models

ROWS_PER_STATEMENT: Final = 1000

Row = tuple[Any, ...]


def upsert(
    model: type[models.Model],
    keys: Sequence[str],
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    adds: bool = False,
) -> None:
    """Write rows of key and column values; a row whose key is there already takes the columns.

    ``adds`` adds them to what is there instead. ``keys`` and ``columns`` are names of attributes,
    ``keys`` those of a unique constraint. Django's own upsert looks at every value of every row
    several times, and cannot add.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001
    named = [fields[name] for name in (*keys, *columns)]
    table = model._meta.db_table  # noqa: SLF001  (both are Django's documented names)
    kept = f"{table}.{{0}} + excluded.{{0}}" if adds else "excluded.{0}"
    sets = ", ".join(f"{name} = {kept.format(name)}" for name in columns)
    waiting = list(rows)
    for start in range(0, len(waiting), ROWS_PER_STATEMENT):
        source, values = say_rows(named, waiting[start : start + ROWS_PER_STATEMENT])
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({', '.join((*keys, *columns))}) {source} "
                f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets}",
                values,
            )


def say_rows(fields: Sequence[models.Field[Any, Any]], rows: Sequence[Row]) -> tuple[str, Row]:
    """Return rows as what comes after ``INSERT INTO``, and its values.

    PostgreSQL takes a column at once: a mark for each value costs more than the value.
    """
    if connection.vendor == "postgresql":
        kinds = [str(field.db_type(connection)).partition("(")[0] for field in fields]
        arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
        columns = tuple(map(list, zip(*rows, strict=True)))
        return f"SELECT * FROM unnest({arrays})", columns  # noqa: S608
    marks = f"({', '.join(['%s'] * len(fields))})"
    flat = tuple(
        field.get_db_prep_save(value, connection)
        for row in rows
        for field, value in zip(fields, row, strict=True)
    )
    return f"VALUES {', '.join([marks] * len(rows))}", flat
