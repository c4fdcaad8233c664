"""Certifications given as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from certification.catalogue.actions.audiences import add_audience_rule
from certification.catalogue.actions.versions import publish_version
from certification.catalogue.models import Certification, CertificationVersion
from certification.catalogue.reads import read_drafts
from certification.catalogue.rules import OWN_WORDS, RequirementDraft
from courses import api as courses_api
from lms import api as lms_api
from lms.api import JobRole, Region
from quizzes import api as quizzes_api

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Document = Mapping[str, Any]
SWITCHES: Final = ("in_catalogue", "needs_approval", "name_as_initials", "assessor_may_train")


def import_certifications(
    *,
    documents: Sequence[Document],
    effective_on: date,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> list[Certification]:
    """Write certifications by code with their rule and audience; return those that changed.

    A document names its requirements by course slug, quiz code, scenario code, standard code or
    certification code; evidence and sign-offs by any word that stays the same. What is asked for
    stands above what asks for it. The same document twice changes nothing; another rule becomes
    the next version, in force from ``effective_on``. All or nothing.

    Raises: InvalidInputError naming the certification and what is unknown in it.
    """
    with transaction.atomic():
        return [
            certification
            for document in documents
            if (certification := import_one(document, effective_on, actor, now)) is not None
        ]


def import_one(
    document: Document, effective_on: date, actor: AbstractBaseUser | None, now: datetime
) -> Certification | None:
    """Write one certification; return it if anything changed."""
    values = {
        "title": document["title"],
        "summary": document.get("summary", ""),
        "reminder_days": list(document.get("reminder_days", [])),
    } | {name: document[name] for name in SWITCHES if name in document}
    certification, made = Certification.objects.update_or_create(
        code=document["code"], defaults=values
    )
    drafts = [draft_requirement(document["code"], row) for row in document["requirements"]]
    if not made and is_in_force(certification, document["policy"], drafts):
        return None
    publish_version(
        certification=certification,
        policy=document["policy"],
        requirements=drafts,
        effective_on=effective_on,
        change_note=document.get("change_note", ""),
        delta_lapses_at_once=document.get("delta_lapses_at_once", False),
        past_is_meant=True,
        actor=actor,
        now=now,
    )
    if made:
        add_audience(certification, document.get("audience", []), effective_on, now)
    return certification


def is_in_force(
    certification: Certification, policy: Mapping[str, Any], drafts: Iterable[RequirementDraft]
) -> bool:
    """Return whether the newest version already says this."""
    newest: CertificationVersion | None = certification.versions.order_by("-number").first()
    if newest is None or newest.policy != dict(policy):
        return False
    return read_drafts(newest) == list(drafts)


def draft_requirement(code: str, row: Document) -> RequirementDraft:
    """Return a requirement with its target found."""
    return RequirementDraft(
        kind=row["kind"],
        target=find_target(code, row["kind"], row["target"]),
        label=row["label"],
        path=row.get("path", RequirementDraft.path),
        group=row.get("group", ""),
        group_needs=row.get("group_needs", 1),
    )


def find_target(code: str, kind: str, name: str) -> UUID:
    """Return the identity a requirement names. Raises: InvalidInputError when there is none.

    Evidence and sign-offs have no thing of their own: their name makes the identity.
    """
    if kind in OWN_WORDS:
        return uuid5(NAMESPACE_URL, f"standardbearer:{code}:{kind}:{name}")
    sources: dict[str, tuple[Any, str]] = {
        "course": (courses_api.Course, "slug"),
        "quiz": (quizzes_api.Quiz, "code"),
        "scenario": (quizzes_api.Scenario, "code"),
        "acknowledgement": (lms_api.Standard, "code"),
        "certification": (Certification, "code"),
    }
    found: UUID | None = None
    if kind in sources:
        model, field = sources[kind]
        found = model.objects.filter(**{field: name}).values_list("uuid", flat=True).first()
    if found is None:
        raise lms_api.InvalidInputError(
            _("%(code)s asks for the %(kind)s “%(name)s”, which does not exist.")
            % {"code": code, "kind": kind, "name": name},
            field="requirements",
        )
    return found


def add_audience(
    certification: Certification, rows: Iterable[Document], from_on: date, now: datetime
) -> None:
    """Write the audience rules of a new certification."""
    for row in rows:
        roles = list(JobRole.objects.filter(code__in=row["job_roles"]))
        missing = sorted(set(row["job_roles"]) - {role.code for role in roles})
        if missing:
            raise lms_api.InvalidInputError(
                _("Unknown job roles: %(codes)s") % {"codes": ", ".join(missing)}, field="audience"
            )
        add_audience_rule(
            certification=certification,
            reason=row["reason"],
            from_on=from_on,
            region=find_region(row["region_path"]) if row.get("region_path") else None,
            job_roles=roles,
            tenure_days=row.get("tenure_days", 0),
            optional=row.get("optional", False),
            now=now,
        )


def find_region(path: str) -> Region:
    """Return the region a path like ``EMEA/Germany/South`` leads to."""
    names = path.split("/")
    region: Region | None = Region.objects.filter(name=names[0], depth=1).first()
    for name in names[1:]:
        region = region and region.get_children().filter(name=name).first()
    if region is None:
        raise lms_api.InvalidInputError(
            _("Unknown region: %(path)s") % {"path": path}, field="audience"
        )
    return region
