"""Write certifications, their versions and who needs them."""

from certification.catalogue.actions.audiences import add_audience_rule, end_audience_rule
from certification.catalogue.actions.certifications import (
    change_certification,
    create_certification,
    keep_certification,
    retire_certification,
)
from certification.catalogue.actions.imports import import_certifications
from certification.catalogue.actions.versions import (
    discard_draft,
    publish_version,
    save_draft,
)
from certification.catalogue.rules import RequirementDraft

__all__ = [
    "RequirementDraft",
    "add_audience_rule",
    "change_certification",
    "create_certification",
    "discard_draft",
    "end_audience_rule",
    "import_certifications",
    "keep_certification",
    "publish_version",
    "retire_certification",
    "save_draft",
]
