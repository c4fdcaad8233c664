"""Who works where: places, people, and who may see them."""

from lms.organisation.models.people import Employee, RosterImport
from lms.organisation.models.places import (
    Branch,
    Grant,
    JobRole,
    Reach,
    Region,
    match_paths,
    match_reach,
)
from lms.organisation.models.postings import Absence, AbsenceEnd, Posting, PostingEnd
from lms.organisation.models.rows import PlainRow

__all__ = [
    "Absence",
    "AbsenceEnd",
    "Branch",
    "Employee",
    "Grant",
    "JobRole",
    "PlainRow",
    "Posting",
    "PostingEnd",
    "Reach",
    "Region",
    "RosterImport",
    "match_paths",
    "match_reach",
]
