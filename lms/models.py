"""Django looks for models only here: the rooms' models, nothing else."""

from lms.ledger.models import DomainEvent
from lms.messages.models import Channel, Mail, Notice
from lms.organisation.models import (
    Absence,
    AbsenceEnd,
    Branch,
    Employee,
    Grant,
    JobRole,
    Posting,
    PostingEnd,
    Region,
    RosterImport,
)
from lms.standards.models import Acknowledgement, Standard, StandardCategory, StandardVersion

__all__ = [
    "Absence",
    "AbsenceEnd",
    "Acknowledgement",
    "Branch",
    "Channel",
    "DomainEvent",
    "Employee",
    "Grant",
    "JobRole",
    "Mail",
    "Notice",
    "Posting",
    "PostingEnd",
    "Region",
    "RosterImport",
    "Standard",
    "StandardCategory",
    "StandardVersion",
]
