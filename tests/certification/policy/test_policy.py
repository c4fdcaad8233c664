from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from certification.policy.rules.errors import PolicyError
from certification.policy.rules.policy import (
    _CHECKS,
    Policy,
    parse_policy,
    path_of_late_renewal,
)

GOOD: dict[str, Any] = {
    "method": "calendar",
    "active": "P2Y",
    "window": "P3M",
    "tolerance": "P15D",
    "before_window": "keep",
    "min_active": "P6M",
    "calendar_day": "06-30",
    "due": "P30D",
    "closes": "P90D",
    "due_soon": "P7D",
    "grace": "P14D",
    "counts_grace": True,
    "late": "full_if_lapsed_over",
    "lapsed_over": "P6M",
    "look_back": "P60D",
    "zone": "Europe/Berlin",
}


def test_every_field_is_kept() -> None:
    policy = parse_policy(GOOD)
    assert {name: getattr(policy, name) for name in GOOD} == GOOD
    assert set(GOOD) == {field.name for field in fields(Policy)} == set(_CHECKS)


def test_defaults_are_those_of_the_table() -> None:
    assert parse_policy({"active": None}) == Policy(
        active=None,
        method="completion",
        window=None,
        tolerance=None,
        before_window="extend",
        min_active=None,
        calendar_day=None,
        due=None,
        closes=None,
        due_soon="P14D",
        grace=None,
        counts_grace=False,
        late="renewal",
        lapsed_over=None,
        look_back=None,
        zone="branch",
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("method", "yearly"), ("method", None), ("method", ["completion"]),
        ("active", "1 year"), ("active", "P0D"), ("active", "P0Y"), ("active", 365),
        ("active", "P9999Y"), ("active", "P999999D"), ("active", ["P1Y"]), ("active", "P0W"),
        ("window", "P1H"), ("window", "P2Y"), ("window", "P24M"), ("window", "P5Y"),
        ("window", ""), ("tolerance", "15"), ("tolerance", "P2Y"),
        ("before_window", "ignore"), ("before_window", None),
        ("min_active", "soon"), ("min_active", None), ("min_active", "P0D"),
        ("calendar_day", "02-29"), ("calendar_day", "13-01"), ("calendar_day", "6-30"),
        ("calendar_day", "06-31"), ("calendar_day", "2026-06-30"), ("calendar_day", 630),
        ("calendar_day", "00-10"),
        ("due", "P1DT1H"), ("closes", "x"), ("due_soon", None), ("due_soon", "14"),
        ("grace", "P-1D"), ("counts_grace", "yes"), ("counts_grace", 1), ("counts_grace", None),
        ("late", "never"), ("lapsed_over", None), ("lapsed_over", "6M"), ("look_back", "P"),
        ("zone", "Mars/Olympus"), ("zone", ""), ("zone", None), ("zone", 1), ("zone", "../etc"),
        ("zone", ["UTC"]),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_by_its_field(field: str, value: object) -> None:
    with pytest.raises(PolicyError) as refusal:
        parse_policy({**GOOD, field: value})
    assert refusal.value.field == field
    assert refusal.value.message
    assert field in str(refusal.value)


def test_unknown_fields_are_refused_by_name() -> None:
    with pytest.raises(PolicyError) as refusal:
        parse_policy({**GOOD, "windw": "P1M"})
    assert refusal.value.field == "windw"


def test_active_has_to_be_said() -> None:
    with pytest.raises(PolicyError) as refusal:
        parse_policy({"method": "completion"})
    assert refusal.value.field == "active"


@pytest.mark.parametrize("value", [None, "P1Y", ["active"]])
def test_a_policy_is_a_mapping(value: Any) -> None:
    with pytest.raises(PolicyError) as refusal:
        parse_policy(value)
    assert refusal.value.field == "policy"


def test_true_and_one_are_not_confused_by_the_cache() -> None:
    assert parse_policy({"active": "P1Y", "counts_grace": True}).counts_grace
    with pytest.raises(PolicyError):
        parse_policy({"active": "P1Y", "counts_grace": 1})


def test_a_window_may_be_any_length_when_nothing_lapses() -> None:
    assert parse_policy({"active": None, "window": "P9Y"}).window == "P9Y"


def test_lengths_up_to_a_thousand_years_pass() -> None:
    assert parse_policy({"active": "P1000Y"}).active == "P1000Y"
    assert parse_policy({"active": "P365000D"}).active == "P365000D"


def test_only_the_calendar_needs_a_least_time() -> None:
    assert parse_policy({"active": "P1Y", "method": "anniversary"}).min_active is None


def test_the_short_path_may_need_no_limit() -> None:
    assert parse_policy({"active": "P1Y", "late": "full"}).lapsed_over is None


@pytest.mark.parametrize(
    ("late", "on", "path"),
    [
        ("renewal", "2027-01-01", "renewal"),
        ("full", "2026-05-01", "full"),
        ("full", "2026-04-30", "renewal"),
        ("full_if_lapsed_over", "2026-04-30", "renewal"),
        ("full_if_lapsed_over", "2026-10-31", "renewal"),
        ("full_if_lapsed_over", "2026-11-01", "full"),
    ],
)
def test_the_path_of_a_late_renewal(late: str, on: str, path: str) -> None:
    policy = parse_policy({"active": "P1Y", "late": late, "lapsed_over": "P6M"})
    found = path_of_late_renewal(policy, lapsed_on=date(2026, 5, 1), on=date.fromisoformat(on))
    assert found == path
