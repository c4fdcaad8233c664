"""Who may say how certificates look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms import api as lms_api

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def require_design(actor: AbstractBaseUser | None, verb: str) -> None:
    """Let the system and whoever the policy table names pass. Raises: NotAllowedError."""
    lms_api.require(actor, verb, "certificate_design")
