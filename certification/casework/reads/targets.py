"""What an address is about: the person, and the fact or certification it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from certification.awards.models import Assignment, Award, Exemption
from certification.casework.rules import Verb
from certification.catalogue.models import Certification
from certification.reports.reads.places import not_found
from lms.api import Absence, Employee

if TYPE_CHECKING:
    from django.db.models import QuerySet


def find_target(person: Employee, verb: Verb, text: str) -> Any:
    """Return the row that an address names; None where it names none. One query.

    Raises: NotFoundError for what does not exist or is not this person's.
    """
    if not text:
        if verb.target in ("", "certification"):
            return None
        raise not_found()
    rows = find_rows(person, verb)
    if rows is None:
        raise not_found()
    if verb.target == "certification":
        found = rows.filter(code=text).first()
    else:
        found = rows.filter(uuid=read_uuid(text)).first()
    if found is None:
        raise not_found()
    return found


def find_rows(person: Employee, verb: Verb) -> QuerySet[Any] | None:
    """Return the rows that a verb may be about."""
    of_person: dict[str, Any] = {
        "certification": Certification.objects.all(),
        "assignment": Assignment.objects.filter(employee=person, end__isnull=True).select_related(
            "certification", "employee"
        ),
        "exemption": Exemption.objects.filter(employee=person).select_related(
            "certification", "employee"
        ),
        "award": Award.objects.filter(employee=person).select_related(
            "certification", "employee", "name", "version"
        ),
        "absence": Absence.objects.filter(employee=person).select_related("employee"),
    }
    return of_person.get(verb.target)


def read_uuid(text: str) -> UUID:
    """Return a uuid. Raises: NotFoundError for anything else."""
    try:
        return UUID(text)
    except ValueError:
        raise not_found() from None
