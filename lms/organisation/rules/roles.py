"""Roles and the policy table: who may do what, and whose. Pure; deny by default."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class GrantRole(StrEnum):
    """Roles that are given to a login. Learner and line manager follow from the roster."""

    ASSESSOR = "assessor"
    BRANCH_MANAGER = "branch_manager"
    REGIONAL_HR = "regional_hr"
    HR = "hr"
    AUDITOR = "auditor"
    TRAINER = "trainer"

    @property
    def label(self) -> str:
        """The role in plain English; screens translate it."""
        return self.value.replace("_", " ").capitalize().replace("Hr", "HR").replace(" hr", " HR")


PEOPLE_ROLES: Final = frozenset(
    {GrantRole.BRANCH_MANAGER, GrantRole.REGIONAL_HR, GrantRole.HR, GrantRole.AUDITOR}
)
"""Roles whose holders see the training records of the people below their grant."""
