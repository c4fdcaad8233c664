"""Write the versions of certifications and their drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certification.catalogue.models import (
    Certification,
    CertificationVersion,
    Requirement,
    VersionDraft,
)
from certification.catalogue.reads import find_faults, word_fault
from certification.catalogue.rules import Fault, RequirementDraft
from lms import api as lms_api

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def publish_version(
    *,
    certification: Certification,
    policy: Mapping[str, Any],
    requirements: Sequence[RequirementDraft],
    effective_on: date,
    change_note: str = "",
    delta_lapses_at_once: bool = False,
    delta_questions: int = 5,
    impact: Mapping[str, Any] | None = None,
    after_number: int | None = None,
    past_is_meant: bool = False,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> CertificationVersion:
    """Write the next version of a certification. Cycles that are open stay under theirs.

    ``after_number`` is the newest version the writer saw (0: none). ``past_is_meant`` confirms a
    day that is over, as files of past rules do. Discards the draft it was written from.

    Raises: NotAllowedError by the policy table; InvalidInputError naming the field at fault,
    code ``policy`` or ``requirements`` or what ``find_faults`` found; RuleError
    ``published_meanwhile``, and ``retired`` where nobody could begin any more.
    """
    require_rule_making(actor, "change")
    with transaction.atomic():
        certification = Certification.objects.select_for_update().get(pk=certification.pk)
        number = certification.versions.count()
        if after_number is not None and after_number != number:
            raise lms_api.RuleError(
                _("Somebody published version %(number)d meanwhile. Look at it first.")
                % {"number": number},
                code="published_meanwhile",
            )
        refuse_retired(certification, now)
        faults = find_faults(
            certification,
            policy=policy,
            requirements=requirements,
            effective_on=effective_on,
            today=timezone.localdate(now),
            past_is_meant=past_is_meant,
        )
        if faults:
            raise refuse_fault(faults[0])
        version = CertificationVersion.objects.create(
            certification=certification,
            number=number + 1,
            effective_on=effective_on,
            policy=dict(policy),
            change_note=change_note,
            delta_lapses_at_once=delta_lapses_at_once,
            delta_questions=delta_questions,
            impact=dict(impact or {}),
            recorded_at=now,
            recorded_by_id=actor.pk if actor is not None else None,
        )
        write_requirements(version, requirements)
        VersionDraft.objects.filter(certification=certification).delete()
    return version


def write_requirements(version: CertificationVersion, drafts: Sequence[RequirementDraft]) -> None:
    """Write the requirements of a version in their order."""
    Requirement.objects.bulk_create(
        [
            Requirement(version=version, position=position, **vars(draft))
            for position, draft in enumerate(drafts)
        ]
    )


def require_rule_making(actor: AbstractBaseUser | None, verb: str) -> None:
    """Raise NotAllowedError unless the actor may write rules; the system may."""
    if actor is not None:
        lms_api.require(actor, verb, "certification")


def refuse_retired(certification: Certification, now: datetime) -> None:
    """Raise RuleError when a certification is retired by now."""
    if certification.retired_on is not None and certification.retired_on <= timezone.localdate(now):
        raise lms_api.RuleError(_("This certification is retired."), code="retired")


def refuse_fault(fault: Fault) -> lms_api.InvalidInputError:
    """Return the error that tells of a fault."""
    code = "requirements" if fault.code == "nothing_required" else fault.code
    name = fault.field if fault.row is None else f"requirements.{fault.row}.{fault.field}"
    return lms_api.InvalidInputError(word_fault(fault), code=code, field=name)


def save_draft(
    *,
    certification: Certification,
    fields: Mapping[str, Any],
    actor: AbstractBaseUser | None,
    now: datetime,
    seen_at: datetime | None = None,
) -> VersionDraft:
    """Keep what somebody typed, checked or not.

    ``seen_at`` is when the draft that the writer builds on was saved; None: he began without one.

    Raises: NotAllowedError; RuleError ``draft_of_another`` when somebody else has saved since.
    """
    require_rule_making(actor, "change")
    with transaction.atomic():
        draft = VersionDraft.objects.select_for_update().filter(certification=certification).first()
        writer_id = actor.pk if actor is not None else None
        if draft is not None and draft.saved_by_id != writer_id and draft.saved_at != seen_at:
            raise lms_api.RuleError(
                _("%(name)s is writing at this draft too. Your last words were not saved.")
                % {"name": name_of(draft.saved_by)},
                code="draft_of_another",
            )
        draft = draft or VersionDraft(certification=certification)
        draft.fields, draft.saved_by_id, draft.saved_at = dict(fields), writer_id, now
        draft.save()
    return draft


def name_of(user: Any) -> str:
    """Return what a login is called."""
    return (user.get_full_name() or str(user)) if user is not None else _("Somebody")


def discard_draft(*, certification: Certification, actor: AbstractBaseUser | None) -> None:
    """Throw a draft away; the versions stay.

    Raises: NotAllowedError.
    """
    require_rule_making(actor, "change")
    VersionDraft.objects.filter(certification=certification).delete()
