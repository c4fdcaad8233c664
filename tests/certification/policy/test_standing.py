"""What is held on a day: coverage, loss, suspension, grace, extension."""

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
    moment,
)

HELD = awarded("2025-05-03", "2026-05-03")
GRACE = {**YEARLY, "grace": "P14D"}


def standing(policy: dict[str, object], on: str, *events: Event) -> str:
    return at(policy, on, *events).standing


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2025-05-02", "never"),
        ("2025-05-03", "valid"),
        ("2026-05-02", "valid"),
        ("2026-05-03", "grace"),
        ("2026-05-16", "grace"),
        ("2026-05-17", "expired"),
    ],
)
def test_standing_over_the_life_of_an_award(on: str, expected: str) -> None:
    assert standing(GRACE, on, HELD) == expected


def test_days_are_given_only_while_valid() -> None:
    for on in ("2025-05-02", "2026-05-03", "2026-06-01"):
        status = at(GRACE, on, HELD)
        assert status.valid_from is status.valid_until is None
    status = at(GRACE, "2025-06-01", HELD)
    assert (status.valid_from, status.valid_until) == (day("2025-05-03"), day("2026-05-03"))


def test_touching_spans_are_one_and_gaps_stay_gaps() -> None:
    touching = [HELD, awarded("2026-05-03", "2027-01-01")]
    assert at(YEARLY, "2026-06-01", *touching).valid_from == day("2025-05-03")
    apart = [HELD, awarded("2026-05-04", "2027-01-01")]
    assert at(YEARLY, "2026-06-01", *apart).valid_from == day("2026-05-04")
    assert timeline(YEARLY, apart).spans() == [
        (day("2025-05-03"), day("2026-05-03")),
        (day("2026-05-04"), day("2027-01-01")),
    ]
    inside = [HELD, awarded("2025-06-01", "2025-12-01")]
    assert timeline(YEARLY, inside).spans() == [(day("2025-05-03"), day("2026-05-03"))]


def test_an_award_made_ahead_joins_from_the_day_it_was_made() -> None:
    ahead = awarded("2026-05-03", "2027-01-01", "manual", on="2026-02-01")
    assert at(YEARLY, "2026-01-31", HELD, ahead).valid_until == day("2026-05-03")
    assert at(YEARLY, "2026-02-01", HELD, ahead).valid_until == day("2027-01-01")
    alone = awarded("2026-06-03", "2027-01-01", "manual", on="2026-02-01")
    assert standing(YEARLY, "2026-06-02", alone) == "never"
    assert standing(YEARLY, "2026-06-03", alone) == "valid"


def test_an_imported_award_covers_days_before_it_was_recorded() -> None:
    history = awarded("2025-05-03", "2026-05-03", on="2026-01-01")
    assert standing(YEARLY, "2025-06-01", history) == "valid"
    manual = awarded("2025-05-03", "2026-05-03", "manual", on="2026-01-01")
    assert standing(YEARLY, "2025-12-31", manual) == "never"
    assert at(YEARLY, "2026-01-01", manual).valid_from == day("2026-01-01")
    subject = timeline(YEARLY, [history])
    assert subject.at(day("2025-06-01"), moment("2025-12-31")).standing == "never"
    assert subject.at(day("2025-06-01"), moment("2026-01-01")).standing == "valid"


def test_an_award_made_after_its_own_end_covers_nothing() -> None:
    late = awarded("2024-01-01", "2025-01-01", "waived", on="2026-01-01")
    subject = timeline(YEARLY, [late])
    assert subject.spans() == []
    assert subject.at(day("2024-06-01")).standing == "never"
    assert subject.at(day("2026-01-01")).standing == "expired"


