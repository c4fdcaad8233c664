"""The courses app stands alone: what apps above register is left out of its tests."""

import pytest

from courses.content.reads import list_lessons_teaching
from courses.learning import receivers
from lms.api import registry


@pytest.fixture(autouse=True)
def _alone(monkeypatch, settings, tmp_path):
    for name in ("counts_from", "assigned_courses", "navigation", "standard_links"):
        monkeypatch.setattr(getattr(registry, name), "_items", [])
    monkeypatch.setattr(registry.event_consumers, "_items", {})
    registry.standard_links.register(list_lessons_teaching)
    receivers.connect()
    settings.MEDIA_ROOT = str(tmp_path / "media")
