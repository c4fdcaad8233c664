"""What a course is made of, as plain data: links of a lesson, frozen bodies, cards. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID


class LinkKind(StrEnum):
    """What a block of a lesson points at; the value is also the block's name."""

    STANDARD = "standard"
    QUIZ = "quiz"
    SCENARIO = "scenario"
    ACKNOWLEDGEMENT = "acknowledgement"


NEEDED_KINDS: Final = frozenset({LinkKind.QUIZ, LinkKind.SCENARIO, LinkKind.ACKNOWLEDGEMENT})
"""Kinds that must be passed or confirmed before a lesson is done; a standard is only read."""


@dataclass(frozen=True)
class LessonTarget:
    """Something a lesson points at: a standard, a quiz, a scenario or a policy to confirm."""

    kind: LinkKind
    uuid: UUID

    @property
    def is_needed(self) -> bool:
        """Whether the lesson is only done when this is."""
        return self.kind in NEEDED_KINDS


@dataclass(frozen=True)
class StandardCard:
    """The standard in force, as a lesson shows it: ``force`` in words, measures as sentences."""

    uuid: UUID
    code: str
    title: str
    force: str = ""
    number: int = 0
    material_number: int = 0
    effective_on: date | None = None
    statement: str = ""
    promise: str = ""
    measures: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True)
class WorkCard:
    """A quiz or scenario inside a lesson, with how far the person is.

    ``state`` is one of "open", "under_way", "waiting", "spent", "passed"; empty when nobody in
    particular is looking. ``url`` is empty when it cannot be opened. ``why`` is the code of what
    stands against a start, such as not_open_yet.
    """

    kind: LinkKind
    uuid: UUID
    title: str
    url: str = ""
    state: str = ""
    minutes: int | None = None
    questions: int | None = None
    attempts_left: int | None = None
    opens_at: datetime | None = None
    why: str = ""


@dataclass(frozen=True)
class PolicyCard:
    """A policy to be confirmed inside a lesson. ``post_url`` is empty when nobody can sign."""

    standard: StandardCard
    done: bool = False
    done_at: datetime | None = None
    post_url: str = ""
    name: str = ""


@dataclass(frozen=True)
class Cards:
    """Everything live that the blocks of one lesson show, by what they point at."""

    standards: Mapping[UUID, StandardCard] = field(default_factory=dict)
    works: Mapping[UUID, WorkCard] = field(default_factory=dict)
    policies: Mapping[UUID, PolicyCard] = field(default_factory=dict)


def read_targets(blocks: Iterable[Mapping[str, object]]) -> tuple[LessonTarget, ...]:
    """Return what the raw blocks of a lesson point at, in order, each once.

    A value that is no uuid (a block left empty in a draft) is skipped.
    """
    kinds = {kind.value: kind for kind in LinkKind}
    found: dict[LessonTarget, None] = {}
    for block in blocks:
        kind = kinds.get(str(block.get("type")))
        uuid = parse_uuid(block.get("value")) if kind else None
        if kind and uuid:
            found[LessonTarget(kind, uuid)] = None
    return tuple(found)


def parse_uuid(value: object) -> UUID | None:
    """Return a uuid from its text, or None when it is none."""
    if isinstance(value, UUID):
        return value
    try:
        return UUID(str(value))
    except ValueError:
        return None


def digest_body(body: Mapping[str, object]) -> str:
    """Return the SHA-256 of the canonical JSON of a course's body: 64 hexadecimal digits."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def strip_block_ids(blocks: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """Return raw blocks without the ids that Wagtail gives them, so that equal content is equal."""
    return [
        {
            key: _strip(value)
            for key, value in block.items()
            if not (key == "id" and "type" in block)
        }
        for block in blocks
    ]


def _strip(value: object) -> object:
    if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
        return strip_block_ids(value)
    if isinstance(value, Mapping):
        return {key: _strip(item) for key, item in value.items()}
    return value
