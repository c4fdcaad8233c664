"""Questions about coverage."""

from certification.coverage.reads.forecasts import BranchForecast, forecast_branches, rules_for
from certification.coverage.reads.lists import (
    LEVELS,
    LevelCounts,
    count_levels,
    list_coverage,
    list_rules,
    read_branch_coverage,
)
from certification.coverage.reads.notices import CoverageNotices

__all__ = [
    "LEVELS",
    "BranchForecast",
    "CoverageNotices",
    "LevelCounts",
    "count_levels",
    "forecast_branches",
    "list_coverage",
    "list_rules",
    "read_branch_coverage",
    "rules_for",
]
