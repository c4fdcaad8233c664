from datetime import date

import pytest

from certification.policy.rules.errors import ImpossibleDateError, PolicyError
from certification.policy.rules.intervals import (
    Interval,
    add,
    can_reach,
    is_empty,
    is_same_length,
    parse_interval,
)


@pytest.mark.parametrize(
    ("text", "months", "days"),
    [
        ("P1Y", 12, 0),
        ("P6M", 6, 0),
        ("P2W", 0, 14),
        ("P14D", 0, 14),
        ("P1Y6M", 18, 0),
        ("P1Y2M3W4D", 14, 25),
        ("P0D", 0, 0),
        ("P10Y", 120, 0),
    ],
)
def test_interval_text_is_read(text: str, months: int, days: int) -> None:
    assert parse_interval(text) == Interval(months=months, days=days)


@pytest.mark.parametrize(
    "text",
    ["", "P", "1Y", "P1", "PY", "p1y", "P-1Y", "-P1Y", "P1.5Y", "P1DT2H", "PT24H", "P1D2M", " P1Y",
     "P1Y ", "P١Y", "P1Y1Y", None, 1, "P1Y\n"],
)  # fmt: skip
def test_other_text_is_refused(text: object) -> None:
    with pytest.raises(PolicyError) as refusal:
        parse_interval(text)  # type: ignore[arg-type]
    assert refusal.value.field == "interval"
    assert refusal.value.code == "policy_invalid"


@pytest.mark.parametrize(
    ("anchor", "interval", "times", "expected"),
    [
        ("2024-02-29", "P1Y", 1, "2025-02-28"),
        ("2024-02-29", "P1Y", 4, "2028-02-29"),
        ("2024-02-29", "P4Y", 1, "2028-02-29"),
        ("2026-01-31", "P1M", 1, "2026-02-28"),
        ("2026-01-31", "P1M", 2, "2026-03-31"),
        ("2026-01-31", "P1M", 3, "2026-04-30"),
        ("2026-03-31", "P1M", -1, "2026-02-28"),
        ("2026-01-30", "P1M1D", 1, "2026-03-01"),
        ("2026-12-15", "P1M", 1, "2027-01-15"),
        ("2026-01-15", "P1M", -1, "2025-12-15"),
        ("2026-11-30", "P1M", 1, "2026-12-30"),
        ("2026-01-15", "P2W", 3, "2026-02-26"),
        ("2026-01-15", "P1Y", 0, "2026-01-15"),
        ("2026-02-28", "P1M", 1, "2026-03-28"),
        ("2026-02-10", "P1M3D", -2, "2025-12-04"),
        ("2026-01-29", "P1M", 1, "2026-02-28"),
    ],
)
def test_adding_counts_from_the_anchor_and_clamps(
    anchor: str, interval: str, times: int, expected: str
) -> None:
    found = add(date.fromisoformat(anchor), interval, times)
    assert found.isoformat() == expected


def test_one_time_is_the_default() -> None:
    assert add(date(2026, 1, 15), "P1M") == date(2026, 2, 15)


@pytest.mark.parametrize(("interval", "times"), [("P9000Y", 1), ("P3000Y", -1), ("P999999D", 9)])
def test_days_outside_the_calendar_are_refused(interval: str, times: int) -> None:
    with pytest.raises(ImpossibleDateError) as refusal:
        add(date(2026, 1, 15), interval, times)
    assert refusal.value.field == "interval"


def test_same_length_looks_through_the_writing() -> None:
    assert is_same_length("P12M", "P1Y")
    assert is_same_length("P2W", "P14D")
    assert not is_same_length("P365D", "P1Y")
    assert not is_same_length(None, "P1Y")
    assert not is_same_length("P1Y", None)
    assert is_same_length(None, None)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("P1Y", "P1Y", True),
        ("P12M", "P1Y", True),
        ("P366D", "P1Y", True),
        ("P365D", "P1Y", True),
        ("P364D", "P1Y", False),
        ("P30D", "P1M", True),
        ("P28D", "P1M", True),
        ("P27D", "P1M", False),
        ("P1460D", "P4Y", False),
        ("P1461D", "P4Y", True),
    ],
)
def test_reaching_asks_whether_any_start_lets_it(one: str, other: str, expected: bool) -> None:
    assert can_reach(one, other) is expected


def test_an_empty_interval_has_no_length() -> None:
    assert is_empty("P0D")
    assert is_empty("P0Y0M")
    assert not is_empty("P1D")
    assert not is_empty("P1M")
