"""The pure date logic of certification: no framework, no clock, no settings."""

from certification.policy.rules.cycles import Cycle
from certification.policy.rules.errors import ImpossibleDateError, PolicyError
from certification.policy.rules.history import Validity
from certification.policy.rules.intervals import add, parse_interval
from certification.policy.rules.policy import Policy, parse_policy, path_of_late_renewal
from certification.policy.rules.status import BADGES, Status, badge_of
from certification.policy.rules.timeline import Award, Timeline, timeline

__all__ = [
    "BADGES",
    "Award",
    "Cycle",
    "ImpossibleDateError",
    "Policy",
    "PolicyError",
    "Status",
    "Timeline",
    "Validity",
    "add",
    "badge_of",
    "parse_interval",
    "parse_policy",
    "path_of_late_renewal",
    "timeline",
]
