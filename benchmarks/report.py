"""The results as a page. No number of its tables is written by hand."""

from __future__ import annotations

import os
import platform
from itertools import groupby
from pathlib import Path

import django
import psycopg
from django.db import connection

from benchmarks.measuring import Result, growth_of

HEAD = """# Performance

The tables are written by `make bench` and not edited; the last part is written by hand, with what
was seen on the day something was learned. Absolute times depend on the machine and on what else it
was doing. What counts are the ratios, taken in one run, and the growth with the number of
people. A machine that is busy with other things, as the load average tells, stretches Python and
PostgreSQL alike.

| | |
|---|---|
{machine}

A company has {certifications} certifications and a hundred people a branch; its history is made by
`manage.py make_company`. “By hand” is plain SQL, or for the sweep a loop that loads due rows in
batches, calls `timeline` and writes in bulk: it opens no cycles, plans no notices and locks nobody.
Without a hand-written twin, the limit is seconds for a million standings.

What learners wait for goes through the whole stack, and so does its twin: a Django view that reads
the session's login and fills a template of ten kilobytes, or inserts one row. The two take turns.
Queries count what begins and ends transactions, and what certification does right after.

The largest company of this run has {largest} people; the limits are set for a million.

| operation | people | rows | queries | median | spread | memory | by hand | ratio to it | limit | |
|---|---:|---:|---:|---:|---|---:|---:|---:|---:|---|
{rows}

## Growth

Time grows with the number of people to the power of:

| operation | exponent |
|---|---:|
{growth}

## What measuring taught

- A page of figures takes four to six queries, as its twin does (`benchmarks/by_hand.py` says what
  the twin reads and why). What remains above the twin is Python: Django builds and compiles each
  query, some thousand calls of functions a query, and the cells become objects. That does not grow
  with the company, so that the milliseconds and the exponents say more than the ratio to a twin of
  two milliseconds.
- Holders of a day were read with a subquery for the branch of each: 10.5 times as long as by hand
  at 20,000 people. It is a join now. PostgreSQL plans a cursor for its first tenth, though all of
  it is read: 86 ms instead of 20 ms at 10,000 people, until it was told. A page of holders has a
  limit instead, for which that plan is the right one.
- `make_company` derives the lives that people share with `timeline` before the database stamps them
  over people: a fixed cost that a small company pays in full.
- Verifying took 1,050 µs of processor for each standing, then 740 µs: policies are read once
  rather than for each person, days are not written as text to be read again, a day asked for
  twice is derived once, and what certificates say is not loaded. Measured again, as the least of
  several runs, that was 413 µs; with the next three points it is 246.
- The sweep took 1,160 µs of Python's processor for each due row, and takes 790; its twin takes
  240, the least of several runs each. Standings and tallies are written from tuples, a column at
  once, and facts are read without what no date depends on. A third of what is left is deriving,
  which the twin does too; the rest is reading, opening cycles and planning notices.
- Python's collector of garbage looked through all the objects of a batch again and again, and
  found nothing: a quarter of the time of sweeping and verifying. It waits until the batch is
  over.
- Django runs `__init__` and two signals for each row that it reads; `PlainRow` fills in what was
  read instead. The numbers of a long `IN` are each looked at by Django and by the driver, and a
  batch of the sweep had thirteen lists of two hundred: `pk__sb_among` sends each as one value.
- Whose rule has ended was looked for in every open assignment: 1.1 s of the server for 10,000
  people, every ten minutes. Now it is asked first which rules are over. Who is to be asked by a
  rule still means a look at everybody once a rule, as a difference of two sets. As an anti-join it
  took twenty times as long: PostgreSQL guesses that hardly any assignment is open, and loops.
- The sweep once derived every certification of whoever had one due. It now loads the pairs that
  are due, through their standings.
- Tallies move in one statement a batch, rather than in one for each branch and certification;
  standings are written by an upsert rather than by Django's bulk update, which names every row in
  every column; cycles that open are written together.
- A batch of the sweep holds its locks until it is written. 500 rows took longer than half a second,
  so that it has 200; the table says what the slowest of these took here.
- Loading drops all indexes but the primary keys, fills the tables over two connections, and builds
  them again.
- No index was added: none was measured to help.
"""


def describe(results: list[Result], certifications: int) -> str:
    """Return the page."""
    ordered = sorted(results, key=lambda result: (result.name, result.employees))
    groups = [list(group) for _name, group in groupby(ordered, key=lambda result: result.name)]
    growth = [(group[0].name, growth_of(group)) for group in groups]
    return HEAD.format(
        machine="\n".join(f"| {name} | {value} |" for name, value in describe_machine()),
        certifications=certifications,
        largest=f"{max(result.employees for result in results):,}",
        rows="\n".join(describe_line(result) for group in groups for result in group),
        growth="\n".join(
            f"| {name} | {exponent:.2f} |" for name, exponent in growth if exponent is not None
        ),
    )


def describe_line(result: Result) -> str:
    """Return one row of the table."""
    ours, hand = result.ours, result.by_hand
    cells = [
        result.name,
        f"{result.employees:,}",
        f"{ours.rows:,}",
        str(ours.queries or "–"),
        say_time(ours.median),
        f"{say_time(min(ours.seconds))} – {say_time(max(ours.seconds))}",
        f"{ours.peak_bytes / 1_000_000:.1f} MB" if ours.peak_bytes else "–",
        say_time(hand.median) if hand else "–",
        *describe_limit(result),
    ]
    return f"| {' | '.join(cells)} |"


def describe_limit(result: Result) -> tuple[str, str, str]:
    """Return ratio, limit, and whether it is kept."""
    ratio, limit = result.ratio, result.limit
    if ratio is not None and result.at_most is not None:
        kept = "kept" if ratio <= 1 else "missed"
        return say_time(result.ours.median), say_time(result.at_most), kept
    if ratio is None or limit is None:
        return "–", "–", ""
    if result.by_hand is not None:
        return f"{ratio:.2f}", f"{limit:g}", "kept" if ratio <= limit else "missed"
    each = result.ours.median / result.ours.rows * 1_000_000
    return f"{each:.0f} s", f"{limit:g} s", "kept" if ratio <= 1 else "missed"


def say_time(seconds: float) -> str:
    """Return a time in the unit that reads best."""
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def describe_machine() -> list[tuple[str, str]]:
    """Return what it ran on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT version()" if connection.vendor == "postgresql" else "SELECT 'SQLite'"
        )
        database = cursor.fetchone()[0].split(" on ")[0]
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return [
        ("processors", f"{os.cpu_count()}, {platform.machine()}"),
        ("memory", f"{read_memory():.0f} GB"),
        ("load average at the end (1, 5, 15 min)", load),
        ("database", database),
        *read_settings(),
        ("Python, Django", f"{platform.python_version()}, {django.get_version()}"),
        ("psycopg", f"{psycopg.__version__}, {psycopg.pq.__impl__}"),
    ]


def read_settings() -> list[tuple[str, str]]:
    """Return the settings of the server that matter most."""
    if connection.vendor != "postgresql":
        return []
    names = ("shared_buffers", "work_mem", "max_wal_size", "autovacuum")
    found = []
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SHOW {name}")
            found.append((name, cursor.fetchone()[0]))
    return found


def read_memory() -> float:
    """Return the machine's memory in gigabytes."""
    text = (
        Path("/proc/meminfo").read_text(encoding="utf-8") if Path("/proc/meminfo").exists() else ""
    )
    first = next(
        (line.split()[1] for line in text.splitlines() if line.startswith("MemTotal")), "0"
    )
    return int(first) / 1_000_000
