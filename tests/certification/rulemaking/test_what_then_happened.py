"""The preview's numbers, person by person, are what happens when the version is published."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from certification.awards.actions import advance, refresh_people
from certification.awards.actions.migrate import migrate_cycles
from certification.catalogue.actions import RequirementDraft, publish_version
from certification.models import Award, Standing
from certification.rulemaking.reads.impact import preview_version
from lms.api import record_absence
from tests.certification.factories import NOW, assign, confirm, make_simple_certification
from tests.certification.people import make_award
from tests.lms.factories import BranchFactory, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOW.date()
EFFECTIVE = TODAY + 20 * DAY
ON_THE_DAY = NOW + 20 * DAY

METHODS = {
    "completion": {"method": "completion"},
    "anniversary": {"method": "anniversary"},
    "tolerance": {"method": "anniversary", "window": None, "tolerance": "P20D"},
    "calendar": {"method": "calendar", "min_active": "P3M"},
    "yearly day": {"method": "calendar", "min_active": "P3M", "calendar_day": "06-30"},
}
OLD = {"active": "P1Y", "window": "P1M", "due": "P30D", "grace": "P10D", "counts_grace": True}
NEW = OLD | {"active": "P2Y", "due": "P60D", "closes": "P10D", "grace": None}


HELD_DAYS = {
    "held for long": 300, "in the window": 25, "window opens before": 40, "lapses before": 15,
    "lapsed": -60,
}  # fmt: skip


class UndoneError(Exception):
    """Ends a world that was only tried."""


def raise_undone():
    raise UndoneError


def make_company(certification):
    """Return people in every situation, each alone in a branch, so that rows are people."""
    people = {name: make_person(BranchFactory(time_zone=zone)) for name, zone in [
        ("asked today", "Europe/London"), ("asked later", "Europe/London"),
        ("with a named day", "Asia/Kathmandu"), ("on leave", "Europe/Berlin"),
        ("held for long", "Europe/London"), ("in the window", "Pacific/Auckland"),
        ("window opens before", "Europe/London"), ("lapses before", "America/Santiago"),
        ("lapsed", "Europe/London"), ("offered", "Europe/London"), ("left", "Europe/London"),
    ]}  # fmt: skip
    for name, days in HELD_DAYS.items():
        until = TODAY + days * DAY
        make_award(people[name], certification, start=until - 365 * DAY, until=until)
    for name, person in people.items():
        more = {"due_on": TODAY + 45 * DAY} if name == "with a named day" else {}
        more |= {"optional": True} if name == "offered" else {}
        start = EFFECTIVE + 5 * DAY if name == "asked later" else TODAY
        assign(person, certification, from_on=start, **more)
    record_absence(
        employee=people["on leave"], from_on=TODAY + 2 * DAY, until_on=TODAY + 12 * DAY,
        kind="parental", actor=None, now=NOW, today=TODAY,
    )  # fmt: skip
    people["left"].left_on = TODAY + 10 * DAY
    people["left"].save()
    advance(now=NOW + DAY)
    return people


def draft_of(certification):
    row = certification.versions.get(number=1).requirements.get()
    return [RequirementDraft(row.kind, row.target, row.label)]


def live(certification, standard, people, policy, *, moving):
    """Return what happens to each person in one world: counted now, due day, next expiry."""
    found = {}
    try:
        with transaction.atomic():
            if policy is not None:
                version = publish_version(
                    certification=certification, policy=policy,
                    requirements=draft_of(certification), effective_on=EFFECTIVE,
                    actor=None, now=NOW + DAY,
                )  # fmt: skip
            advance(now=ON_THE_DAY)
            if moving:
                migrate_cycles(to_version=version, reason="One rule", actor=None, now=ON_THE_DAY)
            rows = {row.employee_id: row for row in Standing.objects.all()}
            for name, person in people.items():
                row = rows[person.pk]
                found[name] = [row.required, row.compliant, row.due_on, None]
            for name, person in people.items():
                if name in finish_days and found[name][0] != "not_required":
                    found[name][3] = finish(person, standard, finish_days[name])
            raise_undone()
    except UndoneError:
        return found


finish_days: dict[str, date] = {}


def finish(person, standard, on):
    zone = ZoneInfo(person.home_branch.time_zone)
    at = datetime.combine(on, time(12), tzinfo=zone)
    refresh_people(employee_ids=[person.pk], now=at)
    confirm(person, standard, at)
    refresh_people(employee_ids=[person.pk], now=at + timedelta(minutes=1))
    return Award.objects.filter(employee=person, basis="completed").get().valid_until


@pytest.mark.parametrize("method", METHODS)
def test_what_was_previewed_is_what_happens(method):
    certification, standard = make_simple_certification(policy=OLD | METHODS[method])
    people = make_company(certification)
    new = NEW | METHODS[method]
    impact = preview_version(
        certification=certification, policy=new, requirements=draft_of(certification),
        effective_on=EFFECTIVE, now=NOW + DAY,
    )  # fmt: skip
    rows = {row.branch_id: row for row in impact.rows}
    finish_days.clear()
    plain = live(certification, standard, people, None, moving=False)
    finish_days.update({name: max(EFFECTIVE, row[2]) for name, row in plain.items() if row[2]})
    plain = live(certification, standard, people, None, moving=False)
    published = live(certification, standard, people, new, moving=False)
    moved = live(certification, standard, people, new, moving=True)
    for name, person in people.items():
        row = rows.get(person.home_branch_id)
        if name in ("left", "asked later"):
            assert row is None, name
            continue
        assert row is not None, name
        expect(row.numbers, plain[name], published[name], name)
        if row.open_cycles:
            expect(row.migrated, published[name], moved[name], name)
        else:
            assert moved[name] == published[name], name
    assert impact.totals.open_cycles == sum(row.open_cycles for row in rows.values()) >= 6
    assert impact.totals.migrated.moves > 0


def expect(numbers, before, after, name):
    """Compare a row of one person with what happened in the world before and after."""
    shifts = [(before[n], after[n]) for n in (2, 3) if before[n] != after[n]]
    assert numbers.reached == 1, name
    assert numbers.moves == bool(shifts), (name, before, after)
    assert numbers.gains == (after[1] and not before[1]), name
    assert numbers.loses == (before[1] and not after[1]), name
    assert numbers.later == any((b or date.max) > (a or date.max) for a, b in shifts), name
    assert numbers.earlier == any((b or date.max) < (a or date.max) for a, b in shifts), name
    assert numbers.widest_days == max((abs((b - a).days) for a, b in shifts), default=0), name
