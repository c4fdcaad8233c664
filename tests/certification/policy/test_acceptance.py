"""The worked cases of ``tests/acceptance/certification.json``, one test each."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from certification.rules import timeline

FILE = Path(__file__).parents[2] / "acceptance" / "certification.json"
CASES: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
DATES = {"valid_from", "valid_until", "due_on", "window_opens_on"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']}: {case['name']}")
def test_worked_case(case: dict[str, Any]) -> None:
    subject = timeline(case["policy"], case["events"], case.get("zone", "UTC"))
    if "awards" in case:
        ends = [award.valid_until and award.valid_until.isoformat() for award in subject.awards]
        assert ends == case["awards"]
    for ask in case.get("ask", []):
        known_at = datetime.fromisoformat(ask["known_at"]) if "known_at" in ask else None
        status = subject.at(date.fromisoformat(ask["on"]), known_at)
        for name in ask.keys() - {"on", "known_at"}:
            seen = getattr(status, name)
            shown = seen.isoformat() if name in DATES and seen else seen
            assert shown == ask[name], f"{name} on {ask['on']}"


def test_every_case_asks_for_something() -> None:
    assert len(CASES) == len({case["id"] for case in CASES}) == 34
    assert all(case.get("awards") or case.get("ask") for case in CASES)
