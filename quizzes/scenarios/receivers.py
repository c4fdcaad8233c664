"""What follows when Wagtail publishes a role-play."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from wagtail.signals import published

from quizzes.scenarios.actions import make_scenario_version
from quizzes.scenarios.models import Scenario


def receive_published_scenario(instance: Scenario, revision: Any = None, **_signal: object) -> None:
    """Make the version of what went live. A scheduled publication tells of it twice."""
    make_scenario_version(
        scenario=instance,
        revision=revision,
        actor=revision.user if revision else None,
        now=timezone.now(),
    )


def connect() -> None:
    """Listen to publications; called once when the app is ready."""
    published.connect(
        receive_published_scenario, sender=Scenario, dispatch_uid="sb_quizzes.scenario"
    )
