"""Role-plays, their frozen versions, what people did in them, and how many went which way."""

from quizzes.scenarios.models.counts import PlayCount
from quizzes.scenarios.models.scenarios import (
    LONGEST_PLAY_MINUTES,
    Play,
    PlayQuerySet,
    PlayStep,
    Scenario,
    ScenarioQuerySet,
    ScenarioVersion,
    ScenarioVersionQuerySet,
)

__all__ = [
    "LONGEST_PLAY_MINUTES",
    "Play",
    "PlayCount",
    "PlayQuerySet",
    "PlayStep",
    "Scenario",
    "ScenarioQuerySet",
    "ScenarioVersion",
    "ScenarioVersionQuerySet",
]
