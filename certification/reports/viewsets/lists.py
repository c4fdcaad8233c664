"""Certifications, awards, audience rules and assignments: to look at, not to edit."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from certification.awards.models import Assignment, Award
from certification.catalogue.models import AudienceRule, Certification, VersionDraft
from certification.reports.reads.rulebook import describe_certification
from certification.reports.reads.words import last_day, short_day
from lms import api as lms_api
from lms.api import Branch


class ReadOnlyIndexView(IndexView):  # type: ignore[misc]
    """A list of what the reader may see."""

    def get_base_queryset(self) -> QuerySet[Any]:
        """Return the rows within the reader's reach."""
        policy = self.permission_policy
        rows: QuerySet[Any] = policy.instances_user_has_permission_for(self.request.user, "view")
        return narrow_rows(rows, self.request)


class ReadOnlyInspectView(InspectView):  # type: ignore[misc]
    """One of them; what is out of reach is not found."""

    def get_page_title(self) -> str:
        """Return what it is called."""
        return str(self.object)

    def get_page_subtitle(self) -> str:
        """Return nothing: the title says it all."""
        return ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way over the list."""
        label = capfirst(self.model._meta.verbose_name_plural)  # noqa: SLF001
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": label},
            {"url": "", "label": str(self.object)},
        ]

    def get_valid_until_display_value(self) -> str:
        """Return the last day; what is stored is the first day after it."""
        return describe_last(self.object.valid_until) or _("never lapses")

    def get_until_on_display_value(self) -> str:
        """Return the last day; what is stored is the first day after it."""
        return describe_last(self.object.until_on) or "–"

    def get_awarded_at_display_value(self) -> str:
        """Return the day on which it was made, in its own zone."""
        return describe_awarded(self.object)

    def get_employee_display_value(self) -> SafeString:
        """Return the person as a link to the record."""
        person = self.object.employee
        url = reverse("sb_matrix:person", args=[person.uuid])
        return format_html('<a href="{}">{}</a>', url, person.full_name)

    def get_object(self, queryset: QuerySet[Any] | None = None) -> Model:
        """Return the row."""
        policy = self.permission_policy
        rows = policy.instances_user_has_permission_for(self.request.user, "view")
        found: Model | None = narrow_rows(rows, self.request).filter(pk=self.pk).first()
        if found is None:
            raise Http404
        return found


def narrow_rows(rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """Load what the columns need; leave out the rules of places out of the reader's reach."""
    if rows.model is AudienceRule:
        mine = Branch.objects.visible_to(request.user)
        inside = mine.filter(region__path__startswith=OuterRef("region__path"))
        return rows.filter(
            Q(region__isnull=True, branch__isnull=True) | Exists(inside) | Q(branch__in=mine)
        ).select_related("certification", "region", "branch", "end")
    if rows.model in (Award, Assignment):
        return rows.select_related("employee", "certification")
    return rows


class ReadOnlyViewSet(ModelViewSet):  # type: ignore[misc]
    """A list and a page for each row. Facts are added elsewhere and never edited."""

    index_view_class = ReadOnlyIndexView
    inspect_view_class = ReadOnlyInspectView
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    list_per_page = 50
    search_backend_name = None

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Return what all views need; the addresses of editing do not exist."""
        found: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        for name in ("add", "edit", "delete", "history", "usage"):
            found.pop(f"{name}_url_name", None)
        return found

    def get_urlpatterns(self) -> list[Any]:
        """Return only the addresses that read."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<int:pk>/", self.inspect_view, name="inspect"),
        ]

    def register_admin_url_finder(self) -> None:
        """Facts have no page to edit them."""

    def register_permissions(self) -> None:
        """Grants decide, so groups get nothing to tick."""


class DayColumn(Column):  # type: ignore[misc]
    """A day as it is written, where Wagtail's own column would say how long ago it was."""

    def get_value(self, instance: Any) -> str:
        """Return the day, or nothing."""
        day = super().get_value(instance)
        return short_day(day) if day else ""


class CertificationInspectView(ReadOnlyInspectView):
    """A certification: its versions, what each asks for, and its dates as sentences."""

    template_name = "standardbearer/certification/admin/certification.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the versions, the newest first."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        retired_on = self.object.retired_on
        return context | {
            "versions": describe_certification(self.object),
            "matrix_url": f"{reverse('sb_matrix:index')}?certification={self.object.code}",
            "may_change": lms_api.may(self.request.user, "change", "certification"),
            "is_retired": retired_on is not None and retired_on <= timezone.localdate(),
            "draft": VersionDraft.objects.filter(certification=self.object)
            .select_related("saved_by")
            .first(),
        }


