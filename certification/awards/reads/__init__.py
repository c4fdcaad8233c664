"""Questions about the facts of certification."""

from certification.awards.reads.cases import (
    Case,
    Rulebook,
    award_numbers,
    derive_timeline,
    derived_instant,
    load_cases,
    load_rulebook,
)
from certification.awards.reads.duties import find_assigned_courses, find_counts_from
from certification.awards.reads.rows import derive_row, local_today

__all__ = [
    "Case",
    "Rulebook",
    "award_numbers",
    "derive_row",
    "derive_timeline",
    "derived_instant",
    "find_assigned_courses",
    "find_counts_from",
    "load_cases",
    "load_rulebook",
    "local_today",
]
