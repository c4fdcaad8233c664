"""What an author typed that no graph can hold: it would vanish unseen, or be taken for a nought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from quizzes.scenarios.rules.drafts import Block, Terms, list_rows, name_blocks, read_value
from quizzes.scenarios.rules.findings import Finding, make_finding


def find_slips(
    blocks: Iterable[Block], mark_rows: Sequence[Mapping[str, Any]], terms: Terms
) -> list[Finding]:
    """Return the errors of a draft that its graph does not show any more.

    ``mark_rows`` have the standard and the percent of each mark, as they were typed.
    """
    return [*_check_terms(terms), *_check_marks(mark_rows), *_check_points(blocks)]


def _check_terms(terms: Terms) -> Iterator[Finding]:
    if terms.pass_percent in (None, ""):
        yield make_finding("pass_percent_empty", None)
    if terms.meter_start in (None, ""):
        yield make_finding("meter_start_empty", None)


def _check_marks(rows: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    named = Counter(row.get("standard") or "" for row in rows)
    if named.pop("", 0):
        yield make_finding("mark_without_standard", None)
    for code, times in named.items():
        if times > 1:
            yield make_finding("mark_twice", None, code)


def _check_points(blocks: Iterable[Block]) -> Iterator[Finding]:
    for node, block in name_blocks(blocks):
        nameless, twice = [], []
        for number, choice in enumerate(list_rows(read_value(block), "choices"), start=1):
            rows = list_rows(read_value(choice), "points")
            named = Counter(read_value(row).get("standard") or "" for row in rows)
            if named.pop("", 0):
                nameless.append(number)
            if any(times > 1 for times in named.values()):
                twice.append(number)
        if nameless:
            yield make_finding("points_without_standard", node, choices=nameless)
        if twice:
            yield make_finding("points_twice", node, choices=twice)
