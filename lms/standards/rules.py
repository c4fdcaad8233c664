"""Words and sentences of standards. Pure."""

from __future__ import annotations

from typing import Final

MEASURE_TYPES: Final = [
    ("count", "Count"),
    ("duration", "Duration"),
    ("percent", "Per cent"),
    ("yes_no", "Yes or no"),
    ("level", "Level"),
    ("money", "Money"),
    ("rate", "Rate"),
]
COMPARISONS: Final = [
    ("at_most", "at most"),
    ("at_least", "at least"),
    ("exactly", "exactly"),
    ("every", "every time"),
]
CLOCKS: Final = [("working", "working hours"), ("calendar", "calendar hours")]
