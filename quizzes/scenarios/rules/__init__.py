"""Branching role-play: checking, bounds, playing and scoring of graphs."""

from quizzes.scenarios.rules.findings import ERRORS, WARNINGS, Finding, validate
from quizzes.scenarios.rules.paths import best_path
from quizzes.scenarios.rules.plays import (
    PlayError,
    ScenarioScore,
    available,
    choice_at,
    score,
    step_view,
)
from quizzes.scenarios.rules.spaces import Bounds, TangledError, bounds

__all__ = [
    "ERRORS",
    "WARNINGS",
    "Bounds",
    "Finding",
    "PlayError",
    "ScenarioScore",
    "TangledError",
    "available",
    "best_path",
    "bounds",
    "choice_at",
    "score",
    "step_view",
    "validate",
]
