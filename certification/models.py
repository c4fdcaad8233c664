"""Django looks for models only here: the rooms' models, nothing else."""

from certification.awards.models import (
    Assignment,
    AssignmentEnd,
    Award,
    AwardEvent,
    AwardName,
    Cycle,
    CycleEvidence,
    Exemption,
)
from certification.catalogue.models import (
    AudienceRule,
    Certification,
    CertificationVersion,
    Requirement,
)
from certification.standing.models import BranchTally, CoverageSpan, Standing

__all__ = [
    "Assignment",
    "AssignmentEnd",
    "AudienceRule",
    "Award",
    "AwardEvent",
    "AwardName",
    "BranchTally",
    "Certification",
    "CertificationVersion",
    "CoverageSpan",
    "Cycle",
    "CycleEvidence",
    "Exemption",
    "Requirement",
    "Standing",
]
