"""What somebody would write who wanted nothing but speed: plain SQL and loops.

A page is more than its figures. So that both sides answer the same question, the twin of a page
also reads what the page cannot be shown without: the tree of regions (for the trail, and for what
lies below), the certifications in use (for the columns), the number of rows in all (for the pages)
and, for a branch, its own name and tallies. It checks nobody's grants: the reader of the
benchmarks is a superuser, for whom the page asks nothing either. It builds no objects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from certification.policy.rules.timeline import timeline

BATCH: Final = 500
Pair = tuple[int, int]
Event = dict[str, Any]
SETS: Final = (
    "standing", "task", "required", "badge", "valid_from", "valid_until", "covered_until",
    "due_on", "window_opens_on", "counted", "compliant", "is_new", "derived_on", "next_change_at",
)  # fmt: skip
MATRIX: Final = """
SELECT b.id, b.code, b.name, t.certification_id, t.counted, t.compliant, t.newcomers, t.overdue,
       t.expiring, t.optional, t.optional_held
FROM (SELECT b.id, b.code, b.name FROM sb_lms_branch b JOIN sb_lms_region r ON r.id = b.region_id
      WHERE r.path LIKE %s ORDER BY b.code LIMIT 50 OFFSET %s) b
LEFT JOIN sb_certification_branchtally t ON t.branch_id = b.id ORDER BY b.code, t.certification_id
"""
ALL_REGIONS: Final = "SELECT id, uuid, name, path FROM sb_lms_region ORDER BY path"
IN_USE: Final = """
SELECT id, uuid, code, title FROM sb_certification_certification
WHERE retired_on IS NULL OR retired_on > %s ORDER BY title, code
"""
COUNT: Final = """
SELECT count(*) FROM sb_lms_branch b JOIN sb_lms_region r ON r.id = b.region_id
WHERE r.path LIKE %s
"""
OWN_BRANCHES: Final = "SELECT id, uuid, code, name FROM sb_lms_branch WHERE region_id = %s"
BRANCH: Final = """
SELECT b.id, b.uuid, b.code, b.name, r.path FROM sb_lms_branch b
JOIN sb_lms_region r ON r.id = b.region_id WHERE b.code = %s
"""
HEADS: Final = """
SELECT count(*) FROM sb_lms_employee WHERE home_branch_id = %s
AND (hired_on IS NULL OR hired_on <= %s) AND (left_on IS NULL OR left_on > %s)
"""
TALLIES: Final = """
SELECT certification_id, counted, compliant, newcomers, overdue, expiring, optional, optional_held
FROM sb_certification_branchtally WHERE branch_id = %s
"""
TOTALS: Final = """
SELECT t.certification_id, sum(t.counted), sum(t.compliant), sum(t.newcomers), sum(t.overdue),
       sum(t.expiring), sum(t.optional), sum(t.optional_held)
FROM sb_certification_branchtally t JOIN sb_lms_branch b ON b.id = t.branch_id
JOIN sb_lms_region r ON r.id = b.region_id WHERE r.path LIKE %s GROUP BY t.certification_id
"""
REGIONS: Final = """
SELECT substr(r.path, 1, 8), t.certification_id, sum(t.counted), sum(t.compliant), sum(t.newcomers),
       sum(t.overdue), sum(t.expiring), sum(t.optional), sum(t.optional_held)
FROM sb_certification_branchtally t JOIN sb_lms_branch b ON b.id = t.branch_id
JOIN sb_lms_region r ON r.id = b.region_id WHERE r.path LIKE %s
GROUP BY substr(r.path, 1, 8), t.certification_id
"""
PEOPLE: Final = """
SELECT e.id, e.employee_number, e.given_name, e.family_name, j.name, s.certification_id, s.badge,
       s.due_on, s.valid_until, s.required
FROM (SELECT * FROM sb_lms_employee WHERE home_branch_id = %s AND (hired_on IS NULL OR
      hired_on <= %s) AND (left_on IS NULL OR left_on > %s)
      ORDER BY family_name, given_name, id LIMIT 50) e
