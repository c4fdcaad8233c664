"""How one person of an action on many is acted on, and how that is taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from certification.awards import actions
from certification.awards.models import (
    Assignment,
    AssignmentEnd,
    Award,
    AwardEvent,
    Exemption,
)
from certification.catalogue.models import Certification
from lms import api as lms_api
from lms.api import Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True)
class Order:
    """What is to be done to each: values of the form, one reason, by whom, and when.

    ``certification`` is None only for reminders.
    """

    kind: str
    certification: Certification | None
    values: Mapping[str, Any]
    reason: str
    actor: AbstractBaseUser
    now: datetime

    def day(self, name: str) -> date:
        """Return a day of the form."""
        return date.fromisoformat(self.values[name])

    @property
    def common(self) -> dict[str, Any]:
        """What every fact carries."""
        return {"reason": self.reason, "actor": self.actor, "now": self.now}


@dataclass(frozen=True)
class Made:
    """A fact that was added: its kind and uuid, as a ``BulkItem`` keeps them."""

    kind: str
    uuid: UUID


def assign(person: Employee, order: Order) -> list[Made]:
    """Assign; who is asked already by a person's assignment is refused."""
    live = Assignment.objects.filter(
        employee=person, certification=order.certification, end__isnull=True
    )
    if live.filter(from_on__lte=order.day("from_on")).exists():
        raise lms_api.RuleError(_("It is already assigned."), code="already_assigned")
    due = order.values.get("due_on")
    fact = actions.write_assignment(
        employee=person,
        certification=wanted(order),
        from_on=order.day("from_on"),
        due_on=date.fromisoformat(due) if due else None,
        optional=bool(order.values.get("optional")),
        **order.common,
    )
    return [Made("assignment", fact.uuid)]


def unassign(person: Employee, order: Order) -> list[Made]:
    """End all assignments that people made; those by rule stay."""
    live = list(
        Assignment.objects.filter(
            employee=person, certification=order.certification, end__isnull=True
        )
    )
    by_people = [row for row in live if row.source != Assignment.Source.RULE]
    if not live:
        raise lms_api.RuleError(_("It is not assigned."), code="not_assigned")
    for row in by_people or live:
        actions.write_assignment_end(assignment=row, on=order.day("on"), **order.common)
    return [Made("assignment_end", row.uuid) for row in by_people]


def exempt(person: Employee, order: Order) -> list[Made]:
    """Exempt."""
    fact = actions.write_exemption(
        employee=person,
        certification=wanted(order),
        from_on=order.day("from_on"),
        until_on=order.day("until_on"),
        **order.common,
    )
    return [Made("exemption", fact.uuid)]


def extend(person: Employee, order: Order) -> list[Made]:
    """Extend what is held today."""
    award, today = find_held(person, order)
    fact = actions.write_award_event(
        award=award,
        kind=AwardEvent.Kind.EXTENDED,
        effective_on=today,
        until_on=order.day("until_on"),
        **order.common,
    )
    return [Made("award_event", fact.uuid)]


def revoke(person: Employee, order: Order) -> list[Made]:
    """Revoke everything that is held today, so that nothing is left to fall back to."""
    made = []
    for award in list_held(person, order):
        fact = actions.write_award_event(
            award=award,
            kind=AwardEvent.Kind.REVOKED,
            effective_on=order.day("effective_on"),
            **order.common,
        )
        made.append(Made("award_event", fact.uuid))
    return made


def wanted(order: Order) -> Certification:
    """Return the certification of an order that has one."""
    assert order.certification is not None
    return order.certification


def find_held(person: Employee, order: Order) -> tuple[Award, date]:
    """Return the award that reaches furthest today, and the day. Raises: RuleError if none."""
    awards = list_held(person, order)
    today = lms_api.local_day(order.now, lms_api.zone_of(person))
    return max(awards, key=lambda row: actions.find_present_end(row) or date.max), today


def list_held(person: Employee, order: Order) -> list[Award]:
    """Return the awards that cover the person's today. Raises: RuleError if there is none."""
    today = lms_api.local_day(order.now, lms_api.zone_of(person))
    rows = Award.objects.filter(
        employee=person, certification=order.certification, valid_from__lte=today
    ).exclude(events__kind__in=("voided", "corrected"))
    rows = rows.select_related("certification", "employee").prefetch_related("events")
    held = [row for row in rows if covers(row, today)]
    if not held:
        raise lms_api.RuleError(_("It is not held today."), code="not_held")
    return held


def covers(award: Award, today: date) -> bool:
    """Return whether an award counts on a day, extensions and revocations included."""
    end = actions.find_present_end(award)
    turns = [
        event
        for event in award.events.all()
        if event.kind in ("revoked", "suspended", "reinstated") and event.effective_on <= today
    ]
    last = max(turns, key=attrgetter("effective_on", "recorded_at", "pk"), default=None)
    return (end is None or end > today) and (last is None or last.kind == "reinstated")


DO: Mapping[str, Callable[[Employee, Order], list[Made]]] = {
    "assign": assign,
    "unassign": unassign,
    "exempt": exempt,
    "extend": extend,
    "revoke": revoke,
}


def take_back(kind: str, uuid: UUID, *, actor: AbstractBaseUser, now: datetime) -> None:
    """Add the fact that takes another one back; what cannot be taken back any more stays."""
    common: dict[str, Any] = {"reason": _("Taken back."), "actor": actor, "now": now}
    try:
        TAKE_BACK[kind](uuid, common)
    except lms_api.RuleError:
        # Somebody acted on the same record meanwhile: the later word counts.
        return


def end_again(uuid: UUID, common: dict[str, Any]) -> None:
    """End an assignment on its first day: it never was."""
    row = Assignment.objects.get(uuid=uuid)
    actions.write_assignment_end(assignment=row, on=row.from_on, **common)


def assign_again(uuid: UUID, common: dict[str, Any]) -> None:
    """Assign again as it was, so that open work and its due day come back."""
    row = Assignment.objects.select_related("employee", "certification").get(uuid=uuid)
    if not AssignmentEnd.objects.filter(assignment=row).exists():
        return
    actions.write_assignment(
        employee=row.employee,
        certification=row.certification,
        from_on=row.from_on,
        due_on=row.due_on,
        optional=row.optional,
        source=row.source,
        **(common | {"reason": row.reason or common["reason"]}),
    )


def ask_again(uuid: UUID, common: dict[str, Any]) -> None:
    """End an exemption on its first day: it never was."""
    row = Exemption.objects.get(uuid=uuid)
    if actions.find_exemption_end(row) > row.from_on:
        actions.write_exemption_end(exemption=row, on=row.from_on, **common)


def undo_event(uuid: UUID, common: dict[str, Any]) -> None:
    """Reinstate what was revoked; move back what was extended."""
    row = AwardEvent.objects.select_related("award__certification").get(uuid=uuid)
    if row.kind == AwardEvent.Kind.EXTENDED:
        actions.take_extension_back(extension=row, **common)
        return
    actions.write_award_event(
        award=row.award,
        kind=AwardEvent.Kind.REINSTATED,
        effective_on=row.effective_on,
        **common,
    )


def withhold(uuid: UUID, common: dict[str, Any]) -> None:
    """Settle a reminder that was not sent yet."""
    lms_api.suppress_planned(uuids=[uuid], reason="taken_back", now=common["now"])


TAKE_BACK: Mapping[str, Callable[[UUID, dict[str, Any]], None]] = {
    "assignment": end_again,
    "assignment_end": assign_again,
    "exemption": ask_again,
    "award_event": undo_event,
    "notice": withhold,
}
