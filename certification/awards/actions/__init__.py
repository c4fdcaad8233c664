"""Every write of a fact of certification. Each verb refreshes the caches in its transaction.

The ``write_…`` ones add the fact alone, for who acts on many people and refreshes them together.
"""

from certification.awards.actions.assign import (
    apply_audience_rules,
    assign_certification,
    end_assignment,
    follow_roster_change,
    write_assignment,
    write_assignment_end,
)
from certification.awards.actions.award import (
    correct_award,
    extend_award,
    find_present_end,
    reinstate_award,
    revoke_award,
    suspend_award,
    take_extension_back,
    void_award,
    write_award_event,
)
from certification.awards.actions.delta import make_deltas
from certification.awards.actions.derive import Refreshed, count_work, refresh_people
from certification.awards.actions.exempt import (
    end_exemption,
    exempt_employee,
    find_exemption_end,
    write_exemption,
    write_exemption_end,
)
from certification.awards.actions.imports import import_awards
from certification.awards.actions.past import PastAward, record_past_awards
from certification.awards.actions.proposals import (
    confirm_proposal,
    propose_award,
    refuse_proposal,
    withdraw_proposal,
)
from certification.awards.actions.sweep import Swept, advance

__all__ = [
    "PastAward",
    "Refreshed",
    "Swept",
    "advance",
    "apply_audience_rules",
    "assign_certification",
    "confirm_proposal",
    "correct_award",
    "count_work",
    "end_assignment",
    "end_exemption",
    "exempt_employee",
    "extend_award",
    "find_exemption_end",
    "find_present_end",
    "follow_roster_change",
    "import_awards",
    "make_deltas",
    "propose_award",
    "record_past_awards",
    "refresh_people",
    "refuse_proposal",
    "reinstate_award",
    "revoke_award",
    "suspend_award",
    "take_extension_back",
    "void_award",
    "withdraw_proposal",
    "write_assignment",
    "write_assignment_end",
    "write_award_event",
    "write_exemption",
    "write_exemption_end",
]
