"""Remind people by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from certification.awards.models import Award, Cycle
from certification.reports.permissions import may_remind
from certification.reports.reads.team import REMINDED, find_duties, read_reminded
from certification.standing.models import Standing
from lms import api as lms_api
from lms.api import Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Pair = tuple[int, int]


@dataclass(frozen=True)
class Reminded:
    """How many people get a reminder now, had theirs today, and have no e-mail address."""

    now: int
    before: int
    without_email: int = 0


def remind_people(
    *,
    employee_ids: Collection[int],
    actor: AbstractBaseUser | None,
    now: datetime,
    not_before: datetime | None = None,
) -> Reminded:
    """Plan an urgent notice for all that is overdue or runs out soon, once a day for each.

    ``not_before`` holds the mails back, so that they can still be taken back.

    Nothing is planned for who has no e-mail address: they would seem to be told and are not.

    The number of queries does not grow with the number of people.

    Raises:
        NotAllowedError: the actor may not remind all of these people.
        RuleError: none of them has anything to be reminded of.

    """
    people = Employee.objects.filter(pk__in=employee_ids)
    if actor is not None:
        allowed = set(may_remind(actor).filter(pk__in=employee_ids).values_list("pk", flat=True))
        if allowed != set(employee_ids):
            raise lms_api.NotAllowedError(_("You may not send reminders to these people."))
    with transaction.atomic():
        duties = list(find_duties(people, now))
        if not duties:
            raise lms_api.RuleError(
                _("Nothing is overdue or running out, so there is nothing to remind of."),
                code="nothing_to_remind",
            )
        reachable = [row for row in duties if row.employee.email]
        fresh = leave_out_reminded(reachable, now)
        abouts = find_abouts(fresh)
        lms_api.plan_notices(
            wanted=[to_wish(row, abouts, now, not_before or now) for row in fresh], now=now
        )
    reminded = {row.employee_id for row in fresh}
    told = {row.employee_id for row in reachable}
    return Reminded(
        now=len(reminded),
        before=len(told - reminded),
        without_email=len({row.employee_id for row in duties} - told),
    )


def leave_out_reminded(duties: Collection[Standing], now: datetime) -> list[Standing]:
    """Return what nobody was reminded of today, at the day of the person's branch."""
    by_day = {today_of(row, now) for row in duties}
    ids = [row.employee_id for row in duties]
    known = {day: read_reminded(ids, day) for day in by_day}
    return [
        row
        for row in duties
        if (row.employee_id, str(row.certification.uuid)) not in known[today_of(row, now)]
    ]


def today_of(row: Standing, now: datetime) -> date:
    """Return the day it is at the person's branch."""
    return lms_api.local_day(now, lms_api.zone_of(row.employee))


def find_abouts(duties: Collection[Standing]) -> dict[Pair, str]:
    """Return the uuid of what each notice is about: the open cycle, else the latest award."""
    ids = {row.employee_id for row in duties}
    found: dict[Pair, str] = {}
    awards = Award.objects.filter(employee__in=ids).order_by("awarded_at", "pk")
    cycles = Cycle.objects.filter(employee__in=ids, state=Cycle.State.OPEN)
    for rows in (awards, cycles):
        for employee, certification, uuid in rows.values_list(
            "employee_id", "certification_id", "uuid"
        ):
            found[employee, certification] = str(uuid)
    return found


def to_wish(
    row: Standing, abouts: dict[Pair, str], now: datetime, due_at: datetime
) -> lms_api.NoticeWish:
    """Return the notice for one person and certification, to go out from ``due_at`` on."""
    employee, certification = row.employee, row.certification
    about = abouts.get((row.employee_id, row.certification_id), str(employee.uuid))
    return lms_api.NoticeWish(
        subject=f"certification:{employee.uuid}:{certification.uuid}:{about}",
        kind=REMINDED,
        offset_days=0,
        target_on=today_of(row, now),
        recipient_id=employee.pk,
        due_at=due_at,
        urgent=True,
    )
