"""What a player may see while playing, and nothing that helps."""

from __future__ import annotations

import json
from typing import Any

import pytest

from quizzes.scenarios.rules import (
    step_view,
)

C = "CANARY"


def media(**more: Any) -> dict[str, Any]:
    return {"src": "/media/x", "secret": C, **more}


SECRETIVE = {
    "start": f"{C}-a",
    "title": C,
    "pass": {"percent": 7171, "standards": {f"{C}-S": 10}},
    "nodes": {
        f"{C}-a": {
            "title": "At the till",
            "line": "Hello?",
            "mood": "calm",
            "notes": C,
            "image": media(alt="A till", decorative=False),
            "audio": media(transcript="Hello?"),
            "choices": [
                {
                    "id": f"{C}-x",
                    "text": "Good morning",
                    "to": f"{C}-b",
                    "points": {f"{C}-S": 7171},
                    "meter": 10,
                    "verdict": C,
                    "critical": True,
                    "feedback": C,
                    "reason": C,
                },
                {"id": f"{C}-h", "text": C, "to": f"{C}-b", "when": [{"meter": {"min": 99}}]},
            ],
        },
        f"{C}-b": {"choices": [{"id": "y", "text": "Bye", "to": f"{C}-e"}]},
    },
    "endings": {f"{C}-e": {"title": C, "text": C, "outcome": C, "points": 7171}},
}


@pytest.mark.parametrize("walk", [[], [f"{C}-x"], [f"{C}-x", "y"]])
def test_a_player_sees_nothing_that_helps(walk: list[str]) -> None:
    sent = json.dumps(step_view(SECRETIVE, walk))
    assert C not in sent
    assert "7171" not in sent


def test_a_player_sees_the_step_and_the_open_choices() -> None:
    assert step_view(SECRETIVE, []) == {
        "finished": False,
        "title": "At the till",
        "line": "Hello?",
        "mood": "calm",
        "image": {"src": "/media/x", "alt": "A till", "decorative": False},
        "audio": {"src": "/media/x", "transcript": "Hello?"},
        "choices": [{"index": 1, "text": "Good morning"}],
        "meter": 50,
    }


def test_at_an_ending_a_player_sees_only_that_it_is_over() -> None:
    assert step_view(SECRETIVE, [f"{C}-x", "y"]) == {
        "finished": True,
        "title": "",
        "line": "",
        "mood": "",
        "image": None,
        "audio": None,
        "choices": [],
        "meter": 60,
    }


def test_a_mood_between_whole_numbers_is_shown_as_it_is() -> None:
    assert step_view({**SECRETIVE, "meter": {"start": "12.5"}}, [])["meter"] == 12.5
