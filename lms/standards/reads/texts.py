"""A frozen text in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from lms.standards.models import Standard, StandardVersion
from lms.standards.reads.freezing import build_body
from lms.standards.rules import CHANNELS, NEEDS, label_of, measure_notes, measure_sentence


@dataclass(frozen=True)
class MeasureText:
    """A measure in the reader's language: the sentence, and what is better or just acceptable."""

    sentence: str
    notes: tuple[str, ...]
    channel: str


@dataclass(frozen=True)
class StandardText:
    """What a standard says, ready to be shown; ``statement`` is safe HTML, all else plain text.

    ``number`` is 0 for a draft that was never live.
    """

    uuid: UUID
    code: str
    title: str
    statement: str
    force: str
    is_mandatory: bool
    kind: str
    category: str
    category_slug: str
    channel_codes: tuple[str, ...]
    channels: tuple[str, ...]
    needs: tuple[str, ...]
    journey_stage: str
    promise: str
    rationale_staff: str
    rationale_customer: str
    measures: tuple[MeasureText, ...]
    steps: tuple[str, ...]
    wording_do: tuple[str, ...]
    wording_dont: tuple[str, ...]
    eligibility: tuple[str, ...]
    escalation: tuple[Mapping[str, str], ...]
    basis: str
    basis_reference: str
    basis_edition: str
    safety_critical: bool
    needs_acknowledgement: bool
    number: int
    material_number: int
    effective_on: date | None
    change_note: str
    version_id: int | None
    version_uuid: UUID | None

    @property
    def url(self) -> str:
        """The address of the staff page."""
        return reverse("sb_lms:standard", args=[self.code])


def describe_version(version: StandardVersion) -> StandardText:
    """Return a version in the active language. No query when ``standard`` was fetched with it."""
    return _describe(
        version.body,
        uuid=version.standard.uuid,
        number=version.number,
        material_number=version.material_number,
        effective_on=version.effective_on,
        change_note=version.change_note,
        version_id=version.pk,
        version_uuid=version.uuid,
    )


def describe_draft(standard: Standard) -> StandardText:
    """Return a draft as its staff page would show it, numbered after its newest version."""
    latest = standard.versions.order_by("-number").first() if standard.pk else None
    return _describe(
        build_body(standard),
        uuid=standard.uuid,
        number=latest.number if latest else 0,
        material_number=latest.material_number if latest else 0,
        effective_on=latest.effective_on if latest else None,
        change_note=standard.change_note,
        version_id=None,
        version_uuid=None,
    )


def _describe(body: Mapping[str, Any], **rest: Any) -> StandardText:
    """Return a frozen body in words; a part that an older body lacks is empty."""
    choice = _label_choice
    return StandardText(
        code=body["code"],
        title=body["title"],
        statement=body["statement"],
        force=choice(Standard.Force.choices, body.get("force", "")),
        is_mandatory=body.get("force") == Standard.Force.MANDATORY,
        kind=choice(Standard.Kind.choices, body.get("kind", "")),
        category=body["category"]["name"],
        category_slug=body["category"]["slug"],
        channel_codes=tuple(body.get("channels", ())),
        channels=_label_all(CHANNELS, body.get("channels", ())),
        needs=_label_all(NEEDS, body.get("needs", ())),
        journey_stage=choice(Standard.Stage.choices, body.get("journey_stage", "")),
        promise=body.get("promise", ""),
        rationale_staff=body.get("rationale_staff", ""),
        rationale_customer=body.get("rationale_customer", ""),
        measures=tuple(_describe_measure(measure) for measure in body.get("measures", ())),
        steps=tuple(body.get("steps", ())),
        wording_do=tuple(body.get("wording_do", ())),
        wording_dont=tuple(body.get("wording_dont", ())),
        eligibility=tuple(body.get("eligibility", ())),
        escalation=tuple(body.get("escalation", ())),
        basis=choice(Standard.Basis.choices, body.get("basis", "")),
        basis_reference=body.get("basis_reference", ""),
        basis_edition=body.get("basis_edition", ""),
        safety_critical=body.get("safety_critical", False),
        needs_acknowledgement=body.get("needs_acknowledgement", False),
        **rest,
    )


def _describe_measure(measure: Mapping[str, Any]) -> MeasureText:
    channel = measure.get("channel") or ""
    return MeasureText(
        sentence=measure_sentence(measure, _),
        notes=measure_notes(measure, _),
        channel=_(label_of(CHANNELS, channel)) if channel else "",
    )


def _label_choice(choices: Sequence[tuple[str, Any]], value: str) -> str:
    return str(dict(choices).get(value, value))


def _label_all(words: Sequence[tuple[str, str]], codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(_(label_of(words, code)) for code in codes)
