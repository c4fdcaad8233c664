"""Every write about coverage."""

from certification.coverage.actions.forecasting import follow_sweep, refresh_coverage
from certification.coverage.actions.rules import add_coverage_rule, end_coverage_rule

__all__ = ["add_coverage_rule", "end_coverage_rule", "follow_sweep", "refresh_coverage"]
