"""The organisation in Wagtail's admin: who works where, leave, roles, and what came in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import django_filters
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.permissions import policy_registry

from lms.organisation.actions import revoke_grant
from lms.organisation.forms import AbsenceForm, GrantForm
from lms.organisation.models import (
    Absence,
    Branch,
    Employee,
    Grant,
    JobRole,
    Posting,
    Region,
    RosterImport,
)
from lms.organisation.rules.tables import guard_formula

View = Callable[..., HttpResponseBase]
ERRORS_SHOWN = 200
SEEN_BY = ("view", "add", "change", "delete")


def guard_scope(view: View, model: type[Any]) -> View:
    """Open a screen about one row only to who may see that row; others get the 404 of unknown.

    Wagtail asks about the model: edit, inspect, history, usage and delete would open any row.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "pk" in kwargs:
            policy = policy_registry.get_by_type(model)
            rows = policy.instances_user_has_any_permission_for(request.user, SEEN_BY)
            if not str(kwargs["pk"]).isdigit() or not rows.filter(pk=kwargs["pk"]).exists():
                raise Http404
        return view(request, *args, **kwargs)

    return guarded


class ScopedIndexView(generic.IndexView):
    """A list of what the user may see; exported cells are never read as formulas."""

    related: tuple[str, ...] = ()
    custom_value_preprocess = {
        **generic.IndexView.custom_value_preprocess,
        str: {"csv": guard_formula, "xlsx": guard_formula},
    }

    def get_base_queryset(self) -> QuerySet[Any]:
        """Return the rows within the user's scope, with what the columns show."""
        rows: QuerySet[Any] = self.permission_policy.instances_user_has_any_permission_for(
            self.request.user, SEEN_BY
        )
        return rows.select_related(*self.related) if self.related else rows


class ScopedViewSet(ModelViewSet):
    """A model whose rows are seen within the user's scope. Nothing is copied."""

    index_view_class = ScopedIndexView
    copy_view_enabled = False
    inspect_view_enabled = True
    list_per_page = 50
    search_backend_name = None
    add_to_reference_index = False
    related: tuple[str, ...] = ()
    # Read-only sets have no form; Wagtail asks for fields all the same.
    form_fields: list[str] = []

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Tell the list what its columns need."""
        return super().get_index_view_kwargs(**{"related": self.related, **kwargs})  # type: ignore[no-any-return]

    def construct_view(self, view_class: type[Any], **options: Any) -> View:
        """Return the view, guarded."""
        return guard_scope(super().construct_view(view_class, **options), self.model)


class RegionViewSet(ScopedViewSet):
    """Regions; they come with the branches file."""

    model = Region
    icon = "site"
    name = "sb-regions"
    menu_label = _("Regions")
    list_display = ["name", Column("depth", label=_("Level"), accessor="depth")]
    search_fields = ["name"]
    ordering = ["path"]
    inspect_view_fields = ["name"]


class BranchFilterSet(WagtailFilterSet):
    """Narrow branches by kind, zone and opening."""

    closed_on = django_filters.DateFromToRangeFilter(label=_("Closed"))

    class Meta:
        model = Branch
        fields = ["kind", "time_zone", "closed_on"]


class BranchViewSet(ScopedViewSet):
    """Branches with their region and time zone."""

    model = Branch
    icon = "home"
    name = "sb-branches"
    menu_label = _("Branches")
    list_display = ["code", "name", "region", "time_zone", "kind", "opened_on", "closed_on"]
    list_export = [
        "code",
        "name",
        "region.name",
        "time_zone",
        "kind",
        "opened_on",
        "closed_on",
    ]
    filterset_class = BranchFilterSet
    search_fields = ["code", "name"]
    ordering = ["code"]
    related = ("region",)
    form_fields = ["code", "name", "region", "time_zone", "kind", "opened_on", "closed_on"]
    inspect_view_fields = form_fields


class JobRoleViewSet(ScopedViewSet):
    """What people do at a branch."""

    model = JobRole
    icon = "tag"
    name = "sb-job-roles"
    menu_label = _("Job roles")
    list_display = ["code", "name"]
    search_fields = ["code", "name"]
    ordering = ["name"]
    form_fields = ["code", "name"]
    inspect_view_fields = form_fields


class EmployeeFilterSet(WagtailFilterSet):
    """Narrow people by branch code, job role and dates."""

    branch = django_filters.CharFilter(
        field_name="home_branch__code", lookup_expr="iexact", label=_("Branch code")
    )
    home_job_role = django_filters.ModelChoiceFilter(
        queryset=JobRole.objects.all(), label=_("Job role")
    )
    left = django_filters.BooleanFilter(
        field_name="left_on", lookup_expr="isnull", exclude=True, label=_("Has a leaving day")
    )

    class Meta:
        model = Employee
        fields = ["branch", "home_job_role", "left"]


class EmployeeViewSet(ScopedViewSet):
    """People; they come with the roster file."""

    model = Employee
    icon = "user"
    name = "sb-employees"
    menu_label = _("Employees")
    list_display = [
        "employee_number",
        Column("name", label=_("Name"), accessor="full_name", sort_key="family_name"),
        Column("home_branch", label=_("Branch"), accessor="home_branch"),
        Column("home_job_role", label=_("Job role"), accessor="home_job_role"),
        "hired_on",
        "left_on",
    ]
    list_export = [
        "employee_number",
        "given_name",
        "family_name",
        "home_branch.code",
        "home_job_role.code",
        "hired_on",
        "left_on",
    ]
    filterset_class = EmployeeFilterSet
    search_fields = ["employee_number", "given_name", "family_name"]
    ordering = ["family_name", "given_name", "employee_number"]
    related = ("home_branch", "home_job_role")
    inspect_view_fields = [
        "employee_number",
        "given_name",
        "family_name",
        "email",
        "home_branch",
        "home_job_role",
        "hired_on",
        "left_on",
        "locale",
    ]


class PostingIndexView(ScopedIndexView):
    """Postings without those that never were."""

    def get_base_queryset(self) -> QuerySet[Any]:
        """Return the rows within the user's scope that cover a day."""
        rows: Any = super().get_base_queryset()
        return rows.real()  # type: ignore[no-any-return]


