"""Until when an award holds: methods, windows, tolerance, grids and rule changes."""

from typing import Any

import pytest

from certification.policy.rules import timeline

from .facts import (
    YEARLY,
    assigned,
    awarded,
    away,
    changed,
    completed,
    day,
    ends,
    extended,
    last_end,
)

HELD = awarded("2025-05-03", "2026-05-03")
TOLERANT = {"method": "anniversary", "active": "P1Y", "tolerance": "P15D"}
GRID = {"method": "calendar", "active": "P1Y", "min_active": "P6M", "window": "P1M"}


@pytest.mark.parametrize(
    ("change", "done", "until"),
    [
        # The window opens on 3 April; the last day held is 2 May.
        ({}, "2026-04-03", "2027-05-03"),
        ({}, "2026-05-02", "2027-05-03"),
        ({}, "2026-05-03", "2027-05-03"),
        ({}, "2026-05-04", "2027-05-04"),
        ({}, "2026-04-02", "2027-05-03"),
        ({"before_window": "restart"}, "2026-04-02", "2027-04-02"),
        ({"before_window": "restart"}, "2026-04-03", "2027-05-03"),
        ({"before_window": "keep"}, "2026-04-02", "2026-05-03"),
        ({"before_window": "keep"}, "2026-04-03", "2027-05-03"),
        ({"before_window": "keep"}, "2026-06-03", "2027-06-03"),
        ({"before_window": "keep", "method": "completion"}, "2026-04-02", "2026-05-03"),
        ({"before_window": "keep", "method": "completion"}, "2026-04-03", "2027-04-03"),
        ({"before_window": "extend", "method": "completion"}, "2026-04-02", "2027-04-02"),
        ({"before_window": "restart", "method": "completion"}, "2026-04-02", "2027-04-02"),
        ({"window": None}, "2025-05-04", "2027-05-03"),
        ({"window": None, "before_window": "keep"}, "2025-05-04", "2027-05-03"),
        ({"window": None, "before_window": "restart"}, "2025-06-01", "2027-05-03"),
        ({"window": None}, "2026-05-03", "2027-05-03"),
        ({"window": None}, "2026-06-01", "2027-06-01"),
        ({"look_back": "P90D"}, "2026-04-15", "2027-05-03"),
        ({"late": "full"}, "2026-06-01", "2027-06-01"),
        ({"late": "full_if_lapsed_over", "lapsed_over": "P1D"}, "2026-06-01", "2027-06-01"),
        ({"grace": "P60D", "counts_grace": True}, "2026-06-01", "2027-06-01"),
        ({"active": None}, "2026-04-15", None),
    ],
)
def test_a_renewal_by_when_it_was_done(
    change: dict[str, Any], done: str, until: str | None
) -> None:
    assert last_end({**YEARLY, **change}, HELD, completed(done)) == until


@pytest.mark.parametrize(
    ("change", "done", "until"),
    [
        ({}, "2026-04-18", "2027-05-03"),
        ({}, "2026-04-17", "2027-04-17"),
        ({}, "2026-05-18", "2027-05-03"),
        ({}, "2026-05-19", "2027-05-19"),
        ({}, "2026-05-03", "2027-05-03"),
        ({"window": "P3M"}, "2026-04-17", "2027-04-17"),
        ({"before_window": "keep"}, "2026-04-17", "2027-04-17"),
        ({"before_window": "restart"}, "2026-04-18", "2027-05-03"),
    ],
)
def test_a_tolerance_includes_both_its_ends(change: dict[str, Any], done: str, until: str) -> None:
    assert last_end({**TOLERANT, **change}, HELD, completed(done)) == until


def test_a_tolerance_leaves_the_days_after_expiry_uncovered() -> None:
    subject = timeline(TOLERANT, [HELD, completed("2026-05-10")], "UTC")
    assert subject.spans() == [
        (day("2025-05-03"), day("2026-05-03")),
        (day("2026-05-10"), day("2027-05-03")),
    ]


def test_a_tolerance_counts_from_the_baseline_not_the_extended_end() -> None:
    moved = extended("2026-05-01", "2026-07-03")
    assert last_end(TOLERANT, HELD, moved, completed("2026-05-18")) == "2027-05-03"
    assert last_end(TOLERANT, HELD, moved, completed("2026-05-19")) == "2027-05-19"
    opens = timeline(TOLERANT, [HELD], "UTC").awards[0].window_opens_on
    assert opens == day("2026-04-18")


