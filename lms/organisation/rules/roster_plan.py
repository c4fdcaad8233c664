"""What a roster file changes: per person, and per posting. Pure, so that every case is a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from lms.organisation.rules.roster import RosterRow
from lms.organisation.rules.tables import Reason, Rejection, fold


class ChangeKind(StrEnum):
    """What a row means for a person. The values are the counts of the summary."""

    JOINER = "joiners"
    MOVER = "movers"
    LEAVER = "leavers"
    RETURNER = "returners"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class PersonState:
    """A person as the database holds them. ``place`` is (branch id, job role id) of today."""

    pk: int
    employee_number: str
    given_name: str
    family_name: str
    email: str
    manager_key: str
    place: tuple[int | None, int | None]
    hired_on: date | None
    left_on: date | None
    locale: str

    def has_left(self, today: date) -> bool:
        """Return whether the person no longer works here."""
        return self.left_on is not None and self.left_on <= today


@dataclass(frozen=True)
class Change:
    """What happens to one person. ``row`` is None for people a full file no longer names."""

    kind: ChangeKind
    row: RosterRow | None
    state: PersonState | None
    place: tuple[int, int] | None
    moves: bool
    hired_on: date | None
    left_on: date | None

    @property
    def touches_postings(self) -> bool:
        """Whether postings may change, and not only the person's own fields."""
        if self.state is None or self.moves:
            return True
        return (self.hired_on, self.left_on) != (self.state.hired_on, self.state.left_on)


@dataclass(frozen=True)
class Span:
    """A posting: where, and ``[from_on, until_on)``. ``pk`` is None for one yet to be written."""

    pk: int | None
    place: tuple[int, int]
    from_on: date
    until_on: date | None
    primary: bool = True


def plan_row(
    row: RosterRow,
    state: PersonState | None,
    place: tuple[int, int],
    columns: Iterable[str],
    today: date,
) -> Change | Rejection:
    """Return what a row changes. Columns that the file does not have keep what is there."""
    if state is None:
        return Change(
            ChangeKind.JOINER,
            row,
            None,
            place,
            moves=True,
            hired_on=row.hired_on,
            left_on=row.left_on,
        )
    hired_on = row.hired_on or state.hired_on
    left_on = row.left_on if "left_on" in columns else state.left_on
    if left_on and hired_on and left_on <= hired_on:
        return Rejection(row.number, "left_on", left_on.isoformat(), Reason.HISTORY)
    stays = left_on is None or left_on > today
    returns = state.has_left(today) and stays
    moves = returns or (stays and place != state.place)
    kind = name_change(row, state, columns, (hired_on, left_on), today, moves=moves)
    return Change(kind, row, state, place, moves=moves, hired_on=hired_on, left_on=left_on)


def name_change(
    row: RosterRow,
    state: PersonState,
    columns: Iterable[str],
    dates: tuple[date | None, date | None],
    today: date,
    *,
    moves: bool,
) -> ChangeKind:
    """Return the one word under which a row is counted."""
    left_on = dates[1]
    if moves:
        return ChangeKind.RETURNER if state.has_left(today) else ChangeKind.MOVER
    if left_on is not None and state.left_on != left_on and not state.has_left(today):
        return ChangeKind.LEAVER
    if dates != (state.hired_on, state.left_on) or differs(row, state, columns):
        return ChangeKind.CHANGED
    return ChangeKind.UNCHANGED


def differs(row: RosterRow, state: PersonState, columns: Iterable[str]) -> bool:
    """Return whether a row says something new about the person's own fields."""
    given = set(columns)
    return (
        (row.given_name, row.family_name) != (state.given_name, state.family_name)
        or ("email" in given and row.email != state.email)
        or ("manager_number" in given and fold(row.manager_number) != state.manager_key)
        or (bool(row.locale) and row.locale != state.locale)
    )


def plan_absent(
    people: Mapping[str, PersonState], keys: Iterable[str], today: date
) -> list[Change]:
    """Return the leaving of everybody employed whom a full file does not name.

    The last day is yesterday; who joined today or has yet to join leaves the day after joining.
    """
    named = set(keys)
    changes = []
    for key, state in people.items():
        if key in named or state.has_left(today):
            continue
        left_on = today
        if state.hired_on is not None and state.hired_on >= today:
            left_on = state.hired_on + timedelta(days=1)
        if state.left_on is not None and state.left_on <= left_on:
            continue
        changes.append(
            Change(
                ChangeKind.LEAVER,
                None,
                state,
                None,
                moves=False,
                hired_on=state.hired_on,
                left_on=left_on,
            )
        )
    return changes


def replan_postings(spans: Sequence[Span], change: Change, today: date) -> list[Span]:
    """Return a person's postings after a change. Those with a ``pk`` may be shorter or longer."""
    if change.state is None:
        assert change.place is not None
        start = change.hired_on or today
        return [Span(None, change.place, start, change.left_on)]
    result = shift_start(spans, change.state.hired_on, change.hired_on)
    if change.kind is not ChangeKind.RETURNER:
        result = shift_end(result, change.state.left_on, change.left_on)
    if change.moves:
        result = move(result, change, today)
    return result


def shift_start(spans: Sequence[Span], old: date | None, new: date | None) -> list[Span]:
    """Let the posting that began on the old first day begin on the new one, if it can."""
    if new is None or new == old:
        return list(spans)
    return [
        replace(span, from_on=new) if starts_freely(span, old, new, spans) else span
        for span in spans
    ]


def starts_freely(span: Span, old: date | None, new: date, spans: Sequence[Span]) -> bool:
    """Return whether a main posting of the old first day may begin on the new one."""
    if not span.primary or span.from_on != old:
        return False
    if span.until_on is not None and span.until_on <= new:
        return False
    earlier = (other for other in spans if other.primary and other.from_on < span.from_on)
    return all(other.until_on is not None and other.until_on <= new for other in earlier)


def shift_end(spans: Sequence[Span], old: date | None, new: date | None) -> list[Span]:
    """Cut postings at the leaving day; when it moves later or away, the last main one follows."""
    result = []
    for span in spans:
        if new is not None and span.from_on >= new:
            continue
        until_on = span.until_on
        followed = span.primary and old is not None and until_on == old
        if followed or (new is not None and (until_on is None or until_on > new)):
            until_on = new
        result.append(replace(span, until_on=until_on))
    return result


def move(spans: Sequence[Span], change: Change, today: date) -> list[Span]:
    """End the main posting and begin another today, or on the first day if that is to come.

    Somebody who comes back begins on the hiring day if the file has a new one. Planned main
    postings give way: the file knows better.
    """
    assert change.state is not None
    assert change.place is not None
    start = today
    hired_on, left_on = change.hired_on, change.state.left_on
    if hired_on is not None and change.kind is ChangeKind.RETURNER:
        start = hired_on if left_on is None or hired_on >= left_on else today
    elif hired_on is not None:
        start = max(today, hired_on)
    result = [span for span in spans if not span.primary or span.from_on < start]
    result = [
        replace(span, until_on=start)
        if span.primary and (span.until_on is None or span.until_on > start)
        else span
        for span in result
    ]
    return [*result, Span(None, change.place, start, change.left_on)]
