"""The quizzes app stands alone: what apps above register is left out of its tests."""

import pytest

from lms.api import registry


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    for name in ("counts_from", "standard_links"):
        monkeypatch.setattr(getattr(registry, name), "_items", [])
    monkeypatch.setattr(registry.event_consumers, "_items", {})
