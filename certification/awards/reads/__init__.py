"""Questions about the facts of certification."""

from certification.awards.reads.audiences import load_rules, narrow_to_rule, rule_applies
from certification.awards.reads.bulk import (
    load_dated_cases,
    load_pairs,
    load_people,
    pause_collector,
)
from certification.awards.reads.cases import (
    Case,
    award_numbers,
    derive_as_known,
    derive_timeline,
    derived_instant,
    load_cases,
)
from certification.awards.reads.changes import (
    ChangeBook,
    find_next_change,
    find_waiting_changes,
    is_suspended_by_change,
    last_earned,
    load_changes,
    to_change_needs,
)
from certification.awards.reads.delta import (
    Covering,
    find_concerned,
    find_covering,
    find_holders,
    find_impact,
)
from certification.awards.reads.duties import (
    find_assigned_courses,
    find_assigned_quizzes,
    find_counts_from,
)
from certification.awards.reads.notices import ChangeNotices
from certification.awards.reads.proofs import read_proven_work
from certification.awards.reads.rows import derive_row, derive_state, local_today, path_of_cycle
from certification.awards.reads.rulebook import Rulebook, load_rulebook, to_need
from certification.awards.reads.wording import find_company, frozen_wording

__all__ = [
    "Case",
    "ChangeBook",
    "ChangeNotices",
    "Covering",
    "Rulebook",
    "award_numbers",
    "derive_as_known",
    "derive_row",
    "derive_state",
    "derive_timeline",
    "derived_instant",
    "find_assigned_courses",
    "find_assigned_quizzes",
    "find_company",
    "find_concerned",
    "find_counts_from",
    "find_covering",
    "find_holders",
    "find_impact",
    "find_next_change",
    "find_waiting_changes",
    "frozen_wording",
    "is_suspended_by_change",
    "last_earned",
    "load_cases",
    "load_changes",
    "load_dated_cases",
    "load_pairs",
    "load_people",
    "load_rulebook",
    "load_rules",
    "local_today",
    "narrow_to_rule",
    "path_of_cycle",
    "pause_collector",
    "read_proven_work",
    "rule_applies",
    "to_change_needs",
    "to_need",
]
