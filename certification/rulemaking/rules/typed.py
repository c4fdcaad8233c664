"""A version as it is typed: flat texts by the names of the form's fields. Pure.

A draft keeps exactly this, so that nothing is lost, however unfinished it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from certification.catalogue.rules import OWN_WORDS, RequirementDraft
from certification.policy.rules.policy import Policy
from certification.rulemaking.rules.lengths import split_length

LENGTHS: Final = (
    "active",
    "window",
    "tolerance",
    "min_active",
    "due",
    "closes",
    "due_soon",
    "grace",
    "lapsed_over",
    "look_back",
)
GROUPS: Final = ("A", "B", "C", "D", "E", "F")
ROW_FIELDS: Final = ("what", "label", "since", "path", "group")
MOST_ROWS: Final = 40
LONGEST: Final = 500
TOTAL: Final = "rows-TOTAL"
ON: Final = "on"

_PLAIN: Final = frozenset(
    {
        TOTAL,
        "effective_on",
        "past_is_meant",
        "change_note",
        "never_lapses",
        "method",
        "before_window",
        "late",
        "counts_grace",
        "zone",
        "calendar_day_0",
        "calendar_day_1",
        "delta_lapses_at_once",
        "delta_questions",
        "sample_assigned_on",
        "sample_completed_on",
        "sample_days",
        "sample_when",
    }
)

Typed = dict[str, str]


def keep_known(fields: Mapping[str, object]) -> Typed:
    """Return only what the form knows, as texts of bearable length."""
    known = set(_PLAIN)
    known |= {f"{name}_{part}" for name in LENGTHS for part in (0, 1)}
    known |= {f"needs_{group}" for group in GROUPS}
    known |= {f"rows-{row}-{name}" for row in range(MOST_ROWS) for name in ROW_FIELDS}
    return {
        # PostgreSQL keeps no NUL in a text.
        name: str(value).replace("\x00", "")[:LONGEST]
        for name, value in fields.items()
        if name in known
    }


def count_rows(fields: Mapping[str, str]) -> int:
    """Return how many requirements were typed; nonsense is none."""
    text = fields.get(TOTAL, "")
    return min(int(text), MOST_ROWS) if text.isascii() and text.isdigit() else 0


def read_rows(fields: Mapping[str, str]) -> list[Typed]:
    """Return the requirements as typed, each by the plain names of its fields."""
    return [
        {name: fields.get(f"rows-{row}-{name}", "") for name in ROW_FIELDS}
        for row in range(count_rows(fields))
    ]


def put_rows(fields: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> Typed:
    """Return the fields with other requirements."""
    typed = {name: value for name, value in fields.items() if not name.startswith("rows-")}
    typed[TOTAL] = str(len(rows))
    for number, row in enumerate(rows):
        typed |= {f"rows-{number}-{name}": row.get(name, "") for name in ROW_FIELDS}
    return typed


def edit_rows(fields: Mapping[str, str], command: str) -> Typed:
    """Return the fields after a button: ``add``, ``remove:2``, ``up:2`` or ``down:2``.

    Any other command, or a row that is not there, changes nothing.
    """
    rows = read_rows(fields)
    name, _, text = command.partition(":")
    if name == "add" and len(rows) < MOST_ROWS:
        rows.append({"path": "both", "since": "1"})
    elif text.isascii() and text.isdigit() and int(text) < len(rows):
        row = int(text)
        other = {"up": row - 1, "down": row + 1}.get(name, row)
        if name == "remove":
            rows.pop(row)
        elif 0 <= other < len(rows):
            rows[row], rows[other] = rows[other], rows[row]
    return put_rows(fields, rows)


def type_policy(policy: Policy) -> Typed:
    """Return a policy as it would be typed."""
    values = asdict(policy)
    typed: Typed = {name: values[name] for name in ("method", "before_window", "late", "zone")}
    for name in LENGTHS:
        typed[f"{name}_0"], typed[f"{name}_1"] = split_length(values[name])
    month, _, day = (policy.calendar_day or "").partition("-")
    typed |= {"calendar_day_0": day.lstrip("0"), "calendar_day_1": month}
    if policy.active is None:
        typed["never_lapses"] = ON
    if policy.counts_grace:
        typed["counts_grace"] = ON
    return typed


def type_requirements(drafts: Sequence[RequirementDraft]) -> Typed:
    """Return requirements as they would be typed; groups get letters in their order."""
    letters: dict[str, str] = {}
    typed: Typed = {}
    rows: list[Typed] = []
    for draft in drafts:
        letter = ""
        if draft.group:
            following = GROUPS[min(len(letters), len(GROUPS) - 1)]
            letter = letters.setdefault(draft.group, following)
            typed[f"needs_{letter}"] = str(draft.group_needs)
        rows.append(
            {
                "what": f"{draft.kind}:{draft.target}",
                "label": draft.label,
                "since": "" if draft.kind in OWN_WORDS else str(draft.lowest_material_number),
                "path": draft.path,
                "group": letter,
            }
        )
    return put_rows(typed, rows)
