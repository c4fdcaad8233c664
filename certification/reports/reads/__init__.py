"""Questions of HR, managers and auditors."""

from certification.reports.reads.explain import Explanation, explain_standing
from certification.reports.reads.holders import Holder, find_holders
from certification.reports.reads.matrix import (
    Matrix,
    MatrixFilters,
    MatrixRow,
    current_thresholds,
    read_matrix,
    stream_matrix_rows,
)
from certification.reports.reads.people import (
    BranchPeople,
    PeopleFilters,
    PersonRow,
    read_branch_people,
    stream_people_rows,
)
from certification.reports.reads.person import Person, read_person
from certification.reports.reads.places import Place, find_branch
from certification.reports.reads.team import Choices, Team, find_choices, read_team
from certification.reports.reads.verify import Drift, find_drift

__all__ = [
    "BranchPeople",
    "Choices",
    "Drift",
    "Explanation",
    "Holder",
    "Matrix",
    "MatrixFilters",
    "MatrixRow",
    "PeopleFilters",
    "Person",
    "PersonRow",
    "Place",
    "Team",
    "current_thresholds",
    "explain_standing",
    "find_branch",
    "find_choices",
    "find_drift",
    "find_holders",
    "read_branch_people",
    "read_matrix",
    "read_person",
    "read_team",
    "stream_matrix_rows",
    "stream_people_rows",
]
