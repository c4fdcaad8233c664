"""Finds whom and what the demo's files name."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model

from certification.catalogue.models import Certification
from lms.api import Employee

HR = "hr@harbourfinch.example"


def find_person(number: str) -> Employee:
    """Return somebody of the roster by number."""
    people = Employee.objects.select_related("user", "home_branch__region", "home_job_role")
    return people.get(employee_number=number)


def find_login(name: str) -> Any:
    """Return a login by employee number, or by the address of the head office."""
    if "@" not in name:
        return find_person(name).user
    model = get_user_model()
    return model._default_manager.get(**{model.USERNAME_FIELD: name})  # noqa: SLF001


def find_certification(code: str) -> Certification:
    """Return a certification by code."""
    return Certification.objects.get(code=code)
