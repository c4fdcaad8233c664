"""What is refused, and which award or assignment a fact means."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from certification.policy.rules import ImpossibleDateError, PolicyError, timeline

from .facts import (
    BY_COMPLETION,
    Event,
    assigned,
    at,
    awarded,
    away,
    changed,
    completed,
    day,
    ends,
    extended,
    moment,
)

HELD = awarded("2025-01-01", "2026-01-01")


@pytest.mark.parametrize(
    ("field", "events"),
    [
        ("type", [{"type": "hired", "on": "2026-01-01"}]),
        ("type", [{"on": "2026-01-01"}]),
        ("type", [{"type": ["assigned"], "on": "2026-01-01"}]),
        ("on", [{"type": "assigned"}]),
        ("on", [{"type": "assigned", "on": "1 May"}]),
        ("on", [{"type": "assigned", "on": "2026-02-30"}]),
        ("on", [{"type": "assigned", "on": 20260101}]),
        ("on", [{"type": "assigned", "on": datetime(2026, 1, 1, tzinfo=UTC)}]),
        ("due_on", [assigned("2026-01-02", "2026-01-01")]),
        ("due_on", [assigned("2026-01-02", "soon")]),
        ("at", [{"type": "completed", "at": "2026-01-01T12:00:00"}]),
        ("at", [{"type": "completed", "at": "2026-01-01"}]),
        ("at", [{"type": "completed", "at": "noon"}]),
        ("at", [{"type": "completed", "at": None}]),
        ("at", [{"type": "completed"}]),
        ("at", [{"type": "completed", "at": datetime(2026, 1, 1)}]),  # noqa: DTZ001
        ("recorded_at", [completed("2026-01-01", recorded_at="2026-01-01T12:00:00")]),
        ("recorded_at", [completed("2026-01-01", recorded_at="later")]),
        ("valid_until", [completed("2026-01-01", valid_until="2026-01-01")]),
        ("valid_until", [awarded("2026-01-01", "2026-01-01")]),
        ("valid_until", [awarded("2026-01-01", "2025-01-01")]),
        ("valid_until", [{"type": "awarded", "on": "2026-01-01", "valid_from": "2026-01-01",
                          "basis": "manual"}]),
        ("valid_from", [{"type": "awarded", "on": "2026-01-01", "valid_until": None,
                         "basis": "manual"}]),
        ("basis", [awarded("2026-01-01", None, "gifted")]),
        ("basis", [awarded("2026-01-01", None, "completed")]),
        ("kind", [{"type": "cycle_opened", "on": "2026-01-01", "kind": "second"}]),
        ("due_on", [{"type": "cycle_opened", "on": "2026-01-02", "kind": "first",
                     "due_on": "2026-01-01"}]),
        ("closes_on", [{"type": "cycle_opened", "on": "2026-01-02", "kind": "first",
                        "due_on": "2026-02-01", "closes_on": "2026-01-31"}]),
        ("closes_on", [{"type": "cycle_opened", "on": "2026-01-02", "kind": "first",
                        "closes_on": "2026-01-01"}]),
        ("until", [away("exempted", "2026-01-01", "2026-01-01")]),
        ("until", [away("absent", "2026-01-02", "2026-01-01")]),
        ("until", [{"type": "absent", "from": "2026-01-01"}]),
        ("from", [{"type": "absent", "until": "2026-01-01"}]),
        ("until", [HELD, extended("2025-12-01", "2025-12-31")]),
        ("until", [HELD, extended("2026-02-01", "2026-02-01")]),
        ("until", [awarded("2025-01-01", None), extended("2025-12-01", "2026-12-31")]),
        ("until", [HELD, extended("2025-10-01", "2026-03-01"),
                   extended("2025-12-01", "2026-02-01")]),
        ("award", [changed("revoked", "2026-01-01")]),
        ("award", [HELD, changed("revoked", "2024-12-31")]),
        ("award", [HELD, changed("revoked", "2025-06-01", award=2)]),
        ("award", [HELD, changed("revoked", "2025-06-01", award=0)]),
        ("award", [HELD, changed("revoked", "2025-06-01", award="1")]),
        ("award", [HELD, changed("revoked", "2025-06-01", award=True)]),
        ("assignment", [{"type": "unassigned", "on": "2026-01-01"}]),
        ("assignment", [HELD, {"type": "unassigned", "on": "2026-01-01"}]),
        ("assignment", [assigned("2026-01-01"), {"type": "unassigned", "on": "2025-12-31"}]),
        ("assignment", [assigned("2026-01-01"),
                        {"type": "unassigned", "on": "2026-02-01", "assignment": 2}]),
        ("on", [assigned("2026-01-01"),
                {"type": "unassigned", "on": "2025-12-31", "assignment": 1}]),
        ("assignment", [assigned("2026-01-01"), {"type": "unassigned", "on": "2026-02-01"},
                        {"type": "unassigned", "on": "2026-03-01"}]),
        ("effective_on", [{"type": "policy", "policy": {"active": "P1Y"}}]),
    ],
)  # fmt: skip
def test_what_cannot_be_true_is_refused_by_field(field: str, events: list[Event]) -> None:
    with pytest.raises(ImpossibleDateError) as refusal:
        timeline(BY_COMPLETION, events, "UTC")
    assert refusal.value.field == field
    assert refusal.value.code == "date_impossible"
    assert refusal.value.message


@pytest.mark.parametrize(
    ("field", "policy", "events", "zone"),
    [
        ("zone", BY_COMPLETION, [], "Nowhere/Land"),
        ("window", {"active": "P1M", "window": "P1M"}, [], "UTC"),
        ("active", BY_COMPLETION, [{"type": "policy", "effective_on": "2026-01-01"}], "UTC"),
        (
            "method",
            BY_COMPLETION,
            [{"type": "policy", "effective_on": "2026-01-01",
              "policy": {"active": "P1Y", "method": "x"}}],
            "UTC",
        ),
    ],
)  # fmt: skip
def test_a_bad_policy_is_refused_by_field(
    field: str, policy: dict[str, Any], events: list[Event], zone: str
) -> None:
    with pytest.raises(PolicyError) as refusal:
        timeline(policy, events, zone)
    assert refusal.value.field == field


def test_a_moment_asked_about_needs_a_zone() -> None:
    with pytest.raises(ImpossibleDateError) as refusal:
        timeline(BY_COMPLETION, [HELD], "UTC").at(day("2025-06-01"), datetime(2025, 6, 1))  # noqa: DTZ001
    assert refusal.value.field == "known_at"


@pytest.mark.parametrize(
    "events",
    [
        [assigned("2026-01-01", "2026-01-01")],
        [HELD, extended("2025-12-01", "2026-01-01")],
        [assigned("2026-01-01"), {"type": "unassigned", "on": "2026-01-01"}],
        [{"type": "cycle_opened", "on": "2026-01-02", "kind": "renewal", "due_on": "2026-01-01",
          "closes_on": "2026-01-01"}],
        [{"type": "cycle_opened", "on": "2026-01-02", "kind": "first", "due_on": "2026-01-02"}],
        [away("exempted", "2026-01-01", None)],
    ],
)  # fmt: skip
def test_equal_days_are_accepted(events: list[Event]) -> None:
    timeline(BY_COMPLETION, events, "UTC")


def test_dates_and_instants_may_be_objects() -> None:
    as_text = timeline(BY_COMPLETION, [assigned("2026-01-01"), completed("2026-02-01")])
    objects = [
        {"type": "assigned", "on": date(2026, 1, 1)},
        {"type": "completed", "at": datetime(2026, 2, 1, 12, tzinfo=UTC)},
    ]
    assert timeline(BY_COMPLETION, objects).awards == as_text.awards


def test_a_change_means_the_last_award_made_by_then() -> None:
    events = [
        awarded("2024-01-01", "2025-01-01"),
        awarded("2024-03-01", "2026-01-01"),
        awarded("2025-06-01", "2027-01-01"),
        changed("revoked", "2024-06-01"),
    ]
    assert at(BY_COMPLETION, "2024-07-01", *events).valid_until == day("2025-01-01")
    assert at(BY_COMPLETION, "2025-07-01", *events).standing == "valid"


def test_a_change_on_the_day_of_an_award_means_that_award() -> None:
    for award in (completed("2026-01-15"), awarded("2026-01-15", "2027-01-15")):
        events = [award, changed("revoked", "2026-01-15")]
        assert at(BY_COMPLETION, "2026-01-15", *events).standing == "revoked"


def test_an_award_recorded_later_is_not_what_was_meant() -> None:
    events = [
        awarded("2024-01-01", "2025-01-01"),
        awarded("2024-03-01", "2026-01-01", recorded_at="2024-08-01T00:00:00+00:00"),
        changed("revoked", "2024-06-01"),
    ]
    assert at(BY_COMPLETION, "2024-07-01", *events).valid_until == day("2026-01-01")
    assert at(BY_COMPLETION, "2026-02-01", *events).standing == "expired"


def test_a_voided_award_is_passed_over_by_later_changes() -> None:
    events = [
        awarded("2024-01-01", "2025-01-01"),
        awarded("2024-03-01", "2026-01-01"),
        changed("voided", "2024-04-01"),
        changed("revoked", "2024-06-01"),
    ]
    assert at(BY_COMPLETION, "2024-05-01", *events).valid_until == day("2025-01-01")
    assert at(BY_COMPLETION, "2024-07-01", *events).standing == "revoked"


def test_numbers_count_awards_by_moment_and_include_voided_ones() -> None:
    events = [
        awarded("2025-03-01", "2026-03-01"),
        awarded("2024-01-01", "2025-01-01"),
        changed("voided", "2024-02-01", award=1),
    ]
    subject = timeline(BY_COMPLETION, events, "UTC")
    assert [award.number for award in subject.awards] == [2]
    assert ends(subject) == ["2026-03-01"]


def test_the_earliest_open_assignment_ends_unless_one_is_named() -> None:
    starts = [assigned("2026-01-01"), assigned("2026-02-01")]
    first, second = (
        timeline(BY_COMPLETION, [*starts, {"type": "unassigned", "on": "2026-03-01", **more}])
        for more in ({}, {"assignment": 2})
    )
    assert first.open_cycle(day("2026-04-01")).opens_on == day("2026-01-01")  # type: ignore[union-attr]
    both_end = [*starts, {"type": "unassigned", "on": "2026-03-01"},
                {"type": "unassigned", "on": "2026-04-01"}]  # fmt: skip
    subject = timeline(BY_COMPLETION, both_end, "UTC")
    assert subject.at(day("2026-03-31")).required == "required"
    assert subject.at(day("2026-04-01")).required == "not_required"
    assert second.at(day("2026-04-01")).required == "required"
    third = [*starts, {"type": "unassigned", "on": "2026-03-01", "assignment": 1},
             {"type": "unassigned", "on": "2026-03-02"}]  # fmt: skip
    assert at(BY_COMPLETION, "2026-03-02", *third).required == "not_required"


def test_ending_one_assignment_twice_takes_the_earlier_day() -> None:
    events = [
        assigned("2026-01-01"),
        {"type": "unassigned", "on": "2026-04-01", "assignment": 1},
        {"type": "unassigned", "on": "2026-03-01", "assignment": 1},
    ]
    assert at(BY_COMPLETION, "2026-03-01", *events).required == "not_required"


def test_a_fact_is_known_from_the_start_of_its_local_day() -> None:
    events = [awarded("2026-03-01", "2027-03-01")]
    subject = timeline(BY_COMPLETION, events, "Australia/Sydney")
    start = datetime.fromisoformat("2026-03-01T00:00:00+11:00")
    assert subject.at(day("2026-03-01"), start).standing == "valid"
    before = datetime.fromisoformat("2026-02-28T23:59:59+11:00")
    assert subject.at(day("2026-03-01"), before).standing == "never"


def test_knowledge_counts_from_its_very_moment() -> None:
    events = [completed("2026-01-15"), changed("revoked", "2026-02-01",
              recorded_at="2026-03-10T09:00:00+00:00")]  # fmt: skip
    subject = timeline(BY_COMPLETION, events, "UTC")
    at_nine = datetime.fromisoformat("2026-03-10T09:00:00+00:00")
    assert subject.at(day("2026-03-01"), at_nine).standing == "revoked"
    assert subject.at(day("2026-03-01"), moment("2026-03-10")).standing == "valid"
    assert subject.spans(moment("2026-03-10")) == [(day("2026-01-15"), day("2027-01-15"))]
    assert subject.spans() == [(day("2026-01-15"), day("2026-02-01"))]


def test_a_zone_named_by_the_policy_wins() -> None:
    late_evening = {"type": "completed", "at": "2026-03-31T22:30:00+00:00"}
    policy = {**BY_COMPLETION, "zone": "Europe/Berlin"}
    assert ends(timeline(policy, [late_evening], "America/New_York")) == ["2027-04-01"]
    assert ends(timeline(BY_COMPLETION, [late_evening], "America/New_York")) == ["2027-03-31"]


def test_a_zone_named_by_a_later_policy_begins_with_it() -> None:
    change = {"type": "policy", "effective_on": "2026-06-01",
              "policy": {**BY_COMPLETION, "zone": "Europe/Berlin"}}  # fmt: skip
    events = [
        {"type": "completed", "at": "2026-05-31T21:30:00+00:00"},
        {"type": "completed", "at": "2026-06-30T22:30:00+00:00"},
        change,
    ]
    assert [award.valid_from for award in timeline(BY_COMPLETION, events, "UTC").awards] == [
        day("2026-05-31"),
        day("2026-07-01"),
    ]
    back = {"type": "policy", "effective_on": "2026-06-15", "policy": BY_COMPLETION}
    subject = timeline(BY_COMPLETION, [*events, back], "UTC")
    assert subject.awards[1].valid_from == day("2026-06-30")


def test_a_zone_learnt_later_moves_no_earlier_day() -> None:
    change = {"type": "policy", "effective_on": "2026-01-01",
              "recorded_at": "2026-07-01T00:00:00+00:00",
              "policy": {**BY_COMPLETION, "zone": "Europe/Berlin"}}  # fmt: skip
    events = [{"type": "completed", "at": "2026-05-31T22:30:00+00:00"}, change]
    assert timeline(BY_COMPLETION, events, "UTC").awards[0].valid_from == day("2026-05-31")


def test_a_policy_already_parsed_is_taken_as_it_is() -> None:
    from certification.policy.rules import parse_policy

    subject = timeline(parse_policy(BY_COMPLETION), [completed("2026-01-15")])
    assert ends(subject) == ["2027-01-15"]


def test_an_award_recorded_at_the_same_moment_is_the_one_meant() -> None:
    events = [
        awarded("2024-01-01", "2026-01-01"),
        awarded("2024-06-01", "2027-01-01"),
        changed("revoked", "2024-06-01"),
    ]
    assert at(BY_COMPLETION, "2024-06-01", *events).valid_until == day("2026-01-01")


def test_of_awards_all_recorded_later_the_soonest_recorded_is_meant() -> None:
    soon, late = "2025-01-01T00:00:00+00:00", "2025-02-01T00:00:00+00:00"
    events = [
        awarded("2024-01-01", "2026-01-01", recorded_at=soon),
        awarded("2024-03-01", "2027-01-01", recorded_at=late),
        changed("revoked", "2024-06-01"),
    ]
    assert at(BY_COMPLETION, "2024-07-01", *events).valid_until == day("2027-01-01")
    assert at(BY_COMPLETION, "2024-02-01", *events).valid_from == day("2024-01-01")
    first = timeline(BY_COMPLETION, events).awards[0]
    assert "revoked from 1 Jun 2024" in first.trace


def test_an_end_means_no_assignment_recorded_later() -> None:
    events = [
        assigned("2026-01-01", recorded_at="2026-05-01T00:00:00+00:00"),
        assigned("2026-02-01"),
        {"type": "unassigned", "on": "2026-03-01"},
    ]
    cycle = timeline(BY_COMPLETION, events).open_cycle(day("2026-03-01"))
    assert cycle is not None
    assert cycle.opens_on == day("2026-01-01")
    later = [assigned("2026-04-01", recorded_at="2026-01-01T00:00:00+00:00"), *events[1:]]
    assert at(BY_COMPLETION, "2026-04-01", *later).required == "required"
