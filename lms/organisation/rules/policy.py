"""Who may do what, and whose: one table that feeds checks, documentation and tests.

Deny by default: what is not written here, nobody may. A superuser owns the site and is asked
only the hard rules (nobody changes their own grants or results).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from lms.organisation.rules.roles import GrantRole

LEARNER: Final = "learner"
"""Everybody on the roster who has a login."""
LINE_MANAGER: Final = "line_manager"
"""Everybody whom the roster names as somebody's manager."""


class Scope(StrEnum):
    """Whose records a permission covers."""

    OWN = "own"
    REPORTS = "reports"
    PLACE = "place"
    """Everybody at home within the reach of the grant: company, region with all below, branch."""
    ALL = "all"
    """Things that belong to no person and no place."""


Verbs = Mapping[str, Scope]

ASSESSOR = GrantRole.ASSESSOR.value
BRANCH_MANAGER = GrantRole.BRANCH_MANAGER.value
REGIONAL_HR = GrantRole.REGIONAL_HR.value
HR = GrantRole.HR.value
AUDITOR = GrantRole.AUDITOR.value
TRAINER = GrantRole.TRAINER.value

_READ_OWN: Final = {"read": Scope.OWN}
_READ_REPORTS: Final = {"read": Scope.REPORTS}
_READ_PLACE: Final = {"read": Scope.PLACE}
_READ_ALL: Final = {"read": Scope.ALL}
_WRITE_PLACE: Final = {"read": Scope.PLACE, "create": Scope.PLACE, "change": Scope.PLACE}
_WRITE_OWN: Final = {"read": Scope.OWN, "create": Scope.OWN, "change": Scope.OWN}
_PUBLISH_ALL: Final = {
    "read": Scope.ALL,
    "create": Scope.ALL,
    "change": Scope.ALL,
    "publish": Scope.ALL,
}
_RECORDS_READ: Final = {
    LEARNER: _READ_OWN,
    LINE_MANAGER: _READ_REPORTS,
    BRANCH_MANAGER: _READ_PLACE,
    REGIONAL_HR: _READ_PLACE,
    HR: _READ_PLACE,
    AUDITOR: _READ_PLACE,
}

