"""Reading the events of a timeline: each becomes one checked, dated, ordered Fact.

An instant becomes a local day here, once. Nothing is repaired: what cannot be true raises
ImpossibleDateError naming the field.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from certification.policy.rules.errors import ImpossibleDateError
from certification.policy.rules.policy import BRANCH_ZONE, Policy, load_zone, parse_policy

BASES = ("imported", "manual", "evidence", "waived", "corrected")
CYCLE_KINDS = ("first", "renewal", "delta", "voluntary")


class Fact(NamedTuple):
    """One event. Which optional fields it fills depends on its kind."""

    kind: str
    day: date
    moment: datetime
    recorded: datetime
    position: int
    until: date | None = None
    starts_on: date | None = None
    due_on: date | None = None
    closes_on: date | None = None
    has_due: bool = False
    has_closes: bool = False
    label: str = ""
    is_optional: bool = False
    policy: Policy | None = None
    # The award, assignment or leave, from 1 in order of moment: its own, or the one it acts on.
    number: int | None = None
    stored: tuple[date | None, date | None, str | None, int] | None = None


class LocalDays:
    """Which zone a day is told in: the branch's, unless the policy in force names one."""

    def __init__(self, branch: ZoneInfo, named: list[tuple[date, datetime | None, str]]) -> None:
        self._branch = branch
        self._named = named if any(zone != BRANCH_ZONE for _, _, zone in named) else []

    def zone_on(self, day: date, known_by: datetime | None) -> ZoneInfo:
        """Return the zone of a day, by the policies known then."""
        zone = self._branch
        for effective_on, recorded, name in self._named:
            if effective_on <= day and not (recorded and known_by and recorded > known_by):
                zone = self._branch if name == BRANCH_ZONE else load_zone(name)
        return zone

    def day_of(self, instant: datetime) -> date:
        """Return the local day of an instant."""
        if not self._named:
            return instant.astimezone(self._branch).date()
        near = instant.astimezone(self._branch).date()
        return instant.astimezone(self.zone_on(near, instant)).date()

    def start_of(self, day: date) -> datetime:
        """Return the instant, in UTC, at which a local day begins."""
        if not self._named:
            return _start_of_day(day, self._branch)
        return _start_of_day(day, self.zone_on(day, _start_of_day(day, self._branch)))


@lru_cache(maxsize=8192)
def _start_of_day(day: date, zone: ZoneInfo) -> datetime:
    try:
        return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return datetime(day.year, day.month, day.day, tzinfo=UTC)


def read_facts(policy: Policy, events: Sequence[Mapping[str, Any]], zone: str) -> list[Fact]:
    """Return the events as facts in order of moment, then position. Targets are not yet found."""
    local = LocalDays(load_zone(zone), _zones_of(policy, events))
    facts = [_read_fact(event, position, local) for position, event in enumerate(events)]
    facts.sort(key=itemgetter(2, 4))
    return facts


def _zones_of(
    policy: Policy, events: Sequence[Mapping[str, Any]]
) -> list[tuple[date, datetime | None, str]]:
    changes = [
        (read_day(event, "effective_on"), _read_recorded(event), parse_policy(event["policy"]).zone)
        for event in events
        if event.get("type") == "policy" and "policy" in event
    ]
    changes.sort(key=itemgetter(0))
    return [(date.min, None, policy.zone), *changes]


def _read_fact(event: Mapping[str, Any], position: int, local: LocalDays) -> Fact:
    kind = event.get("type")
    if not isinstance(kind, str) or kind not in _READERS:
        raise ImpossibleDateError("type", f"{kind!r} is no kind of event")
    day_field, reader = _READERS[kind]
    if day_field == "at":
        moment = read_instant(event["at"], "at") if "at" in event else _refuse_missing("at")
        day = local.day_of(moment)
    else:
        day = read_day(event, day_field)
        moment = local.start_of(day)
    recorded = _read_recorded(event) or moment
    more = reader(event, day) if reader else {}
    return Fact(kind, day, moment, recorded, position, **more)


def _read_recorded(event: Mapping[str, Any]) -> datetime | None:
    value = event.get("recorded_at")
    return None if value is None else read_instant(value, "recorded_at")


