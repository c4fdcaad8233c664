"""When everything a cycle asks for is met: table, and brute force over many small cases."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.awards.rules import (
    HeldSpan,
    Need,
    Work,
    find_completion,
    match_evidence,
    select_needs,
)

ZERO = datetime(2026, 3, 1, tzinfo=UTC)
AWARD = uuid4()


def at(day):
    return ZERO + timedelta(days=day)


def need(number, *, kind="quiz", group="", group_needs=1, path="both", lowest=1):
    return Need(number, kind, uuid4(), lowest, path, group, group_needs)


def held(*spans):
    return [
        HeldSpan(at(start), at(end) if end is not None else None, AWARD) for start, end in spans
    ]


A, B = need(1), need(2)
OTHER = need(3, kind="certification")
ONE_OF = [need(4, group="g"), need(5, group="g", kind="certification")]
TWO_OF = [
    need(6, group="h", group_needs=2),
    need(7, group="h", group_needs=2),
    need(8, group="h", group_needs=2),
]


@pytest.mark.parametrize(
    ("needs", "done", "spans", "since", "wanted"),
    [
        ([], {}, {}, 0, None),
        ([A, B], {1: 2}, {}, 0, None),
        ([A, B], {1: 2, 2: 5}, {}, 0, 5),
        # held since before the cycle opened: complete as soon as the work is done
        ([A, OTHER], {1: 4}, {3: [(-30, None)]}, 0, 4),
        # held before any work is asked for: complete at the opening
        ([OTHER], {}, {3: [(-30, None)]}, 2, 2),
        # earned last: that moment
        ([A, OTHER], {1: 4}, {3: [(9, None)]}, 0, 9),
        # lapsed before the work was done
        ([A, OTHER], {1: 4}, {3: [(-30, 4)]}, 0, None),
        # lapsed, and held again later
        ([A, OTHER], {1: 4}, {3: [(-30, 3), (8, 20)]}, 0, 8),
        # never both at once
        ([OTHER, need(9, kind="certification")], {}, {3: [(0, 5)], 9: [(5, 9)]}, 0, None),
        (ONE_OF, {}, {5: [(3, None)]}, 0, 3),
        (ONE_OF, {4: 1}, {5: [(3, None)]}, 0, 1),
        (TWO_OF, {6: 9, 7: 2, 8: 4}, {}, 0, 4),
        # in the future
        ([OTHER], {}, {3: [(90, None)]}, 0, None),
    ],
)
def test_the_first_moment_at_which_all_is_met(needs, done, spans, since, wanted):
    found = find_completion(
        needs,
        {key: at(day) for key, day in done.items()},
        {key: held(*rows) for key, rows in spans.items()},
        since=at(since),
        by=at(40),
    )
    assert found == (at(wanted) if wanted is not None else None)


days = st.integers(0, 12)
spans = st.lists(st.tuples(days, st.one_of(st.none(), days)), max_size=3).map(
    lambda rows: [(start, end) for start, end in rows if end is None or end > start]
)


@given(
    st.lists(st.tuples(st.sampled_from(["", "g", "h"]), st.booleans()), min_size=1, max_size=5),
    st.integers(1, 3),
    st.dictionaries(st.integers(0, 4), days),
    st.dictionaries(st.integers(0, 4), spans),
    days,
)
def test_it_is_what_trying_every_day_finds(shape, group_needs, done, when_held, since):
    needs = [
        need(n, kind="certification" if other else "quiz", group=group, group_needs=group_needs)
        for n, (group, other) in enumerate(shape)
    ]
    done = {n: max(day, since) for n, day in done.items() if n < len(needs) and not shape[n][1]}
    when_held = {n: rows for n, rows in when_held.items() if n < len(needs) and shape[n][1]}

    def is_met(one, day):
        if one.kind == "quiz":
            return one.id in done and done[one.id] <= day
        return any(a <= day and (b is None or day < b) for a, b in when_held.get(one.id, []))

    def is_complete(day):
        groups = {}
        for one in needs:
            groups.setdefault(one.group or one.id, []).append(is_met(one, day))
        return all(
            sum(met) >= (group_needs if isinstance(key, str) else 1) for key, met in groups.items()
        )

    wanted = next((at(day) for day in range(since, 14) if is_complete(day)), None)
    found = find_completion(
        needs,
        {n: at(day) for n, day in done.items()},
        {n: held(*rows) for n, rows in when_held.items()},
        since=at(since),
        by=at(13),
    )
    assert found == wanted


def test_a_cycle_takes_the_needs_of_its_path():
    first, short, both = need(1, path="first"), need(2, path="renewal"), need(3)
    needs = [first, short, both]
    assert select_needs(needs, "first") == [first, both]
    assert select_needs(needs, "full") == [first, both]
    assert select_needs(needs, "renewal") == [short, both]
    assert select_needs(needs, "delta") == []


def test_work_of_an_older_material_version_does_not_count():
    wanted = need(1, lowest=2)
    works = [
        Work("quiz", wanted.target, uuid4(), at(day), number)
        for day, number in ((1, 1), (3, 2), (5, 3))
    ]
    assert match_evidence([wanted], works, at(0))[1].done_at == at(3)
    assert match_evidence([wanted], works, at(4))[1].material_number == 3
    assert match_evidence([wanted], works[:1], at(0)) == {}
