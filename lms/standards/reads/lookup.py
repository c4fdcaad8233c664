"""What people look up: the list, one standard, its history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from lms import registry
from lms.errors import NotFoundError
from lms.organisation.models import Employee
from lms.standards.models import Acknowledgement, Standard, StandardCategory, StandardVersion
from lms.standards.reads.acknowledgements import asked_again_since, find_standing_confirmation
from lms.standards.reads.texts import StandardText, describe_version
from lms.standards.rules import Searchable, search

_BODY_WEIGHT: Final = 0.6
_DETAIL_WEIGHT: Final = 0.4


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
    """Return the staff page of a standard in force. Three queries and those of the links.

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
        own = list(mine.select_related("version").order_by("-version__number", "-round"))
    since = asked_again_since(employee, standard) if employee is not None and own else None
    confirmed = find_standing_confirmation(own, newest, since)
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
