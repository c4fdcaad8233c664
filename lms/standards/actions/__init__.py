"""Every write of standards: versions, publications on time, confirmations, imports."""

from lms.standards.actions.acknowledgements import acknowledge_standard
from lms.standards.actions.importing import ImportedStandards, import_standards
from lms.standards.actions.schedule import ScheduledWork, publish_scheduled_revisions
from lms.standards.actions.versions import (
    combine_impacts,
    find_publish_problems,
    make_missing_versions,
    make_version,
)

__all__ = [
    "ImportedStandards",
    "ScheduledWork",
    "acknowledge_standard",
    "combine_impacts",
    "find_publish_problems",
    "import_standards",
    "make_missing_versions",
    "make_version",
    "publish_scheduled_revisions",
]
