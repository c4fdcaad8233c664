"""Questions about the facts of certification."""

from certification.awards.reads.audiences import load_rules, narrow_to_rule, rule_applies
from certification.awards.reads.cases import (
    Case,
    Rulebook,
    award_numbers,
    derive_timeline,
    derived_instant,
    load_cases,
    load_rulebook,
    to_need,
)
from certification.awards.reads.duties import find_assigned_courses, find_counts_from
from certification.awards.reads.rows import derive_row, local_today, path_of_cycle
from certification.awards.reads.wording import find_company, frozen_wording

__all__ = [
    "Case",
    "Rulebook",
    "award_numbers",
    "derive_row",
    "derive_timeline",
    "derived_instant",
    "find_assigned_courses",
    "find_company",
    "find_counts_from",
    "frozen_wording",
    "load_cases",
    "load_rulebook",
    "load_rules",
    "local_today",
    "narrow_to_rule",
    "path_of_cycle",
    "rule_applies",
    "to_need",
]
