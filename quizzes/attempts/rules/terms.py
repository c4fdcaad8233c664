"""What holds for one person: the settings of a version, then the branch's and person's leeway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from quizzes.attempts.rules.feedback import Ticks, read_ticks, reveals_early


@dataclass(frozen=True, slots=True)
class Terms:
    """The settings an attempt obeys. ``attempts_allowed`` and the limit None: without limit.

    ``cool_downs`` are the minutes after the first try and after every later one. ``counting`` is
    highest, last, first or average; ``navigation`` free or sequential; ``admission`` open,
    password or supervisor.
    """

    attempts_allowed: int | None = None
    cool_downs: tuple[int, ...] = (0,)
    time_limit_minutes: int | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    counting: str = "highest"
    navigation: str = "free"
    admission: str = "open"
    ticks: Ticks = field(default_factory=dict)
    reveal_early: bool = False

    @property
    def sequential(self) -> bool:
        """Whether there is no way back and no jumping ahead."""
        return self.navigation == "sequential"

    @property
    def tells_during(self) -> bool:
        """Whether something shows as soon as a question is answered: then the answer stays."""
        return bool(self.ticks.get("during"))


@dataclass(frozen=True, slots=True)
class Leeway:
    """What somebody is granted beyond the settings; None: as the quiz says."""

    extra_tries: int = 0
    closes_at: datetime | None = None
    time_limit_minutes: int | None = None
    no_cool_down: bool = False


def read_terms(body: Mapping[str, Any]) -> Terms:
    """Return the settings of a version's body, also of versions from before a setting existed."""
    first = body.get("cool_down_minutes") or 0
    later = body.get("later_cool_down_minutes")
    return Terms(
        attempts_allowed=body.get("attempts_allowed") or None,
        cool_downs=(first, first if later is None else later),
        time_limit_minutes=body.get("time_limit_minutes") or None,
        opens_at=_read_instant(body.get("opens_at")),
        closes_at=_read_instant(body.get("closes_at")),
        counting=body.get("counting") or "highest",
        navigation=body.get("navigation") or "free",
        admission=body.get("admission") or "open",
        ticks=read_ticks(body),
        reveal_early=reveals_early(body),
    )


def _read_instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def apply_leeways(terms: Terms, leeways: Sequence[Leeway]) -> Terms:
    """Return the terms with leeway applied, in any order: of each kind the most generous holds.

    Leeway never takes away: not an earlier close, not fewer minutes or tries than the quiz gives,
    and no close, clock or number of tries where the quiz has none.
    """
    closings = [leeway.closes_at for leeway in leeways if leeway.closes_at is not None]
    minutes = [leeway.time_limit_minutes or 0 for leeway in leeways]
    extra = max((leeway.extra_tries for leeway in leeways), default=0)
    closes_at, limit, tries = terms.closes_at, terms.time_limit_minutes, terms.attempts_allowed
    return replace(
        terms,
        closes_at=closes_at and max([closes_at, *closings]),
        time_limit_minutes=limit and max([limit, *minutes]),
        attempts_allowed=tries and tries + max(0, extra),
        cool_downs=(0,) if any(leeway.no_cool_down for leeway in leeways) else terms.cool_downs,
    )


def find_useless(terms: Terms, leeway: Leeway) -> Sequence[str]:
    """Return the parts of leeway that would give nothing beyond the terms, by field."""
    closes_at, minutes = leeway.closes_at, leeway.time_limit_minutes
    # Where the first try counts no other follows, and nobody waits for one.
    retries = terms.counting != "first"
    gives = {
        "extra_tries": retries and terms.attempts_allowed is not None,
        "closes_at": terms.closes_at is not None
        and (closes_at or terms.closes_at) > terms.closes_at,
        "time_limit_minutes": (minutes or 0) > (terms.time_limit_minutes or minutes or 0),
        "no_cool_down": retries,
    }
    return [name for name, more in gives.items() if getattr(leeway, name) and not more]
