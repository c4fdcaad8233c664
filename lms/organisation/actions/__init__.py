"""Every write of the organisation: one function per verb."""

from lms.organisation.actions.grants import grant_role, revoke_grant
from lms.organisation.actions.homes import refresh_home_branches
from lms.organisation.actions.leave import end_absence, record_absence
from lms.organisation.actions.people import (
    add_secondary_posting,
    end_employment,
    hire,
    rehire,
    transfer_employee,
)
from lms.organisation.actions.place_imports import import_branches, import_job_roles
from lms.organisation.actions.roster_import import import_roster

__all__ = [
    "add_secondary_posting",
    "end_absence",
    "end_employment",
    "grant_role",
    "hire",
    "import_branches",
    "import_job_roles",
    "import_roster",
    "record_absence",
    "refresh_home_branches",
    "rehire",
    "revoke_grant",
    "transfer_employee",
]
