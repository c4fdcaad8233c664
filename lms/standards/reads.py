"""What screens, lessons and reports ask about standards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from lms import registry
from lms.errors import NotFoundError
from lms.organisation.models import Employee
from lms.organisation.rules import FinishedWork
from lms.standards.actions.freezing import build_body
from lms.standards.models import Acknowledgement, Standard, StandardCategory, StandardVersion
from lms.standards.rules import (
    CHANNELS,
    NEEDS,
    Searchable,
    label_of,
    measure_notes,
    measure_sentence,
    search,
)

_BODY_WEIGHT: Final = 0.6
_DETAIL_WEIGHT: Final = 0.4


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


@dataclass(frozen=True)
class StandardRow:
    """One line of the look-up; ``confirmation`` is "", "wanted" or "given"."""

    text: StandardText
    confirmation: str


@dataclass(frozen=True)
class StandardPage:
    """The staff page: the text in force, its history (newest first), and the reader's part."""

    standard: Standard
    text: StandardText
    history: tuple[StandardVersion, ...]
    confirmed: Acknowledgement | None
    confirmed_before: Acknowledgement | None
    asks_to_confirm: bool
    links: tuple[registry.Link, ...]


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


def read_latest_versions(keys: Iterable[str | UUID]) -> dict[str | UUID, StandardText]:
    """Return the text in force per key (code or uuid of a standard); others are left out.

    One query, none for no keys.
    """
    wanted = set(keys)
    codes = [key for key in wanted if isinstance(key, str)]
    uuids = [key for key in wanted if isinstance(key, UUID)]
    if not wanted:
        return {}
    versions = StandardVersion.objects.in_force().select_related("standard")
    found: dict[str | UUID, StandardText] = {}
    for version in versions.filter(Q(standard__code__in=codes) | Q(standard__uuid__in=uuids)):
        text = describe_version(version)
        found |= dict.fromkeys((version.standard.code, version.standard.uuid), text)
    return {key: found[key] for key in wanted if key in found}


def read_standards(*, query: str = "", channel: str = "", category: str = "") -> list[StandardText]:
    """Return the standards in force that fit, by code; with a query best match first.

    One query: a company has a few hundred standards, and search forgives typing errors the same
    way on every database.
    """
    versions = StandardVersion.objects.in_force().select_related("standard")
    texts = [describe_version(version) for version in versions.order_by("standard__code")]
    fitting = [
        text
        for text in texts
        if (not channel or channel in text.channel_codes)
        and (not category or category == text.category_slug)
    ]
    if not query.strip():
        return fitting
    by_code = {text.code: text for text in fitting}
    found = search(query, [_make_searchable(text) for text in fitting])
    return [by_code[str(code)] for code in found]


def read_standard_rows(
    *, employee: Employee | None, query: str = "", channel: str = "", category: str = ""
) -> list[StandardRow]:
    """Return the look-up with what the reader has confirmed of it. At most two queries."""
    texts = read_standards(query=query, channel=channel, category=category)
    policies = [text.version_id for text in texts if text.needs_acknowledgement]
    given: set[int] = set()
    if employee is not None and policies:
        own = Acknowledgement.objects.filter(employee=employee, version_id__in=policies)
        given = set(own.values_list("version_id", flat=True))
    return [StandardRow(text, _say_confirmation(text, employee, given)) for text in texts]


def read_standard_page(*, code: str, employee: Employee | None) -> StandardPage:
    """Return the staff page of a standard in force. Two queries and those of the links.

    Raises: NotFoundError when there is none of that code, or it is not in force (any more).
    """
    history = list(
        StandardVersion.objects.filter(standard__code=code, standard__live=True)
        .select_related("standard")
        .order_by("-number")
    )
    if not history:
        raise NotFoundError(_("There is no standard “%(code)s”.") % {"code": code})
    newest, standard = history[0], history[0].standard
    text = describe_version(newest)
    own: list[Acknowledgement] = []
    if employee is not None and text.needs_acknowledgement:
        mine = Acknowledgement.objects.filter(employee=employee, version__standard=standard)
        own = list(mine.select_related("version").order_by("-version__number"))
    confirmed = next((one for one in own if one.version_id == newest.pk), None)
    return StandardPage(
        standard=standard,
        text=text,
        history=tuple(history),
        confirmed=confirmed,
        confirmed_before=None if confirmed else next(iter(own), None),
        asks_to_confirm=text.needs_acknowledgement and employee is not None and not confirmed,
        links=tuple(link for provide in registry.standard_links for link in provide(standard)),
    )


def read_categories_in_use() -> list[StandardCategory]:
    """Return the categories that hold a live standard, by name. One query."""
    return list(StandardCategory.objects.filter(standards__live=True).distinct())


def read_acknowledged_work(
    *, employee_ids: Sequence[int], since: datetime | None = None
) -> list[FinishedWork]:
    """Return the confirmations of these people as finished work, oldest first. One query.

    ``since`` is inclusive and compares the moment of confirming.
    """
    rows = Acknowledgement.objects.filter(employee_id__in=employee_ids)
    if since is not None:
        rows = rows.filter(acknowledged_at__gte=since)
    return [
        FinishedWork(
            employee_id=row.employee_id,
            kind="acknowledgement",
            work_uuid=row.version.standard.uuid,
            evidence_uuid=row.uuid,
            done_at=row.acknowledged_at,
            material_number=row.version.material_number,
        )
        for row in rows.select_related("version__standard").order_by("acknowledged_at", "pk")
    ]


def count_acknowledged(
    *, standard: Standard, employees: QuerySet[Employee], on: date
) -> tuple[int, int]:
    """Return how many of those it applies to have confirmed the standard's text in force.

    ``employees`` is what the asker may see (``visible_to``). It applies to who is employed on
    the day, in the job roles and kinds of branch that the version names, or all. Wording-only
    versions do not take a confirmation back: any version with the same material number counts.
    Three queries.
    """
    version = StandardVersion.objects.in_force().filter(standard=standard).first()
    if version is None:
        return 0, 0
    people = employees.filter(
        Q(hired_on__isnull=True) | Q(hired_on__lte=on), Q(left_on__isnull=True) | Q(left_on__gt=on)
    )
    if version.body["job_roles"]:
        people = people.filter(home_job_role__code__in=version.body["job_roles"])
    if version.body["branch_kinds"]:
        people = people.filter(home_branch__kind__in=version.body["branch_kinds"])
    confirmed = Acknowledgement.objects.filter(
        version__standard=standard,
        version__material_number=version.material_number,
        employee__in=people.values("pk"),
    )
    return confirmed.values("employee_id").distinct().count(), people.count()


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


def _make_searchable(text: StandardText) -> Searchable:
    measures = " ".join(measure.sentence for measure in text.measures)
    details = (*text.steps, *text.eligibility, *text.wording_do, *text.channels)
    return Searchable(
        text.code,
        {
            f"{text.code} {text.title} {text.category}": 1.0,
            f"{strip_tags(text.statement)} {measures} {text.promise}": _BODY_WEIGHT,
            " ".join(details): _DETAIL_WEIGHT,
        },
    )


def _say_confirmation(text: StandardText, employee: Employee | None, given: set[int]) -> str:
    if not text.needs_acknowledgement or employee is None:
        return ""
    return "given" if text.version_id in given else "wanted"
