"""Who may say how many certified people a place needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from lms import api as lms_api
from lms.api import Branch, Employee, Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def require_place(
    actor: AbstractBaseUser | None, verb: str, *, region: Region | None, branch: Branch | None
) -> None:
    """Let the system and whoever may write coverage rules of a place; no place is the company.

    Raises: NotFoundError outside of the actor's scope; NotAllowedError within it.
    """
    place = branch or region
    if place is not None or actor is None:
        lms_api.require(actor, verb, "coverage_rule", place)
        return
    everybody = lms_api.people_for(actor, verb, "coverage_rule")
    if Employee.objects.exclude(pk__in=everybody.values("pk")).exists():
        raise lms_api.NotAllowedError(
            _("A rule for the whole company is for those who look after the whole company."),
            code="not_whole_company",
        )
