"""What of each question is shown in which phase."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from quizzes.questions.rules.review import PHASES, SHOWN

RIGHT_AFTER: Final = timedelta(hours=1)
"""How long after handing in it is still right after."""

Ticks = Mapping[str, frozenset[str]]
"""Phase → what is ticked of mark, right_answer and feedback."""

FULL_FEEDBACK: Final[Mapping[str, tuple[str, ...]]] = {
    phase: () if phase == "during" else SHOWN for phase in PHASES
}
"""What a new quiz ticks: everything once it is handed in."""


def read_ticks(body: Mapping[str, Any]) -> Ticks:
    """Return what a quiz's body ticks; unknown words are left out.

    Bodies of before there was a table of ticks say ``release`` and ``reveal``.
    """
    table = body.get("feedback")
    if not isinstance(table, Mapping):
        table = _read_early_settings(body)
    return {phase: frozenset(SHOWN) & set(table.get(phase) or ()) for phase in PHASES}


def _read_early_settings(body: Mapping[str, Any]) -> dict[str, list[str]]:
    release = body.get("release", "right_after")
    shown = {"right_after": ["mark", "feedback"], "mark_only": ["mark"]}.get(release, [])
    if shown and body.get("reveal") != "never":
        shown = [*shown, "right_answer"]
    return {phase: [] if phase == "during" else shown for phase in PHASES}


def reveals_early(body: Mapping[str, Any]) -> bool:
    """Return whether right answers show although a further scored try is possible."""
    return bool(body.get("reveal_early", body.get("reveal") == "right_after"))


def find_phase(now: datetime, submitted_at: datetime | None, closes_at: datetime | None) -> str:
    """Return the phase an attempt is in: during, right_after (an hour), later or after_close."""
    if submitted_at is None:
        return "during"
    if closes_at is not None and now >= closes_at:
        return "after_close"
    return "right_after" if now < submitted_at + RIGHT_AFTER else "later"


def choose_shown(
    ticks: Ticks, phase: str, *, further_try: bool, reveal_early: bool
) -> frozenset[str]:
    """Return what of each question may be shown now.

    The right answer only when no further scored try is possible, unless chosen otherwise.
    """
    shown = ticks.get(phase, frozenset())
    return shown - {"right_answer"} if further_try and not reveal_early else shown
