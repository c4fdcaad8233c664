"""Every write of a fact of certification. Each verb refreshes the caches in its transaction."""

from certification.awards.actions.assign import (
    apply_audience_rules,
    assign_certification,
    end_assignment,
    exempt_employee,
    follow_roster_change,
)
from certification.awards.actions.award import (
    PastAward,
    extend_award,
    record_past_awards,
    reinstate_award,
    revoke_award,
    suspend_award,
)
from certification.awards.actions.derive import Refreshed, count_work, refresh_people
from certification.awards.actions.imports import import_awards
from certification.awards.actions.sweep import Swept, advance

__all__ = [
    "PastAward",
    "Refreshed",
    "Swept",
    "advance",
    "apply_audience_rules",
    "assign_certification",
    "count_work",
    "end_assignment",
    "exempt_employee",
    "extend_award",
    "follow_roster_change",
    "import_awards",
    "record_past_awards",
    "refresh_people",
    "reinstate_award",
    "revoke_award",
    "suspend_award",
]
