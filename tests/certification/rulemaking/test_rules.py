"""Lengths as typed, rows of the editor, and the invented person's timeline."""

from datetime import date
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.catalogue.rules import RequirementDraft
from certification.policy.rules.intervals import parse_interval
from certification.policy.rules.policy import parse_policy
from certification.rulemaking.rules.lengths import join_length, split_length
from certification.rulemaking.rules.sample import Sample, tell_story
from certification.rulemaking.rules.typed import (
    MOST_ROWS,
    edit_rows,
    keep_known,
    put_rows,
    read_rows,
    type_policy,
    type_requirements,
)

YEARLY = parse_policy({"active": "P1Y", "window": "P1M", "due": "P30D", "grace": "P14D"})


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (None, ("", "")),
        ("P1Y", ("1", "Y")),
        ("P18M", ("18", "M")),
        ("P1Y6M", ("18", "M")),
        ("P2W", ("2", "W")),
        ("P030D", ("30", "D")),
        ("P1W3D", ("10", "D")),
        ("P1M10D", ("", "P1M10D")),
        ("P0D", ("0", "D")),
    ],
)
def test_lengths_are_split_as_they_are_typed(text, parts):
    assert split_length(text) == parts


@given(
    st.sampled_from(["P{}Y", "P{}M", "P{}W", "P{}D", "P{}Y6M", "P{}M10D"]),
    st.integers(min_value=0, max_value=700),
)
def test_a_length_that_is_shown_and_sent_back_stays_as_long(pattern, number):
    text = pattern.format(number)
    assert parse_interval(join_length(*split_length(text))) == parse_interval(text)


@pytest.mark.parametrize(
    ("number", "unit"), [("x", "Y"), ("-1", "Y"), ("1.5", "M"), ("²", "D"), ("1", "H"), ("", "PX")]
)
def test_what_is_no_length_is_refused(number, unit):
    with pytest.raises(ValueError, match=r"^"):
        join_length(number, unit)


def rows(*names):
    return put_rows({}, [{"label": name} for name in names])


@pytest.mark.parametrize(
    ("command", "labels"),
    [
        ("add", ["a", "b", "c", ""]),
        ("remove:1", ["a", "c"]),
        ("up:2", ["a", "c", "b"]),
        ("up:0", ["a", "b", "c"]),
        ("down:0", ["b", "a", "c"]),
        ("down:2", ["a", "b", "c"]),
        ("remove:3", ["a", "b", "c"]),
        ("remove:²", ["a", "b", "c"]),
        ("check", ["a", "b", "c"]),
    ],
)
def test_rows_are_edited_by_commands(command, labels):
    assert [row["label"] for row in read_rows(edit_rows(rows("a", "b", "c"), command))] == labels


def test_there_is_an_end_to_rows_and_texts_and_strange_names():
    full = put_rows({}, [{}] * MOST_ROWS)
    assert len(read_rows(edit_rows(full, "add"))) == MOST_ROWS
    kept = keep_known({"label": "x", "rows-0-label": "y\x00" * 900, "csrf": "z"})
    assert list(kept) == ["rows-0-label"]
    assert len(kept["rows-0-label"]) == 500
    assert "\x00" not in kept["rows-0-label"]


def test_groups_get_letters_in_their_order():
    drafts = [
        RequirementDraft("quiz", UUID(int=n), "Quiz", group=group, group_needs=2)
        for n, group in enumerate(["learn", "", "show", "learn", "show"])
    ]
    typed = type_requirements(drafts)
    assert [row["group"] for row in read_rows(typed)] == ["A", "", "B", "A", "B"]
    assert (typed["needs_A"], typed["needs_B"]) == ("2", "2")


def test_a_policy_is_typed_field_by_field():
    typed = type_policy(
        parse_policy(
            {
                "active": None,
                "method": "calendar",
                "min_active": "P3M",
                "calendar_day": "03-05",
                "grace": "P2W",
                "counts_grace": True,
            }
        )
    )
    assert (typed["calendar_day_0"], typed["calendar_day_1"]) == ("5", "03")
    assert (typed["never_lapses"], typed["counts_grace"]) == ("on", "on")
    assert (typed["grace_0"], typed["grace_1"], typed["active_0"]) == ("2", "W", "")


def tell(policy=YEARLY, renews=None, **fields):
    sample = Sample(
        fields.get("assigned_on", date(2026, 1, 5)),
        fields.get("completed_on", date(2026, 1, 20)),
        renews,
    )
    story = tell_story(policy, sample)
    return story, [(moment.on.isoformat(), moment.code) for moment in story.moments]


def test_whoever_never_renews_runs_into_grace_and_expires():
    story, moments = tell()
    assert moments == [
        ("2026-01-05", "assigned"),
        ("2026-01-20", "completed"),
        ("2026-02-04", "due"),
        ("2026-12-20", "opens"),
        ("2027-01-05", "due_soon"),
        ("2027-01-20", "overdue"),
        ("2027-01-20", "grace"),
        ("2027-02-03", "expired"),
    ]
    assert story.moments[1].last_on == date(2027, 1, 19)
    held = [(bar.state, bar.starts_on.isoformat()) for bar in story.bars if bar.lane == "held"]
    assert held == [("valid", "2026-01-20"), ("grace", "2027-01-20"), ("expired", "2027-02-03")]


def test_a_renewal_on_time_is_held_without_a_gap():
    story, moments = tell(renews=-10)
    assert ("2027-01-09", "renewed") in moments
    assert [bar.state for bar in story.bars if bar.lane == "held"] == ["valid", "grace", "expired"]


def test_a_late_renewal_takes_the_path_that_the_rule_says():
    policy = parse_policy(
        {"active": "P1Y", "late": "full_if_lapsed_over", "lapsed_over": "P1M", "due": "P30D"}
    )
    for days, path in ((10, "renewal"), (60, "full")):
        story, _moments = tell(policy, renews=days)
        renewed = next(moment for moment in story.moments if moment.code == "renewed")
        assert renewed.path == path


def test_what_never_lapses_is_drawn_for_a_year():
    story, moments = tell(parse_policy({"active": None, "due": "P30D"}), renews=-10)
    assert [code for _on, code in moments] == ["assigned", "completed", "due"]
    assert (story.until - story.starts_on).days == 380


def test_completing_late_is_overdue_first():
    _story, moments = tell(completed_on=date(2026, 3, 1))
    assert moments[:5] == [
        ("2026-01-05", "assigned"),
        ("2026-01-21", "due_soon"),
        ("2026-02-04", "due"),
        ("2026-02-05", "overdue"),
        ("2026-03-01", "completed"),
    ]


@given(
    st.sampled_from(["completion", "anniversary", "calendar"]),
    st.integers(min_value=-400, max_value=400) | st.none(),
    st.integers(min_value=0, max_value=500),
)
def test_a_story_is_told_in_order_and_its_stretches_never_cross(method, renews, after):
    policy = parse_policy(
        {"active": "P1Y", "method": method, "min_active": "P3M", "window": "P1M", "due": "P30D"}
    )
    start = date(2026, 1, 5)
    sample = Sample(start, date.fromordinal(start.toordinal() + after), renews)
    story = tell_story(policy, sample)
    days = [moment.on for moment in story.moments]
    assert days == sorted(days)
    for lane in ("held", "task"):
        bars = [bar for bar in story.bars if bar.lane == lane]
        assert all(bar.starts_on < bar.until for bar in bars)
        assert all(one.until <= two.starts_on for one, two in pairwise(bars))