@pytest.mark.parametrize(
    ("due_on", "done", "until"),
    [
        ("2026-05-03", "2026-05-03", "2027-05-03"),
        ("2026-05-03", "2026-05-04", "2027-05-04"),
        ("2027-04-15", "2026-04-15", "2028-04-15"),
        ("2027-04-16", "2026-04-15", "2027-04-15"),
        ("2026-02-28", "2026-02-01", "2027-02-28"),
    ],
)
def test_the_first_award_counts_from_a_due_day_that_was_met(
    due_on: str, done: str, until: str
) -> None:
    assert last_end(YEARLY, assigned("2026-01-02", due_on), completed(done)) == until


def test_the_first_award_counts_from_the_due_day_of_the_policy_too() -> None:
    policy = {**YEARLY, "due": "P30D"}
    assert last_end(policy, assigned("2026-01-01"), completed("2026-01-31")) == "2027-01-31"
    assert last_end(policy, assigned("2026-01-01"), completed("2026-02-01")) == "2027-02-01"


def test_absence_moves_what_is_met_but_not_the_anchor() -> None:
    leave = away("absent", "2026-01-11", "2026-01-21")
    events = [assigned("2026-01-01", "2026-01-31"), leave]
    assert last_end(YEARLY, *events, completed("2026-02-10")) == "2027-01-31"
    assert last_end(YEARLY, *events, completed("2026-02-11")) == "2027-02-11"


def test_an_absence_without_end_leaves_the_due_day_met() -> None:
    events = [assigned("2026-01-01", "2026-01-31"), away("absent", "2026-01-11", None)]
    assert last_end(YEARLY, *events, completed("2026-06-10")) == "2027-01-31"


def test_an_award_never_ends_by_the_day_it_was_earned() -> None:
    monthly = {"method": "anniversary", "active": "P1M", "window": "P1W"}
    events = [assigned("2026-01-01", "2026-01-31"), away("absent", "2026-01-11", "2026-04-11")]
    assert last_end(monthly, *events, completed("2026-04-20")) == "2026-04-30"
    assert last_end(monthly, *events, completed("2026-04-30")) == "2026-05-31"


def test_renewing_long_after_a_long_extension_takes_the_first_later_multiple() -> None:
    moved = extended("2026-05-01", "2028-01-01")
    assert last_end(YEARLY, HELD, moved, completed("2027-06-01")) == "2028-05-03"
    assert last_end(YEARLY, HELD, moved, completed("2027-05-03")) == "2028-05-03"
    assert last_end(YEARLY, HELD, moved, completed("2027-05-02")) == "2027-05-03"
    assert last_end(YEARLY, HELD, moved, completed("2028-01-01")) == "2029-01-01"


def test_an_anchor_and_its_distance_are_stored() -> None:
    events = [completed("2020-02-29"), completed("2021-02-15"), completed("2022-02-15")]
    awards = timeline(YEARLY, events, "UTC").awards
    assert [(award.anchor_on, award.anchor_active, award.intervals) for award in awards] == [
        (day("2020-02-29"), "P1Y", 1),
        (day("2020-02-29"), "P1Y", 2),
        (day("2020-02-29"), "P1Y", 3),
    ]
    assert [award.baseline_until for award in awards] == [
        day("2021-02-28"),
        day("2022-02-28"),
        day("2023-02-28"),
    ]


def test_an_award_recorded_with_dates_is_its_own_anchor() -> None:
    award = timeline(YEARLY, [HELD], "UTC").awards[0]
    assert (award.anchor_on, award.intervals) == (day("2026-05-03"), 0)
    assert award.baseline_until == day("2026-05-03")
    for_good = timeline(YEARLY, [awarded("2025-05-03", None)], "UTC").awards[0]
    assert (for_good.anchor_on, for_good.anchor_active) == (None, None)
    assert for_good.baseline_until is for_good.window_opens_on is None


def test_a_changed_length_counts_from_the_previous_baseline() -> None:
    change = {"type": "policy", "effective_on": "2024-01-01",
              "policy": {**YEARLY, "active": "P2Y"}}  # fmt: skip
    events = [completed("2020-02-29"), completed("2021-02-15"), completed("2022-02-15"),
              completed("2023-02-15"), change, completed("2024-02-15")]  # fmt: skip
    award = timeline(YEARLY, events, "UTC").awards[-1]
    # The window opened on 29 January, after the change: two years from the baseline.
    assert award.valid_until == day("2026-02-28") or award.valid_until == day("2026-02-29")
    assert (award.anchor_on, award.intervals) == (day("2024-02-29"), 1)
    assert "it now holds P2Y instead of P1Y; counted from 28 Feb 2024" in award.trace


