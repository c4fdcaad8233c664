"""Where a standard is practised, for its staff page."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from lms.api import Standard, registry
from quizzes.scenarios.models import Scenario


def find_scenarios_playing(standard: Standard) -> set[UUID]:
    """Return the uuids of the open role-plays whose choices count for a standard. One query."""
    scenarios = Scenario.objects.playable().filter(standards=standard)
    return set(scenarios.values_list("uuid", flat=True))


def list_practising_scenarios(standard: Standard) -> Iterable[registry.Link]:
    """Return the open role-plays that practise a standard, by title. One query."""
    scenarios = Scenario.objects.playable().filter(standards=standard).order_by("title")
    return [
        registry.Link(
            kind="scenario",
            label=_("Role-play: %(title)s") % {"title": title},
            url=reverse("sb_quizzes:scenario", kwargs={"uuid": uuid}),
        )
        for title, uuid in scenarios.values_list("title", "uuid")
    ]
