"""Branching role-play: checking, bounds, playing and scoring of graphs."""

from quizzes.scenarios.rules.debriefs import (
    Pairing,
    align,
    estimate_minutes,
    find_better,
    find_mood,
)
from quizzes.scenarios.rules.findings import ERRORS, WARNINGS, Finding, validate
from quizzes.scenarios.rules.graphs import Choice, Scenario, Step, read_graph
from quizzes.scenarios.rules.paths import best_path
from quizzes.scenarios.rules.plays import (
    Decision,
    Play,
    PlayError,
    ScenarioScore,
    available,
    choice_at,
    open_choices,
    play,
    score,
    step_view,
)
from quizzes.scenarios.rules.spaces import Bounds, TangledError, bounds
from quizzes.scenarios.rules.stored import (
    RULES_VERSION,
    make_token,
    read_bounds,
    read_share,
    write_bounds,
    write_fraction,
    write_score,
)

__all__ = [
    "ERRORS",
    "RULES_VERSION",
    "WARNINGS",
    "Bounds",
    "Choice",
    "Decision",
    "Finding",
    "Pairing",
    "Play",
    "PlayError",
    "Scenario",
    "ScenarioScore",
    "Step",
    "TangledError",
    "align",
    "available",
    "best_path",
    "bounds",
    "choice_at",
    "estimate_minutes",
    "find_better",
    "find_mood",
    "make_token",
    "open_choices",
    "play",
    "read_bounds",
    "read_graph",
    "read_share",
    "score",
    "step_view",
    "validate",
    "write_bounds",
    "write_fraction",
    "write_score",
]
