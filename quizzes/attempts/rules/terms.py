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
    """Return the terms with leeway applied in order: the branch's first, the person's last.

    Of two that name the same thing the later one holds; one that does not name it takes nothing
    away.
    """
    for leeway in leeways:
        terms = replace(
            terms,
            closes_at=leeway.closes_at or terms.closes_at,
            time_limit_minutes=leeway.time_limit_minutes or terms.time_limit_minutes,
            cool_downs=(0,) if leeway.no_cool_down else terms.cool_downs,
        )
    extra = [leeway.extra_tries for leeway in leeways if leeway.extra_tries]
    if extra and terms.attempts_allowed is not None:
        terms = replace(terms, attempts_allowed=terms.attempts_allowed + extra[-1])
    return terms
