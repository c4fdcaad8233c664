"""Questions about role-plays: for playing, for the debrief, for the apps above."""

from quizzes.scenarios.reads.briefings import BriefingPage, find_scenario, read_briefing_page
from quizzes.scenarios.reads.cards import (
    ScenarioCard,
    judge_state,
    read_latest_scenario_versions,
    read_scenario_cards,
    read_since,
)
from quizzes.scenarios.reads.checks import DraftCheck, check_draft
from quizzes.scenarios.reads.counts import (
    WrongCount,
    count_one_play,
    find_wrong_counts,
    hold_count_drift,
    name_branch,
    read_counts,
)
from quizzes.scenarios.reads.debriefs import CurvePoint, DebriefPage, read_debrief_page
from quizzes.scenarios.reads.drafts import (
    Fault,
    build_draft_graph,
    find_draft_slips,
    list_faults,
    write_document,
)
from quizzes.scenarios.reads.findings import write_finding
from quizzes.scenarios.reads.finished import read_finished_plays
from quizzes.scenarios.reads.links import find_scenarios_playing, list_practising_scenarios
from quizzes.scenarios.reads.outlines import Outline, read_outline
from quizzes.scenarios.reads.reports import PlayReport, read_play_report
from quizzes.scenarios.reads.starters import STARTERS, build_starter
from quizzes.scenarios.reads.trials import Trial, read_trial
from quizzes.scenarios.reads.walks import (
    Mood,
    PlayPage,
    describe_mood,
    list_best_choices,
    read_play_page,
    read_walk,
)

__all__ = [
    "STARTERS",
    "BriefingPage",
    "CurvePoint",
    "DebriefPage",
    "DraftCheck",
    "Fault",
    "Mood",
    "Outline",
    "PlayPage",
    "PlayReport",
    "ScenarioCard",
    "Trial",
    "WrongCount",
    "build_draft_graph",
    "build_starter",
    "check_draft",
    "count_one_play",
    "describe_mood",
    "find_draft_slips",
    "find_scenario",
    "find_scenarios_playing",
    "find_wrong_counts",
    "hold_count_drift",
    "judge_state",
    "list_best_choices",
    "list_faults",
    "list_practising_scenarios",
    "name_branch",
    "read_briefing_page",
    "read_counts",
    "read_debrief_page",
    "read_finished_plays",
    "read_latest_scenario_versions",
    "read_outline",
    "read_play_page",
    "read_play_report",
    "read_scenario_cards",
    "read_since",
    "read_trial",
    "read_walk",
    "write_document",
    "write_finding",
]
