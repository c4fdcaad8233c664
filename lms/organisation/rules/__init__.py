"""Pure rules of the organisation: roles, days, files that come in. No Django."""

from lms.organisation.rules.days import local_day
from lms.organisation.rules.roles import PEOPLE_ROLES, GrantRole
from lms.organisation.rules.work import FinishedWork

__all__ = ["PEOPLE_ROLES", "FinishedWork", "GrantRole", "local_day"]
