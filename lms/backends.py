"""Signing in with an employee number or an e-mail address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.utils import timezone

from lms.organisation.models import Employee, Grant
from lms.organisation.models.places import MEMORY
from lms.organisation.reads import find_employee, remember_employee
from lms.organisation.rules.policy import ADMIN_ROLES

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.http import HttpRequest


class EmployeeBackend(ModelBackend):
    """Django's own backend, found by employee number or e-mail as well as by user name.

    People who have left cannot sign in, and lose their session at the next request.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Return the user whose number, e-mail or user name and password these are."""
        if not username or not password:
            return None
        user = self._find(username.strip())
        if user is None:
            # As slow as a wrong password, so that nobody can ask which numbers exist.
            get_user_model()().set_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None

    def get_user(self, user_id: Any) -> Any:
        """Return the login of a session with its roster entry at hand. One query for employees.

        Whoever has left is signed out at the next request.
        """
        employee = (
            Employee.objects.filter(user_id=user_id)
            .select_related("user", "home_branch__region", "home_job_role")
            .first()
        )
        user = employee.user if employee is not None else super().get_user(user_id)
        if user is None:
            return None
        remember_employee(user, employee)
        setattr(user, MEMORY, {})
        return user if self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Refuse inactive users and people who have left."""
        if user is None or not super().user_can_authenticate(user):
            return False
        employee = find_employee(user)
        return employee is None or not employee.has_left(timezone.localdate())

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Also let the holders of a role whose work is in the admin into the admin."""
        permissions: set[str] = super().get_all_permissions(user_obj, obj)
        if obj is not None or not user_obj.is_active or user_obj.is_anonymous:
            return permissions
        if "_standardbearer_opens_admin" not in user_obj.__dict__:
            roles = {role for role, _path, _branch in Grant.objects.list_for(user_obj)}
            user_obj.__dict__["_standardbearer_opens_admin"] = bool(roles & ADMIN_ROLES)
        if user_obj.__dict__["_standardbearer_opens_admin"]:
            permissions.add("wagtailadmin.access_admin")
        return permissions

    @staticmethod
    def _find(login: str) -> AbstractBaseUser | None:
        employee = (
            Employee.objects.filter(Q(employee_number__iexact=login) | Q(email__iexact=login))
            .exclude(user=None)
            .select_related("user")
            .first()
        )
        if employee is not None:
            return employee.user
        model = get_user_model()
        return model._default_manager.filter(  # noqa: SLF001
            **{model.USERNAME_FIELD: login}
        ).first()
