"""Try an action on many out: who is refused and why, and how the branches would move."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from certification.awards.reads import load_rulebook
from certification.casework.actions.facts import DO, Order
from certification.casework.permissions import people_to
from certification.casework.reads.outlook import Pair, read_outlooks
from certification.casework.rules import BULK_VERBS, Glance, Moved, Outlook, count_moves
from certification.reports.reads.team import find_duties
from lms import api as lms_api
from lms.api import Employee


@dataclass(frozen=True)
class Tried:
    """One person: how it stands before and after, or why nothing would be done."""

    person: Employee
    before: Glance | None = None
    after: Glance | None = None
    refusal: str = ""


@dataclass(frozen=True)
class BulkPreview:
    """What an action on many would do, and how many people have which state by branch."""

    people: tuple[Tried, ...]
    moved: tuple[Moved, ...]

    @property
    def refused(self) -> list[Tried]:
        """Who is left out."""
        return [row for row in self.people if row.refusal]

    @property
    def done(self) -> list[Tried]:
        """To whom it would be done."""
        return [row for row in self.people if not row.refusal]


def try_out_many(*, people: Sequence[Employee], order: Order) -> BulkPreview:
    """Return what would come of it. Nothing of it stays."""
    allowed = set(
        people_to(order.actor, BULK_VERBS[order.kind])
        .filter(pk__in=[person.pk for person in people])
        .values_list("pk", flat=True)
    )
    refusals = {
        person.pk: _("You may not do this to this person.")
        for person in people
        if person.pk not in allowed
    }
    if order.kind == "remind":
        return preview_reminders(people, refusals, order.now)
    rulebook = load_rulebook()
    ids = [order.certification.pk] if order.certification else None
    before = read_outlooks(people, rulebook, now=order.now, certification_ids=ids)
    with transaction.atomic():
        for person in people:
            if person.pk in allowed:
                reason = try_one(person, order)
                if reason:
                    refusals[person.pk] = reason
        after = read_outlooks(people, rulebook, now=order.now, certification_ids=ids)
        transaction.set_rollback(True)
    return put_together(people, refusals, before, after, ids or ())


def try_one(person: Employee, order: Order) -> str:
    """Write for one person; return why not, or nothing."""
    try:
        DO[order.kind](person, order)
    except lms_api.LmsError as error:
        return error.message
    return ""


def put_together(
    people: Sequence[Employee],
    refusals: dict[int, str],
    before: dict[Pair, Outlook],
    after: dict[Pair, Outlook],
    ids: Collection[int],
) -> BulkPreview:
    """Return the preview of one certification."""
    (certification_id,) = ids
    rows = []
    for person in people:
        old = before.get((person.pk, certification_id))
        new = after.get((person.pk, certification_id))
        rows.append(
            Tried(
                person,
                old.now if old else None,
                new.now if new else None,
                refusals.get(person.pk, ""),
            )
        )
    moved = count_moves(
        (
            str(row.person.home_branch or ""),
            row.before.badge if row.before else "",
            row.after.badge if row.after else "",
        )
        for row in rows
    )
    return BulkPreview(tuple(rows), tuple(moved))


def preview_reminders(
    people: Sequence[Employee], refusals: dict[int, str], now: datetime
) -> BulkPreview:
    """Return who would get a reminder, and who would not and why. One query."""
    ids = [person.pk for person in people]
    dutiful = set(
        find_duties(Employee.objects.filter(pk__in=ids), now).values_list("employee_id", flat=True)
    )
    rows = []
    for person in people:
        refusal = refusals.get(person.pk, "")
        if not refusal and person.pk not in dutiful:
            refusal = _("Nothing is overdue or running out.")
        if not refusal and not person.email:
            refusal = _("Has no e-mail address.")
        rows.append(Tried(person, refusal=refusal))
    return BulkPreview(tuple(rows), ())