def test_revocation_lasts_until_reinstated_or_earned_anew() -> None:
    lost = [HELD, changed("revoked", "2025-08-01")]
    assert standing(GRACE, "2025-07-31", *lost) == "valid"
    assert standing(GRACE, "2025-08-01", *lost) == "revoked"
    assert standing(GRACE, "2030-08-01", *lost) == "revoked"
    back = [*lost, changed("reinstated", "2025-10-01")]
    assert standing(GRACE, "2025-09-30", *back) == "revoked"
    assert at(GRACE, "2025-10-01", *back).valid_from == day("2025-10-01")
    assert standing(GRACE, "2026-05-03", *back) == "grace"
    again = [*lost, completed("2025-09-15")]
    assert standing(GRACE, "2025-09-15", *again) == "valid"
    assert standing(GRACE, "2026-09-15", *again) == "grace"


def test_reinstated_only_after_it_ran_out_is_expired() -> None:
    events = [HELD, changed("revoked", "2025-08-01"), changed("reinstated", "2026-08-01")]
    assert standing(GRACE, "2026-07-31", *events) == "revoked"
    assert standing(GRACE, "2026-08-01", *events) == "expired"
    on_the_day = [HELD, changed("revoked", "2025-08-01"), changed("reinstated", "2026-05-03")]
    assert standing(GRACE, "2026-05-03", *on_the_day) == "expired"
    assert timeline(GRACE, on_the_day).spans() == [(day("2025-05-03"), day("2025-08-01"))]


def test_a_revocation_after_the_end_shows_but_uncovers_nothing() -> None:
    events = [HELD, changed("revoked", "2026-05-03")]
    assert standing(GRACE, "2026-05-03", *events) == "revoked"
    assert timeline(GRACE, events).spans() == [(day("2025-05-03"), day("2026-05-03"))]
    assert at(GRACE, "2026-05-02", *events).valid_until == day("2026-05-03")


def test_a_future_loss_does_nothing_yet() -> None:
    events = [HELD, changed("revoked", "2025-08-01")]
    assert at(YEARLY, "2025-07-31", *events).valid_until == day("2026-05-03")
    events = [HELD, changed("suspended", "2025-08-01")]
    assert at(YEARLY, "2025-07-31", *events).valid_until == day("2026-05-03")


def test_suspension_lasts_inside_the_span_and_leaves_no_grace() -> None:
    events = [HELD, changed("suspended", "2026-04-01")]
    assert standing(GRACE, "2026-03-31", *events) == "valid"
    assert standing(GRACE, "2026-04-01", *events) == "suspended"
    assert standing(GRACE, "2026-05-02", *events) == "suspended"
    assert standing(GRACE, "2026-05-03", *events) == "expired"
    back = [*events, changed("reinstated", "2026-04-20")]
    assert standing(GRACE, "2026-05-03", *back) == "grace"
    assert timeline(GRACE, back).spans() == [
        (day("2025-05-03"), day("2026-04-01")),
        (day("2026-04-20"), day("2026-05-03")),
    ]
    for_good = [awarded("2025-05-03", None), changed("suspended", "2026-04-01")]
    assert standing(GRACE, "2099-01-01", *for_good) == "suspended"


def test_revoked_while_suspended_is_revoked() -> None:
    both = [HELD, changed("suspended", "2025-08-01"), changed("revoked", "2025-09-01")]
    assert standing(YEARLY, "2025-08-31", *both) == "suspended"
    assert standing(YEARLY, "2025-09-01", *both) == "revoked"
    other = [HELD, changed("revoked", "2025-08-01"), changed("suspended", "2025-09-01")]
    assert standing(YEARLY, "2025-09-01", *other) == "revoked"
    cleared = [*both, changed("reinstated", "2025-10-01")]
    assert standing(YEARLY, "2025-10-01", *cleared) == "valid"
    at_once = [HELD, changed("suspended", "2025-08-01"), changed("reinstated", "2025-08-01")]
    assert timeline(YEARLY, at_once).spans() == [(day("2025-05-03"), day("2026-05-03"))]


