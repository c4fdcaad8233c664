"""Expiry days on a grid."""

from typing import Any

import pytest

from certification.policy.rules import timeline

from .facts import Event, assigned, awarded, completed, day, ends, extended, last_end

HELD = awarded("2025-05-03", "2026-05-03")
GRID = {"method": "calendar", "active": "P1Y", "min_active": "P6M", "window": "P1M"}


@pytest.mark.parametrize(
    ("change", "events", "until"),
    [
        # On the grid day minus min_active exactly the grid day is taken, a day later the next.
        ({}, [assigned("2026-01-05", "2026-11-10"), completed("2026-05-10")], "2026-11-10"),
        ({}, [assigned("2026-01-05", "2026-11-10"), completed("2026-05-11")], "2027-11-10"),
        ({}, [completed("2026-05-11")], "2027-05-11"),
        ({"active": "P3M"}, [completed("2026-05-11")], "2026-11-11"),
        ({"active": "P4M"}, [completed("2026-05-11")], "2027-01-11"),
        # Missed by far, the grid is still that of the due day.
        ({}, [assigned("2020-01-05", "2020-11-10"), completed("2026-05-11")], "2027-11-10"),
        ({}, [HELD, completed("2026-04-15")], "2027-05-03"),
        ({}, [HELD, completed("2025-10-03")], "2026-05-03"),
        ({}, [HELD, completed("2025-11-03")], "2026-05-03"),
        ({}, [HELD, completed("2025-11-04")], "2027-05-03"),
        ({}, [HELD, completed("2028-07-01")], "2029-05-03"),
        ({}, [HELD, extended("2026-05-01", "2026-08-01"), completed("2026-07-20")],
         "2027-05-03"),
        ({"before_window": "keep"}, [HELD, completed("2025-12-04")], "2026-05-03"),
        ({"before_window": "restart"}, [HELD, completed("2025-12-04")], "2027-05-03"),
        ({"tolerance": "P5D"}, [HELD, completed("2026-08-04")], "2027-05-03"),
        ({"calendar_day": "06-30"}, [completed("2026-01-01")], "2026-07-01"),
        ({"calendar_day": "06-30"}, [completed("2026-01-02")], "2027-07-01"),
        ({"calendar_day": "06-30"}, [HELD, completed("2026-04-15")], "2027-07-01"),
        ({"calendar_day": "12-31"}, [completed("2026-04-15")], "2027-01-01"),
        ({"calendar_day": "12-31"}, [completed("2026-07-01")], "2027-01-01"),
        ({"calendar_day": "12-31"}, [completed("2026-07-02")], "2028-01-01"),
        ({"calendar_day": "02-28"}, [completed("2023-07-01")], "2024-02-29"),
        ({"calendar_day": "02-28"}, [completed("2024-07-01")], "2025-03-01"),
        ({"calendar_day": "01-01", "min_active": "P1D"}, [completed("2026-12-31")],
         "2027-01-02"),
        ({"active": None}, [completed("2026-12-31")], None),
    ],
)  # fmt: skip
def test_the_calendar_takes_the_first_grid_day_far_enough(
    change: dict[str, Any], events: list[Event], until: str | None
) -> None:
    assert last_end({**GRID, **change}, *events) == until


def test_the_calendar_stores_its_grid() -> None:
    events = [assigned("2026-01-05", "2036-11-10"), completed("2026-03-10")]
    award = timeline(GRID, events, "UTC").awards[0]
    assert (award.anchor_on, award.intervals) == (day("2036-11-10"), -10)
    by_day = timeline({**GRID, "calendar_day": "06-30"}, [completed("2026-03-10")], "UTC")
    award = by_day.awards[0]
    assert (award.anchor_on, award.intervals) == (day("2027-07-01"), 0)
    renewed = timeline(GRID, [completed("2020-02-29"), completed("2021-02-10"),
                              completed("2023-02-10")], "UTC")  # fmt: skip
    assert [award.intervals for award in renewed.awards] == [1, 2, 4]
    assert ends(renewed)[-1] == "2024-02-29"


def test_a_calendar_with_another_length_steps_from_the_baseline() -> None:
    change = {"type": "policy", "effective_on": "2020-06-01",
              "policy": {**GRID, "active": "P5M"}}  # fmt: skip
    events = [completed("2020-02-29"), change, completed("2021-02-10")]
    award = timeline(GRID, events, "UTC").awards[-1]
    assert (award.anchor_on, award.intervals) == (day("2021-02-28"), 2)
    assert award.valid_until == day("2021-12-28")
