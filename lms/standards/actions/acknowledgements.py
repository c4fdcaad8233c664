"""“I have read this version”, with name and moment."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from lms.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleError
from lms.ledger.actions import record_event
from lms.organisation.models import Employee
from lms.standards.models import Acknowledgement, Standard, StandardVersion
from lms.standards.reads import asked_again_since, find_standing_confirmation

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

_LONGEST_NAME = 240


def acknowledge_standard(
    *,
    employee: Employee,
    standard: Standard,
    name_as_written: str,
    actor: AbstractBaseUser | None,
    now: datetime,
    number: int | None = None,
) -> Acknowledgement:
    """Record that an employee has read the standard's newest version; twice is once.

    A confirmation older than what now asks for it (a renewal) does not count: it is given again.

    ``number`` is the version that was on the person's screen: when a newer one went live in the
    meantime, nothing is recorded.

    Raises: NotAllowedError when the actor is somebody else; NotFoundError when the standard is
    not in force; RuleError ``standard_changed``; InvalidInputError for a missing or broken name.
    """
    if actor is not None and actor.pk != employee.user_id:
        raise NotAllowedError(_("Only the person who has read it can confirm it."))
    name = _read_name(name_as_written)
    with transaction.atomic():
        version = _find_version(standard)
        if number is not None and number != version.number:
            raise RuleError(
                _("The text changed while you were reading. Please read the new version."),
                code="standard_changed",
            )
        given = list(Acknowledgement.objects.filter(employee=employee, version=version))
        since = asked_again_since(employee, version.standard) if given else None
        standing = find_standing_confirmation(given, version, since)
        if standing is not None:
            return standing
        acknowledgement, is_new = Acknowledgement.objects.get_or_create(
            employee=employee,
            version=version,
            round=max((row.round for row in given), default=0) + 1,
            defaults={"name_as_written": name, "acknowledged_at": now},
        )
        if is_new:
            _tell(acknowledgement, version, now)
    return acknowledgement


def _find_version(standard: Standard) -> StandardVersion:
    """Return the version in force, read again from the database."""
    versions = StandardVersion.objects.in_force().select_related("standard")
    version = versions.filter(standard_id=standard.pk).first()
    if version is None:
        raise NotFoundError(_("This standard is not in force."))
    return version


def _read_name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise InvalidInputError(_("Write your name to confirm."), field="name_as_written")
    if len(name) > _LONGEST_NAME:
        raise InvalidInputError(_("This name is too long."), field="name_as_written")
    if any(unicodedata.category(mark) in {"Cc", "Cs"} for mark in name):
        raise InvalidInputError(
            _("This name has characters that cannot be stored."), field="name_as_written"
        )
    return name


def _tell(acknowledgement: Acknowledgement, version: StandardVersion, now: datetime) -> None:
    payload = {
        "employee": str(acknowledgement.employee.uuid),
        "acknowledgement": str(acknowledgement.uuid),
        "standard": str(version.standard.uuid),
        "done_at": acknowledgement.acknowledged_at.isoformat(),
        "material_number": version.material_number,
    }
    record_event(kind="standard_acknowledged", payload=payload, now=now)
