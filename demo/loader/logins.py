"""Logins of the demo: one for each kind of user, all with the same password."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page

from demo.loader.files import read_json
from lms import api as lms_api
from lms.api import Employee


def grant_roles(now: datetime) -> None:
    """Grant the people of the roster their roles."""
    for row in read_json("company.json")["grants"]:
        grant_to_employee(row, now)


def make_logins() -> None:
    """Give the shown people a password."""
    company = read_json("company.json")
    secret = make_password(company["password"])
    for person in company["shown"]:
        employee = Employee.objects.select_related("user", "home_branch__region").get(
            employee_number=person["employee_number"]
        )
        if employee.user is not None:
            employee.user.password = secret
            employee.user.save(update_fields=["password"])


def make_office(now: datetime) -> Any:
    """Make the logins of the head office and return the trainer's, who owns what is written."""
    company = read_json("company.json")
    secret = make_password(company["password"])
    users = {row["role"]: make_office_login(row, secret, now) for row in company["office"]}
    return users["trainer"]


def grant_to_employee(row: dict[str, str], now: datetime) -> None:
    """Grant a role for somebody's own branch or region; HR's people also enter the admin."""
    employee = Employee.objects.select_related("user", "home_branch__region").get(
        employee_number=row["employee_number"]
    )
    user, branch = employee.user, employee.home_branch
    if user is None or branch is None:
        return
    own_branch = row["place"] == "own_branch"
    lms_api.grant_role(
        user=user,
        role=row["role"],
        actor=None,
        now=now,
        branch=branch if own_branch else None,
        region=None if own_branch else branch.region,
    )
    if row["role"] == "regional_hr":
        user.groups.add(make_office_group())


def make_office_login(row: dict[str, str], secret: str, now: datetime) -> Any:
    """Make a login of the head office, which is not on any branch's roster."""
    model = get_user_model()
    lookup: dict[str, Any] = {model.USERNAME_FIELD: row["login"]}
    user, _made = model._default_manager.update_or_create(  # noqa: SLF001
        defaults={
            "email": row["login"],
            "first_name": row["given_name"],
            "last_name": row["family_name"],
            "password": secret,
            "is_superuser": not row["role"],
            "is_staff": not row["role"],
        },
        **lookup,
    )
    if not row["role"]:
        return user
    lms_api.grant_role(user=user, role=row["role"], actor=None, now=now)
    user.groups.add(make_trainer_group() if row["role"] == "trainer" else make_office_group())
    return user


def make_office_group() -> Group:
    """Return the group that may enter the admin."""
    group, _made = Group.objects.get_or_create(name="HR and auditors")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    return group


def make_trainer_group() -> Group:
    """Return the group that writes: pages under the root, snippets of standards and quizzes."""
    group, _made = Group.objects.get_or_create(name="Trainers")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    models = ["standard", "standardcategory", "question", "questionbank", "quiz", "scenario"]
    group.permissions.add(
        *Permission.objects.filter(
            content_type__app_label__in=["sb_lms", "sb_quizzes"], content_type__model__in=models
        )
    )
    root = Page.get_first_root_node()
    wanted = Permission.objects.filter(
        content_type__app_label="wagtailcore",
        codename__in=["add_page", "change_page", "publish_page"],
    )
    for permission in wanted:
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    return group


def list_logins() -> list[tuple[str, str, str]]:
    """Return login, password and what it is for, in the order to show them."""
    company = read_json("company.json")
    password = company["password"]
    rows: list[Any] = [(row["employee_number"], row["what"]) for row in company["shown"]]
    rows += [(row["login"], row["what"]) for row in company["office"]]
    return [(login, password, what) for login, what in rows]
