"""Pure rules of the organisation: roles, days, files that come in. No Django."""

from lms.organisation.rules.days import local_day, parse_instant
from lms.organisation.rules.places import parse_branches, parse_job_roles
from lms.organisation.rules.roles import PEOPLE_ROLES, GrantRole
from lms.organisation.rules.roster import check_roster, parse_roster
from lms.organisation.rules.tables import FileProblem, FileReason, Reason, Rejection, guard_formula
from lms.organisation.rules.work import FinishedWork

__all__ = [
    "PEOPLE_ROLES",
    "FileProblem",
    "FileReason",
    "FinishedWork",
    "GrantRole",
    "Reason",
    "Rejection",
    "check_roster",
    "guard_formula",
    "local_day",
    "parse_branches",
    "parse_instant",
    "parse_job_roles",
    "parse_roster",
]