class PostingViewSet(ScopedViewSet):
    """Who worked where and when; written by the roster and by transfers."""

    model = Posting
    index_view_class = PostingIndexView
    icon = "history"
    name = "sb-postings"
    menu_label = _("Postings")
    list_display = ["employee", "branch", "job_role", "kind", "from_on", "until_on"]
    list_filter = ["kind", "job_role"]
    search_fields = ["employee__employee_number", "employee__family_name"]
    ordering = ["-from_on"]
    related = ("employee", "branch", "job_role")
    inspect_view_fields = [*list_display, "recorded_at"]


class AbsenceViewSet(ScopedViewSet):
    """Leave."""

    model = Absence
    icon = "calendar"
    name = "sb-absences"
    menu_label = _("Leave")
    list_display = ["employee", "kind", "from_on", "until_on", "reason"]
    list_filter = ["kind"]
    search_fields = ["employee__employee_number", "employee__family_name"]
    ordering = ["-from_on"]
    related = ("employee",)
    inspect_view_fields = [*list_display, "approved_by", "recorded_at"]

    def get_form_class(self, for_update: bool = False) -> type[Any]:  # noqa: FBT001, FBT002
        """Return the form that records leave."""
        return AbsenceForm


def describe_place(grant: Grant) -> str:
    """Return where a grant reaches, in words."""
    return str(grant.branch or grant.region or _("the whole company"))


class RevokeView(generic.DeleteView):
    """Takes a role back: the row stays as history."""

    page_title = _("Take back")
    success_message = _("%(object)s was taken back.")

    @property
    def confirmation_message(self) -> str:
        """Say what happens."""
        return str(_("The role ends at once. That it was given stays in the history."))

    def delete_action(self) -> None:
        """Revoke."""
        with transaction.atomic():
            revoke_grant(grant=self.object, actor=self.request.user, now=timezone.now())


class GrantViewSet(ScopedViewSet):
    """Roles: for whom, and where."""

    model = Grant
    icon = "key"
    name = "sb-grants"
    menu_label = _("Roles")
    delete_view_class = RevokeView
    list_display = [
        "user",
        Column("role", label=_("Role"), accessor="get_role_display", sort_key="role"),
        Column("place", label=_("Where"), accessor=describe_place),
        "granted_at",
        "revoked_at",
    ]
    list_filter = ["role"]
    ordering = ["-granted_at"]
    related = ("user", "region", "branch")
    inspect_view_fields = [
        "user",
        "role",
        "region",
        "branch",
        "granted_by",
        "granted_at",
        "revoked_at",
    ]

    def get_form_class(self, for_update: bool = False) -> type[Any]:  # noqa: FBT001, FBT002
        """Return the form that gives a role."""
        return GrantForm


class ImportInspectView(generic.InspectView):
    """One import in words: counts, and the refused rows as a list."""

    def get_actor_display_value(self) -> str:
        """Return who brought the file in."""
        return str(self.object.actor or _("the command line"))

    def get_counts_display_value(self) -> str:
        """Return the counts as a line, as the command prints them."""
        return ", ".join(f"{count} {kind}" for kind, count in self.object.counts.items())

    def get_row_errors_display_value(self) -> str:
        """Return the refused rows, one a line; all of them stand in the report file."""
        line = _("Row %(row)s, %(column)s “%(value)s”: %(reason)s")
        words = [line % error for error in self.object.row_errors[:ERRORS_SHOWN]]
        return format_html_join(mark_safe("<br>"), "{}", ((text,) for text in words)) or str(
            _("none")
        )


class RosterImportViewSet(ScopedViewSet):
    """Files that came in, with their counts and refused rows."""

    model = RosterImport
    inspect_view_class = ImportInspectView
    icon = "upload"
    name = "sb-imports"
    menu_label = _("Imports")
    list_display = ["file_name", "kind", "imported_at", "actor"]
    list_filter = ["kind"]
    ordering = ["-imported_at"]
    related = ("actor",)
    inspect_view_fields = ["file_name", "kind", "imported_at", "actor", "counts", "row_errors"]


class OrganisationViewSetGroup(ModelViewSetGroup):
    """One entry of the admin's menu for people and places."""

    menu_label = _("Organisation")
    menu_icon = "group"
    menu_name = "organisation"
    menu_order = 220
    items = (
        EmployeeViewSet,
        BranchViewSet,
        RegionViewSet,
        JobRoleViewSet,
        AbsenceViewSet,
        PostingViewSet,
        GrantViewSet,
        RosterImportViewSet,
    )
