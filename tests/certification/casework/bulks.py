"""Bulk actions to try: what is typed for each, and who stands ready for it."""

from datetime import timedelta

from certification.awards.actions import advance
from certification.casework.actions import (
    begin_bulk,
    continue_bulk,
)
from certification.models import (
    Standing,
)
from lms.api import Notice
from tests.certification.factories import assign
from tests.certification.people import make_award

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
KINDS = ["assign", "unassign", "exempt", "extend", "revoke", "remind"]


def values_of(kind, now, certification):
    today = now.date()
    code = {"certification": certification.code}
    return {
        "assign": code | {"from_on": today.isoformat()},
        "unassign": code | {"on": today.isoformat()},
        "exempt": code | {"from_on": today.isoformat(), "until_on": (today + 30 * DAY).isoformat()},
        "extend": code | {"until_on": (today + 300 * DAY).isoformat()},
        "revoke": code | {"effective_on": today.isoformat()},
        "remind": {},
    }[kind]


def prepare(kind, people, certification, now):
    """Bring people to where an action makes sense."""
    today = now.date()
    for person in people:
        if kind in ("unassign", "exempt"):
            assign(person, certification, now - 5 * DAY)
        if kind in ("extend", "revoke"):
            make_award(person, certification, start=today - 50 * DAY, until=today + 100 * DAY)
        if kind == "remind":
            assign(person, certification, now - 90 * DAY)
    advance(now=now)
    if kind == "remind":
        # What the sweep plans goes out in the morning and is no part of the action.
        Notice.objects.all().delete()


def begin(kind, people, certification, hr, now):
    return begin_bulk(
        kind=kind,
        employee_ids=[person.pk for person in people],
        values=values_of(kind, now, certification),
        reason="Shop closes for a month",
        actor=hr,
        now=now,
    )


def run(bulk, now):
    while continue_bulk(bulk=bulk, now=now):
        pass


def look(people):
    """Return everything that people see of their standings."""
    fields = ("employee", "standing", "required", "badge", "valid_until", "due_on", "task")
    rows = Standing.objects.filter(employee__in=people).order_by("employee")
    return [row for row in rows.values_list(*fields) if row[2] != "not_required" or row[4]]
