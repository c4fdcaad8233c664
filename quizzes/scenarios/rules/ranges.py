"""How many percent a play can have that comes to one certain ending."""

from __future__ import annotations

from fractions import Fraction

from quizzes.scenarios.rules.graphs import Scenario
from quizzes.scenarios.rules.plays import share_of
from quizzes.scenarios.rules.spaces import Space, TangledError, bounds_of, explore, find_values

Range = tuple[Fraction, Fraction]


def find_ending_ranges(scenario: Scenario) -> dict[str, Range | None]:
    """Return least and most share (0..1) by ending; None where it is not reached or undefined.

    Exact, with critical choices included, as the score itself. Too tangled a graph gives None
    everywhere.
    """
    unknown: dict[str, Range | None] = dict.fromkeys(scenario.endings)
    try:
        space = explore(scenario)
        whole = bounds_of(scenario, find_values(space, critical=True)).total
    except TangledError:
        return unknown
    if whole is None:
        return unknown
    return {name: _find_range(space, name, whole) for name in scenario.endings}


def _find_range(space: Space, ending: str, whole: Range) -> Range | None:
    moves = [
        [move for move in options if move.target >= 0 or move.ending == ending]
        for options in space.moves
    ]
    values = find_values(Space(space.scenario, space.steps, moves, space.final), critical=True)
    found = bounds_of(space.scenario, values).total
    if found is None:
        return None
    low, high = share_of(found[0], whole), share_of(found[1], whole)
    return None if low is None or high is None else (low, high)
