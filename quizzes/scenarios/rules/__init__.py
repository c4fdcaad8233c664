"""Branching role-play: checking, bounds, playing and scoring of graphs."""

from quizzes.scenarios.rules.branches import copy_branch, find_branch
from quizzes.scenarios.rules.counts import (
    BRANCH,
    Key,
    Tally,
    add_up,
    count_play,
    subtract,
)
from quizzes.scenarios.rules.debriefs import (
    Pairing,
    align,
    estimate_minutes,
    find_better,
    find_mood,
)
from quizzes.scenarios.rules.drafts import (
    Terms,
    build_graph,
    read_block_id,
    write_block_id,
    write_blocks,
    write_marks,
    write_terms,
)
from quizzes.scenarios.rules.drawings import BOX_HEIGHT, BOX_WIDTH, Drawing, draw
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
from quizzes.scenarios.rules.ranges import Range, find_ending_ranges
from quizzes.scenarios.rules.slips import find_slips
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
    "BOX_HEIGHT",
    "BOX_WIDTH",
    "BRANCH",
    "ERRORS",
    "RULES_VERSION",
    "WARNINGS",
    "Bounds",
    "Choice",
    "Decision",
    "Drawing",
    "Finding",
    "Key",
    "Pairing",
    "Play",
    "PlayError",
    "Range",
    "Scenario",
    "ScenarioScore",
    "Step",
    "Tally",
    "TangledError",
    "Terms",
    "add_up",
    "align",
    "available",
    "best_path",
    "bounds",
    "build_graph",
    "choice_at",
    "copy_branch",
    "count_play",
    "draw",
    "estimate_minutes",
    "find_better",
    "find_branch",
    "find_ending_ranges",
    "find_mood",
    "find_slips",
    "make_token",
    "open_choices",
    "play",
    "read_block_id",
    "read_bounds",
    "read_graph",
    "read_share",
    "score",
    "step_view",
    "subtract",
    "validate",
    "write_block_id",
    "write_blocks",
    "write_bounds",
    "write_fraction",
    "write_marks",
    "write_score",
    "write_terms",
]
