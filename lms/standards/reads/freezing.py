"""The text of a standard as plain data: what a version keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from lms.standards.models import Standard
from lms.standards.rules import write_number

_PLAIN_FIELDS: Final = (
    "code",
    "title",
    "statement",
    "force",
    "kind",
    "channels",
    "journey_stage",
    "needs",
    "promise",
    "rationale_staff",
    "rationale_customer",
    "former_form",
    "branch_kinds",
    "basis",
    "basis_reference",
    "basis_edition",
    "evidence",
    "safety_critical",
    "needs_acknowledgement",
)
_NUMBERS: Final = ("target", "minimum", "stretch")
_MEASURE_WORDS: Final = (
    "type",
    "subject",
    "comparison",
    "unit",
    "clock",
    "channel",
    "trigger",
    "action",
)


def build_body(standard: Standard) -> dict[str, Any]:
    """Return everything the standard says, as plain JSON that needs no other table to be read.

    Left out is what concerns the authors alone: owner, review dates, and the note on the change.
    """
    body: dict[str, Any] = {name: getattr(standard, name) for name in _PLAIN_FIELDS}
    category = standard.category if standard.category_id else None
    body["category"] = {
        "slug": category.slug if category else "",
        "name": category.name if category else "",
    }
    body["job_roles"] = sorted(role.code for role in standard.job_roles.all())
    body["measures"] = [freeze_measure(block.value) for block in standard.measures]
    body["escalation"] = [
        {part: str(block.value.get(part) or "") for part in ("level", "who", "within")}
        for block in standard.escalation
    ]
    for name in ("steps", "wording_do", "wording_dont", "eligibility"):
        body[name] = freeze_lines(getattr(standard, name))
    return body


def freeze_measure(value: Mapping[str, Any]) -> dict[str, str | None]:
    """Return a measure with its numbers as shortest text and its empty parts as empty text."""
    words = {part: str(value.get(part) or "").strip() for part in _MEASURE_WORDS}
    return {**words, **{part: write_number(value.get(part)) for part in _NUMBERS}}


def freeze_lines(stream: Iterable[Any]) -> list[str]:
    """Return the lines of a stream as text."""
    return [str(block.value) for block in stream]
