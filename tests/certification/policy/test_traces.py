"""Every date says why, in words that can be looked up again in another language."""

from typing import Any

import pytest

from certification.policy.rules import timeline

from .facts import (
    BY_COMPLETION,
    YEARLY,
    Event,
    assigned,
    at,
    awarded,
    away,
    changed,
    completed,
    day,
    extended,
)

HELD = awarded("2025-05-03", "2026-05-03")
TOLERANT = {"method": "anniversary", "active": "P1Y", "tolerance": "P15D"}
GRID = {"method": "calendar", "active": "P1Y", "min_active": "P6M", "window": "P1M"}


@pytest.mark.parametrize(
    ("policy", "events", "line"),
    [
        (YEARLY, [HELD, completed("2026-04-15")],
         ("anniversary; held until 2 May 2026; done 15 Apr 2026, inside the window from 3 Apr; "
         "held until 2 May 2027")),
        (YEARLY, [awarded("2025-01-15", "2026-01-15"), completed("2026-01-02")],
         ("anniversary; held until 14 Jan 2026; done 2 Jan 2026, inside the window from "
         "15 Dec 2025; held until 14 Jan 2027")),
        (YEARLY, [HELD, completed("2026-06-01")],
         ("anniversary; held until 2 May 2026; done 1 Jun 2026, late, counted from that day; "
         "held until 31 May 2027")),
        (YEARLY, [HELD, completed("2026-02-01")],
         ("anniversary; held until 2 May 2026; done 1 Feb 2026, before the window from 3 Apr, "
         "no days lost; held until 2 May 2027")),
        ({**YEARLY, "before_window": "restart"}, [HELD, completed("2026-02-01")],
         ("anniversary; held until 2 May 2026; done 1 Feb 2026, before the window from 3 Apr, "
         "counted from that day; held until 31 Jan 2027")),
        ({**YEARLY, "before_window": "keep"}, [HELD, completed("2026-02-01")],
         ("anniversary; held until 2 May 2026; done 1 Feb 2026, before the window from 3 Apr; "
         "expiry kept; held until 2 May 2026")),
        ({**YEARLY, "window": None}, [HELD, completed("2026-02-01")],
         "anniversary; held until 2 May 2026; done 1 Feb 2026, on time; held until 2 May 2027"),
        (TOLERANT, [HELD, completed("2026-05-10")],
         ("anniversary; held until 2 May 2026; done 10 May 2026, inside the tolerance from "
         "18 Apr to 18 May 2026; held until 2 May 2027")),
        (TOLERANT, [HELD, completed("2026-06-10")],
         ("anniversary; held until 2 May 2026; done 10 Jun 2026, outside the tolerance, counted "
         "from that day; held until 9 Jun 2027")),
        (YEARLY, [assigned("2026-01-01", "2026-03-01"), completed("2026-02-01")],
         ("anniversary; first time, due 1 Mar 2026; done 1 Feb 2026, on time, counted from the "
         "due day; held until 28 Feb 2027")),
        (YEARLY, [completed("2026-02-01")],
         ("anniversary; first time; done 1 Feb 2026, counted from that day; "
         "held until 31 Jan 2027")),
        (BY_COMPLETION, [completed("2026-02-01")],
         "completion; done 1 Feb 2026, counted from that day; held until 31 Jan 2027"),
        ({"active": None}, [completed("2026-02-01")],
         "completion; done 1 Feb 2026; never lapses"),
        (GRID, [completed("2026-02-01")],
         ("calendar; done 1 Feb 2026; the first step from that day with at least P6M to hold; "
         "held until 31 Jan 2027")),
        (GRID, [assigned("2026-01-01", "2026-09-01"), completed("2026-02-01")],
         ("calendar; due 1 Sep 2026; done 1 Feb 2026; the first step from the due day with at "
         "least P6M to hold; held until 31 Aug 2026")),
        (GRID, [HELD, completed("2026-04-15")],
         ("calendar; held until 2 May 2026; done 15 Apr 2026; the first step from there with at "
         "least P6M to hold; held until 2 May 2027")),
        ({**GRID, "calendar_day": "06-30"}, [completed("2026-02-01")],
         ("calendar; done 1 Feb 2026; the first 06-30 with at least P6M to hold; "
         "held until 30 Jun 2027")),
    ],
)  # fmt: skip
def test_every_award_says_why(policy: dict[str, Any], events: list[Event], line: str) -> None:
    assert timeline(policy, events, "UTC").awards[-1].trace[-1] == line


def test_recorded_awards_are_marked_when_they_cover_earlier_days() -> None:
    marked = {"on": "2026-03-01", "valid_from": "2026-01-01"}
    for basis in ("imported", "evidence", "corrected"):
        award = timeline(YEARLY, [awarded("x", "2027-01-01", basis, **marked)]).awards[0]
        assert award.valid_from == day("2026-01-01")
        assert award.trace == (
            f"{basis}; awarded 1 Mar 2026; held from 1 Jan 2026 until 31 Dec 2026",
            f"it covers days before it was awarded on 1 Mar 2026, because it is {basis}",
        )
    for basis in ("manual", "waived"):
        award = timeline(YEARLY, [awarded("x", None, basis, **marked)]).awards[0]
        assert award.valid_from == day("2026-03-01")
        assert award.trace == (
            f"{basis}; awarded 1 Mar 2026; held from 1 Jan 2026; never lapses",
            "it counts from 1 Mar 2026, the day it was made, not from 1 Jan 2026",
        )
    plain = timeline(YEARLY, [HELD]).awards[0]
    assert plain.trace == ("imported; awarded 3 May 2025; held from 3 May 2025 until 2 May 2026",)