def read_instant(value: object, field: str) -> datetime:
    """Return an instant in UTC from a datetime or ISO text, which must name its offset."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ImpossibleDateError(field, f"{value!r} is not an ISO instant") from None
    if not isinstance(value, datetime):
        raise ImpossibleDateError(field, f"{value!r} is not an instant")
    if value.utcoffset() is None:
        raise ImpossibleDateError(field, f"{value} has no time zone")
    return value.astimezone(UTC)


def read_day(event: Mapping[str, Any], field: str) -> date:
    """Return a day that must be there. Raises: ImpossibleDateError naming ``field``."""
    value = event.get(field)
    day = _to_day(value, field) if value is not None else None
    return day if day is not None else _refuse_missing(field)


def _read_optional_day(event: Mapping[str, Any], field: str) -> date | None:
    value = event.get(field)
    return None if value is None else _to_day(value, field)


def _to_day(value: object, field: str) -> date:
    if type(value) is date:
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ImpossibleDateError(field, f"{value!r} is not an ISO day")


def _refuse_missing(field: str) -> Any:
    raise ImpossibleDateError(field, "it is missing")


def _read_assigned(event: Mapping[str, Any], day: date) -> dict[str, Any]:
    due_on = _read_optional_day(event, "due_on")
    if due_on is not None and due_on < day:
        raise ImpossibleDateError("due_on", f"due {due_on}, before the assignment on {day}")
    return {"due_on": due_on, "is_optional": bool(event.get("optional", False))}


def _read_unassigned(event: Mapping[str, Any], day: date) -> dict[str, Any]:
    return {"number": _read_number(event, "assignment")}


def _read_change(event: Mapping[str, Any], day: date) -> dict[str, Any]:
    return {"number": _read_number(event, "award")}


def _read_number(event: Mapping[str, Any], field: str) -> int | None:
    number = event.get(field)
    if number is not None and (type(number) is not int or number < 1):
        raise ImpossibleDateError(field, f"{number!r} is not a number counted from 1")
    return number


def _read_cycle(event: Mapping[str, Any], day: date) -> dict[str, Any]:
    kind = event.get("kind")
    if kind not in CYCLE_KINDS:
        raise ImpossibleDateError("kind", f"{kind!r} is no kind of cycle")
    due_on = _read_optional_day(event, "due_on")
    closes_on = _read_optional_day(event, "closes_on")
    # A renewal without a window opens at expiry, the day after its due day.
    if due_on is not None and due_on < day and kind != "renewal":
        raise ImpossibleDateError("due_on", f"due {due_on}, before it opens on {day}")
    if closes_on is not None and closes_on < (due_on or day):
        raise ImpossibleDateError("closes_on", f"it closes {closes_on}, before it is due")
    return {
        "label": kind,
        "due_on": due_on,
        "closes_on": closes_on,
        "has_due": "due_on" in event,
        "has_closes": "closes_on" in event,
    }


def _read_move(event: Mapping[str, Any], day: date) -> dict[str, Any]:
    """Read an open cycle's move to another policy: its days from then on, null for none."""
    if "policy" not in event:
        _refuse_missing("policy")
    due_on = _read_optional_day(event, "due_on")
    closes_on = _read_optional_day(event, "closes_on")
    if closes_on is not None and due_on is not None and closes_on < due_on:
        raise ImpossibleDateError("closes_on", f"it closes {closes_on}, before it is due")
    opened_on = _read_optional_day(event, "opened_on")
    if opened_on is not None and opened_on > day:
        raise ImpossibleDateError("opened_on", f"opened {opened_on}, after it was moved on {day}")
    days = {"due_on": due_on, "closes_on": closes_on, "starts_on": opened_on}
    return {**_read_policy(event, day), **days}


def _read_completed(event: Mapping[str, Any], day: date) -> dict[str, Any]:
    if "valid_until" not in event:
        return {"label": "completed"}
    until = _read_optional_day(event, "valid_until")
    if until is not None and until <= day:
        raise ImpossibleDateError("valid_until", f"{until} is not after {day}")
    anchor_on = _read_optional_day(event, "anchor_on")
    stored = (until, anchor_on or until, event.get("anchor_active"), event.get("intervals") or 0)
    return {"label": "completed", "stored": stored}


def _read_awarded(event: Mapping[str, Any], day: date) -> dict[str, Any]:
    basis = event.get("basis")
    if basis not in BASES:
        raise ImpossibleDateError("basis", f"{basis!r} is none of {', '.join(BASES)}")
    start = read_day(event, "valid_from")
    if "valid_until" not in event:
        _refuse_missing("valid_until")
    until = _read_optional_day(event, "valid_until")
    if until is not None and until <= start:
        raise ImpossibleDateError("valid_until", f"{until} is not after {start}")
    return {"label": basis, "starts_on": start, "until": until}


def _read_extended(event: Mapping[str, Any], day: date) -> dict[str, Any]:
    until = read_day(event, "until")
    if until <= day:
        raise ImpossibleDateError("until", f"{until} is not after {day}")
    label = "back" if event.get("back") else ""
    return {"until": until, "label": label, "number": _read_number(event, "award")}


def _read_leave(event: Mapping[str, Any], day: date) -> dict[str, Any]:
    until = _read_optional_day(event, "until")
    if until is None and "until" not in event:
        _refuse_missing("until")
    if until is not None and until <= day:
        raise ImpossibleDateError("until", f"{until} is not after {day}")
    return {"until": until}


def _read_return(event: Mapping[str, Any], day: date) -> dict[str, Any]:
    return {"number": _read_number(event, "absence")}


def _read_exemption_end(event: Mapping[str, Any], day: date) -> dict[str, Any]:
    return {"number": _read_number(event, "exemption")}


def _read_policy(event: Mapping[str, Any], day: date) -> dict[str, Any]:
    return {"policy": parse_policy(event.get("policy") or {})}


_Reader = Callable[[Mapping[str, Any], date], dict[str, Any]]
_READERS: dict[Any, tuple[str, _Reader | None]] = {
    "assigned": ("on", _read_assigned),
    "unassigned": ("on", _read_unassigned),
    "started": ("on", None),
    "cycle_opened": ("on", _read_cycle),
    "cycle_moved": ("on", _read_move),
    "cycle_closed": ("on", None),
    "completed": ("at", _read_completed),
    "awarded": ("on", _read_awarded),
    "revoked": ("effective_on", _read_change),
    "suspended": ("effective_on", _read_change),
    "reinstated": ("effective_on", _read_change),
    "voided": ("effective_on", _read_change),
    "extended": ("on", _read_extended),
    "exempted": ("from", _read_leave),
    "absent": ("from", _read_leave),
    "returned": ("on", _read_return),
    "exemption_ended": ("on", _read_exemption_end),
    "window_opened": ("on", None),
    "policy": ("effective_on", _read_policy),
}