def test_losing_one_award_falls_back_to_another() -> None:
    events = [awarded("2025-01-01", "2026-01-01"), HELD, changed("suspended", "2025-08-01")]
    assert at(YEARLY, "2025-08-01", *events).valid_until == day("2026-01-01")
    assert standing(YEARLY, "2026-01-01", *events) == "suspended"
    assert standing(YEARLY, "2026-05-03", *events) == "expired"


def test_grace_follows_the_last_span_though_another_award_was_made_later() -> None:
    events = [HELD, awarded("2025-06-01", "2025-12-01")]
    assert standing(GRACE, "2026-05-10", *events) == "grace"
    cut = [HELD, awarded("2025-06-01", "2026-08-01"), changed("revoked", "2026-06-01", award=2),
           awarded("2025-07-01", "2025-12-01")]  # fmt: skip
    assert standing(GRACE, "2026-06-05", *cut) == "expired"


def test_grace_is_counted_from_the_extended_end() -> None:
    events = [HELD, extended("2026-05-01", "2026-06-01")]
    assert standing(GRACE, "2026-05-31", *events) == "valid"
    assert standing(GRACE, "2026-06-14", *events) == "grace"
    assert standing(GRACE, "2026-06-15", *events) == "expired"


def test_grace_is_that_of_the_rule_the_renewal_opened_under() -> None:
    change = {"type": "policy", "effective_on": "2026-04-20", "policy": YEARLY}
    assert standing(GRACE, "2026-05-10", HELD, change) == "grace"
    earlier = {**change, "effective_on": "2026-04-01"}
    assert standing(GRACE, "2026-05-10", HELD, earlier) == "expired"


@pytest.mark.parametrize(
    ("counts_grace", "on", "compliant"),
    [
        (False, "2026-05-02", True),
        (False, "2026-05-03", False),
        (True, "2026-05-03", True),
        (True, "2026-05-17", False),
        (True, "2025-05-02", False),
    ],
)
def test_compliant_is_valid_or_counted_grace(counts_grace: bool, on: str, compliant: bool) -> None:
    status = at({**GRACE, "counts_grace": counts_grace}, on, HELD)
    assert status.compliant is compliant


def test_an_extension_acts_from_its_day() -> None:
    events = [HELD, extended("2026-04-01", "2026-06-01")]
    assert at(YEARLY, "2026-03-31", *events).valid_until == day("2026-05-03")
    assert at(YEARLY, "2026-04-01", *events).valid_until == day("2026-06-01")


def test_an_extension_after_the_end_leaves_the_days_between_uncovered() -> None:
    events = [HELD, extended("2026-05-20", "2026-06-10")]
    assert standing(YEARLY, "2026-05-19", *events) == "expired"
    assert at(YEARLY, "2026-05-20", *events).valid_from == day("2026-05-20")
    assert timeline(YEARLY, events).spans() == [
        (day("2025-05-03"), day("2026-05-03")),
        (day("2026-05-20"), day("2026-06-10")),
    ]
    touching = [HELD, extended("2026-05-03", "2026-06-10")]
    assert timeline(YEARLY, touching).spans() == [(day("2025-05-03"), day("2026-06-10"))]


def test_extending_again_reaches_the_latest_end() -> None:
    events = [HELD, extended("2026-04-01", "2026-06-01"), extended("2026-05-20", "2026-07-01")]
    assert at(YEARLY, "2026-05-19", *events).valid_until == day("2026-06-01")
    assert at(YEARLY, "2026-05-20", *events).valid_until == day("2026-07-01")
    assert timeline(YEARLY, events).awards[0].valid_until == day("2026-07-01")


def test_an_extension_is_judged_by_what_was_known_when_it_was_recorded() -> None:
    events = [
        HELD,
        extended("2026-04-20", "2026-06-01"),
        extended("2026-04-01", "2026-08-01", recorded_at="2026-05-01T00:00:00+00:00"),
    ]
    subject = timeline(YEARLY, events)
    assert subject.at(day("2026-07-01")).standing == "valid"
    assert subject.at(day("2026-07-01"), moment("2026-04-30")).standing == "expired"


