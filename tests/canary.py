"""Marked records outside of everybody's scope: whatever holds one of their names has leaked.

``canary`` builds them; ``assert_no_canary`` looks into a response, a mail or any text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from lms.api import Absence, Branch, Employee, Grant, JobRole, Region
from tests.lms.factories import (
    NOW,
    TODAY,
    AbsenceFactory,
    BranchFactory,
    GrantFactory,
    JobRoleFactory,
    RegionFactory,
    UserFactory,
    make_person,
)

MARK = "CANARY"


@dataclass(frozen=True)
class Canary:
    """A region, branch, job role and two people whose every text is marked."""

    region: Region
    branch: Branch
    job_role: JobRole
    employee: Employee
    manager: Employee
    absence: Absence
    grant: Grant

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be told besides the marked texts: identifiers that would find them."""
        return (
            str(self.region.uuid),
            str(self.branch.uuid),
            str(self.employee.uuid),
            str(self.manager.uuid),
        )


def build_canary() -> Canary:
    """Make the records. Nobody else's grant, manager or branch leads there."""
    region = RegionFactory(name="CANARY-region")
    branch = BranchFactory(code="CANARY-branch", name="CANARY-branch-name", region=region)
    # Job roles belong to no place: everybody may know their names.
    role = JobRoleFactory(code="clerk-elsewhere", name="Clerk elsewhere")
    manager = make_person(
        branch,
        role,
        employee_number="CANARY-2",
        given_name="CANARY-boss-given",
        family_name="CANARY-boss-family",
        email="canary-boss@example.com",
    )
    employee = make_person(
        branch,
        role,
        employee_number="CANARY-1",
        given_name="CANARY-given",
        family_name="CANARY-family",
        email="canary@example.com",
        manager=manager,
    )
    absence = AbsenceFactory(
        employee=employee, reason="CANARY-reason", from_on=TODAY, until_on=TODAY.replace(day=28)
    )
    holder = UserFactory(username="CANARY-login", email="canary-login@example.com")
    grant = GrantFactory(user=holder, role="branch_manager", branch=branch, granted_at=NOW)
    return Canary(region, branch, role, employee, manager, absence, grant)


def read_text(source: object) -> str:
    """Return everything that a response, a mail or a text says, headers included."""
    if isinstance(source, bytes):
        return source.decode("utf-8", "replace")
    if hasattr(source, "streaming_content") or hasattr(source, "content"):
        return read_response(source)
    if hasattr(source, "message") and callable(source.message):
        alternatives = " ".join(str(found[0]) for found in getattr(source, "alternatives", ()))
        return f"{source.message().as_string()} {source.subject} {source.body} {alternatives}"
    if isinstance(source, Iterable) and not isinstance(source, str | dict):
        return " ".join(read_text(part) for part in source)
    return str(source)


def read_response(response: object) -> str:
    """Return body and headers of a Django response; a stream is read to its end."""
    if getattr(response, "streaming", False):
        body = b"".join(response.streaming_content)
    else:
        body = response.content
    headers = " ".join(f"{name}: {value}" for name, value in response.headers.items())
    return f"{headers}\n{body.decode('utf-8', 'replace')}"


def assert_no_canary(source: object, canary: Canary | None = None) -> None:
    """Fail when a response, mail or text holds a marked text, or an identifier of ``canary``."""
    text = read_text(source)
    at = text.casefold().find(MARK.casefold())
    assert at < 0, f"A record from out of scope leaked: …{text[max(0, at - 80) : at + 80]}…"
    for secret in canary.secrets if canary else ():
        assert secret not in text, f"An identifier from out of scope leaked: {secret}"


@pytest.fixture
def canary(db) -> Canary:
    """Marked records that nobody in the test may see."""
    return build_canary()
