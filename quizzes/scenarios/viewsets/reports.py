"""How role-plays go after their launch, for those who write them."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import Button

from quizzes.scenarios.models import Scenario
from quizzes.scenarios.permissions import ScenarioPolicy
from quizzes.scenarios.reads import read_play_report
from quizzes.scenarios.reads.reports import FEWEST_PEOPLE, LEFT_AFTER_DAYS, MOST_BRANCHES

NAMESPACE = "sb_play_reports"
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


def find_report_url(scenario: Scenario) -> str:
    """Return the address of a role-play's report."""
    return reverse(f"{NAMESPACE}:report", kwargs={"uuid": scenario.uuid})


class PlayReportView(WagtailAdminTemplateMixin, TemplateView):
    """Ways, stops, endings and standards of one version; the newest unless another is asked for.

    It shows verdicts as the editor does: whoever may open the editor may look. Of branches each
    sees those whose answers they may read.
    """

    template_name = "standardbearer/quizzes/scenarios/admin/report.html"
    header_icon = "table"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse who may not write role-plays."""
        if not ScenarioPolicy(Scenario).user_has_permission(request.user, "view"):
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the report. At most twelve queries of its own, however many have played."""
        scenario = Scenario.objects.filter(uuid=kwargs["uuid"]).first()
        wanted = self.request.GET.get("version", "")
        if scenario is None or (wanted and not _NUMBER.fullmatch(wanted)):
            raise Http404
        report = read_play_report(
            scenario=scenario,
            user=self.request.user,
            now=timezone.now(),
            number=int(wanted) if wanted else None,
        )
        if report is None and wanted:
            raise Http404
        self.page_title = _("How it is played: %(title)s") % {"title": scenario.title}
        listing = reverse("wagtailsnippets_sb_quizzes_scenario:list")
        crumbs = [{"url": listing, "label": _("Role-plays")}, {"url": "", "label": scenario.title}]
        return super().get_context_data(**kwargs) | {
            "report": report,
            "fewest": FEWEST_PEOPLE,
            "days": LEFT_AFTER_DAYS,
            "most": MOST_BRANCHES,
            "breadcrumbs_items": [*self.breadcrumbs_items, *crumbs],
        }


class PlayReportViewSet(ViewSet):
    """The reports; they are reached from the list of role-plays."""

    name = NAMESPACE
    url_prefix = "play-reports"
    icon = "table"
    menu_hook = "no_menu"

    def get_urlpatterns(self) -> list[Any]:
        """Return the one address."""
        return [path("<uuid:uuid>/", PlayReportView.as_view(), name="report")]


def list_report_buttons(thing: Any, _user: Any, _next_url: str | None = None) -> list[Button]:
    """Return the way to the report, for each role-play in a list.

    Called by the hook ``register_snippet_listing_buttons`` for every row of every list.
    """
    if not isinstance(thing, Scenario):
        return []
    words = _("How it is played")
    return [Button(words, find_report_url(thing), icon_name="table", priority=40)]
