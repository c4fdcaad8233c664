"""Verbs of role-plays: take in, begin, choose, begin again, practise."""

from quizzes.scenarios.actions.choices import choose
from quizzes.scenarios.actions.imports import ScenarioFaultsError, import_scenario
from quizzes.scenarios.actions.starts import restart_play, start_play, start_practice

__all__ = [
    "ScenarioFaultsError",
    "choose",
    "import_scenario",
    "restart_play",
    "start_play",
    "start_practice",
]