class CertificationIndexView(ReadOnlyIndexView):
    """The certifications; who may write one finds the button."""

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Return the way to a new one."""
        if not lms_api.may(self.request.user, "create", "certification"):
            return []
        url = reverse("sb_rules:create")
        return [HeaderButton(_("New certification"), url=url, icon_name="plus")]


class CertificationViewSet(ReadOnlyViewSet):
    """Certifications."""

    model = Certification
    name = "sb_certifications"
    url_prefix = "certifications"
    icon = "success"
    menu_label = gettext_lazy("Certifications")
    menu_name = "certifications"
    menu_order = 80
    ordering = ["title"]
    search_fields = ["title", "code"]
    list_display = [
        "title",
        "code",
        "summary",
        DayColumn("retired_on", label=gettext_lazy("Retired on")),
    ]
    index_view_class = CertificationIndexView
    inspect_view_class = CertificationInspectView

    @cached_property
    def inspect_template_name(self) -> str:
        """Our own page."""
        return CertificationInspectView.template_name


class PersonColumn(TitleColumn):  # type: ignore[misc]
    """The person of a row, with a link to the record."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            "employee",
            label=gettext_lazy("Employee"),
            accessor="employee.full_name",
            sort_key="employee__family_name",
            get_url=lambda row: reverse("sb_matrix:person", args=[row.employee.uuid]),
            **kwargs,
        )


class AwardFilterSet(WagtailFilterSet):  # type: ignore[misc]
    """Narrow awards; places and people are found through the matrix."""

    awarded_at = django_filters.DateFromToRangeFilter(label=gettext_lazy("Awarded"))

    class Meta:
        model = Award
        fields = ["certification", "basis", "awarded_at"]


def describe_last(until: date | None) -> str:
    """Return the last day of what is stored with the first day after it."""
    return short_day(last_day(until)) if until else ""


def describe_until(row: Award) -> str:
    """Return the last day an award was made out to."""
    return describe_last(row.valid_until) or _("never lapses")


def describe_awarded(row: Award) -> str:
    """Return the day on which an award was made, in its own zone."""
    return short_day(lms_api.local_day(row.awarded_at, row.zone))


class AwardViewSet(ReadOnlyViewSet):
    """Awards of the people whom the reader sees."""

    model = Award
    name = "sb_awards"
    url_prefix = "awards"
    icon = "tick-inverse"
    menu_label = gettext_lazy("Awards")
    menu_name = "awards"
    menu_order = 100
    ordering = ["-awarded_at", "-pk"]
    search_fields = ["employee__family_name", "employee__given_name", "employee__employee_number"]
    filterset_class = AwardFilterSet
    list_display = [
        PersonColumn(),
        Column("certification", label=gettext_lazy("Certification"), accessor="certification"),
        Column(
            "awarded_at",
            label=gettext_lazy("Awarded"),
            accessor=describe_awarded,
            sort_key="awarded_at",
        ),
        Column("valid_until", label=gettext_lazy("Made out until"), accessor=describe_until),
        "basis",
    ]
    inspect_view_fields = [
        "employee",
        "certification",
        "version",
        "basis",
        "awarded_at",
        "valid_from",
        "valid_until",
        "evidence_note",
        "recorded_at",
    ]


class AssignmentFilterSet(WagtailFilterSet):  # type: ignore[misc]
    """Narrow assignments."""

    class Meta:
        model = Assignment
        fields = ["certification", "source", "optional"]


class AssignmentViewSet(ReadOnlyViewSet):
    """Why each person needs what."""

    model = Assignment
    name = "sb_assignments"
    url_prefix = "assignments"
    icon = "clipboard-list"
    menu_label = gettext_lazy("Assignments")
    menu_name = "assignments"
    menu_order = 110
    ordering = ["-from_on", "-pk"]
    search_fields = ["employee__family_name", "employee__given_name", "employee__employee_number"]
    filterset_class = AssignmentFilterSet
    list_display = [
        PersonColumn(),
        Column("certification", label=gettext_lazy("Certification"), accessor="certification"),
        "source",
        DayColumn("from_on", label=gettext_lazy("From"), sort_key="from_on"),
        DayColumn("due_on", label=gettext_lazy("Due"), sort_key="due_on"),
        "reason",
    ]
    inspect_view_fields = [
        "employee",
        "certification",
        "source",
        "optional",
        "from_on",
        "due_on",
        "reason",
        "recorded_at",
    ]
