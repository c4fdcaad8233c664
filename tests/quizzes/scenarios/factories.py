"""Role-plays for tests, made through the product's own importer."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path

from quizzes.scenarios.actions import choose, import_scenario, start_play
from quizzes.scenarios.reads import read_walk
from quizzes.scenarios.rules import make_token, read_graph
from tests.quizzes.factories import make_standard

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DEMO = Path(__file__).resolve().parents[3] / "demo" / "scenarios" / "queue-and-upset-caller.json"

# Every text that must not be seen before its time holds one of these marks.
CANARIES = ("feedback-canary", "ending-canary", "choice-id-canary", "node-id-canary", "e-id-canary")


def option(name, to, points, text=None, *, verdict="follows", meter=0, critical=False):
    """Return a choice whose id and feedback are canaries."""
    return {
        "id": f"choice-id-canary-{name}",
        "text": text or f"I say {name}.",
        "to": to,
        "points": points,
        "meter": meter,
        "verdict": verdict,
        "critical": critical,
        "feedback": f"feedback-canary-{name}",
    }


def make_graph():
    """Return three steps, two endings, a merge and a critical choice."""
    two, three = "node-id-canary-2", "node-id-canary-3"
    good, poor = "e-id-canary-good", "e-id-canary-poor"
    return {
        "start": "node-id-canary-1",
        "meter": {"start": 50},
        "pass": {"percent": 60, "standards": {"PHONE-01": 50}},
        "nodes": {
            "node-id-canary-1": {
                "title": "It rings",
                "line": "The phone rings for the second time.",
                "choices": [
                    option("wait", three, {"PHONE-01": 0}, verdict="violates", meter=-20),
                    option("pick", two, {"PHONE-01": 2}, "I pick up at once.", meter=10),
                ],
            },
            two: {
                "title": "She asks",
                "line": "May I ask you something?",
                "choices": [
                    option("yes", three, {"GREET-01": 2}, "Of course, Mrs Keller.", meter=15),
                    option("hm", three, {"GREET-01": 1}, verdict="partly", meter=-5),
                ],
            },
            three: {
                "title": "She wants to know",
                "line": "When will it be ready?",
                "choices": [
                    option("time", good, {"PHONE-01": 2}, "By two, I promise.", meter=10),
                    option("soon", poor, {"PHONE-01": 0}, verdict="violates", meter=-30),
                    option(
                        "number",
                        good,
                        {"PHONE-01": 1},
                        "Here is his private number.",
                        verdict="violates",
                        critical=True,
                    ),
                ],
            },
        },
        "endings": {
            good: {
                "title": "ending-canary well done",
                "text": "ending-canary She thanks you.",
                "points": 1,
                "outcome": "success",
            },
            poor: {
                "title": "ending-canary hung up",
                "text": "ending-canary She is gone.",
                "points": 0,
                "outcome": "failure",
            },
        },
    }


def make_document(**fields):
    """Return a role-play as a file holds it."""
    document = {
        "code": "caller",
        "title": "An upset caller",
        "briefing": "You are alone at the till.",
        "customer": "Mrs Keller, usually patient.",
        "standards": ["PHONE-01", "GREET-01"],
        "graph": make_graph(),
    }
    return copy.deepcopy(document) | fields


def make_scenario(now=NOW, **fields):
    """Return a role-play that can be played; its standards are made when missing."""
    document = make_document(**fields)
    for code in {*document["standards"], *read_graph(document["graph"]).standards}:
        make_standard(code)
    return import_scenario(document=document, actor=None, now=now)


def make_demo_scenario(now=NOW):
    """Return the demo's role-play."""
    document = json.loads(DEMO.read_text())
    for code in document["standards"]:
        make_standard(code)
    return import_scenario(document=document, actor=None, now=now)


def start(employee, scenario, now=NOW, **options):
    """Return the play of a person who begins."""
    return start_play(employee=employee, scenario=scenario, actor=employee.user, now=now, **options)


def token_of(play, name, sequence=None):
    """Return the token of a choice, at the next decision when no sequence is given."""
    return make_token(play.seed, sequence or len(read_walk(play)) + 1, name)


def say(play, *names, now=NOW):
    """Make choices by the last part of their ids."""
    for name in names:
        play = choose(
            play=play,
            choice_token=token_of(play, f"choice-id-canary-{name}"),
            sequence=None,
            actor=play.employee.user,
            now=now,
        )
    return play
