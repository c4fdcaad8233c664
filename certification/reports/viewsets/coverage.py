"""Which branches have enough certified people, today and in 90 days, and the rules about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import HeaderButton

from certification.catalogue.models import Certification, CoverageRule
from certification.coverage.actions import add_coverage_rule, end_coverage_rule
from certification.coverage.forms import CoverageRuleForm, EndRuleForm
from certification.coverage.reads import (
    LEVELS,
    count_levels,
    list_coverage,
    list_rules,
    read_branch_coverage,
)
from certification.coverage.reads.words import coverage_words, level_words
from certification.reports.viewsets.screens import (
    ReportMixin,
    ReportsMenuItem,
    page_links,
    signed_in,
)
from lms import api as lms_api

TITLE = gettext_lazy("Coverage")
PAGE = 50


class CoverageMixin(ReportMixin):
    """The way back to the list."""

    header_icon = "tasks"

    def crumbs(self, *items: tuple[str, str]) -> list[dict[str, Any]]:
        """Return the way from the admin's home over the list."""
        way = [(reverse("sb_coverage:index"), str(TITLE)), *items] if items else [("", str(TITLE))]
        return [*self.breadcrumbs_items, *({"url": url, "label": label} for url, label in way)]

    @property
    def may_write(self) -> bool:
        """Whether the reader may add rules anywhere."""
        return lms_api.may(self.request.user, "create", "coverage_rule")


class CoverageView(CoverageMixin, TemplateView):
    """The branches, the most urgent first."""

    template_name = "standardbearer/certification/admin/coverage.html"
    page_title = TITLE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a page of the forecasts. Seven queries."""
        rows = list_coverage(self.request.user)
        code = self.request.GET.get("certification", "")
        if code:
            rows = rows.filter(certification__code=code)
        counts = count_levels(rows)
        level = self.request.GET.get("level", "")
        if level in LEVELS:
            rows = rows.filter(LEVELS[level])
        page = Paginator(rows, PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(**kwargs) | {
            "rows": [(row, coverage_words(row)) for row in page.object_list],
            "tiles": [(name, getattr(counts, name), level_words(name)) for name in LEVELS],
            "level": level if level in LEVELS else "",
            "certifications": Certification.objects.filter(coverage_rules__isnull=False).distinct(),
            "chosen": code,
            "pages": page_links(self.request, page.number, page.paginator.count, PAGE),
            "may_write": self.may_write,
        }

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return self.crumbs()

    def get_header_buttons(self) -> list[Any]:
        """Return the rules."""
        return [HeaderButton(_("Rules"), url=reverse("sb_coverage:rules"), icon_name="list-ul")]


class BranchCoverageView(CoverageMixin, TemplateView):
    """One branch: what it has against each rule, and who lapses when. Computed now."""

    template_name = "standardbearer/certification/admin/coverage_branch.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the forecasts of the branch."""
        self.branch, found = read_branch_coverage(
            user=self.request.user, branch=self.kwargs["uuid"], now=timezone.now()
        )
        return super().get_context_data(**kwargs) | {"branch": self.branch, "forecasts": found}

    def get_page_title(self) -> str:
        """Return the branch's code and name."""
        return str(self.branch)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return self.crumbs(("", str(self.branch)))


class RulesView(CoverageMixin, TemplateView):
    """The rules in force."""

    template_name = "standardbearer/certification/admin/coverage_rules.html"
    page_title = gettext_lazy("Coverage rules")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the rules that concern a branch the reader sees."""
        return super().get_context_data(**kwargs) | {
            "rules": list_rules(self.request.user, timezone.now()),
            "may_write": self.may_write,
        }

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return self.crumbs(("", str(self.page_title)))

    def get_header_buttons(self) -> list[Any]:
        """Return the way to a new rule, for those who may write one."""
        if not self.may_write:
            return []
        return [HeaderButton(_("Add a rule"), url=reverse("sb_coverage:add"), icon_name="plus")]


class RuleFormMixin(CoverageMixin):
    """A form whose refusals by the action stand at their field, with everything typed kept."""

    template_name = "standardbearer/certification/admin/coverage_form.html"

    def refuse(self, form: Any, error: lms_api.LmsError) -> HttpResponse:
        """Show the form again with what was wrong."""
        field = getattr(error, "field", None)
        form.add_error(field if field in form.fields else None, error.message)
        return self.form_invalid(form)  # type: ignore[attr-defined,no-any-return]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way over the rules."""
        return self.crumbs(
            (reverse("sb_coverage:rules"), _("Coverage rules")), ("", str(self.page_title))
        )


class AddRuleView(RuleFormMixin, FormView):  # type: ignore[type-arg,misc]
    """A new rule."""

    form_class = CoverageRuleForm
    page_title = gettext_lazy("Add a coverage rule")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form what the reader sees."""
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the words of the button."""
        return super().get_context_data(**kwargs) | {"submit_button_label": _("Add the rule")}

    def form_valid(self, form: CoverageRuleForm) -> HttpResponse:
        """Write the rule and say how many branches it finds below."""
        try:
            rule = add_coverage_rule(
                **form.cleaned_data, actor=signed_in(self.request), now=timezone.now()
            )
        except lms_api.NotFoundError:
            raise
        except lms_api.LmsError as error:
            return self.refuse(form, error)
        messages.success(
            self.request,
            _("The rule holds from %(day)s. The list below shows how the branches stand.")
            % {"day": rule.from_on},
        )
        return redirect(f"{reverse('sb_coverage:index')}?certification={rule.certification.code}")


class EndRuleView(RuleFormMixin, FormView):  # type: ignore[type-arg,misc]
    """A rule comes to its end."""

    form_class = EndRuleForm
    page_title = gettext_lazy("End a coverage rule")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the rule among those the reader sees."""
        rule = list_rules(request.user, timezone.now()).filter(uuid=kwargs["uuid"]).first()
        if rule is None:
            raise Http404
        self.rule: CoverageRule = rule
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the rule in words."""
        return super().get_context_data(**kwargs) | {
            "submit_button_label": _("End the rule"),
            "lead": _("%(title)s: at least %(number)d. %(reason)s")
            % {
                "title": self.rule.certification,
                "number": self.rule.at_least,
                "reason": self.rule.reason,
            },
        }

    def form_valid(self, form: EndRuleForm) -> HttpResponse:
        """End it."""
        try:
            end_coverage_rule(
                rule=self.rule,
                **form.cleaned_data,
                actor=signed_in(self.request),
                now=timezone.now(),
            )
        except lms_api.NotFoundError:
            raise
        except lms_api.LmsError as error:
            return self.refuse(form, error)
        messages.success(self.request, _("The rule has ended."))
        return redirect("sb_coverage:rules")


class CoverageViewSet(ViewSet):
    """Coverage and its rules."""

    name = "sb_coverage"
    url_prefix = "coverage"
    icon = "tasks"
    menu_label = TITLE
    menu_name = "coverage"
    menu_order = 30
    menu_item_class = ReportsMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """Return the addresses, the menu's first."""
        return [
            path("", CoverageView.as_view(), name="index"),
            path("branches/<uuid:uuid>/", BranchCoverageView.as_view(), name="branch"),
            path("rules/", RulesView.as_view(), name="rules"),
            path("rules/add/", AddRuleView.as_view(), name="add"),
            path("rules/<uuid:uuid>/end/", EndRuleView.as_view(), name="end"),
        ]
