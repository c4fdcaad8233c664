"""The policy of a certification: what holds how long, and when its work is due."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from certification.policy.rules.errors import PolicyError
from certification.policy.rules.intervals import add, can_reach, is_empty, parse_interval

METHODS = ("completion", "anniversary", "calendar")
BEFORE_WINDOW = ("extend", "keep", "restart")
LATE = ("renewal", "full", "full_if_lapsed_over")
BRANCH_ZONE = "branch"
# One that is not a leap year: a yearly day must exist in every year.
_COMMON_YEAR = 2023
_LONGEST_MONTHS = 12_000
_LONGEST_DAYS = 365_000


@dataclass(frozen=True, slots=True)
class Policy:
    """Every field of a policy, checked. Lengths are ISO texts; None means there is none."""

    active: str | None
    method: str = "completion"
    window: str | None = None
    tolerance: str | None = None
    before_window: str = "extend"
    min_active: str | None = None
    calendar_day: str | None = None
    due: str | None = None
    closes: str | None = None
    due_soon: str = "P14D"
    grace: str | None = None
    counts_grace: bool = False
    late: str = "renewal"
    lapsed_over: str | None = None
    look_back: str | None = None
    zone: str = BRANCH_ZONE


def parse_policy(mapping: Mapping[str, Any] | Policy) -> Policy:
    """Read and check a policy. ``active`` must be there; null says that it never lapses.

    One that has been read before is returned as it is.

    Raises: PolicyError naming the first field that is unknown, malformed or cannot work.
    """
    if isinstance(mapping, Policy):
        return mapping
    if not isinstance(mapping, Mapping):
        raise PolicyError("policy", "a policy is a mapping of fields")
    # The type is part of the key, since True and 1 would otherwise be one entry.
    key = tuple((name, type(value), value) for name, value in mapping.items())
    try:
        return _build(key)
    except TypeError:
        # A list or mapping cannot be a key; checked without the cache it names its field.
        return _build.__wrapped__(key)


@lru_cache(maxsize=1024)
def _build(key: tuple[tuple[Any, type, Any], ...]) -> Policy:
    values = {name: value for name, _, value in key}
    for name in values:
        if name not in _CHECKS:
            raise PolicyError(str(name), "there is no such policy field")
    if "active" not in values:
        raise PolicyError("active", "say how long it holds, or null if it never lapses")
    for name, value in values.items():
        _CHECKS[name](name, value)
    policy = Policy(**values)
    _check_together(policy)
    return policy


def _check_together(policy: Policy) -> None:
    if policy.method == "calendar" and policy.min_active is None:
        raise PolicyError("min_active", "the calendar method needs the least time an award holds")
    if policy.late == "full_if_lapsed_over" and policy.lapsed_over is None:
        raise PolicyError("lapsed_over", "say after how long the full path is asked for")
    for name in ("window", "tolerance"):
        length = getattr(policy, name)
        if length is not None and policy.active is not None and can_reach(length, policy.active):
            raise PolicyError(name, f"{length} is not shorter than the time it holds")


def _check_length(name: str, value: object) -> None:
    if value is None:
        return
    try:
        length = parse_interval(value)  # type: ignore[arg-type]
    except (PolicyError, TypeError):
        raise PolicyError(name, f"{value!r} is not an interval such as P1Y or P14D") from None
    if length.months > _LONGEST_MONTHS or length.days > _LONGEST_DAYS:
        raise PolicyError(name, f"{value} is longer than a thousand years")


def _check_some_length(name: str, value: object) -> None:
    _check_length(name, value)
    if isinstance(value, str) and is_empty(value):
        raise PolicyError(name, "it must be at least one day")


def _check_always_length(name: str, value: object) -> None:
    if value is None:
        raise PolicyError(name, "it cannot be null; P0D switches it off")
    _check_length(name, value)


def _one_of(choices: tuple[str, ...]) -> Callable[[str, object], None]:
    def check(name: str, value: object) -> None:
        if value not in choices:
            raise PolicyError(name, f"{value!r} is none of {', '.join(choices)}")

    return check


def _check_flag(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise PolicyError(name, "it is true or false")


def _check_calendar_day(name: str, value: object) -> None:
    if value is None:
        return
    message = f"{value!r} is not a day of every year, written MM-DD"
    if not isinstance(value, str) or not re.fullmatch(r"\d\d-\d\d", value, re.ASCII):
        raise PolicyError(name, message)
    try:
        date(_COMMON_YEAR, int(value[:2]), int(value[3:]))
    except ValueError:
        raise PolicyError(name, message) from None


def _check_zone(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise PolicyError(name, f"{value!r} is not the name of a time zone")
    if value != BRANCH_ZONE:
        load_zone(value)


def load_zone(name: str) -> ZoneInfo:
    """Return the named time zone. Raises: PolicyError with field ``zone``."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError):
        raise PolicyError("zone", f"{name!r} is not a known time zone") from None


def path_of_late_renewal(policy: Policy, *, lapsed_on: date, on: date) -> str:
    """Return the path a renewal takes on a day: ``renewal`` or ``full``.

    ``lapsed_on`` is the first day no longer held; the short path lasts ``lapsed_over`` from it.
    """
    if on < lapsed_on or policy.late == "renewal":
        return "renewal"
    if policy.late == "full_if_lapsed_over" and policy.lapsed_over is not None:
        return "full" if on >= add(lapsed_on, policy.lapsed_over) else "renewal"
    return "full"


_CHECKS: dict[str, Callable[[str, object], None]] = {
    "method": _one_of(METHODS),
    "before_window": _one_of(BEFORE_WINDOW),
    "late": _one_of(LATE),
    "active": _check_some_length,
    "min_active": _check_some_length,
    "window": _check_length,
    "tolerance": _check_length,
    "due": _check_length,
    "closes": _check_length,
    "due_soon": _check_always_length,
    "grace": _check_length,
    "lapsed_over": _check_length,
    "look_back": _check_length,
    "counts_grace": _check_flag,
    "calendar_day": _check_calendar_day,
    "zone": _check_zone,
}
