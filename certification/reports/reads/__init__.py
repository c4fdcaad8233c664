"""Questions of HR, managers and auditors."""

from certification.reports.reads.explain import Explanation, explain_standing
from certification.reports.reads.holders import Holder, find_holders
from certification.reports.reads.verify import Drift, find_drift

__all__ = [
    "Drift",
    "Explanation",
    "Holder",
    "explain_standing",
    "find_drift",
    "find_holders",
]