POLICY: Final[Mapping[str, Mapping[str, Verbs]]] = {
    "person": {
        **_RECORDS_READ,
        TRAINER: {"read_name": Scope.PLACE},
        ASSESSOR: {"read_name": Scope.PLACE},
        REGIONAL_HR: _WRITE_PLACE,
        HR: _WRITE_PLACE,
    },
    "contact": {
        LEARNER: {"read": Scope.OWN, "change": Scope.OWN},
        BRANCH_MANAGER: _READ_PLACE,
        REGIONAL_HR: _READ_PLACE,
        HR: _READ_PLACE,
        AUDITOR: _READ_PLACE,
    },
    "posting": {**_RECORDS_READ, REGIONAL_HR: _WRITE_PLACE, HR: _WRITE_PLACE},
    "absence": {**_RECORDS_READ, REGIONAL_HR: _WRITE_PLACE, HR: _WRITE_PLACE},
    "branch": {
        LEARNER: _READ_OWN,
        BRANCH_MANAGER: _READ_PLACE,
        REGIONAL_HR: _READ_PLACE,
        HR: _WRITE_PLACE,
        AUDITOR: _READ_PLACE,
    },
    "region": {REGIONAL_HR: _READ_PLACE, HR: _WRITE_PLACE, AUDITOR: _READ_PLACE},
    "job_role": {
        LEARNER: _READ_ALL,
        BRANCH_MANAGER: _READ_ALL,
        REGIONAL_HR: _READ_ALL,
        HR: {"read": Scope.ALL, "create": Scope.ALL, "change": Scope.ALL},
        AUDITOR: _READ_ALL,
        TRAINER: _READ_ALL,
        ASSESSOR: _READ_ALL,
    },
    "grant": {
        REGIONAL_HR: {"read": Scope.PLACE, "create": Scope.PLACE, "revoke": Scope.PLACE},
        HR: {"read": Scope.PLACE, "create": Scope.PLACE, "revoke": Scope.PLACE},
        AUDITOR: _READ_PLACE,
    },
    "roster_import": {
        BRANCH_MANAGER: {"dry_run": Scope.PLACE},
        REGIONAL_HR: {"dry_run": Scope.PLACE, "create": Scope.PLACE, "read": Scope.PLACE},
        HR: {"dry_run": Scope.PLACE, "create": Scope.PLACE, "read": Scope.PLACE},
        AUDITOR: _READ_PLACE,
    },
    "standard": {
        LEARNER: _READ_ALL,
        LINE_MANAGER: _READ_ALL,
        TRAINER: {"read": Scope.ALL, "create": Scope.OWN, "change": Scope.OWN},
        ASSESSOR: _READ_ALL,
        BRANCH_MANAGER: _READ_ALL,
        REGIONAL_HR: _READ_ALL,
        HR: _PUBLISH_ALL,
        AUDITOR: _READ_ALL,
    },
    "acknowledgement": {**_RECORDS_READ, LEARNER: {"read": Scope.OWN, "create": Scope.OWN}},
    "course_page": {
        LEARNER: _READ_ALL,
        TRAINER: _READ_ALL,
        HR: _READ_ALL,
        AUDITOR: _READ_ALL,
        REGIONAL_HR: _READ_ALL,
        BRANCH_MANAGER: _READ_ALL,
    },
    "course_draft": {
        TRAINER: _WRITE_OWN,
        HR: _PUBLISH_ALL,
    },
    "question_key": {
        TRAINER: _WRITE_OWN,
        HR: _PUBLISH_ALL,
    },
    "attempt_under_way": {
        LEARNER: {"read": Scope.OWN, "create": Scope.OWN, "change": Scope.OWN},
        LINE_MANAGER: {"read_state": Scope.REPORTS},
        TRAINER: {"read_state": Scope.PLACE},
        # Whoever may let people in may also give them the minutes that a power cut took.
        ASSESSOR: {"read_state": Scope.PLACE, "extend": Scope.PLACE},
        BRANCH_MANAGER: {"read_state": Scope.PLACE, "extend": Scope.PLACE},
        REGIONAL_HR: {"read_state": Scope.PLACE, "extend": Scope.PLACE},
        HR: {"read_state": Scope.PLACE, "extend": Scope.PLACE, "void": Scope.PLACE},
        AUDITOR: _READ_PLACE,
    },
    "quiz_override": {REGIONAL_HR: _WRITE_PLACE, HR: _WRITE_PLACE, AUDITOR: _READ_PLACE},
    "quiz_release": {
        ASSESSOR: {"create": Scope.PLACE},
        BRANCH_MANAGER: {"create": Scope.PLACE},
        REGIONAL_HR: {"create": Scope.PLACE},
        HR: {"create": Scope.PLACE},
    },
    # A fact about a person's health as often as not: nobody else is told, in no list and no file.
    "accommodation": {LEARNER: _READ_OWN, HR: _WRITE_PLACE},
    "attempt_score": {**_RECORDS_READ, TRAINER: _READ_PLACE, ASSESSOR: _READ_PLACE},
    "attempt_answers": {
        LEARNER: _READ_OWN,
        TRAINER: _READ_PLACE,
        ASSESSOR: _READ_PLACE,
        REGIONAL_HR: _READ_PLACE,
        HR: _READ_PLACE,
        AUDITOR: _READ_PLACE,
    },
    # A trainer's own are the answers to the quizzes of their making.
    "manual_mark": {
        TRAINER: {"read": Scope.OWN, "create": Scope.OWN},
        ASSESSOR: {"read": Scope.PLACE, "create": Scope.PLACE},
        HR: {"read": Scope.PLACE, "create": Scope.PLACE, "override": Scope.PLACE},
        AUDITOR: _READ_PLACE,
    },
    "assignment": {
        LEARNER: _READ_OWN,
        LINE_MANAGER: {"read": Scope.REPORTS, "create": Scope.REPORTS},
        TRAINER: _READ_PLACE,
        BRANCH_MANAGER: _WRITE_PLACE,
        REGIONAL_HR: _WRITE_PLACE,
        HR: _WRITE_PLACE,
        AUDITOR: _READ_PLACE,
    },
    "award": {
        **_RECORDS_READ,
        TRAINER: _READ_PLACE,
        ASSESSOR: _READ_PLACE,
        REGIONAL_HR: {"read": Scope.PLACE, "propose": Scope.PLACE},
        HR: {
            "read": Scope.PLACE,
            "propose": Scope.PLACE,
            "confirm": Scope.PLACE,
            "revoke": Scope.PLACE,
            "import": Scope.PLACE,
        },
    },
    "assignment_request": {
        **_RECORDS_READ,
        LEARNER: {"read": Scope.OWN, "create": Scope.OWN},
        LINE_MANAGER: {"read": Scope.REPORTS, "decide": Scope.REPORTS},
        BRANCH_MANAGER: {"read": Scope.PLACE, "decide": Scope.PLACE},
        REGIONAL_HR: {"read": Scope.PLACE, "decide": Scope.PLACE},
        HR: {"read": Scope.PLACE, "decide": Scope.PLACE},
    },
    "evidence": {
        **_RECORDS_READ,
        LEARNER: {"read": Scope.OWN, "create": Scope.OWN},
        REGIONAL_HR: {"read": Scope.PLACE, "create": Scope.PLACE, "review": Scope.PLACE},
        HR: {"read": Scope.PLACE, "create": Scope.PLACE, "review": Scope.PLACE},
    },
    "sign_off": {
        **_RECORDS_READ,
        TRAINER: _READ_PLACE,
        ASSESSOR: {"read": Scope.PLACE, "create": Scope.PLACE},
    },
    "coverage_rule": {
        BRANCH_MANAGER: _READ_PLACE,
        REGIONAL_HR: _WRITE_PLACE,
        HR: _WRITE_PLACE,
        AUDITOR: _READ_PLACE,
    },
    "certification": {
        LEARNER: _READ_ALL,
        LINE_MANAGER: _READ_ALL,
        TRAINER: _READ_ALL,
        ASSESSOR: _READ_ALL,
        BRANCH_MANAGER: _READ_ALL,
        REGIONAL_HR: _READ_ALL,
        HR: {"read": Scope.ALL, "create": Scope.ALL, "change": Scope.ALL},
        AUDITOR: _READ_ALL,
    },
    "certificate_design": {
        REGIONAL_HR: _READ_ALL,
        HR: {"read": Scope.ALL, "create": Scope.ALL, "change": Scope.ALL},
        AUDITOR: _READ_ALL,
    },
    "report": {
        LINE_MANAGER: _READ_REPORTS,
        BRANCH_MANAGER: _READ_PLACE,
        REGIONAL_HR: _READ_PLACE,
        HR: _READ_PLACE,
        AUDITOR: _READ_PLACE,
    },
    "evidence_pack": {REGIONAL_HR: _READ_PLACE, HR: _READ_PLACE, AUDITOR: _READ_PLACE},
    "reminder": {
        BRANCH_MANAGER: {"create": Scope.PLACE},
        REGIONAL_HR: {"create": Scope.PLACE},
        HR: {"create": Scope.PLACE},
    },
    "message": {
        LEARNER: _READ_OWN,
        BRANCH_MANAGER: _READ_PLACE,
        REGIONAL_HR: {"read": Scope.PLACE, "send_again": Scope.PLACE},
        HR: {"read": Scope.PLACE, "send_again": Scope.PLACE},
        AUDITOR: _READ_PLACE,
    },
    "ledger": {REGIONAL_HR: _READ_PLACE, HR: _READ_PLACE, AUDITOR: _READ_PLACE},
}

GRANTABLE: Final[Mapping[str, frozenset[str]]] = {
    HR: frozenset({REGIONAL_HR, BRANCH_MANAGER, ASSESSOR, TRAINER, AUDITOR}),
    REGIONAL_HR: frozenset({BRANCH_MANAGER, ASSESSOR}),
}
"""Which roles the holder of a role may give or take: only those below the own one."""

ADMIN_ROLES: Final = frozenset({TRAINER, REGIONAL_HR, HR, AUDITOR})
"""Roles whose work is done in the Wagtail admin: holding one opens it."""


def find_scopes(verb: str, resource: str) -> dict[str, Scope]:
    """Return which roles may do a verb with a resource, and whose; empty means nobody.

    Raises:
        KeyError: the resource is not in the table, which is a mistake in the program.

    """
    return {role: verbs[verb] for role, verbs in POLICY[resource].items() if verb in verbs}
