"""``make bench``: measure at several sizes, print a table, write it down if asked.

Environment: ``BENCH_SIZES`` (people, separated by commas), ``BENCH_CERTIFICATIONS``,
``BENCH_TIMES``, and ``BENCH_SERVER``, a PostgreSQL address whose login may make databases.
``BENCH_LOADED`` names databases of that server, smallest first, that ``make_company`` has filled on
the same day: they are measured instead, not dropped, and their loading is not timed.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg

DATABASE = "sb_bench"
EMPTY = "sb_bench_empty"
SERVER = os.environ.get("BENCH_SERVER", "postgres://postgres@127.0.0.1:5432/postgres")
SIZES = [int(text) for text in os.environ.get("BENCH_SIZES", "1000,4000,16000").split(",")]
CERTIFICATIONS = int(os.environ.get("BENCH_CERTIFICATIONS", "20"))
LOADED = [name for name in os.environ.get("BENCH_LOADED", "").split(",") if name]
TIMES = int(os.environ.get("BENCH_TIMES", "5"))


def main() -> None:
    """Make a database per size, measure, drop it, print."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the report as Markdown")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings.dev")
    first = LOADED[0] if LOADED else EMPTY
    os.environ["DATABASE_URL"] = urlunsplit(urlsplit(SERVER)._replace(path=f"/{first}"))
    if not LOADED:
        make_database(EMPTY)
    django.setup()
    try:
        write_report(options.write)
    finally:
        drop_databases()


def write_report(file: Path | None) -> None:
    """Measure everything and show it, as it comes and as a whole."""
    from benchmarks.report import describe, describe_line

    results = []
    for result in measure_loaded() if LOADED else measure_sizes():
        results.append(result)
        print(describe_line(result), flush=True)
        if file is not None:
            # After each, so that a run that is stopped leaves what it knows.
            file.write_text(describe(results, CERTIFICATIONS), encoding="utf-8")
    if file is None:
        print(describe(results, CERTIFICATIONS))
    print(f"bench: {len(results)} measurements" + (f", written to {file}" if file else ""))


def measure_sizes() -> Iterator:  # type: ignore[type-arg]
    """Yield the results of every size, each in a database of its own."""
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from benchmarks.company import Size, make_company
    from benchmarks.operations import Ground, run_all, time_loading

    call_command("migrate", verbosity=0)
    for employees in SIZES:
        connection.close()
        make_database(DATABASE, template=EMPTY)
        connection.settings_dict["NAME"] = DATABASE
        size = Size(max(1, employees // 100), employees, CERTIFICATIONS)
        now = timezone.now()

        def load(size: Size = size, now=now) -> int:  # type: ignore[no-untyped-def]
            make_company(size=size, now=now)
            return size.pairs

        yield time_loading(employees, load)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        yield from run_all(Ground(employees, now, TIMES))
        connection.close()


def measure_loaded() -> Iterator:  # type: ignore[type-arg]
    """Yield the results of databases that are there."""
    from django.db import connection
    from django.utils import timezone

    from benchmarks.operations import Ground, run_all
    from lms.api import Employee

    for name in LOADED:
        connection.close()
        connection.settings_dict["NAME"] = name
        yield from run_all(Ground(Employee.objects.count(), timezone.now(), TIMES))


def make_database(name: str, *, template: str = "template1") -> None:
    """Make a database anew."""
    run_on_server(
        [f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE {template}"]
    )


def drop_databases() -> None:
    """Drop what was made."""
    from django.db import connection

    connection.close()
    if LOADED:
        return
    run_on_server([f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in (DATABASE, EMPTY)])


def run_on_server(statements: list[str]) -> None:
    """Run statements outside of any transaction."""
    with psycopg.connect(SERVER, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


if __name__ == "__main__":
    main()
