"""Standards from data files, through the same road as an author's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import nh3
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.html import format_html
from django.utils.translation import gettext as _

from lms.errors import InvalidInputError, NotAllowedError
from lms.organisation.models import JobRole
from lms.standards.actions.versions import find_publish_problems, freeze_standard
from lms.standards.models import Standard, StandardCategory
from lms.standards.permissions import may_publish_standards
from lms.standards.reads import build_body
from lms.standards.rules import digest_body, find_measure_problems

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Document = Mapping[str, Any]

_PLAIN: Final = (
    "title",
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
    "review_months",
    "change",
    "change_note",
)
_LINES: Final = {
    "steps": "steps",
    "do": "wording_do",
    "dont": "wording_dont",
    "eligibility": "eligibility",
}
_OTHERS: Final = ("code", "statement", "category", "measures", "escalation", "job_roles")
_STATEMENT_TAGS: Final = {"p", "b", "i", "strong", "em", "ol", "ul", "li", "a", "br"}
_REQUIRED: Final = ("code", "title", "statement", "category")


@dataclass(frozen=True)
class ImportedStandards:
    """How many standards were new, changed, and as they were."""

    created: int
    updated: int
    unchanged: int


def import_standards(
    *,
    documents: Sequence[Document],
    actor: AbstractBaseUser | None,
    now: datetime,
    owner: AbstractBaseUser | None = None,
) -> ImportedStandards:
    """Write standards by code and publish those whose text is new; the same file twice is once.

    A document has code, title, statement, category (slug) and any of the other fields of a
    standard; steps, do, dont and eligibility are lists of lines. New standards belong to
    ``owner``, else to the actor; versions hold from the day of ``now``. To change a standard
    that is already live, the document must say ``change`` and ``change_note``, as an author
    must. All or nothing.

    Raises: NotAllowedError; InvalidInputError, whose field is ``CODE.key``.
    """
    if actor is not None and not may_publish_standards(actor):
        raise NotAllowedError(_("You may not publish standards."))
    with transaction.atomic():
        results = [_import_one(document, actor, owner or actor, now) for document in documents]
    return ImportedStandards(
        created=results.count("created"),
        updated=results.count("updated"),
        unchanged=results.count("unchanged"),
    )


def _import_one(
    document: Document,
    actor: AbstractBaseUser | None,
    owner: AbstractBaseUser | None,
    now: datetime,
) -> str:
    _check_keys(document)
    code = str(document["code"])
    standard = Standard.objects.filter(code=code).first()
    is_new = standard is None
    if standard is None:
        standard = Standard(code=code, live=False, owner_id=owner.pk if owner else None)
    _fill(standard, document)
    if _is_as_published(standard):
        return "unchanged"
    problems = find_publish_problems(standard)
    if problems:
        field, message = next(iter(problems.items()))
        raise InvalidInputError(message, field=f"{code}.{field}")
    if is_new:
        # A live object would look published to a process that dies before the next line.
        standard.save()
    standard.has_unpublished_changes = True
    revision = standard.save_revision(user=actor, clean=False)
    # Frozen first, so that it carries the moment of this import.
    freeze_standard(standard=standard, revision=revision, actor=actor, now=now)
    revision.publish(user=actor)
    return "created" if is_new else "updated"


def _check_keys(document: Document) -> None:
    known = {*_PLAIN, *_LINES, *_OTHERS}
    code = document.get("code", "?")
    for key in _REQUIRED:
        if not document.get(key):
            raise InvalidInputError(_("This is missing."), field=f"{code}.{key}")
    for key in document:
        if key not in known:
            raise InvalidInputError(
                _("Standards have nothing of this name."), field=f"{code}.{key}"
            )
    for at, measure in enumerate(document.get("measures", [])):
        for problem in find_measure_problems(measure):
            field = f"{code}.measures.{at}.{problem.part}"
            raise InvalidInputError(_(problem.message), field=field)


def _fill(standard: Standard, document: Document) -> None:
    for name in _PLAIN:
        if name in document:
            setattr(standard, name, document[name])
    standard.statement = _clean_statement(str(document["statement"]))
    standard.category = _find_category(str(document["category"]))
    standard.measures = [("measure", dict(measure)) for measure in document.get("measures", [])]
    standard.escalation = [("level", dict(level)) for level in document.get("escalation", [])]
    for key, name in _LINES.items():
        setattr(standard, name, [("line", str(line)) for line in document.get(key, [])])
    standard.job_roles = JobRole.objects.filter(code__in=document.get("job_roles", []))
    try:
        standard.full_clean(exclude=["live"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidInputError(" ".join(messages), field=f"{standard.code}.{field}") from error


def _clean_statement(text: str) -> str:
    """Return HTML of the editor's own features; plain text becomes one paragraph."""
    if not text.lstrip().startswith("<"):
        return format_html("<p>{}</p>", text)
    return nh3.clean(text, tags=_STATEMENT_TAGS, attributes={"a": {"href"}})


def _find_category(slug: str) -> StandardCategory:
    name = slug.replace("-", " ").replace("_", " ").capitalize()
    return StandardCategory.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def _is_as_published(standard: Standard) -> bool:
    if not standard.pk or not standard.live:
        return False
    latest = standard.versions.order_by("-number").first()
    return latest is not None and latest.digest == digest_body(build_body(standard))
