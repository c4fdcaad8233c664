"""Words, sentences, frozen text and search of standards. Pure: no Django, no clock."""

from lms.standards.rules.freezing import digest_body, plan_review, write_number
from lms.standards.rules.measures import (
    MeasureProblem,
    find_measure_problems,
    measure_notes,
    measure_sentence,
)
from lms.standards.rules.search import Searchable, search
from lms.standards.rules.words import (
    CHANNELS,
    CLOCKS,
    COMPARISONS,
    MEASURE_TYPES,
    NEEDS,
    UNITS,
    label_of,
)

__all__ = [
    "CHANNELS",
    "CLOCKS",
    "COMPARISONS",
    "MEASURE_TYPES",
    "NEEDS",
    "UNITS",
    "MeasureProblem",
    "Searchable",
    "digest_body",
    "find_measure_problems",
    "label_of",
    "measure_notes",
    "measure_sentence",
    "plan_review",
    "search",
    "write_number",
]