def test_the_same_length_written_otherwise_keeps_the_anchor() -> None:
    change = {"type": "policy", "effective_on": "2020-06-01",
              "policy": {**YEARLY, "active": "P12M"}}  # fmt: skip
    events = [completed("2020-02-29"), change, completed("2021-02-15")]
    award = timeline(YEARLY, events, "UTC").awards[-1]
    assert (award.anchor_on, award.intervals) == (day("2020-02-29"), 2)


def test_the_previous_award_is_the_one_with_the_latest_baseline() -> None:
    later = awarded("2025-03-01", "2026-09-01")
    sooner = awarded("2025-06-01", "2026-05-01")
    assert last_end(YEARLY, later, sooner, completed("2026-08-15")) == "2027-09-01"


def test_an_award_revoked_by_then_is_not_the_previous_one() -> None:
    late = changed("revoked", "2026-04-20")
    assert last_end(YEARLY, HELD, late, completed("2026-04-20")) == "2027-04-20"
    assert last_end(YEARLY, HELD, late, completed("2026-04-19")) == "2027-05-03"
    back = changed("reinstated", "2026-04-22")
    assert last_end(YEARLY, HELD, late, back, completed("2026-04-25")) == "2027-05-03"


def test_a_suspended_award_is_still_the_previous_one() -> None:
    events = [HELD, changed("suspended", "2026-04-10"), completed("2026-04-15")]
    assert last_end(YEARLY, *events) == "2027-05-03"


def test_a_voided_award_is_not_the_previous_one() -> None:
    events = [HELD, changed("voided", "2025-06-01"), completed("2026-04-15")]
    assert last_end(YEARLY, *events) == "2027-04-15"


def test_an_award_that_never_lapses_counts_as_no_previous_one() -> None:
    events = [awarded("2025-05-03", None), completed("2026-04-15")]
    assert last_end(YEARLY, *events) == "2027-04-15"


def test_an_extension_not_yet_in_effect_does_not_make_late_work_timely() -> None:
    events = [HELD, extended("2026-05-20", "2026-06-30", award=1)]
    assert last_end(YEARLY, *events, completed("2026-05-19")) == "2027-05-19"
    assert last_end(YEARLY, *events, completed("2026-05-20")) == "2027-05-03"


def test_keeping_keeps_the_extended_end_and_the_baseline() -> None:
    policy = {**YEARLY, "before_window": "keep"}
    events = [HELD, extended("2026-01-01", "2026-06-03"), completed("2026-02-01")]
    award = timeline(policy, events, "UTC").awards[-1]
    assert (award.valid_until, award.baseline_until) == (day("2026-06-03"), day("2026-05-03"))
    assert award.window_opens_on == day("2026-04-03")
    assert last_end(policy, *events, completed("2026-04-03")) == "2027-05-03"


def test_keeping_twice_changes_nothing() -> None:
    policy = {**YEARLY, "before_window": "keep"}
    events = [completed("2025-05-03"), completed("2025-08-01"), completed("2025-09-01")]
    subject = timeline(policy, events, "UTC")
    assert ends(subject) == ["2026-05-03"] * 3
    assert {award.intervals for award in subject.awards} == {1}


def test_the_rule_of_the_window_day_governs_a_late_renewal_too() -> None:
    change = {"type": "policy", "effective_on": "2026-05-10",
              "policy": {"method": "completion", "active": "P3Y"}}  # fmt: skip
    assert last_end(YEARLY, HELD, change, completed("2026-06-01")) == "2027-06-01"
    before = {**change, "effective_on": "2026-04-03"}
    assert last_end(YEARLY, HELD, before, completed("2026-04-15")) == "2029-04-15"
    just_after = {**change, "effective_on": "2026-04-04"}
    assert last_end(YEARLY, HELD, just_after, completed("2026-04-15")) == "2027-05-03"


