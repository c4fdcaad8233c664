"""Who needs what by rule: the list, and a page for each rule."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column

from certification.catalogue.models import AudienceRule
from certification.reports.viewsets.lists import (
    DayColumn,
    ReadOnlyIndexView,
    ReadOnlyInspectView,
    ReadOnlyViewSet,
    describe_last,
)
from lms import api as lms_api


class AudienceRuleIndexView(ReadOnlyIndexView):
    """The rules, with the way to a new one for whoever may write it."""

    page_title = gettext_lazy("Who needs what")
    add_item_label = gettext_lazy("Add an audience rule")

    def get_add_url(self) -> str | None:
        """Return where a rule is written."""
        may = lms_api.may(self.request.user, "create", "certification")
        return reverse("sb_audience_editor:add") if may else None


class AudienceRuleInspectView(ReadOnlyInspectView):
    """A rule with its end, and the ways to replace and to end it."""

    template_name = "standardbearer/certification/admin/rules/audience.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return its end, and whether the reader may change anything."""
        may = lms_api.may(self.request.user, "change", "certification")
        end = getattr(self.object, "end", None)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"end": end, "may_change": may and end is None}

    def get_field_label(self, field_name: str, field: Any) -> str:
        """Return the label; region and branch are one answer to one question."""
        if field_name == "region":
            return _("Where")
        return str(super().get_field_label(field_name, field))

    def get_region_display_value(self) -> str:
        """Return whom it is about, by place."""
        return describe_place(self.object)

    def get_job_roles_display_value(self) -> str:
        """Return the job roles; none chosen means every one."""
        return ", ".join(map(str, self.object.job_roles.all())) or _("every job role")

    def get_tenure_days_display_value(self) -> str:
        """Return from when on somebody new is asked."""
        return str(self.object.tenure_days or _("from the first day of work"))

    def get_optional_display_value(self) -> str:
        """Return yes or no."""
        return _("yes") if self.object.optional else _("no")


def describe_end(rule: AudienceRule) -> str:
    """Return the last day on which a rule asks anybody."""
    end = getattr(rule, "end", None)
    days = [day for day in (rule.until_on, end.on if end else None) if day is not None]
    return describe_last(min(days, default=None))


def describe_place(rule: AudienceRule) -> str:
    """Return whom a rule is about, by place."""
    return str(rule.branch or rule.region or _("the whole company"))


class AudienceRuleViewSet(ReadOnlyViewSet):
    """Who needs what by rule."""

    model = AudienceRule
    name = "sb_audience_rules"
    url_prefix = "audience-rules"
    icon = "crosshairs"
    menu_label = gettext_lazy("Who needs what")
    menu_name = "audience-rules"
    menu_order = 90
    index_view_class = AudienceRuleIndexView
    inspect_view_class = AudienceRuleInspectView
    inspect_template_name = AudienceRuleInspectView.template_name
    ordering = ["certification__title", "pk"]
    list_filter = ["certification", "optional"]
    list_display = [
        "reason",
        Column("certification", label=gettext_lazy("Certification"), accessor="certification"),
        Column("place", label=gettext_lazy("Where"), accessor=describe_place),
        DayColumn("from_on", label=gettext_lazy("From"), sort_key="from_on"),
        Column(
            "until_on",
            label=gettext_lazy("Last day"),
            accessor=describe_end,
            sort_key="until_on",
        ),
    ]
    inspect_view_fields = [
        "certification",
        "reason",
        "region",
        "job_roles",
        "tenure_days",
        "optional",
        "from_on",
        "until_on",
    ]
