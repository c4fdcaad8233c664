"""Who may add facts about whom: the policy table decides, and never about oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from lms import api as lms_api
from lms.api import Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def require_fact(
    actor: AbstractBaseUser | None, verb: str, resource: str, employee: Employee
) -> None:
    """Let the system and whoever may pass; nobody adds a fact about himself or herself.

    Raises: NotFoundError outside of the actor's scope; NotAllowedError within it.
    """
    lms_api.require(actor, verb, resource, employee)
    if actor is not None and employee.user_id == actor.pk:
        raise lms_api.NotAllowedError(_("Nobody changes his or her own record."), code="own_record")


def require_reason(reason: str) -> None:
    """Refuse a fact without a reason. Raises: InvalidInputError naming ``reason``."""
    if not reason.strip():
        raise lms_api.InvalidInputError(_("Say why."), code="reason_missing", field="reason")