def test_an_extension_of_a_revoked_award_covers_nothing() -> None:
    events = [HELD, changed("revoked", "2026-04-01"), extended("2026-04-20", "2026-06-01")]
    assert standing(YEARLY, "2026-05-20", *events) == "revoked"
    assert timeline(YEARLY, events).spans() == [(day("2025-05-03"), day("2026-04-01"))]


def test_a_voided_award_never_was_once_that_is_known() -> None:
    events = [HELD, changed("voided", "2025-09-01")]
    subject = timeline(YEARLY, events)
    assert subject.awards == ()
    assert subject.at(day("2025-06-01")).standing == "never"
    assert subject.at(day("2025-06-01"), moment("2025-08-31")).standing == "valid"


def test_suspended_from_before_it_begins_is_suspended_at_once() -> None:
    ahead = awarded("2026-06-03", "2027-01-01", "manual", on="2026-02-01")
    events = [ahead, changed("suspended", "2026-03-01"), changed("reinstated", "2026-07-01")]
    assert standing(YEARLY, "2026-06-02", *events) == "never"
    assert standing(YEARLY, "2026-06-03", *events) == "suspended"
    assert timeline(YEARLY, events).spans() == [(day("2026-07-01"), day("2027-01-01"))]
    early = [ahead, changed("suspended", "2026-03-01"), changed("reinstated", "2026-04-01")]
    assert standing(YEARLY, "2026-06-03", *early) == "valid"


def test_being_away_or_unassigned_changes_no_coverage() -> None:
    events = [assigned("2025-01-01"), HELD, away("exempted", "2025-06-01", "2025-07-01"),
              away("absent", "2025-08-01", "2025-09-01"),
              {"type": "unassigned", "on": "2025-10-01"}]  # fmt: skip
    for on in ("2025-06-15", "2025-08-15", "2025-11-01"):
        assert at(BY_COMPLETION, on, *events).valid_until == day("2026-05-03")


def test_a_shorter_extension_learnt_later_hides_no_longer_one() -> None:
    events = [
        HELD,
        extended("2026-04-01", "2026-06-01"),
        extended("2026-04-02", "2026-05-20", recorded_at="2026-03-01T00:00:00+00:00"),
        extended("2026-05-20", "2026-07-01"),
    ]
    assert timeline(YEARLY, events).spans() == [(day("2025-05-03"), day("2026-07-01"))]


def test_a_suspension_over_before_the_first_day_hides_no_later_one() -> None:
    ahead = awarded("2026-06-03", "2027-01-01", "manual", on="2026-02-01")
    events = [ahead, changed("suspended", "2026-03-01"), changed("reinstated", "2026-04-01"),
              changed("suspended", "2026-07-01")]  # fmt: skip
    assert timeline(YEARLY, events).spans() == [(day("2026-06-03"), day("2026-07-01"))]


def test_a_span_two_awards_end_is_natural_if_one_of_them_ran_out() -> None:
    events = [awarded("2025-01-01", "2026-08-01"), HELD, changed("revoked", "2026-05-03", award=1)]
    assert standing(GRACE, "2026-05-04", *events) == "grace"


def test_suspended_on_the_first_day_no_longer_held_leaves_the_grace() -> None:
    assert standing(GRACE, "2026-05-03", HELD, changed("suspended", "2026-05-03")) == "grace"


def test_of_two_awards_that_end_together_the_later_baseline_sets_the_window() -> None:
    longer = awarded("2025-01-01", "2026-07-03")
    events = [longer, HELD, extended("2026-03-01", "2026-07-03")]
    assert at(YEARLY, "2026-03-10", *events).window_opens_on == day("2026-06-03")


def test_grace_follows_an_extension_given_after_the_end() -> None:
    events = [HELD, extended("2026-05-20", "2026-06-10")]
    assert standing(GRACE, "2026-06-10", *events) == "grace"
