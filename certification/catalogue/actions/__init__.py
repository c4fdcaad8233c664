"""Write certifications, their versions and who needs them."""

from certification.catalogue.actions.imports import import_certifications
from certification.catalogue.actions.versions import (
    RequirementDraft,
    add_audience_rule,
    publish_version,
)

__all__ = ["RequirementDraft", "add_audience_rule", "import_certifications", "publish_version"]
