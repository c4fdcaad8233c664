"""Whether what a version asks for can be done at all, and when it may take effect. Pure."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

OWN_WORDS: Final = frozenset({"evidence", "sign_off"})
"""Kinds without a thing of their own: their label says what is asked."""

PATHS: Final = {"first": ("first", "both"), "renewal": ("renewal", "both")}
"""Which requirements are asked on each path."""


@dataclass(frozen=True)
class RequirementDraft:
    """One requirement of a version that is about to be published."""

    kind: str
    target: UUID
    label: str
    lowest_material_number: int = 1
    path: str = "both"
    group: str = ""
    group_needs: int = 1


@dataclass(frozen=True)
class Target:
    """What a requirement may ask for. ``newest`` is the present material number.

    ``is_open`` says that people can do it now: published, not retired.
    """

    kind: str
    uuid: UUID
    title: str
    is_open: bool = True
    newest: int = 1


@dataclass(frozen=True)
class Fault:
    """Why a version cannot be published. ``row`` counts requirements from 0; None is the whole."""

    code: str
    field: str
    row: int | None = None
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)


Targets = Mapping[tuple[str, UUID], Target]
Asks = Mapping[UUID, frozenset[UUID]]
"""Which certifications each certification asks for."""


def find_requirement_faults(
    drafts: Sequence[RequirementDraft], targets: Targets, *, own: UUID, asks: Asks
) -> list[Fault]:
    """Return everything that makes these requirements impossible, in the order of the rows.

    ``own`` is the certification they are for, ``asks`` what the others ask for.
    """
    if not drafts:
        return [Fault("nothing_required", "requirements")]
    faults = [
        fault
        for row, draft in enumerate(drafts)
        for fault in find_row_faults(row, draft, targets.get((draft.kind, draft.target)))
    ]
    faults += find_circles(drafts, own, asks)
    faults += find_repeats(drafts)
    faults += find_group_faults(drafts)
    for path, named in PATHS.items():
        if not any(draft.path in named for draft in drafts):
            faults.append(Fault(f"nothing_{path}", "requirements"))
    return sorted(faults, key=lambda fault: len(drafts) if fault.row is None else fault.row)


def find_row_faults(row: int, draft: RequirementDraft, target: Target | None) -> Iterator[Fault]:
    """Yield what is wrong with one requirement by itself."""
    if draft.kind in OWN_WORDS:
        if not draft.label.strip():
            yield Fault("no_label", "label", row)
        return
    if target is None:
        yield Fault("unknown_target", "target", row, {"label": draft.label})
    elif not target.is_open:
        yield Fault("closed_target", "target", row, {"title": target.title})
    elif not 1 <= draft.lowest_material_number <= target.newest:
        yield Fault("no_such_version", "since", row, {"number": draft.lowest_material_number})


def find_circles(drafts: Sequence[RequirementDraft], own: UUID, asks: Asks) -> Iterator[Fault]:
    """Yield the certifications that could never be held first: itself, or one that needs it."""
    for row, draft in enumerate(drafts):
        if draft.kind != "certification":
            continue
        if draft.target == own:
            yield Fault("asks_itself", "target", row)
        elif own in find_asked(draft.target, asks):
            yield Fault("circle", "target", row, {"label": draft.label})


def find_asked(start: UUID, asks: Asks) -> set[UUID]:
    """Return everything a certification asks for, over all steps."""
    seen: set[UUID] = set()
    waiting = [start]
    while waiting:
        for following in asks.get(waiting.pop(), frozenset()):
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return seen


def find_repeats(drafts: Sequence[RequirementDraft]) -> Iterator[Fault]:
    """Yield what is asked twice on one path."""
    asked: set[tuple[str, UUID, str]] = set()
    for row, draft in enumerate(drafts):
        keys = {
            (draft.kind, draft.target, path) for path, named in PATHS.items() if draft.path in named
        }
        if keys & asked:
            yield Fault("asked_twice", "target", row, {"label": draft.label})
        asked |= keys


def find_group_faults(drafts: Sequence[RequirementDraft]) -> Iterator[Fault]:
    """Yield the groups of alternatives that ask for more than they hold, on either path."""
    groups: dict[str, list[tuple[int, RequirementDraft]]] = defaultdict(list)
    for row, draft in enumerate(drafts):
        if draft.group:
            groups[draft.group].append((row, draft))
    for name, members in groups.items():
        first_row, first = members[0]
        needed = first.group_needs
        values = {"group": name, "needed": needed}
        if any(draft.group_needs != needed for _row, draft in members):
            yield Fault("group_disagrees", "group", first_row, values)
        if needed < 1:
            yield Fault("group_asks_nothing", "group", first_row, values)
            continue
        counts = [sum(draft.path in named for _row, draft in members) for named in PATHS.values()]
        least = min((count for count in counts if count), default=0)
        if needed > least:
            yield Fault("group_too_small", "group", first_row, {**values, "members": least})


def find_date_fault(
    effective_on: date, *, newest_on: date | None, today: date, past_is_meant: bool
) -> Fault | None:
    """Return why a version cannot take effect on a day, or None.

    ``newest_on`` is when the newest version takes effect. The first version may begin on any
    day: it governs all days before it anyway.
    """
    if newest_on is None:
        return None
    if effective_on < newest_on:
        return Fault("before_newest", "effective_on", values={"day": newest_on})
    if effective_on < today and not past_is_meant:
        return Fault("in_the_past", "effective_on", values={"day": effective_on})
    return None