LEFT JOIN sb_lms_jobrole j ON j.id = e.home_job_role_id
LEFT JOIN sb_certification_standing s ON s.employee_id = e.id
ORDER BY e.family_name, e.given_name, e.id, s.certification_id
"""
HOLDERS: Final = """
SELECT e.employee_number, e.given_name, e.family_name, b.code, c.from_on, c.until_on
FROM sb_certification_coveragespan c JOIN sb_lms_employee e ON e.id = c.employee_id
LEFT JOIN sb_lms_posting p ON p.employee_id = e.id AND p.kind = 'primary' AND p.from_on <= %s
     AND (p.until_on IS NULL OR p.until_on > %s)
LEFT JOIN sb_lms_branch b ON b.id = p.branch_id
WHERE c.certification_id = %s AND c.from_on <= %s AND (c.until_on IS NULL OR c.until_on > %s)
ORDER BY b.code, e.employee_number
"""
FACTS: Final = {
    "assignment": "SELECT f.employee_id, f.certification_id, f.from_on, f.due_on, f.optional, "
    "f.recorded_at, e.on, e.recorded_at FROM sb_certification_assignment f "
    "LEFT JOIN sb_certification_assignmentend e ON e.assignment_id = f.id",
    "exemption": "SELECT f.employee_id, f.certification_id, f.from_on, f.until_on, f.recorded_at "
    "FROM sb_certification_exemption f",
    "cycle": "SELECT f.employee_id, f.certification_id, f.opens_on, f.kind, f.due_on, f.closes_on, "
    "f.recorded_at, f.started_at, f.state FROM sb_certification_cycle f",
    "award": "SELECT f.employee_id, f.certification_id, f.id, f.basis, f.awarded_at, f.valid_from, "
    "f.valid_until, f.anchor_on, f.anchor_active, f.intervals, f.recorded_at "
    "FROM sb_certification_award f",
    "event": "SELECT f.employee_id, f.certification_id, f.id, e.kind, e.effective_on, e.until_on, "
    "e.recorded_at FROM sb_certification_award f "
    "JOIN sb_certification_awardevent e ON e.award_id = f.id",
}
ABSENCES: Final = (
    "SELECT employee_id, from_on, until_on, recorded_at FROM sb_lms_absence "
    "WHERE employee_id = ANY(%s)"
)


def fetch(sql: str, values: Any) -> list[Any]:
    """Return all rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def read_frame(today: date) -> None:
    """Read what every page stands in: regions and certifications."""
    fetch(ALL_REGIONS, [])
    fetch(IN_USE, [today])


def sweep_by_hand(now: datetime) -> int:
    """Load due rows in batches, call ``timeline``, write in bulk, nothing else. Return how many."""
    versions = load_policies()
    done = 0
    while True:
        with transaction.atomic():
            rows = fetch(
                "SELECT s.id, s.employee_id, s.certification_id, b.time_zone "
                "FROM sb_certification_standing s JOIN sb_lms_branch b ON b.id = s.branch_id "
                "WHERE next_change_at <= %s ORDER BY next_change_at LIMIT %s",
                [now, BATCH],
            )
            if not rows:
                return done
            write(list(derive(rows, versions, now)))
        done += len(rows)


def load_policies() -> dict[int, list[tuple[date, Any, datetime]]]:
    """Return the versions of each certification."""
    found: dict[int, list[tuple[date, Any, datetime]]] = defaultdict(list)
    from certification.catalogue.models import CertificationVersion

    for row in CertificationVersion.objects.order_by("effective_on"):
        found[row.certification_id].append((row.effective_on, row.policy, row.recorded_at))
    return found


def load_events(rows: list[Any]) -> dict[Pair, list[Event]]:
    """Return the events of each pair."""
    people, ids = [row[1] for row in rows], [row[2] for row in rows]
    events: dict[Pair, list[Event]] = defaultdict(list)
    numbers: dict[Any, int] = defaultdict(int)
    for name, sql in FACTS.items():
        found = fetch(
            f"{sql} JOIN unnest(%s::bigint[], %s::bigint[]) AS d(e, c) "
            "ON f.employee_id = d.e AND f.certification_id = d.c ORDER BY f.id",
            [people, ids],
        )
        read = READERS[name]
        for e, c, *values in found:
            events[e, c] += read(numbers, (e, c), *values)
    leave = defaultdict(list)
    for person, start, until, at in fetch(ABSENCES, [people]):
        event = {"type": "absent", "from": start, "until": until, "recorded_at": at}
        leave[person].append(event)
    for (person, _certification), events_of_pair in events.items():
        events_of_pair.extend(leave[person])
    return events