def test_before_the_window_the_rule_of_the_completion_day_governs() -> None:
    change = {"type": "policy", "effective_on": "2026-03-01",
              "policy": {**YEARLY, "before_window": "restart"}}  # fmt: skip
    assert last_end(YEARLY, HELD, change, completed("2026-02-28")) == "2027-05-03"
    assert last_end(YEARLY, HELD, change, completed("2026-03-01")) == "2027-03-01"


def test_the_rule_of_the_assignment_day_governs_the_first_award() -> None:
    change = {"type": "policy", "effective_on": "2026-02-01",
              "policy": {"method": "completion", "active": "P3Y"}}  # fmt: skip
    done = completed("2026-03-01")
    assert last_end(YEARLY, assigned("2026-01-31"), change, done) == "2027-03-01"
    assert last_end(YEARLY, assigned("2026-02-01"), change, done) == "2029-03-01"
    assert last_end(YEARLY, change, done) == "2029-03-01"


def test_the_last_policy_of_a_day_stands() -> None:
    one, two = (
        {"type": "policy", "effective_on": "2026-02-01", "policy": {"active": active}}
        for active in ("P2Y", "P3Y")
    )
    assert last_end(YEARLY, one, two, completed("2026-03-01")) == "2029-03-01"


def test_a_window_opened_under_a_wider_rule_stays_open() -> None:
    narrow = {"type": "policy", "effective_on": "2026-04-10",
              "policy": {**YEARLY, "window": "P1W", "before_window": "restart"}}  # fmt: skip
    assert last_end(YEARLY, HELD, narrow, completed("2026-04-15")) == "2027-05-03"
    before = {**narrow, "effective_on": "2026-04-01"}
    assert last_end(YEARLY, HELD, before, completed("2026-04-15")) == "2027-04-15"


def test_a_wider_rule_opens_the_window_on_its_first_day() -> None:
    strict = {**YEARLY, "before_window": "restart"}
    wide = {"type": "policy", "effective_on": "2026-03-01",
            "policy": {**strict, "window": "P6M"}}  # fmt: skip
    subject = timeline(strict, [HELD, wide, completed("2026-03-01")], "UTC")
    assert ends(subject)[-1] == "2027-05-03"
    assert subject.awards[0].window_opens_on == day("2026-03-01")
    assert subject.at(day("2026-02-28")).window_opens_on == day("2026-04-03")
    assert last_end(strict, HELD, wide, completed("2026-02-28")) == "2027-02-28"


def test_a_recorded_window_counts_only_for_the_award_of_that_day() -> None:
    strict = {**YEARLY, "before_window": "restart"}
    opened = {"type": "window_opened", "on": "2026-03-15"}
    events = [HELD, opened, completed("2026-03-15")]
    assert last_end(strict, *events) == "2027-05-03"
    assert last_end(strict, HELD, opened, completed("2026-03-14")) == "2027-03-14"
    assert last_end(strict, *events, completed("2027-03-20")) == "2028-03-20"
    outside = {"type": "window_opened", "on": "2026-05-03"}
    assert last_end(strict, HELD, outside, completed("2026-05-03")) == "2027-05-03"


def test_a_renewal_frozen_earlier_opens_the_window() -> None:
    strict = {**YEARLY, "before_window": "restart"}
    opened = {"type": "cycle_opened", "on": "2026-03-15", "kind": "renewal",
              "due_on": "2026-05-02"}  # fmt: skip
    assert last_end(strict, HELD, opened, completed("2026-03-20")) == "2027-05-03"
    other = {**opened, "kind": "delta"}
    assert last_end(strict, HELD, other, completed("2026-03-20")) == "2027-03-20"


def test_the_due_day_of_a_frozen_cycle_is_the_anchor() -> None:
    opened = {"type": "cycle_opened", "on": "2026-01-10", "kind": "first",
              "due_on": "2026-03-01"}  # fmt: skip
    events = [assigned("2026-01-02", "2026-06-30"), opened]
    assert last_end(YEARLY, *events, completed("2026-02-01")) == "2027-03-01"
    assert last_end(YEARLY, *events, completed("2026-03-02")) == "2027-03-02"


def test_after_a_revocation_the_new_due_day_is_the_anchor() -> None:
    policy = {**YEARLY, "due": "P30D"}
    events = [assigned("2025-01-01"), HELD, changed("revoked", "2025-08-01")]
    assert last_end(policy, *events, completed("2025-08-31")) == "2026-08-31"
    assert last_end(policy, *events, completed("2025-09-01")) == "2026-09-01"
    assert last_end(policy, *events, completed("2025-08-20")) == "2026-08-31"


