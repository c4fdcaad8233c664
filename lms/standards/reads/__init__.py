"""What screens, lessons and reports ask about standards."""

from lms.standards.reads.acknowledgements import (
    asked_again_since,
    count_acknowledged,
    find_standing_confirmation,
    read_acknowledged_work,
)
from lms.standards.reads.freezing import build_body
from lms.standards.reads.lookup import (
    StandardPage,
    StandardRow,
    read_categories_in_use,
    read_latest_versions,
    read_standard_page,
    read_standard_rows,
    read_standards,
)
from lms.standards.reads.texts import (
    MeasureText,
    StandardText,
    describe_draft,
    describe_version,
)

__all__ = [
    "MeasureText",
    "StandardPage",
    "StandardRow",
    "StandardText",
    "asked_again_since",
    "build_body",
    "count_acknowledged",
    "describe_draft",
    "describe_version",
    "find_standing_confirmation",
    "read_acknowledged_work",
    "read_categories_in_use",
    "read_latest_versions",
    "read_standard_page",
    "read_standard_rows",
    "read_standards",
]
