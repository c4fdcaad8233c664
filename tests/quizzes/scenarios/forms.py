"""What a browser sends of a role-play's editor."""

from __future__ import annotations

from typing import Any

from quizzes.scenarios.actions import fill_draft
from quizzes.scenarios.models import Scenario
from tests.quizzes.scenarios.factories import make_document


def make_draft(**fields: Any) -> Scenario:
    """Return an unsaved role-play as its author has filled it in."""
    document = make_document(**fields)
    texts = {name: document[name] for name in ("code", "title", "briefing", "customer")}
    scenario = Scenario(live=False, **texts)
    fill_draft(scenario, document["graph"], document["standards"])
    return scenario


def fill_form(scenario: Scenario, **more: Any) -> dict[str, Any]:
    """Return the form of a role-play with its blocks as they are."""
    sent = {
        name: getattr(scenario, name)
        for name in ("code", "title", "briefing", "customer", "change")
    }
    sent |= {"meter_start": scenario.meter_start, "pass_percent": scenario.pass_percent}
    sent |= {"minutes": scenario.minutes or ""}
    sent |= send_blocks("body", scenario.list_blocks())
    sent |= send_blocks("standard_marks", scenario.standard_marks.get_prep_value())
    return sent | more


def send_blocks(prefix: str, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the fields of a list of blocks."""
    sent: dict[str, Any] = {f"{prefix}-count": len(blocks)}
    for place, block in enumerate(blocks):
        here = f"{prefix}-{place}"
        sent |= {f"{here}-deleted": "", f"{here}-order": place, f"{here}-type": block["type"]}
        sent[f"{here}-id"] = block.get("id") or ""
        sent |= send_value(f"{here}-value", block["value"])
    return sent


def send_value(prefix: str, value: Any) -> dict[str, Any]:
    """Return the fields of what a block holds."""
    if isinstance(value, list):
        return send_blocks(prefix, value)
    if isinstance(value, dict):
        sent: dict[str, Any] = {}
        for name, part in value.items():
            sent |= send_value(f"{prefix}-{name}", part)
        return sent
    if isinstance(value, bool):
        return {prefix: "on"} if value else {}
    return {prefix: "" if value is None else value}
