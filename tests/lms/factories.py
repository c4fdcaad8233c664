"""People and places for tests. Each factory makes one valid row; helpers make whole persons."""

from __future__ import annotations

from datetime import UTC, date, datetime

import factory
from django.contrib.auth import get_user_model
from factory.django import DjangoModelFactory

from lms.api import Absence, Branch, Employee, Grant, JobRole, Posting, Region

PASSWORD = "correct horse battery"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
HIRED_ON = date(2024, 1, 8)


class UserFactory(DjangoModelFactory):
    """A login whose password is ``PASSWORD``."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user-{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.com")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        kwargs.setdefault("password", PASSWORD)
        maker = "create_superuser" if kwargs.pop("superuser", False) else "create_user"
        return getattr(model_class._default_manager, maker)(*args, **kwargs)


class RegionFactory(DjangoModelFactory):
    """A region at the top of the tree, or below ``parent=…``."""

    class Meta:
        model = Region

    name = factory.Sequence(lambda n: f"Region {n}")

    @classmethod
    def _create(cls, model_class, *args, parent=None, **kwargs):
        if parent is None:
            return model_class.add_root(**kwargs)
        parent.refresh_from_db()
        return parent.add_child(**kwargs)


class BranchFactory(DjangoModelFactory):
    """A branch in a region of its own, on Berlin time."""

    class Meta:
        model = Branch

    code = factory.Sequence(lambda n: f"B{n:04d}")
    name = factory.LazyAttribute(lambda branch: f"Branch {branch.code}")
    region = factory.SubFactory(RegionFactory)
    time_zone = "Europe/Berlin"
    kind = "shop"


class JobRoleFactory(DjangoModelFactory):
    """A job role."""

    class Meta:
        model = JobRole

    code = factory.Sequence(lambda n: f"role-{n}")
    name = factory.LazyAttribute(lambda role: role.code.replace("-", " ").capitalize())


class EmployeeFactory(DjangoModelFactory):
    """A person with an open main posting at ``home_branch`` in ``home_job_role``.

    ``user=True`` makes a login (or pass one). ``posted=False`` leaves the posting out.
    """

    class Meta:
        model = Employee

    employee_number = factory.Sequence(lambda n: f"E{n:05d}")
    given_name = "Ada"
    family_name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.LazyAttribute(lambda person: f"{person.employee_number.lower()}@example.com")
    home_branch = factory.SubFactory(BranchFactory)
    home_job_role = factory.SubFactory(JobRoleFactory)
    hired_on = HIRED_ON
    locale = "en"

    @classmethod
    def _create(cls, model_class, *args, posted=True, user=None, **kwargs):
        if user is True:
            user = UserFactory(username=kwargs["employee_number"], email=kwargs["email"])
        person = super()._create(model_class, *args, user=user, **kwargs)
        if posted and person.home_branch and person.home_job_role:
            PostingFactory(
                employee=person,
                branch=person.home_branch,
                job_role=person.home_job_role,
                from_on=person.hired_on or HIRED_ON,
                until_on=person.left_on,
            )
        return person


class PostingFactory(DjangoModelFactory):
    """An open main posting since ``HIRED_ON``."""

    class Meta:
        model = Posting

    employee = factory.SubFactory(EmployeeFactory, posted=False)
    branch = factory.SubFactory(BranchFactory)
    job_role = factory.SubFactory(JobRoleFactory)
    kind = Posting.Kind.PRIMARY
    from_on = HIRED_ON
    until_on = None
    recorded_at = NOW

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        posting = super()._create(model_class, *args, **kwargs)
        if posting.until_on is not None:
            posting.ends.create(until_on=posting.until_on, recorded_at=posting.recorded_at)
        return posting


class AbsenceFactory(DjangoModelFactory):
    """Two months of parental leave."""

    class Meta:
        model = Absence

    employee = factory.SubFactory(EmployeeFactory)
    kind = Absence.Kind.PARENTAL
    from_on = date(2026, 4, 1)
    until_on = date(2026, 6, 1)
    recorded_at = NOW


class GrantFactory(DjangoModelFactory):
    """HR for the whole company; pass ``role`` with ``region`` or ``branch`` for less."""

    class Meta:
        model = Grant

    user = factory.SubFactory(UserFactory)
    role = "hr"
    region = None
    branch = None
    granted_at = NOW


def make_person(branch: Branch | None = None, role: JobRole | None = None, **fields) -> Employee:
    """Return a person with a login, posted at a branch in a role (new ones when not given)."""
    fields.setdefault("user", True)
    if branch is not None:
        fields["home_branch"] = branch
    if role is not None:
        fields["home_job_role"] = role
    return EmployeeFactory(**fields)


def make_granted(role: str, *, region: Region | None = None, branch: Branch | None = None):
    """Return a login that holds a role for a region, a branch, or the whole company."""
    user = UserFactory()
    GrantFactory(user=user, role=role, region=region, branch=branch)
    return user
