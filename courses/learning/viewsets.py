"""Enrolments in the admin: to look at, never to edit; what somebody did is a fact."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import DateColumn
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from courses.learning.models import Enrolment
from lms.api import guard_formula


class InspectOnlyPolicy(ModelPermissionPolicy):
    """Nobody adds, changes or deletes; those who see any of these records may look."""

    def user_has_permission(self, user: AbstractBaseUser, action: str) -> bool:
        """Allow looking; the rows themselves are narrowed in the query."""
        return action == "view" and bool(user.is_active)

    def user_has_any_permission(self, user: AbstractBaseUser, actions: Any) -> bool:
        """Allow a screen that needs at least one of the actions when looking is one of them."""
        return any(self.user_has_permission(user, action) for action in actions)


class EnrolmentIndexView(IndexView):
    """The enrolments of the people whose records one may see; exported cells are no formulas."""

    custom_value_preprocess = {
        **IndexView.custom_value_preprocess,
        str: {"csv": guard_formula, "xlsx": guard_formula},
    }

    def get_base_queryset(self) -> QuerySet[Enrolment]:
        """Narrow the rows to the person's scope, before search, filters, counts and export."""
        rows: QuerySet[Enrolment] = super().get_base_queryset()
        allowed = Enrolment.objects.visible_to(self.request.user)
        return rows.filter(pk__in=allowed.values("pk")).select_related("employee", "course")


class EnrolmentInspectView(InspectView):
    """One enrolment, if it is in scope; else it is as if it did not exist."""

    def get_object(self, queryset: QuerySet[Enrolment] | None = None) -> Enrolment:
        """Return it from the person's scope."""
        return get_object_or_404(Enrolment.objects.visible_to(self.request.user), pk=self.pk)


class EnrolmentViewSet(ModelViewSet):
    """Who takes which course and how far they are."""

    model = Enrolment
    name = "enrolments"
    icon = "user"
    menu_label = _("Enrolments")
    add_to_admin_menu = False
    inspect_view_enabled = True
    copy_view_enabled = False
    index_view_class = EnrolmentIndexView
    inspect_view_class = EnrolmentInspectView
    form_fields = ["employee"]
    list_display = [
        "employee",
        "course",
        "purpose",
        "lessons_done",
        "lessons_total",
        DateColumn("enrolled_at", label=_("Enrolled")),
        DateColumn("completed_at", label=_("Completed")),
    ]
    list_filter = ["course", "purpose"]
    list_export = [
        "employee.employee_number",
        "employee.full_name",
        "course.title",
        "purpose",
        "lessons_done",
        "lessons_total",
        "enrolled_at",
        "completed_at",
    ]
    inspect_view_fields = [
        "employee",
        "course",
        "purpose",
        "version",
        "enrolled_at",
        "round",
        "lessons_done",
        "lessons_total",
        "completed_at",
    ]


enrolment_viewset = EnrolmentViewSet()
