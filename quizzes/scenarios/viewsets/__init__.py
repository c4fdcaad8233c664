"""Role-plays in Wagtail's admin."""

from quizzes.scenarios.viewsets.scenarios import ScenarioViewSet

__all__ = ["ScenarioViewSet"]
