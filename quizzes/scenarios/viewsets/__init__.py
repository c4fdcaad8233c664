"""Role-plays in Wagtail's admin."""

from quizzes.scenarios.viewsets.reports import PlayReportViewSet, list_report_buttons
from quizzes.scenarios.viewsets.scenarios import ScenarioViewSet

__all__ = ["PlayReportViewSet", "ScenarioViewSet", "list_report_buttons"]
