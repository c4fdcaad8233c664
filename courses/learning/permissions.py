"""Who may open which course: what is assigned to them, or the open catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.models import PermissionsMixin
from wagtail.models import PageViewRestriction

from courses.content.models import CoursePage
from lms.api import Employee, Grant, find_employee, registry

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
    from django.http import HttpRequest

    User = AbstractBaseUser | AnonymousUser


def list_assigned(employee: Employee, today: date) -> set[str]:
    """Return the uuids, as text, of the courses that somebody has to take."""
    found: set[str] = set()
    for provide in registry.assigned_courses:
        found |= {str(uuid) for uuid in provide(employee, today)}
    return found


def may_open(*, user: User, course_uuid: UUID, open_catalogue: bool, today: date) -> bool:
    """Return whether a course can be opened. No query for the open catalogue.

    Otherwise it has to be assigned, or the login sees people's records (who answer for what
    their people learn) or edits pages.
    """
    if not user.is_authenticated or not user.is_active:
        return False
    if open_catalogue or _works_in_admin(user):
        return True
    employee = find_employee(user)
    if employee is not None and str(course_uuid) in list_assigned(employee, today):
        return True
    reach = Grant.objects.reach_of(user)
    return reach.everything or bool(reach.region_paths or reach.branch_ids)


def _works_in_admin(user: User) -> bool:
    return isinstance(user, PermissionsMixin) and user.has_perm("wagtailadmin.access_admin")


def list_openable(
    *, request: HttpRequest, pages: Iterable[CoursePage], today: date
) -> list[CoursePage]:
    """Return those of the course pages that somebody may open, Wagtail's privacy included.

    Queries do not grow with the pages: one for restrictions, two more if some are not for all.
    """
    visible = hide_restricted(request=request, pages=pages)
    user = request.user
    if all(page.open_catalogue for page in visible) or _works_in_admin(user):
        return visible
    reach = Grant.objects.reach_of(user)
    if reach.everything or reach.region_paths or reach.branch_ids:
        return visible
    employee = find_employee(user)
    assigned = list_assigned(employee, today) if employee else set()
    return [p for p in visible if p.open_catalogue or str(p.translation_key) in assigned]


def hide_restricted(*, request: HttpRequest, pages: Iterable[CoursePage]) -> list[CoursePage]:
    """Return the pages that no page restriction, theirs or one above, keeps from somebody."""
    closed = [
        restriction.page.path
        for restriction in PageViewRestriction.objects.select_related("page")
        if not restriction.accept_request(request)
    ]
    return [page for page in pages if not any(page.path.startswith(path) for path in closed)]
