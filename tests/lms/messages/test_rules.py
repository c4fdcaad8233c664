"""How notices become mails, as plain values."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.messages.rules import (
    DAILY,
    SERIES,
    TRIES,
    Planned,
    digest_message_id,
    find_superseded,
    provider_of,
    slot_of,
    split,
    wait_before,
)

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, 0, 0, 5, tzinfo=UTC)


def test_what_is_not_urgent_shares_the_days_mail():
    assert slot_of(AT, urgent=False) == slot_of(AT + timedelta(days=9), urgent=False) == DAILY


def test_what_became_urgent_in_one_go_is_one_mail():
    assert slot_of(AT, urgent=True) == slot_of(AT, urgent=True) != DAILY
    assert slot_of(AT, urgent=True) != slot_of(AT + timedelta(microseconds=1), urgent=True)


def test_a_slot_does_not_depend_on_the_zone_an_instant_is_written_in():
    there = AT.astimezone(timezone(timedelta(hours=-8)))
    assert slot_of(there, urgent=True) == slot_of(AT, urgent=True)


keys = st.tuples(
    st.uuids().map(str),
    st.sampled_from(["email"]),
    st.dates(),
    st.text("dailyurgent:0", min_size=1),
)


@given(keys, keys)
def test_two_keys_have_the_same_message_id_only_when_they_are_the_same(one, other):
    assert (digest_message_id(*one) == digest_message_id(*other)) == (one == other)


@given(keys)
def test_a_message_id_is_a_legal_header_of_one_line(key):
    found = digest_message_id(*key)
    assert found.isascii()
    assert found[0] + found[-1] == "<>"
    assert found.count("@") == 1
    assert len(found) <= 120
    assert not set(found) & set(" \r\n\t")


planned = st.lists(
    st.builds(
        lambda subject, kind, days: (subject, kind, DAY + timedelta(days=days)),
        st.sampled_from(["a", "b"]),
        st.sampled_from(["due_in", "due", "overdue", "assigned", "certified", "expired"]),
        st.integers(-30, 30),
    ),
    max_size=8,
).map(lambda rows: [Planned(n, *row) for n, row in enumerate(rows)])


@given(planned)
def test_of_each_series_exactly_the_latest_stays(notices):
    gone = find_superseded(notices)
    for subject in ("a", "b"):
        series = [one for one in notices if one.kind in SERIES and one.subject == subject]
        stays = [one for one in series if one.id not in gone]
        assert len(stays) == bool(series)
        assert all(one.due_on <= stays[0].due_on for one in series)
    assert not {one.id for one in notices if one.kind not in SERIES} & gone


@given(planned, st.randoms())
def test_the_order_of_the_notices_does_not_matter(notices, chance):
    mixed = list(notices)
    chance.shuffle(mixed)
    assert find_superseded(mixed) == find_superseded(notices)


@pytest.mark.parametrize(("tries", "minutes"), [(0, 2), (1, 2), (2, 4), (3, 8), (TRIES - 1, 16)])
def test_each_refusal_doubles_the_wait(tries, minutes):
    assert wait_before(tries) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("subject", "name"),
    [("certification:x:y", "certification"), ("test", "test"), (":x", ""), ("", "")],
)
def test_the_part_before_the_first_colon_names_the_provider(subject, name):
    assert provider_of(subject) == name


@given(st.lists(st.integers()), st.integers(1, 7))
def test_splitting_loses_nothing_and_keeps_the_order(ids, size):
    parts = list(split(ids, size))
    assert [one for part in parts for one in part] == ids
    assert all(1 <= len(part) <= size for part in parts)
