"""Where a play stands: choices made, dialogue so far, what may be said next."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from django.utils.translation import gettext_lazy as _

from quizzes.scenarios.models import Play
from quizzes.scenarios.rules import available, find_mood, make_token, step_view
from quizzes.scenarios.rules import play as follow

MOOD_WORDS = {
    "delighted": _("delighted"),
    "friendly": _("friendly"),
    "patient": _("patient"),
    "impatient": _("impatient"),
    "upset": _("upset"),
}
MOOD_TONES = {
    "delighted": "ok",
    "friendly": "ok",
    "patient": "",
    "impatient": "warn",
    "upset": "bad",
}


@dataclass(frozen=True, slots=True)
class Mood:
    """The customer's mood: whole number 0..100, the word, and the tone to show it in."""

    value: int
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Line:
    """One turn of the dialogue: what happened or was said to the player, and the answer."""

    title: str
    text: str
    image: dict[str, Any] | None
    audio: dict[str, Any] | None
    answer: str


@dataclass(frozen=True, slots=True)
class PlayPage:
    """What a player may see now; ``step`` is as ``step_view`` gives it, choices with tokens.

    ``ending`` is only filled in once it was reached.
    """

    title: str
    practice: bool
    sequence: int
    lines: tuple[Line, ...]
    step: dict[str, Any]
    mood: Mood
    ending: dict[str, str] | None


def read_walk(play: Play) -> list[str]:
    """Return the ids of all choices of a play, its opening included. One query."""
    steps = play.steps.order_by("sequence").values_list("choice", flat=True)
    return [*play.opening, *steps]


def describe_mood(meter: Fraction) -> Mood:
    """Return a mood 0..100 in words."""
    word = find_mood(meter)
    return Mood(floor(meter), str(MOOD_WORDS[word]), MOOD_TONES[word])


def list_choices(play: Play, walk: list[str], view: dict[str, Any]) -> list[dict[str, str]]:
    """Return text and token of what may be said next, in the author's order."""
    ids = available(play.scenario_version.read(), walk)
    return [
        {"text": shown["text"], "token": make_token(play.seed, len(walk) + 1, name)}
        for shown, name in zip(view["choices"], ids, strict=True)
    ]


def read_play_page(*, play: Play) -> PlayPage:
    """Return what the player sees. One query; ``play.scenario_version`` must be loaded."""
    version = play.scenario_version
    walk = read_walk(play)
    scenario = version.read()
    walked = follow(scenario, walk)
    view = step_view(scenario, walk)
    view["choices"] = list_choices(play, walk, view)
    ending = walked.ending
    return PlayPage(
        title=version.body["title"],
        practice=play.purpose == Play.Purpose.PRACTICE,
        sequence=len(walk) + 1,
        lines=tuple(
            Line(step.title, step.line, _copy(step.image), _copy(step.audio), decision.choice.text)
            for decision in walked.decisions
            if (step := scenario.steps.get(decision.step))
        ),
        step=view,
        mood=describe_mood(walked.meter[-1]),
        ending={"title": ending.title, "text": ending.text} if ending else None,
    )


def list_best_choices(play: Play) -> list[str]:
    """Return the tokens of the best path, one for each decision of a play from its start.

    For filling a demo, never for a page. No query.
    """
    version = play.scenario_version
    return [
        make_token(play.seed, sequence, choice)
        for sequence, (_node, choice) in enumerate(version.best_walk, start=1)
    ]


def _copy(media: Any) -> dict[str, Any] | None:
    return dict(media) if media else None
