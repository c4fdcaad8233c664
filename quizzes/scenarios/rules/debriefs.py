"""What a debrief compares: a player's path with the best one, and each choice with a better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from quizzes.scenarios.rules.graphs import Choice, Step

# Words for the mood: from this value on. The mood goes from 0 to 100.
MOODS = ((80, "delighted"), (60, "friendly"), (45, "patient"), (25, "impatient"), (0, "upset"))
_MINUTES_PER_STEP = Fraction(3, 4)


@dataclass(frozen=True, slots=True)
class Pairing:
    """One row of two paths side by side: places in each, None where only the other one goes."""

    own: int | None
    best: int | None


def align(own: Sequence[str], best: Sequence[str]) -> list[Pairing]:
    """Return two lists of steps side by side, with as many common steps as order allows.

    Where they part, the player's own steps come first. Time and space grow with both lengths.
    """
    common = _measure_common(own, best)
    rows: list[Pairing] = []
    mine = other = 0
    while mine < len(own) or other < len(best):
        if mine < len(own) and other < len(best) and own[mine] == best[other]:
            rows.append(Pairing(mine, other))
            mine, other = mine + 1, other + 1
        elif mine < len(own) and (
            other == len(best) or common[mine + 1][other] >= common[mine][other + 1]
        ):
            rows.append(Pairing(mine, None))
            mine += 1
        else:
            rows.append(Pairing(None, other))
            other += 1
    return rows


def _measure_common(own: Sequence[str], best: Sequence[str]) -> list[list[int]]:
    """Return the length of the longest common sequence of each pair of tails."""
    table = [[0] * (len(best) + 1) for _ in range(len(own) + 1)]
    for mine in range(len(own) - 1, -1, -1):
        for other in range(len(best) - 1, -1, -1):
            table[mine][other] = (
                table[mine + 1][other + 1] + 1
                if own[mine] == best[other]
                else max(table[mine + 1][other], table[mine][other + 1])
            )
    return table


def find_better(step: Step, chosen: Choice) -> Choice | None:
    """Return the choice of a step that earns most without being critical.

    None when nothing there earns more than what was chosen, which a critical choice never beats.
    """
    fair = [choice for choice in step.choices if not choice.critical and not choice.when]
    top = max(fair, key=lambda choice: choice.total, default=None)
    if top is None or (top.total <= chosen.total and not chosen.critical):
        return None
    return top


def find_mood(meter: Fraction) -> str:
    """Return the word for a mood 0..100."""
    return next((word for least, word in MOODS if meter >= least), MOODS[-1][1])


def estimate_minutes(steps: int) -> int:
    """Return the minutes a play of so many decisions takes with its debrief, at least 3."""
    return max(3, round(steps * _MINUTES_PER_STEP) + 2)