def read_assignment(
    _n: Any, _p: Pair, on: Any, due: Any, optional: Any, at: Any, ended: Any, end_at: Any
) -> list[Event]:
    """Return the events of an assignment."""
    events = [
        {"type": "assigned", "on": on, "due_on": due, "optional": optional, "recorded_at": at}
    ]
    if ended is not None:
        events.append({"type": "unassigned", "on": ended, "recorded_at": end_at})
    return events


def read_exemption(_n: Any, _p: Pair, start: Any, until: Any, at: Any) -> list[Event]:
    """Return the event of an exemption."""
    return [{"type": "exempted", "from": start, "until": until, "recorded_at": at}]


def read_cycle(
    _n: Any, _p: Pair, on: Any, kind: Any, due: Any, closes: Any, at: Any, started: Any, state: Any
) -> list[Event]:
    """Return the events of a cycle that was not cancelled."""
    if state == "cancelled":
        return []
    opened = {"type": "cycle_opened", "on": on, "kind": kind, "due_on": due, "closes_on": closes}
    events = [opened | {"recorded_at": at}]
    if started is not None:
        events.append({"type": "started", "on": max(started.date(), on), "recorded_at": started})
    return events


def read_award(
    numbers: dict[Any, int], pair: Pair, pk: Any, basis: Any, at: Any, *dates: Any
) -> list[Event]:
    """Return the event of an award, and note its number."""
    start, until, anchor, active, intervals, recorded = dates
    numbers[pair] += 1
    numbers[pk] = numbers[pair]
    event = {"valid_until": until, "recorded_at": recorded}
    if basis == "completed":
        stored = {"anchor_on": anchor, "anchor_active": active or None, "intervals": intervals}
        return [event | stored | {"type": "completed", "at": at}]
    return [
        event | {"type": "awarded", "on": at.date(), "valid_from": start, "basis": basis},
    ]


def read_event(
    numbers: dict[Any, int], _p: Pair, pk: Any, kind: Any, on: Any, until: Any, at: Any
) -> list[Event]:
    """Return what happened to an award."""
    day = {"on": on, "until": until} if kind == "extended" else {"effective_on": on}
    return [day | {"type": kind, "award": numbers[pk], "recorded_at": at}]


READERS: Final[dict[str, Callable[..., list[Event]]]] = {
    "assignment": read_assignment,
    "exemption": read_exemption,
    "cycle": read_cycle,
    "award": read_award,
    "event": read_event,
}


def derive(rows: list[Any], versions: Any, now: datetime) -> Any:
    """Yield the columns of each row."""
    events = load_events(rows)
    for pk, person, certification, name in rows:
        zone = ZoneInfo(name)
        today = now.astimezone(zone).date()
        first, *later = versions[certification]
        facts = events[person, certification] + [
            {"type": "policy", "effective_on": on, "policy": policy, "recorded_at": at}
            for on, policy, at in later
        ]
        line = timeline(first[1], facts, name)
        status = line.at(today)
        spans = line.spans()
        turn = line.next_change_after(today)
        yield (pk, status.standing, status.task, status.required, status.badge, status.valid_from,
               status.valid_until, spans[-1][1] if spans else None, status.due_on,
               status.window_opens_on, status.counted, status.compliant, status.is_new, today,
               turn and datetime(turn.year, turn.month, turn.day, tzinfo=zone))  # fmt: skip


def write(rows: list[Any]) -> None:
    """Write rows with one statement."""
    columns = list(zip(*rows, strict=True))
    kinds = ("bigint", *["text"] * 4, *["date"] * 5, *["bool"] * 3, "date", "timestamptz")
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    sets = ", ".join(f"{name} = d.{name}" for name in SETS)
    fetch(
        f"UPDATE sb_certification_standing s SET {sets} "  # noqa: S608
        f"FROM unnest({arrays}) AS d(id, {', '.join(SETS)}) WHERE s.id = d.id RETURNING s.id",
        [list(column) for column in columns],
    )
