"""What the admin's home says about certification."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import Component

from certification.reports.permissions import sees_reports
from certification.reports.reads.matrix import current_thresholds
from certification.reports.reads.summary import read_branches_in_need, read_summary
from certification.reports.reads.words import share_words


class BranchesInNeed(Component):
    """The branches with the lowest share, each with its link: where to begin on Monday."""

    order = 110
    template_name = "standardbearer/certification/admin/branches_in_need.html"

    class Media:
        css = {"all": ["standardbearer/certification/admin.css"]}

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Return the rows; none for readers who see nobody's records."""
        if not sees_reports(self.request.user):
            return {"rows": []}
        return {
            "rows": read_branches_in_need(user=self.request.user, now=timezone.now()),
            "thresholds": current_thresholds(),
        }


class StateOfCertification(SummaryItem):
    """Compliant, running out within 30 days and overdue, each with its link."""

    order = 50
    template_name = "standardbearer/certification/admin/summary.html"

    class Media:
        css = {"all": ["standardbearer/certification/admin.css"]}

    def is_shown(self) -> bool:
        """Return whether the reader sees anybody's records."""
        return sees_reports(self.request.user)

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Return the three numbers. Four queries."""
        summary = read_summary(user=self.request.user, now=timezone.now())
        return {
            "summary": summary,
            "share": share_words(summary.counts),
            "matrix_url": reverse("sb_matrix:index"),
            "worst_url": reverse("sb_matrix:index") + "?view=branches&sort=all",
        }
