"""What the roster holds, loaded at once to compare a file with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lms.organisation.models import Branch, Employee, JobRole, Reach, match_reach
from lms.organisation.permissions import reach_for, scope_of
from lms.organisation.rules.roster import KnownPerson, KnownRoster
from lms.organisation.rules.roster_plan import PersonState
from lms.organisation.rules.tables import fold

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    User = AbstractBaseUser

FIELDS = (
    "pk",
    "employee_number",
    "given_name",
    "family_name",
    "email",
    "manager__employee_number",
    "home_branch_id",
    "home_job_role_id",
    "hired_on",
    "left_on",
    "locale",
)


@dataclass(frozen=True)
class RosterState:
    """Branches within reach, job roles and people by folded code. Four queries."""

    branches: Mapping[str, int]
    job_roles: Mapping[str, int]
    people: Mapping[str, PersonState]
    reach: Reach

    @cached_property
    def branch_ids(self) -> frozenset[int]:
        """Ids of the branches within reach."""
        return frozenset(self.branches.values())

    @property
    def reach_text(self) -> str:
        """Where the import may write, in a form that can be compared."""
        if self.reach.everything:
            return "*"
        places = [*self.reach.region_paths, *(str(pk) for pk in self.reach.branch_ids)]
        return ",".join(sorted(places))

    @property
    def known(self) -> KnownRoster:
        """What the rules need to check rows."""
        return KnownRoster(
            branches=frozenset(self.branches),
            job_roles=frozenset(self.job_roles),
            people={
                key: KnownPerson(state.email, state.manager_key, self.reaches(state))
                for key, state in self.people.items()
            },
        )

    def reaches(self, state: PersonState) -> bool:
        """Return whether a person is the importer's to write."""
        return self.reach.everything or state.place[0] in self.branch_ids

    def people_within_reach(self) -> dict[str, PersonState]:
        """Return the people whom a full file would have to name, and those who left before."""
        return {key: state for key, state in self.people.items() if self.reaches(state)}


def load_state(actor: User | None, verb: str) -> RosterState:
    """Return what the roster holds, and where ``actor`` may do this: create or dry_run."""
    reach = reach_for_import(actor, verb)
    branches = Branch.objects.filter(match_reach("", reach)).values_list("code", "pk")
    roles = JobRole.objects.values_list("code", "pk")
    return RosterState(
        branches={fold(code): pk for code, pk in branches},
        job_roles={fold(code): pk for code, pk in roles},
        people=load_people(),
        reach=reach,
    )


def load_people() -> dict[str, PersonState]:
    """Return everybody by folded employee number. One query."""
    people: dict[str, PersonState] = {}
    rows = Employee.objects.order_by("pk").values_list(*FIELDS)
    for pk, number, given, family, email, manager, branch, role, hired, left, locale in rows:
        people[fold(number)] = PersonState(
            pk=pk,
            employee_number=number,
            given_name=given,
            family_name=family,
            email=email,
            manager_key=fold(manager or ""),
            place=(branch, role),
            hired_on=hired,
            left_on=left,
            locale=locale,
        )
    return people


def reach_for_import(actor: User | None, verb: str) -> Reach:
    """Return where a roster import may write: everywhere for the system and the site's owner."""
    if actor is None:
        return Reach(everything=True)
    return reach_for(scope_of(actor), verb, "roster_import")
