"""Verbs of role-plays: take in, begin, choose, begin again, practise."""

from quizzes.scenarios.actions.choices import choose
from quizzes.scenarios.actions.counts import mend_counts
from quizzes.scenarios.actions.drafts import begin_from, fill_draft, fill_missing_draft, save_draft
from quizzes.scenarios.actions.imports import ScenarioFaultsError, import_draft, import_scenario
from quizzes.scenarios.actions.starts import restart_play, start_play, start_practice
from quizzes.scenarios.actions.versions import (
    make_missing_scenario_versions,
    make_scenario_version,
)

__all__ = [
    "ScenarioFaultsError",
    "begin_from",
    "choose",
    "fill_draft",
    "fill_missing_draft",
    "import_draft",
    "import_scenario",
    "make_missing_scenario_versions",
    "make_scenario_version",
    "mend_counts",
    "restart_play",
    "save_draft",
    "start_play",
    "start_practice",
]
