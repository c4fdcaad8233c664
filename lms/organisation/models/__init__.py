"""Who works where: places, people, and who may see them."""

from lms.organisation.models.people import Absence, Employee, Posting, RosterImport
from lms.organisation.models.places import (
    Branch,
    Grant,
    JobRole,
    Reach,
    Region,
    match_paths,
    match_reach,
)

__all__ = [
    "Absence",
    "Branch",
    "Employee",
    "Grant",
    "JobRole",
    "Posting",
    "Reach",
    "Region",
    "RosterImport",
    "match_paths",
    "match_reach",
]