def test_a_line_remembers_its_code_and_values() -> None:
    line = timeline(BY_COMPLETION, [completed("2026-02-01")]).awards[0].trace[0]
    assert line.code == "completion"  # type: ignore[attr-defined]
    assert line.values["done"] == day("2026-02-01")  # type: ignore[attr-defined]


def test_what_happened_to_an_award_is_in_its_trace() -> None:
    events = [
        HELD,
        extended("2026-05-01", "2026-06-01"),
        changed("suspended", "2025-08-01"),
        changed("reinstated", "2025-09-01"),
        changed("revoked", "2026-05-15"),
    ]
    assert timeline(YEARLY, events).awards[0].trace[1:] == (
        "extended on 1 May 2026; held until 31 May 2026",
        "suspended from 1 Aug 2025",
        "reinstated from 1 Sep 2025",
        "revoked from 15 May 2026",
    )


@pytest.mark.parametrize(
    ("policy", "on", "events", "lines"),
    [
        (YEARLY, "2026-01-01", [], ["no award has begun", "no assignment covers this day",
                                    "nothing is to be done"]),
        (YEARLY, "2025-06-01", [HELD],
         ["held from 3 May 2025 until 2 May 2026", "no assignment covers this day"]),
        (YEARLY, "2025-06-01", [awarded("2025-05-03", None)],
         ["held from 3 May 2025; never lapses"]),
        (YEARLY, "2025-06-01", [HELD, changed("revoked", "2025-05-20")],
         ["the award made 3 May 2025 is revoked"]),
        (YEARLY, "2025-06-01", [HELD, changed("suspended", "2025-05-20")],
         ["the award made 3 May 2025 is suspended"]),
        (YEARLY, "2026-06-01", [HELD],
         ["the last award was made 3 May 2025; nothing covers this day"]),
        ({**YEARLY, "grace": "P60D"}, "2026-06-01", [HELD],
         ["held until 2 May 2026; grace until 1 Jul 2026"]),
        (YEARLY, "2026-05-10", [HELD, extended("2026-05-01", "2026-06-01")],
         ["extended on 1 May 2026; held until 31 May 2026",
          "held from 3 May 2025 until 31 May 2026"]),
        (YEARLY, "2026-06-10", [assigned("2026-06-01")],
         ["assigned from 1 Jun 2026", "open since 1 Jun 2026"]),
        (YEARLY, "2026-06-10", [assigned("2026-06-01", optional=True)],
         ["assigned from 1 Jun 2026, as an offer"]),
        (YEARLY, "2026-06-10", [assigned("2026-06-01"),
                                away("exempted", "2026-06-05", "2026-07-01")],
         ["exempt from 5 Jun 2026 until 30 Jun 2026"]),
        (YEARLY, "2026-06-10", [assigned("2026-06-01"), away("exempted", "2026-06-05", None)],
         ["exempt from 5 Jun 2026; the end is not known"]),
        (YEARLY, "2026-06-10", [assigned("2026-06-01", "2026-06-30"),
                                away("absent", "2026-06-05", "2026-06-15")],
         ["absent from 5 Jun 2026 until 14 Jun 2026", "open since 1 Jun 2026",
          "the due day moved from 30 Jun 2026 to 10 Jul 2026 for days absent"]),
        (YEARLY, "2026-06-10", [assigned("2026-06-01"), away("absent", "2026-06-05", None)],
         ["absent from 5 Jun 2026; the end is not known"]),
        (YEARLY, "2026-06-10", [assigned("2026-06-01", "2026-06-30"),
                                away("absent", "2026-06-05", None)],
         ["open since 1 Jun 2026",
          "the due day, 30 Jun 2026, waits for the end of the absence"]),
        (YEARLY, "2026-06-20", [assigned("2026-06-01", "2026-06-30")],
         ["open since 1 Jun 2026; due 30 Jun 2026"]),
        (YEARLY, "2026-07-01", [assigned("2026-06-01", "2026-06-30")],
         ["open since 1 Jun 2026; was due 30 Jun 2026"]),
        ({**YEARLY, "closes": "P1M"}, "2026-08-01", [assigned("2026-06-01", "2026-06-30")],
         ["open since 1 Jun 2026; was due 30 Jun 2026; closed after 30 Jul 2026"]),
        (YEARLY, "2025-06-01", [assigned("2025-05-01"), HELD],
         ["the renewal opens 3 Apr 2026"]),
    ],
)  # fmt: skip
def test_every_status_says_why(
    policy: dict[str, Any], on: str, events: list[Event], lines: list[str]
) -> None:
    reasons = at(policy, on, *events).reasons
    assert [line for line in reasons if line in lines] == lines


def test_a_valid_status_tells_how_its_award_got_its_dates() -> None:
    events = [HELD, completed("2026-04-15"), changed("revoked", "2027-01-01")]
    award = timeline(YEARLY, events).awards[1]
    assert at(YEARLY, "2026-12-31", *events).reasons[0] == award.trace[0]
    assert "revoked from 1 Jan 2027" not in at(YEARLY, "2026-12-31", *events).reasons
    moved = extended("2026-05-01", "2026-06-01")
    assert not any("extended" in line for line in at(YEARLY, "2026-04-30", HELD, moved).reasons)


def test_what_happens_to_an_award_is_told_from_its_day() -> None:
    moved = extended("2026-05-01", "2026-06-01")
    assert (
        "extended on 1 May 2026; held until 31 May 2026"
        in at(YEARLY, "2026-05-01", HELD, moved).reasons
    )
    back = [HELD, changed("suspended", "2025-08-01"), changed("reinstated", "2025-09-01")]
    assert "reinstated from 1 Sep 2025" in at(YEARLY, "2025-09-01", *back).reasons