def test_completing_while_exempt_or_unassigned_awards_all_the_same() -> None:
    assert last_end(YEARLY, completed("2026-02-01")) == "2027-02-01"
    exempt = [assigned("2026-01-01"), away("exempted", "2026-01-15", "2026-03-01")]
    assert last_end(YEARLY, *exempt, completed("2026-02-01")) == "2027-02-01"
    gone = [assigned("2026-01-01", "2026-02-10"), {"type": "unassigned", "on": "2026-01-20"}]
    assert last_end(YEARLY, *gone, completed("2026-02-01")) == "2027-02-01"


def test_dates_given_with_a_completion_are_kept() -> None:
    stored = {"valid_until": "2027-05-03", "anchor_on": "2024-05-03", "anchor_active": "P1Y",
              "intervals": 3}  # fmt: skip
    subject = timeline(YEARLY, [completed("2026-06-01", **stored), completed("2027-04-20")])
    first, second = subject.awards
    assert (first.valid_until, first.baseline_until) == (day("2027-05-03"), day("2027-05-03"))
    assert (second.anchor_on, second.intervals) == (day("2024-05-03"), 4)
    assert first.trace == ("done 1 Jun 2026; dates as they were stored; held until 2 May 2027",)
    for_good = timeline(YEARLY, [completed("2026-06-01", valid_until=None)]).awards[0]
    assert for_good.valid_until is None
    assert for_good.trace == ("done 1 Jun 2026; dates as they were stored; never lapses",)
    plain = timeline(YEARLY, [completed("2026-06-01", valid_until="2027-01-01")]).awards[0]
    assert (plain.anchor_on, plain.intervals) == (day("2027-01-01"), 0)


def test_what_if_tells_what_finishing_today_would_earn() -> None:
    subject = timeline(YEARLY, [HELD, completed("2026-04-15")], "UTC")
    preview = subject.what_if(day("2026-04-10"))
    assert (preview.valid_from, preview.valid_until) == (day("2026-04-10"), day("2027-05-03"))
    assert subject.what_if(day("2027-04-20")).valid_until == day("2028-05-03")
    assert subject.what_if(day("2026-04-15")).valid_until == day("2028-05-03")
    assert preview.trace == (
        (
            "anniversary; held until 2 May 2026; done 10 Apr 2026, inside the window from 3 Apr; "
            "held until 2 May 2027"
        ),
    )


def test_what_if_agrees_with_completing() -> None:
    for done in ("2026-01-01", "2026-04-15", "2026-05-03", "2026-09-01"):
        preview = timeline(YEARLY, [HELD], "UTC").what_if(day(done))
        made = timeline(YEARLY, [HELD, completed(done)], "UTC").awards[-1]
        assert (preview.valid_until, preview.trace) == (made.valid_until, made.trace)


def test_awards_that_do_not_count_do_not_hide_those_that_do() -> None:
    for_good = awarded("2025-01-01", None)
    assert last_end(YEARLY, for_good, HELD, completed("2026-04-15")) == "2027-05-03"
    lost = [awarded("2025-01-01", "2026-02-01"), HELD, changed("revoked", "2025-06-01", award=1)]
    assert last_end(YEARLY, *lost, completed("2026-04-15")) == "2027-05-03"


def test_of_equal_baselines_the_award_made_last_is_followed() -> None:
    events = [completed("2025-05-03"), awarded("2025-06-01", "2026-05-03"), completed("2026-04-15")]
    award = timeline(YEARLY, events).awards[-1]
    assert (award.anchor_on, award.intervals) == (day("2026-05-03"), 1)


def test_a_stored_end_that_was_moved_keeps_its_own_baseline() -> None:
    stored = {"valid_until": "2027-06-03", "anchor_on": "2024-05-03", "anchor_active": "P1Y",
              "intervals": 3}  # fmt: skip
    award = timeline(YEARLY, [completed("2026-06-01", **stored)]).awards[0]
    assert (award.valid_until, award.baseline_until) == (day("2027-06-03"), day("2027-05-03"))


def test_what_never_lapses_is_no_interval_away() -> None:
    award = timeline({"active": None}, [completed("2026-06-01")]).awards[0]
    assert (award.anchor_on, award.anchor_active, award.intervals) == (None, None, 0)
