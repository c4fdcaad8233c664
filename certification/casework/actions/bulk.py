"""Do one thing to many people: begin, go on in batches after any kill, and take it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from certification.awards.actions import refresh_people
from certification.awards.models import BulkAction, BulkItem
from certification.awards.permissions import require_reason
from certification.casework.actions.facts import DO, Made, Order, take_back
from certification.casework.permissions import may_undo_bulk, people_to
from certification.casework.reads.people import find_certification
from certification.casework.rules import BULK_VERBS
from certification.reports.actions import remind_people
from lms import api as lms_api
from lms.api import Employee, Notice

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

UNDO_FOR: Final = timedelta(minutes=10)
BATCH: Final = 100


def begin_bulk(
    *,
    kind: str,
    employee_ids: Iterable[int],
    values: Mapping[str, Any],
    reason: str,
    actor: AbstractBaseUser,
    now: datetime,
) -> BulkAction:
    """Record what is to be done to whom. ``continue_bulk`` does it.

    Raises: InvalidInputError without a reason; RuleError for nobody.
    """
    require_reason(reason)
    ids = list(dict.fromkeys(employee_ids))
    if not ids:
        raise lms_api.RuleError(_("Choose at least one person."), code="nobody")
    with transaction.atomic():
        bulk = BulkAction.objects.create(
            kind=kind,
            reason=reason,
            values=dict(values),
            actor_id=actor.pk,
            recorded_at=now,
            undo_until=now + UNDO_FOR,
        )
        BulkItem.objects.bulk_create(
            [BulkItem(bulk=bulk, employee_id=pk) for pk in ids], batch_size=1000
        )
    return bulk


def continue_bulk(*, bulk: BulkAction, now: datetime) -> bool:
    """Act on the next people; return whether there are more. Safe to kill and to run twice.

    Each batch is one transaction: its facts, and that its people are done.
    """
    with transaction.atomic():
        held = lock_bulk(bulk)
        if held is None:
            return False
        if held.undone_at is not None:
            return undo_batch(held, now)
        items = list(
            held.items.filter(fact_uuid__isnull=True, refusal="")
            .select_related("employee__home_branch__region")
            .order_by("pk")[:BATCH]
        )
        if not items:
            return False
        act_on(held, items, now)
    return True


def lock_bulk(bulk: BulkAction) -> BulkAction | None:
    """Hold an action on many; None while another worker has it."""
    rows = BulkAction.objects.filter(pk=bulk.pk).select_related("actor", "undone_by")
    skip = connection.features.has_select_for_update_skip_locked
    return (
        rows.select_for_update(of=("self",), skip_locked=skip).first()
        if (connection.features.has_select_for_update)
        else rows.first()
    )


def act_on(bulk: BulkAction, items: Sequence[BulkItem], now: datetime) -> None:
    """Act on some people and refresh them together."""
    ids = [item.employee_id for item in items]
    allowed = set(
        people_to(bulk.actor, BULK_VERBS[bulk.kind]).filter(pk__in=ids).values_list("pk", flat=True)
    )
    order = order_of(bulk, now)
    may = [item for item in items if item.employee_id in allowed]
    for item in items:
        if item.employee_id not in allowed:
            item.refusal = _("You may not do this to this person.")
    extra: list[BulkItem] = []
    if bulk.kind == BulkAction.Kind.REMIND:
        extra += remind(bulk, may, now)
    else:
        for item in may:
            extra += note(item, try_one(item, order))
        done = [item.employee_id for item in may if item.fact_uuid is not None]
        refresh_people(employee_ids=done, now=now, not_before=bulk.undo_until)
    BulkItem.objects.bulk_update(items, ["fact_kind", "fact_uuid", "refusal"], batch_size=500)
    BulkItem.objects.bulk_create(extra, batch_size=500)


def order_of(bulk: BulkAction, now: datetime) -> Order:
    """Return what is to be done to each."""
    code = bulk.values.get("certification", "")
    return Order(
        kind=bulk.kind,
        certification=find_certification(code) if code else None,
        values=bulk.values,
        reason=bulk.reason,
        actor=bulk.actor,
        now=now,
    )


def try_one(item: BulkItem, order: Order) -> list[Made] | str:
    """Act on one person; return the facts, or why there are none."""
    try:
        return DO[order.kind](item.employee, order)
    except lms_api.LmsError as error:
        return error.message


def note(item: BulkItem, made: list[Made] | str) -> list[BulkItem]:
    """Keep on an item what came of it; return items for further facts of the same person."""
    if isinstance(made, str):
        item.refusal = made[:200]
        return []
    first, *rest = made
    item.fact_kind, item.fact_uuid = first.kind, first.uuid
    return [
        BulkItem(
            bulk=item.bulk, employee_id=item.employee_id, fact_kind=fact.kind, fact_uuid=fact.uuid
        )
        for fact in rest
    ]


def remind(bulk: BulkAction, items: Sequence[BulkItem], now: datetime) -> list[BulkItem]:
    """Plan reminders that wait; note the notices, so that they can be withheld."""
    ids = [item.employee_id for item in items]
    with suppress(lms_api.RuleError):  # nobody has anything to be reminded of: said below
        remind_people(employee_ids=ids, actor=bulk.actor, now=now, not_before=bulk.undo_until)
    planned: dict[int, list[Made]] = {}
    for pk, uuid in Notice.objects.filter(
        recipient__in=ids, kind="reminded", planned_at=now
    ).values_list("recipient_id", "uuid"):
        planned.setdefault(pk, []).append(Made("notice", uuid))
    extra: list[BulkItem] = []
    for item in items:
        found = planned.get(item.employee_id)
        extra += note(item, found or why_not_reminded(item.employee))
    return extra


def why_not_reminded(person: Employee) -> str:
    """Return why nobody is reminded: no address, or nothing to say today."""
    if not person.email:
        return _("Has no e-mail address.")
    return _("Nothing is overdue or running out, or the reminder of today is out.")


def undo_bulk(*, bulk: BulkAction, actor: AbstractBaseUser, now: datetime) -> BulkAction:
    """Begin to take an action on many back. ``continue_bulk`` adds the compensating facts.

    Raises: NotAllowedError without the right to do it to everybody in it; RuleError after ten
    minutes, or twice.
    """
    if not may_undo_bulk(actor, bulk):
        raise lms_api.NotAllowedError(
            _("Only who did it, or who may do it to all of these people, takes it back."),
            code="not_your_action",
        )
    with transaction.atomic():
        held = BulkAction.objects.select_for_update().get(pk=bulk.pk)
        if held.undone_at is not None:
            raise lms_api.RuleError(_("It was already taken back."), code="already_undone")
        if now >= held.undo_until:
            raise lms_api.RuleError(
                _("The ten minutes are over, and the mails are on their way."), code="too_late"
            )
        held.undone_at, held.undone_by_id = now, actor.pk
        held.save(update_fields=["undone_at", "undone_by"])
    return held


def undo_batch(bulk: BulkAction, now: datetime) -> bool:
    """Take the next facts back; return whether there are more. ``values`` keeps how far it got."""
    last = bulk.values.get("undone_to", 0)
    items = list(bulk.items.filter(fact_uuid__isnull=False, pk__gt=last).order_by("pk")[:BATCH])
    if not items:
        if not bulk.values.get("undone_all"):
            bulk.values = {**bulk.values, "undone_all": True}
            bulk.save(update_fields=["values"])
        return False
    assert bulk.undone_by is not None
    for item in items:
        assert item.fact_uuid is not None
        take_back(item.fact_kind, item.fact_uuid, actor=bulk.undone_by, now=now)
    refresh_people(employee_ids=[item.employee_id for item in items], now=now)
    bulk.values = {**bulk.values, "undone_to": items[-1].pk}
    bulk.save(update_fields=["values"])
    return True
