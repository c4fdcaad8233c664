"""Plan notices in the transaction that changes a standing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from certification.catalogue.models import Certification
from certification.reminders.rules import (
    TURN_KINDS,
    Before,
    Reminder,
    find_turn,
    merge_turns,
    plan_reminders,
    read_subject,
    topic_of,
    write_subject,
)
from certification.standing.models import Standing
from certification.standing.rules import Derived
from lms import api as lms_api
from lms.api import Employee, Notice

MORNING = time(8, 0)


@dataclass(frozen=True)
class Movement:
    """A standing that was just derived, and what led to it.

    ``before`` is the row as it was until now, None without one. ``opened`` says that a first
    cycle opened, ``opened_any`` any cycle; ``awarded`` that an award was earned just now,
    ``recorded`` that one was recorded that corrects none, ``announced`` that one was recorded
    that has a notice of its own; ``resumed`` that an exemption of a day or more has ended.
    ``assigned_on`` is the day on which the open first cycle was recorded.
    """

    row: Derived
    before: Standing | None
    employee: Employee
    certification: Certification
    subject: str
    zone: str
    opened: bool
    opened_any: bool
    awarded: bool
    recorded: bool
    announced: bool
    resumed: bool
    assigned_on: date | None

    @property
    def about(self) -> tuple[str, str]:
        """Whose and which certification: their uuids, as a subject names them."""
        return str(self.employee.uuid), str(self.certification.uuid)


def plan_for(*, movements: Iterable[Movement], now: datetime, not_before: datetime) -> int:
    """Plan what these movements ask for; return how many notices were asked for.

    Reminders go out from eight in the morning at the person's branch, urgent ones at once; none
    of them before ``not_before``. One statement, four more where a fact moved a date or a standing.
    """
    employed = [move for move in movements if not has_left(move)]
    turns = settle_turns(employed, now)
    wanted = []
    for move in employed:
        morning = datetime.combine(move.row.derived_on, MORNING, tzinfo=ZoneInfo(move.zone))
        wanted += [
            lms_api.NoticeWish(
                subject=write_subject(*move.about, move.subject, reminder, now),
                kind=reminder.kind,
                offset_days=reminder.offset_days,
                target_on=reminder.target_on,
                recipient_id=move.employee.pk,
                due_at=not_before if reminder.urgent else max(morning, not_before),
                urgent=reminder.urgent,
            )
            for reminder in plan_reminders(
                row=move.row,
                since=move.before.derived_on if move.before else move.row.derived_on,
                reminder_days=move.certification.reminder_days,
                opened=move.opened,
                awarded=move.awarded,
                assigned_on=move.assigned_on,
                turn=turns.get(move.about),
            )
        ]
    return lms_api.plan_notices(wanted=wanted, now=now) if wanted else 0


def has_left(move: Movement) -> bool:
    """Return whether a person does not work here any more on the row's day."""
    return move.employee.left_on is not None and move.employee.left_on <= move.row.derived_on


def settle_turns(moves: Iterable[Movement], now: datetime) -> dict[tuple[str, str], Reminder]:
    """Return what facts changed for whom, once what waits unsent of it is taken into account.

    A move that is taken back before its mail has left is not told, and neither is the way back.
    """
    found = {}
    for move in moves:
        turn = find_turn_of(move)
        if turn is not None:
            found[move.about] = (move, turn)
    if not found:
        return {}
    waiting = load_waiting([move.employee.pk for move, _turn in found.values()])
    settled: dict[tuple[str, str], Reminder] = {}
    gone: dict[str, list[Notice]] = {"taken_back": [], "replaced": []}
    for about, (_move, turn) in found.items():
        topic = topic_of(turn.before)
        mine = [row for row in waiting[about] if topic_of(state_before(row)) == topic]
        merged = merge_turns(turn, [state_before(row) for row in mine])
        gone["taken_back" if merged is None else "replaced"] += mine
        if merged is not None:
            settled[about] = merged
    for reason, rows in gone.items():
        if rows:
            lms_api.suppress_planned(uuids=[row.uuid for row in rows], reason=reason, now=now)
    return settled


def find_turn_of(move: Movement) -> Reminder | None:
    """Return what a fact changed for one person, or None; a first standing is no change."""
    if move.before is None:
        return None
    return find_turn(
        Before(
            standing=move.before.standing,
            task=move.before.task,
            required=move.before.required,
            valid_until=move.before.valid_until,
            covered_until=move.before.covered_until,
            due_on=move.before.due_on,
        ),
        move.row,
        opened=move.opened_any,
        recorded=move.recorded,
        announced=move.announced,
        resumed=move.resumed,
    )


def load_waiting(employee_ids: Sequence[int]) -> dict[tuple[str, str], list[Notice]]:
    """Return the unsent notices of changes by person and certification, oldest first. Two queries.

    They are held for the transaction: a sender that is about to mail them waits, or is waited for.
    """
    waiting: dict[tuple[str, str], list[Notice]] = defaultdict(list)
    rows = Notice.objects.hold_unsent(employee_ids).filter(kind__in=TURN_KINDS)
    for row in rows.order_by("due_at", "pk"):
        subject = read_subject(row.subject)
        waiting[subject.employee, subject.certification].append(row)
    for rows_of_one in waiting.values():
        rows_of_one.sort(key=lambda row: row.pk)
    return waiting


def state_before(notice: Notice) -> str:
    """Return what was so before the change that a notice tells."""
    return read_subject(notice.subject).before
