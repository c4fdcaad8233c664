"""Facts of certification, only ever added: assignments, cycles, evidence, awards, their events."""

from certification.awards.models.assignments import (
    Assignment,
    AssignmentEnd,
    AssignmentRequest,
    Exemption,
    ExemptionEnd,
    RequestDecision,
)
from certification.awards.models.awards import (
    Award,
    AwardEvent,
    AwardName,
    AwardProposal,
    ProposalDecision,
    make_public_code,
)
from certification.awards.models.bulk import (
    BulkAction,
    BulkItem,
)
from certification.awards.models.cycles import (
    Cycle,
    CycleDelta,
    CycleEvidence,
    CycleMove,
    Delta,
    DeltaNeed,
)
from certification.awards.models.proofs import (
    EvidenceReview,
    EvidenceSubmission,
    SignOff,
)

__all__ = [
    "Assignment",
    "AssignmentEnd",
    "AssignmentRequest",
    "Award",
    "AwardEvent",
    "AwardName",
    "AwardProposal",
    "BulkAction",
    "BulkItem",
    "Cycle",
    "CycleDelta",
    "CycleEvidence",
    "CycleMove",
    "Delta",
    "DeltaNeed",
    "EvidenceReview",
    "EvidenceSubmission",
    "Exemption",
    "ExemptionEnd",
    "ProposalDecision",
    "RequestDecision",
    "SignOff",
    "make_public_code",
]
